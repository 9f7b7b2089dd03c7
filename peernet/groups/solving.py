"""The solver at work: at once where that surely takes less than a second, else in a process of its own."""

import time
from collections.abc import Callable
from typing import Any

from peernet.groups.mixing import files, planner
from peernet.groups.mixing.planner import Enough, Stand
from peernet.groups.mixing.preferring import Pair, prefer
from peernet.groups.mixing.problem import Problem
from peernet.groups.outcomes import found_of
from peernet.jobs import processes

# The same wishes give the same plan.
SEED = 1
# What is solved at once: so few people in so few rounds, in so many steps. Seconds are a guard, for a busy machine.
_FEW, _ROUNDS, _STEPS, _SECONDS = 24, 3, 20_000, 0.8
# In the process: processor time for the search, and after which it ends itself; real time after which it is ended.
_SEARCH_SECONDS, _CPU_SECONDS, _WALL_SECONDS = 30.0, 120, 600
_CHILD = "peernet.groups.child"


def is_small(problem: Problem) -> bool:
    """Whether it is solved before a page could be left."""
    return len(problem.people) <= _FEW and len(problem.rounds) <= _ROUNDS


def at_once(problem: Problem, wanted: frozenset[Pair] | None = None) -> dict[str, Any]:
    """A small problem solved; of equally good plans one that holds many of the ``wanted`` pairs."""
    outcome = planner.plan(problem, seed=SEED, steps=_STEPS, on_progress=until(_SECONDS))
    return found_of(problem, prefer(problem, outcome.plan, wanted or ()), wanted)


def apart(problem: Problem, progress: Callable[[int], None], wanted: frozenset[Pair] | None = None) -> dict[str, Any]:
    """A problem solved in a process of its own. ``progress`` hears percents. Raises Failed."""
    request = {
        "problem": files.text_of_problem(problem),
        "wanted": None if wanted is None else sorted(wanted),
        "seed": SEED,
        "seconds": _SEARCH_SECONDS,
        "cpu": _CPU_SECONDS,
    }
    found: dict[str, Any] = processes.ask(_CHILD, request, wall_seconds=_WALL_SECONDS, progress=progress)
    return found


def until(seconds: float, hear: Callable[[Stand], None] = lambda _stand: None) -> planner.Progress:
    """A listener that ends a search after so much processor time of this thread."""
    end = time.thread_time() + seconds

    def listen(stand: Stand) -> None:
        hear(stand)
        if time.thread_time() > end:
            raise Enough

    return listen
