"""Checks and scores groups without any code of the planner: the second pair of eyes.

    python benchmarks/planning/groups_checker.py INSTANCE.json PLAN.json

Both are the formats of docs/planning-groups.md. Prints the score as JSON; exits with 1 where a hard rule is broken.
"""

import json
import sys
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any


def pairs_of(groups: list[list[str]]) -> list[frozenset[str]]:
    """Who shares a group with whom."""
    return [frozenset(pair) for group in groups for pair in combinations(group, 2)]


def is_apart(data: dict[str, Any], one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two people may not share a group."""
    if data.get("same_org_apart") and one.get("org") and one.get("org") == other.get("org"):
        return True
    return sorted((one["id"], other["id"])) in [sorted(pair) for pair in data.get("keep_apart", ())]


def stayed(before: list[list[str]], after: list[list[str]]) -> int:
    """The most people who can be said to stay, whichever new group is called by which old one's name: every way is
    tried, so that it takes long for more than some fifteen groups."""
    best = {0: 0}
    for old in [*before, *([[]] * (len(after) - len(before)))]:
        following: dict[int, int] = {}
        for taken, count in best.items():
            following[taken] = max(following.get(taken, 0), count)
            for number, new in enumerate(after):
                if not taken >> number & 1:
                    key, worth = taken | 1 << number, count + len(set(old) & set(new))
                    following[key] = max(following.get(key, 0), worth)
        best = following
    return max(best.values())


def moved(before: list[list[str]], after: list[list[str]]) -> int:
    """People in both plans who must change group."""
    both = {name for group in before for name in group} & {name for group in after for name in group}
    return len(both) - stayed(before, after)


def errors_at(data: dict[str, Any], people: dict[str, Any], group: list[str]) -> list[str]:
    """The hard rules that one group breaks."""
    errors = [
        f"{one} and {other} must be apart"
        for one, other in combinations(group, 2)
        if is_apart(data, people[one], people[other])
    ]
    rule = data.get("per_group")
    if rule and sum(rule["tag"] in people[name].get("tags", ()) for name in group) < rule.get("min", 1):
        errors.append(f"too few {rule['tag']} at {group}")
    spoken = [set(people[name]["languages"]) for name in group if people[name].get("languages")]
    if data.get("common_language") and spoken and not set.intersection(*spoken):
        errors.append(f"no common language at {group}")
    return errors


def errors_of(data: dict[str, Any], number: int, groups: list[list[str]]) -> list[str]:
    """The hard rules that the groups of one round break."""
    people, round_ = {person["id"]: person for person in data["people"]}, data["rounds"][number]
    there = set(people) - set(round_.get("absent", ()))
    if sorted(name for group in groups for name in group) != sorted(there):
        return [f"round {number + 1}: not exactly those who are there"]
    errors = []
    if sorted(map(len, groups)) != sorted(round_["sizes"]):
        errors.append(f"round {number + 1}: sizes")
    for group in groups:
        errors += [f"round {number + 1}: {error}" for error in errors_at(data, people, group)]
    for wish in data.get("keep_together", ()):
        one, other = wish["pair"]
        holds = not {one, other} <= there or any({one, other} <= set(group) for group in groups)
        if number + 1 in (wish.get("rounds") or range(1, len(data["rounds"]) + 1)) and not holds:
            errors.append(f"round {number + 1}: {one} and {other} must be together")
    return errors


def check(data: dict[str, Any], plan: list[list[list[str]]]) -> dict[str, Any]:
    """The score of a plan, and the hard rules that it breaks."""
    known = {person["id"] for person in data["people"]}
    history = [[[name for name in group if name in known] for group in groups] for groups in data.get("history", ())]
    errors = [] if len(plan) == len(data["rounds"]) else [f"{len(plan)} rounds"]
    times = Counter(pair for groups in (*history, *plan) for pair in pairs_of(groups))
    for number, groups in enumerate(plan[: len(data["rounds"])]):
        errors += errors_of(data, number, groups)
    moves = sum(moved(old, new) for old, new in zip(data.get("previous_plan") or (), plan, strict=False))
    if data.get("max_moved") is not None and moves > data["max_moved"]:
        errors.append(f"{moves} people moved")
    return {"errors": errors, "cost": sum(count * (count - 1) // 2 for count in times.values()), "moved": moves}


def main() -> None:
    """Check one plan."""
    data, plan = (json.loads(Path(name).read_text()) for name in sys.argv[1:3])
    result = check(data, plan["rounds"] if isinstance(plan, dict) else plan)
    print(json.dumps(result, indent=1))
    sys.exit(bool(result["errors"]))


if __name__ == "__main__":
    main()
