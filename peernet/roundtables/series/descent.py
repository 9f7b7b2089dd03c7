"""The exact part of the search: some rounds of a plan are set free, and the evenest way to fill them is found.

Depth first, with bounds: what the rounds still to fill add at least to each member, and at the most to the turnout.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from peernet.roundtables.series.model import DAY, Choice, Key, Model

# A minute after all.
_NEVER = 1 << 60


@dataclass(frozen=True, slots=True)
class Found:
    """A plan: its choices, the loads of its members, and its turnout."""

    choices: tuple[Choice, ...]
    key: Key
    worth: int

    def is_before(self, other: "Found") -> bool:
        """Whether it is evener than the other one, or as even with a higher turnout."""
        return (self.key, -self.worth) < (other.key, -other.worth)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What every plan must hold to: its turnout, weekly times, and minutes between starts."""

    need: int
    patterns: int | None
    gap: int


class Descent:
    """Fills free rounds. ``steps`` counts the work down, the same on every machine; where it runs out, the search stops
    and ``is_complete`` turns False. ``on_work`` is called every now and then, and may raise to end it."""

    def __init__(self, model: Model, bounds: Bounds, on_work: Callable[[], None]) -> None:
        self.model, self.bounds, self.on_work = model, bounds, on_work
        self.steps, self.is_complete = 0, True
        self.rounds = [self._useful(choices) for choices in model.rounds]
        self.least = [self._least(choices) for choices in self.rounds]
        self.most = [max(choice.worth for choice in choices) for choices in self.rounds]
        self.price_of_fitting = 50 if bounds.gap or bounds.patterns is not None else 0

    def improve(self, best: Found, free: Iterable[int], on_found: Callable[[Found], None]) -> Found:
        """The best plan that differs from ``best`` in the rounds ``free`` alone; ``best`` itself if there is none
        better. Each better one is also told to ``on_found`` at once."""
        filling = _Filling(self, best, sorted(free), on_found)
        filling.run()
        return filling.best

    def found(self, choices: Sequence[Choice]) -> Found:
        """A plan with all that is compared."""
        loads = self.model.base + sum(choice.loads for choice in choices)
        key = self.model.key([choice.option for choice in choices], loads)
        return Found(tuple(choices), key, sum(choice.worth for choice in choices))

    def fitting(self, choices: Sequence[Choice], number: int, free: Sequence[int] = ()) -> Sequence[Choice]:
        """What round ``number`` of a plan can take instead, beside all rounds that are not in ``free``, but for the
        turnout."""
        found: Sequence[Choice] = self.rounds[number]
        if self.bounds.patterns is not None:
            used = {choice.pattern for place, choice in enumerate(choices) if place != number and place not in free}
            if len(used) >= self.bounds.patterns:
                found = [choice for choice in found if choice.pattern in used]
        if self.bounds.gap:
            earliest, latest = self._between(choices, number, free)
            found = [choice for choice in found if earliest <= choice.minute <= latest]
        return found

    def _between(self, choices: Sequence[Choice], number: int, free: Sequence[int]) -> tuple[int, int]:
        """The first and the last minute that keep a round apart from the one before and the one after."""
        gap, before, after = self.bounds.gap * DAY, number - 1, number + 1
        earliest = choices[before].minute + gap if before >= 0 and before not in free else 0
        latest = choices[after].minute - gap if after < len(choices) and after not in free else _NEVER
        return earliest, latest

    def _useful(self, choices: Sequence[Choice]) -> list[Choice]:
        """The choices that a plan of this turnout can have, the lightest first; without those that another one of the
        same round beats in everything."""
        every = [max(choice.worth for choice in each) for each in self.model.rounds]
        spare = sum(every) - self.bounds.need - max(choice.worth for choice in choices)
        kept = sorted((c for c in choices if c.worth + spare >= 0), key=self._weight)
        if self.bounds.patterns is not None or self.bounds.gap or self.model.shared:
            return kept
        found: list[Choice] = []
        lanes = self.model.lanes
        for choice in kept:
            guard = lanes.guard(lanes.unpack(choice.loads))
            if not any(c.worth >= choice.worth and not (c.loads + guard) & lanes.high for c in found):
                found.append(choice)
        return found

    def _weight(self, choice: Choice) -> tuple[int, int, int]:
        return sum(load * load for load in self.model.lanes.unpack(choice.loads)), -choice.worth, choice.option

    def _least(self, choices: Sequence[Choice]) -> int:
        columns = zip(*(self.model.lanes.unpack(choice.loads) for choice in choices), strict=True)
        return self.model.lanes.pack(min(column) for column in columns)


class _Filling:
    """One run of ``Descent.improve``."""

    def __init__(self, descent: Descent, best: Found, free: list[int], on_found: Callable[[Found], None]) -> None:
        self.descent, self.model, self.best, self.free, self.on_found = descent, descent.model, best, free, on_found
        self.choices = list(best.choices)
        self.guard = self.model.guard(best.key[0])
        self.least = [0] * (len(free) + 1)
        self.most = [0] * (len(free) + 1)
        for depth in range(len(free) - 1, -1, -1):
            self.least[depth] = self.least[depth + 1] + descent.least[free[depth]]
            self.most[depth] = self.most[depth + 1] + descent.most[free[depth]]

    def run(self) -> None:
        kept = [choice for number, choice in enumerate(self.choices) if number not in self.free]
        loads = self.model.base + sum(choice.loads for choice in kept)
        self._fill(0, loads, sum(choice.worth for choice in kept))

    def _fill(self, depth: int, loads: int, worth: int) -> None:
        number, last = self.free[depth], depth + 1 == len(self.free)
        least, high = self.least[depth + 1], self.model.lanes.high
        short = self.descent.bounds.need - worth - self.most[depth + 1]
        choices = self.descent.fitting(self.choices, number, self.free[depth + 1 :])
        self.descent.steps -= len(choices) + self.descent.price_of_fitting
        for choice in choices:
            if choice.worth < short:
                continue
            total = loads + choice.loads
            if (total + least + self.guard) & high:
                continue
            self.choices[number] = choice
            if last:
                self._judge(total, worth + choice.worth)
            elif self._may_go_on(total + least):
                self._fill(depth + 1, total, worth + choice.worth)

    def _may_go_on(self, least: int) -> bool:
        """Whether a better plan can still come of it, and there is work left to do."""
        descent = self.descent
        descent.steps -= 10
        descent.on_work()
        if descent.steps < 0:
            descent.is_complete = False
            return False
        return self.model.least_key(least) <= self.best.key

    def _judge(self, total: int, worth: int) -> None:
        self.descent.steps -= self.model.price
        key = self.model.key([choice.option for choice in self.choices], total)
        if (key, -worth) < (self.best.key, -self.best.worth):
            self.best = Found(tuple(self.choices), key, worth)
            self.guard = self.model.guard(key[0])
            self.on_found(self.best)
