"""Plans: the best there is where every plan can be tried, the same everywhere, and whole whenever they are stopped."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from benchmarks.planning.checker import Instance, check
from benchmarks.planning.generator import WORLD, Kind, instance
from peernet.roundtables.series import deputies, files, planner, turnout
from peernet.roundtables.series.planner import Enough, NoPlan, Objective, Outcome
from peernet.roundtables.series.scores import score
from tests.roundtables.series.test_files import INSTANCES
from tests.roundtables.series.worlds import WHOLE_WEEK, instances, read

WORLD_8 = instance(Kind("world", WORLD, 8, 4, per_round=30), 3)


def checked(data: dict[str, Any], outcome: Outcome) -> dict[str, Any]:
    """The plan's score by the checker, which it must pass, and which the planner must agree with."""
    result = check(Instance(data), json.loads(files.text_of_plan(outcome.plan)))
    assert result["errors"] == []
    own = outcome.score
    assert (own.quorum_met, list(own.heads)) == (result["quorum_met"], result["per_round"])
    assert sorted(own.burdens, reverse=True) == result["leximin"]
    assert sorted(own.loads, reverse=True) == result["load"]
    return result


def every_plan(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The score of each plan that keeps the rules, with everybody coming who can, or one of each organisation."""
    here = Instance(data)
    ways = [[(start, who) for start in starts for who in _coming(here, start)] for starts in here.candidates]
    for chosen in product(*ways):
        plan = {
            "slots": [f"{start:%Y-%m-%dT%H:%MZ}" for start, _who in chosen],
            "attend": [who for _start, who in chosen],
        }
        result = check(here, plan)
        if result["ok"]:
            yield result


def _coming(here: Instance, start: datetime) -> list[list[str]]:
    can = here.can(start)
    if not here.rules.get("one_per_org"):
        return [[here.ids[number] for number in can]]
    seats: dict[str, list[str]] = {}
    for number in can:
        seats.setdefault(here.org(number), []).append(here.ids[number])
    return [list(each) for each in product(*seats.values())]


def strict_key(result: dict[str, Any]) -> list[Any]:
    return [-result["quorum_met"], -result["attendance"], result["leximin"]]


def balanced_key(result: dict[str, Any], floor: int) -> list[Any]:
    return [-result["quorum_met"], result["attendance"] < floor, result["load"], -result["attendance"]]


@settings(max_examples=150, deadline=None)
@given(instances(most_rounds=3, most_candidates=4))
def test_no_plan_is_better(data: dict[str, Any]) -> None:
    plans = list(every_plan(data))
    if not plans:
        with pytest.raises(NoPlan):
            planner.plan(read(data))
        return
    strict = planner.plan(read(data), Objective.STRICT)
    best = min(plans, key=strict_key)
    assert strict_key(checked(data, strict)) == strict_key(best)
    floor = -(-95 * best["attendance"] // 100)
    balanced = planner.plan(read(data))
    assert balanced_key(checked(data, balanced), floor) == min(balanced_key(each, floor) for each in plans)
    assert (strict.is_proved, balanced.is_proved) == (True, True)


@pytest.mark.parametrize("path", INSTANCES, ids=lambda path: path.stem)
@pytest.mark.parametrize("objective", list(Objective))
def test_the_instances_are_solved_as_well_as_anybody_has(path: Path, objective: Objective) -> None:
    data = json.loads(path.read_text())
    known = data["reference"][objective.value]
    result = checked(data, planner.plan(files.problem_of(path.read_text()), objective))
    measure = "leximin" if objective is Objective.STRICT else "load"
    assert [result[key] for key in ("quorum_met", measure)] == [known[key] for key in ("quorum_met", measure)]
    assert result["attendance"] >= known["attendance"]


def test_the_search_finds_without_proof_what_is_proved() -> None:
    """With too little work for a proof the plan is still there, and as a rule the same."""
    problem = files.problem_of(INSTANCES[1].read_text())
    proved = planner.plan(problem)
    short = planner.plan(problem, steps=20_000)
    assert (proved.is_proved, short.is_proved) == (True, False)
    assert short.score.balanced_key(0) == proved.score.balanced_key(0)


def test_announced_starts_stay_and_forbidden_ones_are_left_out() -> None:
    free = planner.plan(read(WORLD_8))
    data = json.loads(json.dumps(WORLD_8))
    kept = data["occurrences"][1]["candidates"][3]
    data["occurrences"][1]["fixed"] = kept
    first = f"{free.plan.slots[0]:%Y-%m-%dT%H:%MZ}"
    day = f"{free.plan.slots[2]:%Y-%m-%d}"
    data["rules"] |= {"forbidden_starts": [first, kept], "forbidden_dates": [day], "min_gap_days": 1}
    plan = json.loads(files.text_of_plan(planner.plan(read(data)).plan))
    assert plan["slots"][1] == kept
    assert first not in plan["slots"]
    assert not [start for start in plan["slots"] if start.startswith(day)]


def test_who_carried_much_before_is_spared() -> None:
    """Two people twelve hours apart: the one who has 40 points already sleeps."""

    def instance_of(so_far: dict[str, int]) -> dict[str, Any]:
        people = [("east", "Asia/Tokyo"), ("west", "America/New_York")]
        return {
            "members": [
                {"id": name, "tz": zone, "weekly": [WHOLE_WEEK], "burden_so_far": so_far.get(name, 0)}
                for name, zone in people
            ],
            "occurrences": [
                {"candidates": [f"2026-11-{day:02}T03:00Z", f"2026-11-{day:02}T15:00Z"]} for day in (3, 10, 17, 24)
            ],
            "duration_min": 60,
        }

    def hours(data: dict[str, Any]) -> list[int]:
        return sorted(start.hour for start in planner.plan(read(data)).plan.slots)

    # 3:00 is noon in Tokyo and 22:00 in New York, which costs 10 points; 15:00 is midnight in Tokyo, which costs 18.
    assert hours(instance_of({})) == [3, 3, 3, 15]
    assert hours(instance_of({"east": 40})) == [3, 3, 3, 3]
    assert hours(instance_of({"west": 100})) == [15, 15, 15, 15]


def test_a_weekly_time_that_adds_nobody_may_be_what_lets_starts_keep_apart() -> None:
    """Fridays alone are open to all, and two of them in a row are too near each other."""
    weekly = [{"days": list(range(7)), "from": "00:00", "to": "24:00", "answer": "yes"}]
    starts = (
        ["2027-01-04T12:00Z", "2027-01-08T12:00Z"],
        ["2027-01-13T12:00Z", "2027-01-15T12:00Z"],
        ["2027-01-29T12:00Z"],
    )
    data = {
        "duration_min": 60,
        "members": [{"id": "ann", "tz": "UTC", "weekly": weekly}],
        "occurrences": [{"candidates": each} for each in starts],
        "rules": {"max_patterns": 2, "min_gap_days": 8},
    }
    outcome = planner.plan(read(data))
    assert json.loads(files.text_of_plan(outcome.plan))["slots"] == [starts[0][0], starts[1][1], starts[2][0]]
    assert outcome.is_proved


def test_nothing_is_called_proved_that_was_not_all_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    data = instance(Kind("two-times", WORLD, 8, 4, per_round=30, rules={"max_patterns": 2}), 3)
    assert planner.plan(read(data)).is_proved
    monkeypatch.setattr(turnout, "_MOST_SETS", 1)
    assert not planner.plan(read(data)).is_proved


def test_a_seat_whose_states_are_too_many_is_not_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(3, 5), (5, 3), (4, 4)]
    exact = deputies.Seat((0, 0), 12)
    assert (max(exact.turns(rows).loads), exact.is_exact) == (7, True)
    monkeypatch.setattr(deputies, "_MOST_STATES", 1)
    cut = deputies.Seat((0, 0), 12)
    assert (max(cut.turns(rows).loads), cut.is_exact) == (7, False)


def test_those_who_share_a_seat_take_turns() -> None:
    data = {
        "members": [{"id": name, "org": "river", "tz": "UTC", "weekly": [WHOLE_WEEK]} for name in "abc"],
        "occurrences": [{"candidates": [f"2026-11-{day:02}T23:00Z"]} for day in (3, 10, 17, 24)]
        + [{"candidates": ["2026-12-01T10:00Z"]}],
        "duration_min": 60,
        "rules": {"one_per_org": True, "quorum": 1},
    }
    outcome = planner.plan(read(data))
    assert sorted(outcome.score.burdens) == [18, 20, 36]
    assert [len(who) for who in outcome.plan.attend] == [1] * 5
    assert outcome.score.missed == (0, 0, 0)


def test_the_same_seed_gives_the_same_plan_in_every_process() -> None:
    program = (
        "import json,sys\n"
        "from benchmarks.planning.generator import WORLD, Kind, instance\n"
        "from peernet.roundtables.series import files, planner\n"
        "kind = Kind('world', WORLD, 14, 8, rules={'one_per_org': True})\n"
        "problem = files.problem_of(json.dumps(instance(kind, 1)))\n"
        "print(files.text_of_plan(planner.plan(problem, seed=5, steps=300_000).plan))\n"
    )
    root = Path(__file__).parents[3]
    found = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("0", "4711")
    ]
    assert found[0] == found[1]
    assert json.loads(found[0])["slots"]


@pytest.mark.parametrize("calls", [1, 2, 3])
def test_whoever_has_enough_gets_the_best_so_far(calls: int) -> None:
    problem = read(instance(Kind("world", WORLD, 14, 8, rules={"one_per_org": True}), 1))
    heard: list[tuple[int, int]] = []

    def listen(done: int, of: int) -> None:
        heard.append((done, of))
        if len(heard) == calls:
            raise Enough

    outcome = planner.plan(problem, on_progress=listen, steps=2_000_000)
    whole = planner.plan(problem, steps=2_000_000)
    assert (outcome.was_interrupted, whole.was_interrupted) == (True, False)
    assert len(heard) == calls
    assert outcome.score.balanced_key(0) >= whole.score.balanced_key(0)
    assert outcome.score.quorum_met == whole.score.quorum_met


def test_progress_rises_to_its_end() -> None:
    heard: list[tuple[int, int]] = []
    problem = read(instance(Kind("world", WORLD, 14, 8, rules={"one_per_org": True}), 1))
    planner.plan(problem, on_progress=lambda done, of: heard.append((done, of)), steps=200_000)
    assert heard == sorted(heard)
    assert heard[-1] == (200_000, 200_000)
    assert {of for _done, of in heard} == {200_000}


def test_the_same_slot_keeps_its_wall_time_when_clocks_change() -> None:
    data = {
        "members": [{"id": "a", "tz": "Europe/London", "weekly": [WHOLE_WEEK]}],
        "occurrences": [{"candidates": [f"2026-10-{day}T{hour:02}:00Z" for hour in range(24)]} for day in (14, 21, 28)],
        "duration_min": 60,
        "anchor_tz": "Europe/Paris",
    }
    plan = planner.same_slot(read(data))
    assert plan is not None
    # 10:00 in Paris is 09:00 in London, on either side of the change.
    assert plan.slots == tuple(datetime(2026, 10, day, hour, tzinfo=UTC) for day, hour in ((14, 8), (21, 8), (28, 9)))
    assert score(read(data), plan).burdens == (6,)


def test_where_no_weekly_time_is_open_to_all_there_is_no_same_slot() -> None:
    assert planner.same_slot(files.problem_of(INSTANCES[4].read_text())) is None


@pytest.mark.parametrize("path", INSTANCES, ids=lambda path: path.stem)
def test_the_same_slot_is_as_good_as_the_known_one(path: Path) -> None:
    known = json.loads(path.read_text())["reference"]["same_slot_best"]
    problem = files.problem_of(path.read_text())
    plan = planner.same_slot(problem)
    if known is None:
        assert plan is None
        return
    found = score(problem, plan)
    assert (found.quorum_met, found.attendance) == (known["quorum_met"], known["attendance"])
