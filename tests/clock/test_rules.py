"""Which table of zones counts: the newer one, in this process and in those that it starts."""

import subprocess
import sys
from pathlib import Path

import pytest

from peernet import clock


def folder(path: Path, first_line: str) -> str:
    path.mkdir()
    (path / "tzdata.zi").write_text(f"{first_line}\nZ Africa/Abidjan -0:16:8 - LMT 1912\n")
    return str(path)


@pytest.mark.parametrize(
    ("first_line", "chosen"),
    [
        ("# version 2026a", ("2026b", True)),
        ("# version 2026b", ("2026b", False)),
        ("# version 2027a-0+deb13u1", ("2027a", False)),
        ("# no version", ("2026b", True)),
    ],
)
def test_the_newer_table_counts(tmp_path: Path, first_line: str, chosen: tuple[str, bool]) -> None:
    assert clock.newest_rules([str(tmp_path / "none"), folder(tmp_path / "system", first_line)], "2026b") == chosen


def test_without_a_table_of_the_system_it_is_the_package() -> None:
    assert clock.newest_rules((), "2026b") == ("2026b", True)


def test_a_process_that_is_started_reads_the_same_table(tmp_path: Path) -> None:
    """An old table of the system, in which a zone has other rules, is read by nobody."""
    old = folder(tmp_path / "system", "# version 1999a")
    (tmp_path / "system" / "Asia").mkdir()
    (tmp_path / "system" / "Asia" / "Kolkata").write_bytes(b"not a table")
    code = (
        "import subprocess, sys; from peernet import clock; from datetime import datetime;"
        "print(clock.to_utc(datetime(2026, 1, 1, 12), 'Asia/Kolkata'));"
        "subprocess.run([sys.executable, '-c', 'from zoneinfo import ZoneInfo; print(ZoneInfo(\"Asia/Kolkata\"))'])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONTZPATH": old}, capture_output=True, text=True, check=True
    )
    assert sorted(said.stdout.split("\n")) == ["", "2026-01-01 06:30:00+00:00", "Asia/Kolkata"]
