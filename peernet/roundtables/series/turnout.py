"""How many can come at the most: first the rounds at quorum, then heads, under the rules that tie rounds together."""

from collections.abc import Sequence
from typing import NamedTuple

from peernet.roundtables.series.model import DAY, Choice
from peernet.roundtables.series.problem import Pattern

Rounds = Sequence[Sequence[Choice]]
# Sets of weekly times that are looked at before the best so far is taken, and before there is taken to be none.
_MOST_SETS, _MOST_IN_VAIN = 5_000, 20_000


class Turnout(NamedTuple):
    """A choice for each round; None where none keeps the rules. ``is_sure``: all that could be better was looked at."""

    choices: list[Choice] | None
    is_sure: bool


def best(rounds: Rounds, most_patterns: int | None, gap: int) -> list[Choice] | None:
    """A choice for each round whose worth together is the highest; None where no choice keeps the rules."""
    return search(rounds, most_patterns, gap).choices


def search(rounds: Rounds, most_patterns: int | None, gap: int) -> Turnout:
    """The same, and whether it is sure: of very many sets of weekly times only some are looked at."""
    free = _chain(rounds, None, gap)
    if free is None or most_patterns is None or len({choice.pattern for choice in free}) <= most_patterns:
        return Turnout(free, is_sure=True)
    return _Patterns(rounds, most_patterns, gap).search()


def worth(choices: Sequence[Choice]) -> int:
    """The turnout of a plan."""
    return sum(choice.worth for choice in choices)


def _chain(rounds: Rounds, patterns: frozenset[Pattern] | None, gap: int) -> list[Choice] | None:
    """The best choices with these weekly times (None: any) and so many days between: round by round, what can stand
    before each start at the best."""
    ends: list[tuple[int, int, list[Choice]]] = [(0, -(1 << 60), [])]
    for choices in rounds:
        usable = [choice for choice in choices if patterns is None or choice.pattern in patterns]
        ends = _extended(ends, usable, gap * DAY)
        if not ends:
            return None
    return max(ends, key=lambda end: (end[0], -end[1]))[2]


def _extended(
    ends: list[tuple[int, int, list[Choice]]], usable: Sequence[Choice], gap: int
) -> list[tuple[int, int, list[Choice]]]:
    """Without a rule on gaps only the best end matters."""
    if not gap:
        top = max(ends, key=lambda end: (end[0], -end[1]))
        ends = [(top[0], -(1 << 60), top[2])]
    found = []
    for choice in usable:
        before = [end for end in ends if choice.minute - end[1] >= gap]
        if before:
            total, _last, chosen = max(before, key=lambda end: (end[0], -end[1]))
            found.append((total + choice.worth, choice.minute, [*chosen, choice]))
    return found


class _Patterns:
    """The best set of weekly times. What another time adds to a set shrinks as the set grows, so the sum of the highest
    gains bounds what is still possible (Nemhauser, Wolsey and Fisher, 1978)."""

    def __init__(self, rounds: Rounds, most: int, gap: int) -> None:
        self.rounds, self.most, self.gap = rounds, most, gap
        self.patterns = sorted({choice.pattern for choices in rounds for choice in choices})
        self.lost = -sum(max(choice.worth for choice in choices) + 1 for choices in rounds)
        self.by_pattern = {
            pattern: [self._worth_of(choices, pattern) for choices in rounds] for pattern in self.patterns
        }
        self.top, self.found, self.looked, self.is_sure = -1, None, 0, True  # type: int, list[Choice] | None, int, bool

    def search(self) -> Turnout:
        self._grow(frozenset(), [self.lost] * len(self.rounds), self.patterns)
        return Turnout(self.found, self.is_sure)

    def _worth_of(self, choices: Sequence[Choice], pattern: Pattern) -> int:
        return max((choice.worth for choice in choices if choice.pattern == pattern), default=self.lost)

    def _grow(self, chosen: frozenset[Pattern], reached: list[int], rest: list[Pattern]) -> None:
        self.looked += 1
        if sum(reached) > self.top:
            self._keep(chosen)
        room = self.most - len(chosen)
        if not room:
            return
        if self.looked > (_MOST_IN_VAIN if self.found is None else _MOST_SETS):
            self.is_sure = False
            return
        gains = sorted(
            ((self._gain(pattern, reached), pattern) for pattern in rest), key=lambda each: (-each[0], each[1])
        )
        for number, (gain, pattern) in enumerate(gains):
            possible = sum(reached) + sum(each for each, _pattern in gains[number : number + room])
            # Where starts must keep apart, a time that adds nothing by itself can be what makes the others fit.
            if possible <= self.top or not (gain or self.gap):
                return
            grown = [max(pair) for pair in zip(reached, self.by_pattern[pattern], strict=True)]
            self._grow(chosen | {pattern}, grown, [each for _gain, each in gains[number + 1 :]])

    def _gain(self, pattern: Pattern, reached: list[int]) -> int:
        return sum(max(0, new - old) for new, old in zip(self.by_pattern[pattern], reached, strict=True))

    def _keep(self, chosen: frozenset[Pattern]) -> None:
        plan = _chain(self.rounds, chosen, self.gap)
        if plan is not None and worth(plan) > self.top:
            self.top, self.found = worth(plan), plan
