"""Problems and plans as JSON: the format that ``docs/planning-groups.md`` describes."""

import json
from collections.abc import Iterable
from typing import Any

from peernet.groups.mixing.problem import PerGroup, Person, Plan, Problem, Round, Rules, Together
from peernet.groups.mixing.reading import Fault, Malformed, Node

# More of any of these is no series that people hold.
MOST_PEOPLE, MOST_ROUNDS, MOST_HELD, MOST_WISHES, MOST_WORDS = 1_000, 100, 1_000, 20_000, 50
# What instances say about themselves, for whoever compares plans: it is not read.
_NOT_READ = "name note kind known_optimum optimum_verified best_known reference fixture lower_bound lower_bounds"


def problem_of(text: str) -> Problem:
    """The problem that a file holds. Raises Malformed with the place of what is wrong."""
    top = _parsed(text).fields(
        "people rounds",
        "same_org_apart keep_apart keep_together per_group common_language history previous_plan max_moved "
        + _NOT_READ,
    )
    people = tuple(_person(node) for node in top["people"].items(MOST_PEOPLE))
    names = [person.id for person in people]
    _refuse_same(top["people"], names)
    if not people:
        raise top["people"].wrong(Fault.NOBODY)
    known = set(names)
    rounds = tuple(_round(node, known) for node in top["rounds"].items(MOST_ROUNDS))
    if not rounds:
        raise top["rounds"].wrong(Fault.NOBODY)
    return Problem(
        people=people,
        rounds=rounds,
        rules=_rules(top, known, len(rounds)),
        history=_plan(top["history"], MOST_HELD) if "history" in top else (),
        announced=_plan(top["previous_plan"], len(rounds)) if _is_given(top, "previous_plan") else (),
        most_moved=top["max_moved"].whole(0, MOST_PEOPLE * MOST_ROUNDS) if _is_given(top, "max_moved") else None,
    )


def text_of_problem(problem: Problem) -> str:
    """The file that holds this problem."""
    data: dict[str, Any] = {
        "people": [_person_data(person) for person in problem.people],
        "rounds": [
            {"sizes": list(one.sizes)} | ({"absent": sorted(one.absent)} if one.absent else {})
            for one in problem.rounds
        ],
    }
    data |= _rules_data(problem.rules)
    if problem.history:
        data["history"] = problem.history
    if problem.announced:
        data["previous_plan"] = problem.announced
    if problem.most_moved is not None:
        data["max_moved"] = problem.most_moved
    return json.dumps(data, ensure_ascii=False) + "\n"


def plan_of(text: str, problem: Problem) -> Plan:
    """The plan for ``problem`` that a file holds, a list of rounds or an object with it. Raises Malformed: a plan may
    break rules, but it knows the people and the rounds."""
    node = _parsed(text)
    if isinstance(node.value, dict):
        node = node.fields("rounds", "cost lower_bound moved steps seed")["rounds"]
    plan = _plan(node, MOST_ROUNDS)
    if len(plan) != len(problem.rounds):
        raise node.wrong(Fault.OUT_OF_RANGE, (len(problem.rounds), len(problem.rounds)))
    for number, groups in enumerate(plan):
        for name in (name for group in groups for name in group):
            if name not in problem.place:
                raise Malformed(f"{node.place}[{number}]", Fault.NO_PERSON, name)
    return plan


def text_of_plan(plan: Plan) -> str:
    """The file that holds this plan: a line for each round."""
    lines = (" " + json.dumps(groups, ensure_ascii=False) for groups in plan)
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _parsed(text: str) -> Node:
    try:
        return Node(json.loads(text, parse_constant=_no_number))
    except json.JSONDecodeError as error:
        raise Malformed("", Fault.NOT_JSON, (error.lineno, error.colno)) from None
    except (ValueError, RecursionError):
        raise Malformed("", Fault.NOT_JSON) from None


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _person(node: Node) -> Person:
    found = node.fields("id", "org tags languages")
    return Person(
        found["id"].text(),
        found["org"].text() if _is_given(found, "org") else None,
        _words(found, "tags"),
        _words(found, "languages"),
    )


