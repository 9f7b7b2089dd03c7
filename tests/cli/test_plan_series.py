"""`peernet plan series`: a plan as a file, in words, ended early, and what cannot be planned."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from peernet.cli import main

KEPT = Path(__file__).parents[2] / "benchmarks" / "planning" / "scheduling"
DAY = [{"days": [0, 1, 2, 3, 4], "from": "09:00", "to": "18:00", "answer": "yes"}]
EVENING = [*DAY, {"days": [0, 1, 2, 3, 4], "from": "18:00", "to": "23:00", "answer": "maybe"}]
# Two Mondays, before and after London's clocks change: noon there, when it is five in the morning in Los Angeles, or an
# hour at which everybody can.
SMALL: dict[str, Any] = {
    "anchor_tz": "Europe/London",
    "duration_min": 60,
    "members": [
        {"id": "ann", "tz": "Europe/London", "weekly": DAY},
        {"id": "ravi", "tz": "Asia/Kolkata", "weekly": EVENING, "burden_so_far": 3},
        {"id": "lou", "tz": "America/Los_Angeles", "weekly": DAY},
    ],
    "occurrences": [
        {"candidates": ["2027-03-22T12:00Z", "2027-03-22T16:00Z"]},
        {"candidates": ["2027-03-29T11:00Z", "2027-03-29T16:00Z"]},
    ],
    "rules": {"quorum": 2},
}
Plan = Callable[..., Result]


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """Plan a problem, given as data or as bytes; what it says goes to ``stderr``, the plan to ``stdout``."""

    def run(problem: Any, *arguments: str) -> Result:
        file = tmp_path / "problem.json"
        file.write_bytes(problem if isinstance(problem, bytes) else json.dumps(problem).encode())
        return CliRunner().invoke(main, ["plan", "series", str(file), *arguments], prog_name="peernet")

    return run


def test_a_plan_goes_out_as_json_and_in_words(plan: Plan) -> None:
    result = plan(SMALL)
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "slots": ["2027-03-22T16:00Z", "2027-03-29T16:00Z"],
        "attend": [["ann", "ravi", "lou"], ["ann", "ravi", "lou"]],
    }
    assert result.stderr.splitlines() == [
        "Planning",
        "Proved: no balanced plan is better.",
        "Nobody carries more than 19 points or misses more than 0; with the same time each week, 6 and 2."
        " 6 come in all, of 6 at the most.",
        "2 of 2 reach the quorum of 2.",
        "",
        "  1. Mon 2027-03-22 16:00 Europe/London  3 come",
        "  2. Mon 2027-03-29 17:00 Europe/London  3 come",
        "",
        "ann (Europe/London): 0 points, late or early 0 of 2",
        "ravi (Asia/Kolkata): 16 points and 3 from before, late or early 2 of 2; with a fixed time 0",
        "lou (America/Los_Angeles): 0 points, late or early 0 of 2",
        "Before 2 the clocks of Europe/London change by +1 h: ann.",
    ]


def test_the_plan_is_written_to_a_file(plan: Plan, tmp_path: Path) -> None:
    shown = plan(SMALL, "--objective", "strict")
    result = plan(SMALL, "--objective", "strict", "-o", str(tmp_path / "plan.json"))
    assert (result.exit_code, result.stdout) == (0, "")
    assert (tmp_path / "plan.json").read_text() == shown.stdout
    assert "strict plan" in result.stderr


def test_a_problem_may_come_from_standard_input() -> None:
    result = CliRunner().invoke(main, ["plan", "series", "-"], input=json.dumps(SMALL), prog_name="peernet")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["slots"] == ["2027-03-22T16:00Z", "2027-03-29T16:00Z"]


def test_a_quorum_out_of_reach_is_said_with_what_would_help(plan: Plan) -> None:
    early = [{"candidates": each["candidates"][:1]} for each in SMALL["occurrences"]]
    result = plan(SMALL | {"rules": {"quorum": 3}, "occurrences": early})
    assert result.exit_code == 0
    assert result.stderr.splitlines()[-3:] == [
        "Roundtable 2 misses its quorum: 2 come, 2 could at some start.",
        "  It would reach it on Mon 2027-03-29 12:00 Europe/London, if these could come: lou.",
        "  It would reach it with a quorum of 2.",
    ]


def test_rules_that_nothing_keeps_are_said_with_what_would_help(plan: Plan) -> None:
    result = plan(SMALL | {"rules": {"min_gap_days": 30}})
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        "Planning",
        "No choice of starts keeps the rules.",
        "  It would go with 7 days from one to the next.",
    ]


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (SMALL | {"duration_min": 0}, "duration_min: out of range (1 to 1440)"),
        (SMALL | {"members": [{"id": "x", "tz": "Mars/Base"}]}, "members[0].tz: not a zone (Mars/Base)"),
        (SMALL | {"colour": "red"}, "colour: unknown key (red)"),
        (b"[", "not json (line 1, column 2)"),
        (b"\xff", "is not UTF-8 text."),
    ],
)
def test_what_is_wrong_is_named_with_its_place(plan: Plan, problem: Any, said: str) -> None:
    result = plan(problem)
    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("objective", ["balanced", "strict"])
def test_the_same_seed_gives_the_same_bytes_in_every_process(tmp_path: Path, objective: str) -> None:
    written = []
    for seed in ("0", "4711"):
        file = tmp_path / f"{seed}.json"
        arguments = (str(KEPT / "s06-triad-9.json"), "--objective", objective, "--seed", "7", "-o", str(file))
        _run(arguments, PYTHONHASHSEED=seed).communicate()
        written.append(file.read_bytes())
    assert written[0] == written[1]


def test_ctrl_c_gives_the_best_plan_so_far(tmp_path: Path) -> None:
    process = _run((str(KEPT / "s09-world-20-two-times.json"), "-o", str(tmp_path / "plan.json")))
    assert process.stderr is not None
    label = process.stderr.readline()
    process.send_signal(signal.SIGINT)
    _out, said = process.communicate(timeout=60)
    assert (process.returncode, label) == (0, b"Planning\n")
    assert said.splitlines()[0] == b"Ended early: the best balanced plan so far."
    problem = json.loads((KEPT / "s09-world-20-two-times.json").read_text())
    found = json.loads((tmp_path / "plan.json").read_text())
    assert all(slot in each["candidates"] for slot, each in zip(found["slots"], problem["occurrences"], strict=True))


def _run(arguments: tuple[str, ...], **environment: str) -> "subprocess.Popen[bytes]":
    command = (sys.executable, "-m", "peernet", "plan", "series", *arguments)
    return subprocess.Popen(command, stderr=subprocess.PIPE, env=os.environ | environment)
