"""Plans: as good as is known, the same everywhere, and whole whenever they are stopped."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from peernet.groups.mixing import files, planner
from peernet.groups.mixing.planner import Enough, Stand
from tests.groups.mixing.test_files import INSTANCES
from tests.groups.mixing.worlds import checked, instances, read

PURE = {path.stem: path for path in INSTANCES if path.stem.startswith("b")}
SMALL = json.loads(next(path for path in INSTANCES if path.stem.startswith("r01")).read_text())


@pytest.mark.parametrize("path", PURE.values(), ids=PURE)
def test_the_bound_is_reached_where_it_can_be(path: Path) -> None:
    data = json.loads(path.read_text())
    outcome = planner.plan(read(data))
    assert checked(data, outcome)["errors"] == []
    assert (outcome.score.cost, outcome.is_proved) == (data["best_known"], True)


@given(instances())
@settings(max_examples=25, deadline=None)
def test_a_plan_keeps_its_rules_or_says_which_it_breaks(data: dict[str, Any]) -> None:
    outcome = planner.plan(read(data), steps=500)
    checked(data, outcome)
    for round_, groups in zip(data["rounds"], outcome.plan, strict=True):
        assert sorted(round_["sizes"]) == sorted(map(len, groups))
    if outcome.obstacles:
        assert outcome.score.broken
    if not outcome.score.broken:
        assert outcome.bounds is not None
        assert outcome.bounds.best <= outcome.score.cost


def test_seed_and_steps_make_the_plan_on_every_machine() -> None:
    program = (
        "import json, sys\n"
        "from peernet.groups.mixing import files, planner\n"
        "problem = files.problem_of(sys.stdin.read())\n"
        "print(files.text_of_plan(planner.plan(problem, seed=7, steps=30_000).plan))\n"
    )
    plans = {
        subprocess.run(
            [sys.executable, "-c", program],
            input=json.dumps(SMALL),
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(plans) == 1


def test_enough_is_enough() -> None:
    stands: list[Stand] = []

    def watch(stand: Stand) -> None:
        stands.append(stand)
        if stand.done > 5_000:
            raise Enough

    outcome = planner.plan(read(SMALL), steps=1_000_000, on_progress=watch)
    assert (outcome.was_interrupted, outcome.steps) == (True, stands[-1].done)
    assert checked(SMALL, outcome)["errors"] == []
    assert [stand.done for stand in stands] == sorted(stand.done for stand in stands)
    assert outcome.score.cost == stands[-1].cost


def test_enough_at_once_is_a_whole_plan() -> None:
    def watch(_stand: Stand) -> None:
        raise Enough

    outcome = planner.plan(read(SMALL), on_progress=watch)
    assert [sorted(name for group in groups for name in group) for groups in outcome.plan] == [
        sorted(person["id"] for person in SMALL["people"])
    ] * 6


def test_steps_are_not_exceeded_by_much() -> None:
    outcome = planner.plan(read(SMALL), steps=60_000)
    assert 50_000 <= outcome.steps <= 70_000
    assert files.plan_of(files.text_of_plan(outcome.plan), read(SMALL)) == outcome.plan
