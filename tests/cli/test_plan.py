"""`peernet plan groups`: from a file to a plan, in words."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.planning.groups_checker import check

# It goes from a file to a file, past any database.
pytestmark = pytest.mark.once

FOLDER = Path(__file__).parents[2] / "benchmarks" / "planning" / "mixing"
SMALL, EVEN, REPLAN = (str(next(FOLDER.glob(f"{name}*.json"))) for name in ("r01", "b01", "r14"))


def test_a_plan_is_written_and_told(peernet, tmp_path: Path) -> None:
    result = peernet("plan", "groups", EVEN, "--steps", "50000", "-o", "plan.json")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.splitlines()[-3] == "Cost 75: proved best, no plan can do better."
    found = check(json.loads(Path(EVEN).read_text()), json.loads((tmp_path / "plan.json").read_text()))
    assert found == {"errors": [], "cost": 75, "moved": 0}


def test_the_same_steps_make_the_same_plan(peernet) -> None:
    first, second = (peernet("plan", "groups", SMALL, "--steps", "3000").stdout for _ in range(2))
    assert first == second
    assert check(json.loads(Path(SMALL).read_text()), json.loads(first))["errors"] == []


def test_a_repair_shows_what_moves_buy(peernet) -> None:
    told = peernet("plan", "groups", REPLAN, "--steps", "100").stderr
    assert "Moved to another group than announced: 4.\n3 people moved: cost 4; 4: 3" in told


def test_what_cannot_be_kept_is_named(peernet, tmp_path: Path) -> None:
    people = [{"id": name, "org": "river"} for name in "abc"]
    data = {"people": people, "rounds": [{"sizes": [2, 1]}], "same_org_apart": True}
    (tmp_path / "instance.json").write_text(json.dumps(data))
    result = peernet("plan", "groups", "instance.json", "--steps", "100")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[0] == (
        "Cannot be kept: round 1: 3 people of one organisation (a, b, c) need 3 groups, and there are 2; "
        "form 3 groups, or let 1 of them stay away."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "Error: instance.json: this is not JSON.\n"),
        (
            '{"people": [{"id": "a"}], "rounds": [{"sizes": [2]}]}',
            "Error: instance.json: rounds[0].sizes: the groups have 2 seats for 1 people.\n",
        ),
        (
            '{"people": [{"id": "a", "age": 3}], "rounds": []}',
            "Error: instance.json: people[0].age: this key is not known.\n",
        ),
    ],
)
def test_a_bad_file_is_explained(peernet, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "instance.json").write_text(text)
    result = peernet("plan", "groups", "instance.json")
    assert (result.exit_code, result.stderr) == (1, said)


def test_seconds_and_steps_are_one_or_the_other(peernet) -> None:
    assert peernet("plan", "groups", SMALL, "--steps", "5", "--seconds", "1").exit_code == 2


def test_ctrl_c_gives_the_best_so_far() -> None:
    command = [sys.executable, "-m", "peernet", "plan", "groups", SMALL, "--seconds", "600"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)
    assert process.stderr is not None
    # Its first words: the search is under way.
    assert "no plan below 75" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    plan, told = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "The search was ended early; this is the best so far." in told
    assert check(json.loads(Path(SMALL).read_text()), json.loads(plan))["errors"] == []
