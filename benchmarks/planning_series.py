"""How good and how quick is the planner of series?

    python benchmarks/planning_series.py [--seeds 2] [--only NAME]

The kept instances: each plan is checked and scored by planning/checker.py, which shares no code with the planner, and
compared with the best that is known. Drawn instances of the same kind, up to the largest that must be quick: seconds of
CPU against the bar, and the plan of the usual work against one of six times the work from another seed. Exits with 1
where a plan is worse than what is known, or a bar is missed.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from planning.checker import Instance, check
from planning.generator import ATLANTIC, EUROPE, TRIAD, WORLD, Kind, instance

from peernet.roundtables.series import files, planner
from peernet.roundtables.series.planner import Objective

FOLDER = Path(__file__).parent / "planning" / "scheduling"
# Seconds of one core.
BARS = {Objective.STRICT: 2.0, Objective.BALANCED: 5.0}
LARGE = 20.0
ONE_PER_ORG = {"one_per_org": True}
KINDS = (
    (Kind("europe-14", EUROPE, 14, 6), BARS),
    (Kind("triad-12", TRIAD, 12, 10), BARS),
    (Kind("world-12", WORLD, 12, 12), BARS),
    (Kind("poll-30", WORLD, 30, 8, per_round=12, polled=True), BARS),
    (Kind("world-20-two-times", WORLD, 20, 8, rules={"max_patterns": 2}), BARS),
    (Kind("world-60-three-times", WORLD, 60, 10, rules={"max_patterns": 3}), BARS),
    (Kind("atlantic-60-apart", ATLANTIC, 60, 10, rules={"min_gap_days": 6}), BARS),
    (Kind("world-60", WORLD, 60, 10), BARS),
    (Kind("atlantic-60", ATLANTIC, 60, 10), BARS),
    (Kind("europe-60", EUROPE, 60, 10), BARS),
    (Kind("one-of-each-14", WORLD, 14, 8, rules=ONE_PER_ORG), BARS),
    (Kind("one-of-each-200", WORLD, 200, 12, per_org=4, rules=ONE_PER_ORG), dict.fromkeys(Objective, LARGE)),
    (Kind("one-of-each-200-pairs", ATLANTIC, 200, 12, rules=ONE_PER_ORG), dict.fromkeys(Objective, LARGE)),
)


def key_of(result: dict[str, Any], objective: Objective, floor: int) -> list[Any]:
    """Smaller is better."""
    if objective is Objective.STRICT:
        return [-result["quorum_met"], -result["attendance"], result["leximin"]]
    return [-result["quorum_met"], result["attendance"] < floor, result["load"], -result["attendance"]]


def solve(data: dict[str, Any], objective: Objective, **options: int) -> tuple[planner.Outcome, float]:
    """A plan, checked, and the seconds of CPU that it took from the text of the file on."""
    text = json.dumps(data)
    began = time.process_time()
    outcome = planner.plan(files.problem_of(text), objective, **options)
    spent = time.process_time() - began
    result = check(Instance(data), json.loads(files.text_of_plan(outcome.plan)))
    if result["errors"]:
        raise SystemExit(f"The plan breaks a rule: {result['errors']}")
    return outcome, spent


def scored(data: dict[str, Any], outcome: planner.Outcome) -> list[Any]:
    """The key of a plan, by the checker."""
    result = check(Instance(data), json.loads(files.text_of_plan(outcome.plan)))
    return key_of(result, outcome.objective, planner.floor_of(outcome.most))


def compare(path: Path, objective: Objective) -> bool:
    """A kept instance against what is known of it. True if it is as good."""
    data = json.loads(path.read_text())
    outcome, spent = solve(data, objective)
    known = data["reference"][objective.value]
    floor = data["reference"]["balanced_attendance_floor"]
    ours = scored(data, outcome)
    theirs = key_of(known, objective, floor)
    word = "equal" if ours == theirs else "BETTER" if ours < theirs else "WORSE"
    shown = "proved" if outcome.is_proved else "not proved"
    print(f"{path.stem:28} {objective.value:9} {spent:6.2f} s  {word} ({shown}; known: proved {known['proved']})")
    return ours <= theirs and spent <= BARS[objective]


def measure(kind: Kind, seed: int, objective: Objective, bar: float) -> bool:
    """A drawn instance: time against the bar, and quality against much more work. True if the bar is held."""
    data = instance(kind, seed)
    outcome, spent = solve(data, objective)
    word = "proved"
    if not outcome.is_proved:
        problem = files.problem_of(json.dumps(data))
        longer, _spent = solve(data, objective, seed=seed + 1, steps=6 * planner.steps_for(problem, objective))
        ours, theirs = scored(data, outcome), scored(data, longer)
        word = (
            "equal to six times the work" if ours == theirs else f"top loads {ours[2][:5]}, with more {theirs[2][:5]}"
        )
    ratio = f"{spent:6.2f} s, {spent / bar:4.2f} of the bar"
    print(f"{data['name']:28} {objective.value:9} {ratio}  {word}", flush=True)
    return spent <= bar


def main() -> None:
    """Run, and say whether the bars are held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--only", default="", help="Instances whose name has this in it.")
    options = parser.parse_args()
    held = [
        compare(path, objective)
        for path in sorted(FOLDER.glob("*.json"))
        if options.only in path.stem
        for objective in Objective
    ]
    for kind, bars in KINDS:
        if options.only in kind.name:
            for seed in range(1, options.seeds + 1):
                held += [measure(kind, seed, objective, bars[objective]) for objective in Objective]
    print(f"{sum(held)} of {len(held)} held")
    sys.exit(not all(held))


if __name__ == "__main__":
    main()
