"""How good and how quick is the planner of groups?

    python benchmarks/planning_groups.py [--only NAME] [--seeds 1] [--long]

The kept instances and drawn ones of the same kinds: each plan is checked and scored by planning/groups_checker.py,
which shares no code with the planner. A bar is a cost and the seconds of one core in which it is to be reached; --long
also gives the search a minute where that is the bar. Exits with 1 where a bar is missed.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planning.groups_checker import check

from peernet.groups.mixing import files, planner
from peernet.groups.mixing.planner import Enough, Stand

FOLDER = Path(__file__).parent / "planning" / "mixing"


@dataclass(frozen=True, slots=True)
class Bar:
    """An instance, and the cost that is to be reached in so many seconds."""

    name: str
    data: dict[str, Any]
    cost: int
    seconds: float


def kept(name: str) -> dict[str, Any]:
    """A kept instance."""
    found: dict[str, Any] = json.loads(next(FOLDER.glob(f"{name}*.json")).read_text())
    return found


def even(people: int, groups: int) -> list[int]:
    """Groups whose sizes differ by one at the most."""
    return [people // groups + (number < people % groups) for number in range(groups)]


def drawn(people: int, orgs: int, rounds: int, size: int, absent: float, seed: int) -> dict[str, Any]:
    """People of organisations of uneven sizes who sometimes stay away."""
    chance = random.Random(seed)
    names = [f"p{number:03}" for number in range(people)]
    made = []
    for _ in range(rounds):
        away = sorted(name for name in names if chance.random() < absent)
        there = people - len(away)
        made.append({"sizes": even(there, -(-there // size)), "absent": away})
    owners = [min(chance.randrange(orgs), chance.randrange(orgs)) for _ in names]
    return {
        "people": [{"id": name, "org": f"org{owner}"} for name, owner in zip(names, owners, strict=True)],
        "rounds": made,
        "same_org_apart": True,
    }


def packed(people: int, orgs: int, rounds: int, size: int) -> dict[str, Any]:
    """Full groups, organisations all of one size and apart."""
    return {
        "people": [{"id": f"p{number:03}", "org": f"org{number % orgs}"} for number in range(people)],
        "rounds": [{"sizes": [size] * (people // size)}] * rounds,
        "same_org_apart": True,
    }


def facilitated(seed: int) -> dict[str, Any]:
    """60 people of 20 organisations in fives, ten rounds, fifteen facilitators, one at each table."""
    data, chance = packed(60, 20, 10, 5), random.Random(seed)
    for person in chance.sample(data["people"], 15):
        person["tags"] = ["facilitator"]
    return data | {"per_group": {"tag": "facilitator", "min": 1}}


def speaking(seed: int) -> dict[str, Any]:
    """48 people in fours, seven rounds, some languages, some who come as a pair, some who stay away."""
    chance = random.Random(seed)
    data = drawn(48, 16, 7, 4, 0.06, seed)
    for person in data["people"]:
        person["languages"] = chance.choice((["en"], ["en", "fr"], ["en", "fr"], ["fr"], ["en", "sw"]))
    spoken = {person["id"]: person for person in data["people"]}
    pairs = [chance.sample(sorted(spoken), 2) for _ in range(12)]
    free = [
        pair
        for pair in pairs
        if spoken[pair[0]]["org"] != spoken[pair[1]]["org"]
        and set(spoken[pair[0]]["languages"]) & set(spoken[pair[1]]["languages"])
    ]
    return data | {"common_language": True, "keep_together": [{"pair": pair, "rounds": [2]} for pair in free[:3]]}


def golfers(groups: int, size: int, rounds: int) -> dict[str, Any]:
    """Full groups, no rules."""
    return {
        "people": [{"id": f"p{number:03}"} for number in range(groups * size)],
        "rounds": [{"sizes": [size] * groups}] * rounds,
    }


def bars(is_long: bool) -> Iterator[Bar]:
    """What is measured."""
    for path in sorted(FOLDER.glob("g*.json")):
        yield Bar(path.stem, json.loads(path.read_text()), 0, 1)
    for groups, size, rounds in ((7, 3, 10), (7, 4, 9), (9, 3, 13), (9, 4, 9), (10, 4, 7), (12, 4, 10), (16, 4, 21)):
        yield Bar(f"golfers {groups}-{size}-{rounds}", golfers(groups, size, rounds), 0, 1)
    yield Bar("150 people x 8", kept("r08"), 0, 1.5)
    yield Bar("200 people x 12, drawn", drawn(200, 45, 12, 5, 0.08, 1), 0, 1.5)
    yield Bar("150 people x 8, drawn", drawn(150, 35, 8, 6, 0.1, 2), 0, 1.5)
    yield Bar("28 x 12 rounds", kept("b02"), 126, 1.5)
    yield Bar("60 of 20 organisations x 10", packed(60, 20, 10, 5), 0, 1)
    yield Bar("60 of 30 organisations x 10", packed(60, 30, 10, 5), 0, 1)
    yield Bar("7 organisations x 2", kept("r01"), 77, 5)
    yield Bar("7 organisations x 2", kept("r01"), 76, 20)
    yield Bar("60 x 10 with facilitators", kept("r05"), 16, 10)
    for seed in (1, 2):
        yield Bar("60 x 10 with facilitators, drawn", facilitated(seed), 16, 10)
        yield Bar("48 x 7 with languages, drawn", speaking(seed), 20, 10)
    yield Bar("replan, 40 people", kept("r14"), 3, 0.3)
    for name in ("b01", "b05", "b08", "r03"):
        data = kept(name)
        yield Bar(data["name"], data, data["best_known"] * 105 // 100, 10)
        if is_long:
            yield Bar(data["name"], data, data["best_known"], 60)


def measure(bar: Bar, seed: int) -> bool:
    """Search until the cost is reached or the time is over. True if it is reached in time."""
    text = json.dumps(bar.data)
    began = time.process_time()

    def watch(stand: Stand) -> None:
        if time.process_time() - began > bar.seconds or (stand.cost is not None and stand.cost <= bar.cost):
            raise Enough

    outcome = planner.plan(files.problem_of(text), seed=seed, steps=1 << 40, on_progress=watch)
    spent = time.process_time() - began
    result = check(bar.data, json.loads(files.text_of_plan(outcome.plan)))
    is_held = not result["errors"] and result["cost"] <= bar.cost and spent <= 1.05 * bar.seconds + 0.05
    below = outcome.bounds.best if outcome.bounds else "?"
    word = "proved" if outcome.is_proved else f"bound {below}"
    known = bar.data.get("best_known")
    print(
        f"{bar.name:30} {spent:6.2f} of {bar.seconds:5.1f} s  cost {result['cost']:4} (bar {bar.cost}"
        f"{'' if known is None else f', known {known}'}; {word})  {'held' if is_held else 'MISSED'}"
        f"{'' if not result['errors'] else ' ' + str(result['errors'][:2])}",
        flush=True,
    )
    return is_held


def main() -> None:
    """Run, and say whether the bars are held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="Instances whose name has this in it.")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--long", action="store_true")
    options = parser.parse_args()
    chosen = [bar for bar in bars(options.long) if options.only in bar.name]
    held = [measure(bar, seed) for bar in chosen for seed in range(options.seeds)]
    print(f"{sum(held)} of {len(held)} held")
    sys.exit(not all(held))


if __name__ == "__main__":
    main()
