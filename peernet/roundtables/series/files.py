"""Problems and plans as JSON: the format that ``docs/planning-series.md`` describes."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from peernet.roundtables.series.availability import Level, Member, Window
from peernet.roundtables.series.problem import Moment, Plan, Problem, Rules
from peernet.roundtables.series.reading import Fault, Malformed, Node

# More of any of these is no series that people hold.
MOST_MEMBERS, MOST_ROUNDS, MOST_CANDIDATES, MOST_WINDOWS = 1_000, 100, 2_000, 200
LONGEST, MOST_POINTS = 24 * 60, 1_000_000
# What instances say about themselves, for whoever compares plans: it is not read.
_NOT_READ = "name note known_optimum best_known reference fixture lower_bound lower_bounds"
_LEVELS = {"no": Level.NO, "maybe": Level.MAYBE, "yes": Level.YES}
_WORDS = {level: word for word, level in _LEVELS.items()}


def problem_of(text: str) -> Problem:
    """The problem that a file holds. Raises Malformed with the place of what is wrong."""
    top = _parsed(text).fields("members occurrences duration_min", f"anchor_tz poll rules {_NOT_READ}")
    members = tuple(_member(node) for node in top["members"].items(MOST_MEMBERS))
    _refuse_same(top["members"], [member.id for member in members])
    occurrences = [node.fields("candidates", "fixed") for node in top["occurrences"].items(MOST_ROUNDS)]
    if not members or not occurrences:
        raise Malformed("occurrences" if members else "members", Fault.NOBODY)
    problem = Problem(
        members=members,
        rounds=tuple(_starts(each["candidates"]) for each in occurrences),
        fixed=tuple(each["fixed"].moment() if "fixed" in each else None for each in occurrences),
        minutes=top["duration_min"].whole(1, LONGEST),
        anchor=top["anchor_tz"].zone() if "anchor_tz" in top else "UTC",
        poll=_poll(top["poll"], members) if "poll" in top else {},
        rules=_rules(top["rules"]) if "rules" in top else Rules(),
    )
    _refuse_dead_ends(problem)
    return problem


def text_of_problem(problem: Problem) -> str:
    """The file that holds this problem."""
    fixed = problem.fixed or (None,) * len(problem.rounds)
    data = {
        "anchor_tz": problem.anchor,
        "duration_min": problem.minutes,
        "members": [_member_data(member) for member in problem.members],
        "occurrences": [
            {"candidates": [_stamp(start) for start in starts]} | ({"fixed": _stamp(kept)} if kept else {})
            for starts, kept in zip(problem.rounds, fixed, strict=True)
        ],
        "poll": {
            name: {_stamp(start): _WORDS[level] for start, level in sorted(answers.items())}
            for name, answers in sorted(problem.poll.items())
        },
        "rules": _rules_data(problem.rules),
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def plan_of(text: str, problem: Problem) -> Plan:
    """The plan for ``problem`` that a file holds. Where it does not say who comes, all who can do; that is refused
    where one of each organisation comes. Raises Malformed."""
    top = _parsed(text).fields("slots", "attend")
    slots = tuple(node.moment() for node in top["slots"].items(MOST_ROUNDS))
    if len(slots) != len(problem.rounds):
        raise Malformed("slots", Fault.OUT_OF_RANGE, (len(problem.rounds), len(problem.rounds)))
    if "attend" not in top:
        if problem.rules.one_per_org:
            raise Malformed("attend", Fault.MISSING)
        return Plan(slots, tuple(who_can(problem, start) for start in slots))
    names = {member.id for member in problem.members}
    attend = tuple(_names(node, names) for node in top["attend"].items(MOST_ROUNDS))
    if len(attend) != len(slots):
        raise Malformed("attend", Fault.OUT_OF_RANGE, (len(slots), len(slots)))
    return Plan(slots, attend)


def text_of_plan(plan: Plan) -> str:
    """The file that holds this plan."""
    data = {"slots": [_stamp(start) for start in plan.slots], "attend": [list(names) for names in plan.attend]}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def who_can(problem: Problem, start: Moment) -> tuple[str, ...]:
    """The ids of all who can come at ``start``."""
    return tuple(member.id for member in problem.members if problem.level(member, start))


def _parsed(text: str) -> Node:
    try:
        return Node(json.loads(text, parse_constant=_no_number))
    except json.JSONDecodeError as error:
        raise Malformed("", Fault.NOT_JSON, (error.lineno, error.colno)) from None
    except (ValueError, RecursionError):
        raise Malformed("", Fault.NOT_JSON) from None


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _member(node: Node) -> Member:
    found = node.fields("id tz", "org weekly away weekend burden_so_far")
    member = Member(id=found["id"].text(), zone=found["tz"].zone())
    if "org" in found:
        member = replace(member, org=found["org"].text())
    if "weekly" in found:
        member = replace(member, weekly=tuple(_window(each) for each in found["weekly"].items(MOST_WINDOWS)))
    if "away" in found:
        member = replace(member, away=tuple(_away(each) for each in found["away"].items(MOST_WINDOWS)))
    if "weekend" in found:
        member = replace(member, weekend=_days(found["weekend"]))
    if "burden_so_far" in found:
        member = replace(member, burden_so_far=found["burden_so_far"].whole(0, MOST_POINTS))
    return member


def _window(node: Node) -> Window:
    found = node.fields("days from to answer")
    start, end = found["from"].hour(), found["to"].hour()
    if end <= start:
        raise found["to"].wrong(Fault.ENDS_BEFORE_IT_BEGINS)
    if (glad := _level(found["answer"])) == Level.NO:
        raise found["answer"].wrong(Fault.NOT_AN_ANSWER)
    return Window(_days(found["days"]), start, end, glad)


def _away(node: Node) -> tuple[Any, Any]:
    days = [each.day() for each in node.items(2)]
    if len(days) != 2:
        raise node.wrong(Fault.NOT_A_DATE)
    if days[1] < days[0]:
        raise node.wrong(Fault.ENDS_BEFORE_IT_BEGINS)
    return days[0], days[1]


def _days(node: Node) -> frozenset[int]:
    return frozenset(each.whole(0, 6) for each in node.items(7))


def _level(node: Node) -> Level:
    if not isinstance(node.value, str) or node.value not in _LEVELS:
        raise node.wrong(Fault.NOT_AN_ANSWER)
    return _LEVELS[node.value]


def _starts(node: Node) -> tuple[Moment, ...]:
    return tuple(each.moment() for each in node.items(MOST_CANDIDATES))


def _names(node: Node, known: set[str]) -> tuple[str, ...]:
    names = []
    for each in node.items(MOST_MEMBERS):
        if each.text() not in known:
            raise each.wrong(Fault.NO_MEMBER)
        names.append(each.text())
    _refuse_same(node, names)
    return tuple(names)


def _poll(node: Node, members: Iterable[Member]) -> dict[str, dict[Moment, Level]]:
    known = {member.id for member in members}
    poll = {}
    for name, answers in node.entries().items():
        if name not in known:
            raise Malformed(answers.place, Fault.NO_MEMBER, name)
        poll[name] = {
            Node(start, answers.place).moment(): _level(answer) for start, answer in answers.entries().items()
        }
    return poll


def _rules(node: Node) -> Rules:
    found = node.fields("", "quorum one_per_org max_patterns min_gap_days forbidden_dates forbidden_starts")
    return Rules(
        quorum=found["quorum"].whole(0, MOST_MEMBERS) if "quorum" in found else 0,
        one_per_org=found["one_per_org"].truth() if "one_per_org" in found else False,
        max_patterns=found["max_patterns"].whole(1, MOST_ROUNDS) if _is_given(found, "max_patterns") else None,
        min_gap_days=found["min_gap_days"].whole(0, 366) if _is_given(found, "min_gap_days") else 0,
        forbidden_dates=frozenset(each.day() for each in _list(found, "forbidden_dates")),
        forbidden_starts=frozenset(each.moment() for each in _list(found, "forbidden_starts")),
    )


def _is_given(found: dict[str, Node], key: str) -> bool:
    return key in found and found[key].value is not None


def _list(found: dict[str, Node], key: str) -> Iterable[Node]:
    return found[key].items(MOST_CANDIDATES) if key in found else ()


def _refuse_same(node: Node, names: list[str]) -> None:
    seen: set[str] = set()
    for number, name in enumerate(names):
        if name in seen:
            raise Malformed(f"{node.place}[{number}]", Fault.TWICE, name)
        seen.add(name)


def _refuse_dead_ends(problem: Problem) -> None:
    """A roundtable must have a start that it can take."""
    for number, (starts, kept) in enumerate(zip(problem.rounds, problem.fixed, strict=True)):
        if kept is not None and kept not in starts:
            raise Malformed(f"occurrences[{number}].fixed", Fault.NOT_A_CANDIDATE, _stamp(kept))
        if not problem.open_rounds[number]:
            raise Malformed(f"occurrences[{number}].candidates", Fault.NOTHING_LEFT)


def _member_data(member: Member) -> dict[str, Any]:
    weekly = [
        {
            "days": sorted(window.days),
            "from": _hour(window.start),
            "to": _hour(window.end),
            "answer": _WORDS[window.level],
        }
        for window in member.weekly
    ]
    return {
        "id": member.id,
        **({"org": member.org} if member.org else {}),
        "tz": member.zone,
        "weekly": weekly,
        "away": [[first.isoformat(), last.isoformat()] for first, last in member.away],
        "weekend": sorted(member.weekend),
        "burden_so_far": member.burden_so_far,
    }


def _rules_data(rules: Rules) -> dict[str, Any]:
    return {
        "quorum": rules.quorum,
        "one_per_org": rules.one_per_org,
        "max_patterns": rules.max_patterns,
        "min_gap_days": rules.min_gap_days,
        "forbidden_dates": sorted(day.isoformat() for day in rules.forbidden_dates),
        "forbidden_starts": sorted(_stamp(start) for start in rules.forbidden_starts),
    }


def _hour(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
