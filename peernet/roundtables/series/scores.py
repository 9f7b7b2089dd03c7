"""What a plan comes to, for everybody and for each: any plan, whoever made it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise

from peernet.roundtables.series.burden import MISSED
from peernet.roundtables.series.problem import Moment, Plan, Problem


@dataclass(frozen=True, slots=True)
class Score:
    """``heads`` counts who comes to each round: people, or organisations where one of each comes. ``burdens`` and
    ``missed`` go by member, in the order of the problem; burdens include those of earlier series."""

    quorum_met: int
    heads: tuple[int, ...]
    burdens: tuple[int, ...]
    missed: tuple[int, ...]

    @property
    def attendance(self) -> int:
        """All who come to all rounds."""
        return sum(self.heads)

    @property
    def loads(self) -> tuple[int, ...]:
        """Burden and missed rounds of each member in one number."""
        return tuple(burden + MISSED * missed for burden, missed in zip(self.burdens, self.missed, strict=True))

    @property
    def strict_key(self) -> tuple[int, int, list[int]]:
        """The lower, the better for the strict objective."""
        return -self.quorum_met, -self.attendance, sorted(self.burdens, reverse=True)

    def balanced_key(self, floor: int) -> tuple[int, bool, list[int], int]:
        """The lower, the better for the balanced objective, with at least ``floor`` attendance."""
        return -self.quorum_met, self.attendance < floor, sorted(self.loads, reverse=True), -self.attendance


class Broken(StrEnum):
    """A rule that a plan does not keep."""

    MAX_PATTERNS = "max-patterns"
    MIN_GAP_DAYS = "min-gap-days"
    FORBIDDEN = "forbidden"
    ANNOUNCED = "announced"


def score(problem: Problem, plan: Plan) -> Score:
    """Count a plan."""
    one_per_org = problem.rules.one_per_org
    orgs = {member.id: member.seat for member in problem.members}
    there = [set(who) for who in plan.attend]
    seats = [{orgs[name] for name in who} for who in there]
    burdens = [member.burden_so_far for member in problem.members]
    missed = [0] * len(burdens)
    for start, names, taken in zip(plan.slots, there, seats, strict=True):
        for number, member in enumerate(problem.members):
            if member.id in names:
                burdens[number] += problem.burden(member, start)
            elif not one_per_org or member.seat not in taken:
                missed[number] += 1
    heads = tuple(len(each) for each in (seats if one_per_org else there))
    return Score(sum(count >= problem.rules.quorum for count in heads), heads, tuple(burdens), tuple(missed))


def broken(problem: Problem, slots: Sequence[Moment]) -> list[Broken]:
    """The rules that these starts do not keep, quorum apart."""
    rules, found = problem.rules, []
    if rules.max_patterns and len({problem.pattern(start) for start in slots}) > rules.max_patterns:
        found.append(Broken.MAX_PATTERNS)
    if (
        any(later - start < timedelta(days=rules.min_gap_days) for start, later in pairwise(slots))
        and rules.min_gap_days
    ):
        found.append(Broken.MIN_GAP_DAYS)
    kept = problem.fixed or (None,) * len(slots)
    free = [start for start, fixed in zip(slots, kept, strict=True) if fixed is None]
    if any(not problem.is_allowed(start) for start in free):
        found.append(Broken.FORBIDDEN)
    if any(fixed is not None and fixed != start for start, fixed in zip(slots, kept, strict=True)):
        found.append(Broken.ANNOUNCED)
    return found
