"""Small problems, drawn at random in the file format, and readers of them."""

import json
from typing import Any

from hypothesis import strategies as st

from benchmarks.planning.groups_checker import check
from peernet.groups.mixing import files
from peernet.groups.mixing.planner import Outcome
from peernet.groups.mixing.problem import Problem
from peernet.groups.mixing.scores import score

ORGS, TAGS, LANGUAGES = ["north", "south", "east"], ["facilitator", "scribe"], ["en", "fr", "sw"]


@st.composite
def sizes(draw: st.DrawFn, people: int) -> list[int]:
    """Groups for so many people."""
    found: list[int] = []
    while (left := people - sum(found)) > 0:
        found.append(draw(st.integers(1, min(left, 5))))
    return found


@st.composite
def groupings(draw: st.DrawFn, names: list[str]) -> list[list[str]]:
    """Any groups of these people."""
    order = draw(st.permutations(names))
    found, begin = [], 0
    for size in draw(sizes(len(names))):
        found.append(order[begin : begin + size])
        begin += size
    return found


@st.composite
def people(draw: st.DrawFn, number: int) -> dict[str, Any]:
    found: dict[str, Any] = {"id": f"p{number}"}
    if draw(st.booleans()):
        found["org"] = draw(st.sampled_from(ORGS))
    if draw(st.booleans()):
        found["tags"] = sorted(draw(st.sets(st.sampled_from(TAGS), min_size=1)))
    if draw(st.booleans()):
        found["languages"] = sorted(draw(st.sets(st.sampled_from(LANGUAGES), min_size=1)))
    return found


@st.composite
def announcements(draw: st.DrawFn, names: list[str]) -> dict[str, Any]:
    """Perhaps a plan of the first round that people know, and perhaps how many of them may move."""
    found: dict[str, Any] = {}
    if draw(st.booleans()):
        found["previous_plan"] = [draw(groupings(names))]
        if draw(st.booleans()):
            found["max_moved"] = draw(st.integers(0, 4))
    return found


@st.composite
def instances(draw: st.DrawFn, *, most_people: int = 12, most_rounds: int = 4) -> dict[str, Any]:
    """A problem with any of the rules, which may not all hold."""
    everybody = [draw(people(number)) for number in range(draw(st.integers(2, most_people)))]
    names = [person["id"] for person in everybody]
    pairs = st.lists(st.sampled_from(names), min_size=2, max_size=2, unique=True)
    rounds = []
    for _ in range(draw(st.integers(1, most_rounds))):
        absent = sorted(draw(st.sets(st.sampled_from(names), max_size=2)))
        rounds.append({"sizes": draw(sizes(len(names) - len(absent))), "absent": absent})
    data: dict[str, Any] = {"people": everybody, "rounds": rounds}
    if draw(st.booleans()):
        data["same_org_apart"] = True
    if draw(st.booleans()):
        data["keep_apart"] = draw(st.lists(pairs, max_size=3))
    if draw(st.booleans()):
        wish = {"pair": draw(pairs)}
        if draw(st.booleans()):
            wish["rounds"] = [1]
        data["keep_together"] = [wish]
    if draw(st.booleans()):
        data["per_group"] = {"tag": draw(st.sampled_from(TAGS)), "min": 1}
    if draw(st.booleans()):
        data["common_language"] = True
    if draw(st.booleans()):
        data["history"] = [draw(groupings([*names, "gone"])) for _ in range(draw(st.integers(1, 2)))]
    data |= draw(announcements(names))
    return data


def read(data: dict[str, Any]) -> Problem:
    return files.problem_of(json.dumps(data))


def checked(data: dict[str, Any], outcome: Outcome) -> dict[str, Any]:
    """The plan's score by the checker, with which the planner must agree."""
    result = check(data, json.loads(files.text_of_plan(outcome.plan)))
    assert outcome.score == score(read(data), outcome.plan)
    assert (outcome.score.cost, outcome.score.moved) == (result["cost"], result["moved"])
    assert bool(outcome.score.broken) == bool(result["errors"])
    return result