def _round(node: Node, known: set[str]) -> Round:
    found = node.fields("sizes", "absent")
    sizes = tuple(each.whole(1, MOST_PEOPLE) for each in found["sizes"].items(MOST_PEOPLE))
    absent = frozenset(_name(each, known) for each in found["absent"].items(MOST_PEOPLE)) if "absent" in found else ()
    there = len(known) - len(absent)
    if sum(sizes) != there:
        raise found["sizes"].wrong(Fault.SIZES_DO_NOT_ADD_UP, (sum(sizes), there))
    return Round(sizes, frozenset(absent))


def _rules(top: dict[str, Node], known: set[str], rounds: int) -> Rules:
    return Rules(
        same_org_apart=top["same_org_apart"].truth() if "same_org_apart" in top else False,
        keep_apart=tuple(_pair(each, known) for each in _list(top, "keep_apart")),
        keep_together=tuple(_together(each, known, rounds) for each in _list(top, "keep_together")),
        per_group=_per_group(top["per_group"]) if _is_given(top, "per_group") else None,
        common_language=top["common_language"].truth() if "common_language" in top else False,
    )


def _together(node: Node, known: set[str], rounds: int) -> Together:
    found = node.fields("pair", "rounds")
    pair = _pair(found["pair"], known)
    if not _is_given(found, "rounds"):
        return Together(pair)
    return Together(pair, frozenset(each.whole(1, rounds) - 1 for each in found["rounds"].items(MOST_ROUNDS)))


def _per_group(node: Node) -> PerGroup:
    found = node.fields("tag", "min")
    return PerGroup(found["tag"].text(), found["min"].whole(0, MOST_PEOPLE) if "min" in found else 1)


def _pair(node: Node, known: set[str]) -> tuple[str, str]:
    names = [_name(each, known) for each in node.items(2)]
    if len(names) != 2 or names[0] == names[1]:
        raise node.wrong(Fault.NOT_A_PAIR)
    return names[0], names[1]


def _name(node: Node, known: set[str]) -> str:
    if node.text() not in known:
        raise node.wrong(Fault.NO_PERSON)
    return node.text()


def _plan(node: Node, most: int) -> Plan:
    plan = []
    for groups in node.items(most):
        plan.append(
            tuple(tuple(each.text() for each in group.items(MOST_PEOPLE)) for group in groups.items(MOST_PEOPLE))
        )
        _refuse_same(groups, [name for group in plan[-1] for name in group])
    return tuple(plan)


def _words(found: dict[str, Node], key: str) -> frozenset[str]:
    return frozenset(each.text() for each in found[key].items(MOST_WORDS)) if _is_given(found, key) else frozenset()


def _list(found: dict[str, Node], key: str) -> Iterable[Node]:
    return found[key].items(MOST_WISHES) if key in found else ()


def _is_given(found: dict[str, Node], key: str) -> bool:
    return key in found and found[key].value is not None


def _refuse_same(node: Node, names: list[str]) -> None:
    seen: set[str] = set()
    for number, name in enumerate(names):
        if name in seen:
            raise Malformed(f"{node.place}[{number}]", Fault.TWICE, name)
        seen.add(name)


def _person_data(person: Person) -> dict[str, Any]:
    data: dict[str, Any] = {"id": person.id}
    if person.org is not None:
        data["org"] = person.org
    if person.tags:
        data["tags"] = sorted(person.tags)
    if person.languages:
        data["languages"] = sorted(person.languages)
    return data


def _rules_data(rules: Rules) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if rules.same_org_apart:
        data["same_org_apart"] = True
    if rules.keep_apart:
        data["keep_apart"] = rules.keep_apart
    if rules.keep_together:
        data["keep_together"] = [
            {"pair": wish.pair} | ({} if wish.rounds is None else {"rounds": sorted(each + 1 for each in wish.rounds)})
            for wish in rules.keep_together
        ]
    if rules.per_group:
        data["per_group"] = {"tag": rules.per_group.tag, "min": rules.per_group.least}
    if rules.common_language:
        data["common_language"] = True
    return data
