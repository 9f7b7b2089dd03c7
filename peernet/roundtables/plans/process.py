"""The planner in a process of its own: see :mod:`peernet.jobs.processes`."""

from collections.abc import Callable
from typing import Any

from peernet.jobs import processes
from peernet.jobs.processes import Failed

__all__ = ["CPU_SECONDS", "SECONDS", "WALL_SECONDS", "Failed", "plan"]

# Processor time after which the process ends itself, and real time after which it is ended.
CPU_SECONDS, WALL_SECONDS = 240, 600
# For each of the plans; the best found until then is taken.
SECONDS = 60.0
_CHILD = "peernet.roundtables.plans.child"


def plan(problem: str, *, seed: int, progress: Callable[[int], None]) -> dict[str, Any]:
    """Have a problem (as :mod:`peernet.roundtables.series.files` writes it) planned; what the child found, by
    objective. ``progress`` hears percents. Raises Failed."""
    request = {"problem": problem, "seed": seed, "seconds": SECONDS, "cpu": CPU_SECONDS}
    found: dict[str, Any] = processes.ask(_CHILD, request, wall_seconds=WALL_SECONDS, progress=progress)
    return found
