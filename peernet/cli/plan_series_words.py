"""What the planner found, in words for a terminal: the plan, what it asks of each, and what stands in the way."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from peernet.roundtables.series.explaining import ClockChange, Share, clock_changes, shares
from peernet.roundtables.series.planner import Outcome
from peernet.roundtables.series.problem import Moment, Plan, Problem
from peernet.roundtables.series.reading import Fault, Malformed
from peernet.roundtables.series.remedies import Help, Remedy, shortfalls
from peernet.roundtables.series.scores import score


def of_fault(fault: Malformed) -> str:
    """What is wrong with a file, and where: "members[2].tz: not a zone (Mars)"."""
    place = f"{fault.place}: " if fault.place else ""
    value = fault.value
    if isinstance(value, tuple):
        value = "line {}, column {}".format(*value) if fault.fault is Fault.NOT_JSON else "{} to {}".format(*value)
    return f"{place}{fault.fault.value.replace('-', ' ')}" + (f" ({value})" if value != "" else "")


def no_plan(problem: Problem, ways: Iterable[Remedy]) -> Iterator[str]:
    """That the rules cannot be kept, and what would help."""
    yield "No choice of starts keeps the rules."
    yield from (f"  It would go {_way(problem, each)}." for each in ways)


def of_outcome(problem: Problem, outcome: Outcome, steady: Plan | None) -> Iterator[str]:
    """A plan explained, beside ``steady``, the one at the same time each week."""
    found = outcome.score
    yield _how_good(outcome)
    line = f"Nobody carries more than {_counted(max(found.burdens), 'point')} or misses more than {max(found.missed)}"
    if steady is not None:
        usual = score(problem, steady)
        line += f"; with the same time each week, {max(usual.burdens)} and {max(usual.missed)}"
    yield f"{line}. {found.attendance} come in all, of {outcome.most} at the most."
    if problem.rules.quorum:
        yield f"{found.quorum_met} of {len(found.heads)} reach the quorum of {problem.rules.quorum}."
    yield ""
    for number, (start, heads) in enumerate(zip(outcome.plan.slots, found.heads, strict=True), 1):
        yield f"{number:3}. {_there(problem, start)}  {heads} come"
    yield ""
    yield from _of_members(problem, outcome.plan, steady)
    yield from (_clocks(change) for change in clock_changes(problem, outcome.plan.slots))
    yield from _short(problem, outcome.plan)


def _how_good(outcome: Outcome) -> str:
    name = outcome.objective.value
    if outcome.was_interrupted:
        return f"Ended early: the best {name} plan so far."
    return f"Proved: no {name} plan is better." if outcome.is_proved else f"The best {name} plan that was found."


def _of_members(problem: Problem, plan: Plan, steady: Plan | None) -> Iterator[str]:
    usual = shares(problem, steady) if steady is not None else None
    for place, share in enumerate(shares(problem, plan)):
        line = f"{share.member} ({problem.members[place].zone}): {_counted(share.points, 'point')}"
        line += f" and {share.so_far} from before" if share.so_far else ""
        line += f", {share.missed} missed" if share.missed else ""
        line += f", late or early {share.late + share.early} of {len(plan.slots)}"
        yield line + _with_fixed(share, usual[place] if usual else None)


def _with_fixed(share: Share, usual: Share | None) -> str:
    if usual is None or usual.late + usual.early == share.late + share.early:
        return ""
    return f"; with a fixed time {usual.late + usual.early}"


def _clocks(change: ClockChange) -> str:
    hours = change.by / timedelta(hours=1)
    return (
        f"Before {change.number + 1} the clocks of {change.zone} change by {hours:+g} h: {', '.join(change.members)}."
    )


def _short(problem: Problem, plan: Plan) -> Iterator[str]:
    for each in shortfalls(problem, plan):
        yield f"Roundtable {each.number + 1} misses its quorum: {each.heads} come, {each.most} could at some start."
        yield from (f"  It would reach it {_way(problem, way)}." for way in each.remedies)


def _way(problem: Problem, way: Remedy) -> str:
    at = f"on {_there(problem, way.start)}" if way.start else ""
    return {
        Help.OPEN_HOURS: f"{at}, if these could come: {', '.join(way.members)}",
        Help.ALLOW_START: f"{at}, which is forbidden",
        Help.FREE_ANNOUNCED: f"{at}, if the announced one might move",
        Help.MORE_PATTERNS: f"with {_counted(way.number or 0, 'weekly time')}",
        Help.SHORTER_GAP: f"with {_counted(way.number or 0, 'day')} from one to the next",
        Help.LOWER_QUORUM: f"with a quorum of {way.number}",
    }[way.help]


def _there(problem: Problem, start: Moment) -> str:
    return f"{start.astimezone(ZoneInfo(problem.anchor)):%a %Y-%m-%d %H:%M} {problem.anchor}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
