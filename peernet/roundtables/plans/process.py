"""The planner in a process of its own, so that neither this one's pages nor any transaction wait for it."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

# Processor time after which the process ends itself, and real time after which it is ended.
CPU_SECONDS, WALL_SECONDS = 240, 600
# For each of the plans; the best found until then is taken.
SECONDS = 60.0
_START = "from peernet.roundtables.plans.child import main; main()"
# All that Python itself may need; nothing secret reaches the process.
_PASSED_ON = ("LD_LIBRARY_PATH", "PYTHONHOME", "PATH", "PYTHONTZPATH")


class Failed(Exception):
    """The process ended without a plan."""


def plan(problem: str, *, seed: int, progress: Callable[[int], None]) -> dict[str, Any]:
    """Have a problem (as :mod:`peernet.roundtables.series.files` writes it) planned; what the child found, by
    objective. ``progress`` hears percents. Raises Failed."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter on our own module
        [sys.executable, "-s", "-c", _START],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=_environment(),
    )
    end = threading.Timer(WALL_SECONDS, process.kill)
    end.start()
    try:
        return _talk(process, {"problem": problem, "seed": seed, "seconds": SECONDS, "cpu": CPU_SECONDS}, progress)
    finally:
        end.cancel()
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _talk(
    process: "subprocess.Popen[bytes]", request: dict[str, Any], progress: Callable[[int], None]
) -> dict[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(request).encode())
        process.stdin.close()
    except OSError:
        raise Failed from None
    for line in process.stdout:
        said = json.loads(line)
        if "found" in said:
            found: dict[str, Any] = said["found"]
            return found
        progress(said["progress"])
    raise Failed


def _environment() -> dict[str, str]:
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return passed | {"PYTHONPATH": os.pathsep.join(path or os.curdir for path in sys.path), "PYTHONUTF8": "1"}
