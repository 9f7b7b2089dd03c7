"""What is kept of a plan: how good it is, below what none can be, and which rules it does not keep. Pure."""

from collections.abc import Collection, Iterable
from typing import Any

from peernet.groups.mixing.bounds import bounds
from peernet.groups.mixing.obstacles import Obstacle, obstacles
from peernet.groups.mixing.preferring import Pair, held
from peernet.groups.mixing.problem import Plan, Problem
from peernet.groups.mixing.scores import Broken, score


def found_of(problem: Problem, plan: Plan, wanted: Collection[Pair] | None = None) -> dict[str, Any]:
    """A plan and what is said of it, as JSON. ``bound`` is None where it is known that no plan keeps the rules. Of
    ``wanted`` pairs, where they are wished, it says how many it holds."""
    preferred = {} if wanted is None else {"matches": held(plan, wanted), "matches_at_all": len(wanted)}
    counted, below, before = score(problem, plan), bounds(problem), base(problem)
    return {
        "plan": [[list(group) for group in groups] for groups in plan],
        "cost": counted.cost - before,
        "bound": None if below is None else below.best - before,
        "never_met": counted.never_met,
        "least_met": counted.least_met,
        "obstacles": [_hindered(each) for each in obstacles(problem)],
        "broken": _broken(counted.broken),
        **preferred,
    }


def base(problem: Problem) -> int:
    """What was held costs already, whatever is planned: it is no part of what is said of a plan."""
    return sum(count * (count - 1) // 2 for count in problem.met.values())


def plan_of(found: dict[str, Any]) -> Plan:
    """The plan in it."""
    return tuple(tuple(tuple(group) for group in groups) for groups in found["plan"])


def is_proved(found: dict[str, Any]) -> bool:
    """Whether no plan that keeps the rules is better."""
    return bool(found["bound"] is not None and not found["broken"] and found["cost"] == found["bound"])


def _hindered(each: Obstacle) -> dict[str, Any]:
    return {
        "rule": each.rule.value,
        "round": each.round,
        "people": list(each.people),
        "there": each.there,
        "need": each.need,
    }


def _broken(found: Iterable[Broken]) -> list[dict[str, Any]]:
    return [{"rule": each.rule.value, "round": each.round, "people": list(each.people)} for each in found]
