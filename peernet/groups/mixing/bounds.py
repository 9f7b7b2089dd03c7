"""Below what no plan can cost: four counts, each of which holds for every plan that keeps the rules.

The cost is the sum over pairs of m(m-1)/2, where m is how often they met: a pair's next meeting costs the number of
those before it. It is as well the sum over pairs of rounds of how many pairs of people those two have in common.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from peernet.groups.mixing.problem import Problem


@dataclass(frozen=True, slots=True)
class Bounds:
    """``pairs``: all meetings shared out as evenly as the pairs allow. ``people``: the same for each person alone.
    ``rounds``: how often two rounds must repeat each other, because groups are larger than there are groups.
    ``together``: what those cost who must meet again and again. None where no plan keeps the rules."""

    pairs: int
    people: int
    rounds: int
    together: int

    @property
    def best(self) -> int:
        """The highest of them."""
        return max(self.pairs, self.people, self.rounds, self.together)


def bounds(problem: Problem) -> Bounds | None:
    """The four bounds; None where the pairs that may meet are too few for the groups."""
    base = sum(count * (count - 1) // 2 for count in problem.met.values())
    meetings = sum(size * (size - 1) // 2 for one in problem.rounds for size in one.sizes)
    prices, of_person = _prices(problem)
    if len(prices) < meetings:
        return None
    return Bounds(
        base + sum(sorted(prices)[:meetings]),
        base + _people(problem, of_person),
        base + _rounds(problem),
        base + _together(problem),
    )


def _prices(problem: Problem) -> tuple[list[int], list[list[int]]]:
    """What each further meeting of each pair would cost: of all, and of each person."""
    there = [frozenset(present) for present in problem.present]
    prices: list[int] = []
    of_person: list[list[int]] = [[] for _ in problem.people]
    for pair in combinations(range(len(problem.people)), 2):
        if pair not in problem.apart:
            one, other = pair
            first = problem.met.get(pair, 0)
            found = range(first, first + sum(one in present and other in present for present in there))
            prices += found
            of_person[one] += found
            of_person[other] += found
    return prices, of_person


def _people(problem: Problem, of_person: Sequence[list[int]]) -> int:
    """Each person meets at least the smallest group's others; whom the larger groups take, take the cheapest."""
    total, spare = 0, []
    need = sum(size * (size - 1) for one in problem.rounds for size in one.sizes)
    for number, prices in enumerate(of_person):
        rounds = [one for one, there in zip(problem.rounds, problem.present, strict=True) if number in there]
        least, most = (sum(choose(one.sizes) - 1 for one in rounds) for choose in (min, max))
        prices.sort()
        total += sum(prices[:least])
        spare += prices[least:most]
        need -= least
    return (total + sum(sorted(spare)[:need]) + 1) // 2


def _rounds(problem: Problem) -> int:
    """Each two rounds: a group falls into the groups of the other one, as evenly as can be, and still some meet again;
    who is not in both is taken where it helps most."""
    total = 0
    known = problem.place
    held = [
        [frozenset(known[name] for name in group if name in known) for group in groups] for groups in problem.history
    ]
    there = [frozenset(present) for present in problem.present]
    for number, one in enumerate(problem.rounds):
        for groups in held:
            total += _repeats([len(group & there[number]) for group in groups], len(one.sizes), 0)
        for later in range(number + 1, len(problem.rounds)):
            other = problem.rounds[later]
            total += max(
                _repeats(one.sizes, len(other.sizes), len(there[number] - there[later])),
                _repeats(other.sizes, len(one.sizes), len(there[later] - there[number])),
            )
    return total


def _repeats(sizes: Sequence[int], groups: int, away: int) -> int:
    """Pairs of people of groups of these sizes that meet again in so many groups, ``away`` of them not there."""
    prices = sorted(number // max(groups, 1) for size in sizes for number in range(size))
    return sum(prices[: len(prices) - away])


def _together(problem: Problem) -> int:
    forced = Counter(pair for pairs in problem.together for pair in pairs)
    total = 0
    for pair, count in forced.items():
        before = problem.met.get(pair, 0)
        total += sum(range(before, before + count))
    return total
