"""Where a wish cannot be had: which round misses its quorum, how many can come at the most, and what would help."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from peernet.roundtables.series import turnout
from peernet.roundtables.series.grid import AWAY, Grid, Option, grid_of
from peernet.roundtables.series.model import model_of
from peernet.roundtables.series.problem import Moment, Plan, Problem
from peernet.roundtables.series.scores import score

Test = Callable[[Problem], bool]


class Help(StrEnum):
    """What would have to change."""

    OPEN_HOURS = "open-hours"
    ALLOW_START = "allow-start"
    FREE_ANNOUNCED = "free-announced"
    MORE_PATTERNS = "more-patterns"
    SHORTER_GAP = "shorter-gap"
    LOWER_QUORUM = "lower-quorum"


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way out. OPEN_HOURS: these members would have to be able to come at ``start``; no fewer would do, and no
    others at fewer points. ALLOW_START: ``start`` is forbidden and would do. FREE_ANNOUNCED: ``start`` would do, were
    another one not announced. The others say the ``number`` that would do."""

    help: Help
    start: Moment | None = None
    members: tuple[str, ...] = ()
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Round ``number`` (from 0) has ``heads`` in the plan, below the quorum; ``most`` could come at some start."""

    number: int
    heads: int
    most: int
    remedies: tuple[Remedy, ...]


def shortfalls(problem: Problem, plan: Plan) -> tuple[Shortfall, ...]:
    """Each round of a plan that misses its quorum, with what would help."""
    quorum, grid = problem.rules.quorum, grid_of(problem)
    found = []
    for number, heads in enumerate(score(problem, plan).heads):
        if heads < quorum:
            most = max(option.heads for option in grid.rounds[number])
            ways = _of_rules(problem, grid, number) if most >= quorum else _of_people(problem, grid, number, most)
            found.append(Shortfall(number, heads, most, tuple(ways)))
    return tuple(found)


def loosened(problem: Problem) -> tuple[Remedy, ...]:
    """What would help where the planner raises NoPlan: the fewest weekly times, or the longest gap; both together where
    neither alone does."""

    def can(each: Problem) -> bool:
        return _quorate(each) is not None

    found = [_more_patterns(problem, can), _shorter_gap(problem, can)]
    if not any(found):
        apart = replace(problem, rules=replace(problem.rules, max_patterns=None))
        together = replace(problem, rules=replace(problem.rules, min_gap_days=0))
        found = [_more_patterns(together, can), _shorter_gap(apart, can)]
    return tuple(filter(None, found))


def _of_rules(problem: Problem, grid: Grid, number: int) -> Iterator[Remedy]:
    """The round could reach its quorum if it stood alone."""
    now = _quorate(problem) or 0

    def better(each: Problem) -> bool:
        return (_quorate(each) or 0) > now

    yield from filter(None, (_more_patterns(problem, better), _shorter_gap(problem, better)))
    yield from _lower(max(option.heads for option in grid.rounds[number]), problem)


def _of_people(problem: Problem, grid: Grid, number: int, most: int) -> Iterator[Remedy]:
    """No start that is open reaches the quorum."""
    quorum = problem.rules.quorum
    if quorum <= len(grid.seats):
        lacking = min(_lacking(problem, grid, option, quorum) for option in grid.rounds[number])
        _count, _points, start, members = lacking
        yield Remedy(Help.OPEN_HOURS, start=start, members=members)
        yield from _closed(problem, number)
    yield from _lower(most, problem)


def _lacking(problem: Problem, grid: Grid, option: Option, quorum: int) -> tuple[int, int, Moment, tuple[str, ...]]:
    """Who would have to come at this start as well, at the fewest points: one of each empty seat."""
    empty = [seat for seat in grid.seats if all(option.costs[place] == AWAY for place in seat)]
    costs = sorted(
        min((problem.burden(problem.members[place], option.start), place) for place in seat) for seat in empty
    )[: quorum - option.heads]
    names = tuple(problem.members[place].id for _points, place in costs)
    return len(costs), sum(points for points, _place in costs), option.start, names


def _closed(problem: Problem, number: int) -> Iterator[Remedy]:
    """A start that the rules keep closed and that would reach the quorum; the one with the most heads."""
    wide = replace(
        problem, fixed=(), rules=replace(problem.rules, forbidden_dates=frozenset(), forbidden_starts=frozenset())
    )
    known = set(problem.open_rounds[number])
    shut = [option for option in grid_of(wide).rounds[number] if option.start not in known]
    good = [option for option in shut if option.heads >= problem.rules.quorum]
    if good:
        best = min(good, key=lambda option: (-option.heads, option.start))
        announced = problem.fixed and problem.fixed[number] is not None
        yield Remedy(Help.FREE_ANNOUNCED if announced else Help.ALLOW_START, start=best.start)


def _lower(most: int, problem: Problem) -> Iterator[Remedy]:
    if 0 < most < problem.rules.quorum:
        yield Remedy(Help.LOWER_QUORUM, number=most)


def _more_patterns(problem: Problem, is_enough: Test) -> Remedy | None:
    """The fewest weekly times that are enough, more than the rule has now."""
    now = problem.rules.max_patterns
    for number in range(now + 1, len(problem.rounds) + 1) if now is not None else ():
        if is_enough(replace(problem, rules=replace(problem.rules, max_patterns=number))):
            return Remedy(Help.MORE_PATTERNS, number=number)
    return None


def _shorter_gap(problem: Problem, is_enough: Test) -> Remedy | None:
    """The longest gap that is enough, shorter than the rule has now."""
    for days in range(problem.rules.min_gap_days - 1, -1, -1):
        if is_enough(replace(problem, rules=replace(problem.rules, min_gap_days=days))):
            return Remedy(Help.SHORTER_GAP, number=days)
    return None


def _quorate(problem: Problem) -> int | None:
    """How many rounds reach their quorum at the most; None where the rules cannot be kept."""
    grid = grid_of(problem)
    model = model_of(grid, 0)
    found = turnout.best(model.rounds, problem.rules.max_patterns, problem.rules.min_gap_days)
    return None if found is None else turnout.worth(found) // model.weight
