"""kill -9 of an export just before any of its steps: whoever reads the folder finds each file as it was or as it is to
be, and the next run makes of it what is made in an empty folder, byte for byte."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from peernet.db import Database
from peernet.site.exporting.writing import MARK
from tests.sizes import WHOLE

pytestmark = [pytest.mark.concurrency, pytest.mark.lengthy, pytest.mark.once]

# What is read of each run that was killed.
_SURVIVED = {"killed": True, "half": [], "again": 0, "equal": True, "left": False}


@pytest.mark.parametrize(("processes", "kills"), [(1, 200), (2, 40)] if WHOLE else [(2, 3)])
def test_a_killed_export_leaves_whole_files_and_the_next_completes(
    processes: int, kills: int, own_database: Database, tmp_path: Path
) -> None:
    url = own_database.engine.url.render_as_string(hide_password=False)
    own_database.dispose()
    told = {"database": url, "data": str(tmp_path / "data"), "seed": 7, "kills": kills, "processes": processes}
    done = subprocess.run(
        [sys.executable, "-m", "tests.crashes.exporters"], input=json.dumps(told), text=True, capture_output=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    assert (said["whole"], said["in_place"]) == (True, [MARK])
    assert [{name: one[name] for name in _SURVIVED} for one in said["rounds"]] == [_SURVIVED] * kills
    assert any(one["changed"] for one in said["rounds"])
