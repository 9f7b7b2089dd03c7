"""The process that plans: a request on its standard input, lines of JSON with progress and then the
plans on its output.

It imports the pure planner alone, and its processor time and memory are bounded.
"""

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from peernet.jobs.processes import asked, say
from peernet.roundtables.series import files, planner, remedies
from peernet.roundtables.series.problem import Plan, Problem


def main() -> None:
    """Answer one request."""
    request = asked()
    problem = files.problem_of(request["problem"])
    try:
        found = _plans(problem, request["seed"], request["seconds"])
    except planner.NoPlan:
        found = {"loosened": _in_need(remedies.loosened(problem))}
    say({"found": found})


def _plans(problem: Problem, seed: int, seconds: float) -> dict[str, Any]:
    """The plans by their objective, those of them that there are."""
    objectives = (planner.Objective.BALANCED, planner.Objective.STRICT)
    found: dict[str, Any] = {}
    for place, objective in enumerate(objectives):
        listen = _listener(place, len(objectives), seconds)
        outcome = planner.plan(problem, objective, seed=seed, on_progress=listen)
        found[objective.value] = _as_json(outcome.plan) | {"short": _short(problem, outcome.plan)}
    weekly = _same_time_each_week(problem)
    return found | ({"weekly": _as_json(weekly)} if weekly is not None else {})


def _same_time_each_week(problem: Problem) -> Plan | None:
    """The best single weekly time for all roundtables that are not announced yet."""
    fixed = problem.fixed or (None,) * len(problem.rounds)
    free = [number for number, kept in enumerate(fixed) if kept is None]
    if not free:
        return None
    found = planner.same_slot(replace(problem, rounds=tuple(problem.rounds[number] for number in free), fixed=()))
    if found is None:
        return None
    slots = [kept or found.slots[free.index(number)] for number, kept in enumerate(fixed)]
    attend = [files.who_can(problem, kept) if kept else () for kept in fixed]
    for number, ids in zip(free, found.attend, strict=True):
        attend[number] = ids
    return Plan(tuple(slots), tuple(attend))


def _short(problem: Problem, plan: Plan) -> list[dict[str, Any]]:
    """The roundtables (from 0) that miss their quorum, how many could come at the most, and what would help."""
    return [
        {"number": each.number, "most": each.most, "remedies": _in_need(each.remedies)}
        for each in remedies.shortfalls(problem, plan)
    ]


def _listener(place: int, of: int, seconds: float) -> planner.Progress:
    """Hears the progress of one of several plans, and ends the search after so much processor time."""
    end = time.process_time() + seconds
    last = -1

    def listen(done: int, steps: int) -> None:
        nonlocal last
        percent = 100 * (place * steps + min(done, steps)) // (of * max(steps, 1))
        if percent != last:
            last = percent
            say({"progress": percent})
        if time.process_time() > end:
            raise planner.Enough

    return listen


def _in_need(found: Iterable[remedies.Remedy]) -> list[dict[str, Any]]:
    """What would help, as data for the pages: how many would have to be able to come, not who."""
    return [
        {
            "help": each.help.value,
            "start": each.start.isoformat() if each.start else None,
            "number": len(each.members) or each.number,
        }
        for each in found
    ]


def _as_json(plan: Plan) -> dict[str, Any]:
    return {"slots": [start.isoformat() for start in plan.slots], "attend": [list(ids) for ids in plan.attend]}
