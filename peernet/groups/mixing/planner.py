"""From a problem to a plan: what can be constructed is constructed, everything else is searched for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from peernet.groups.mixing.annealing import Annealing
from peernet.groups.mixing.bounds import Bounds, bounds
from peernet.groups.mixing.chance import Chance
from peernet.groups.mixing.constructing import constructed
from peernet.groups.mixing.cooling import LEVELS
from peernet.groups.mixing.guards import guards_of
from peernet.groups.mixing.obstacles import Obstacle, obstacles
from peernet.groups.mixing.problem import Plan, Problem
from peernet.groups.mixing.scores import Score, score
from peernet.groups.mixing.start import first
from peernet.groups.mixing.table import Seats, Table

__all__ = ["Enough", "Outcome", "Stand", "plan", "steps_for"]

# Steps of the first annealing; each further one has twice as many.
_FIRST = 20_000
# Where a constructed plan is to be improved without being lost, cooling begins at this level.
_COOL = LEVELS * 2 // 3


class Enough(Exception):
    """Raised by whoever watches the progress, to have the best plan so far."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How far a search is: steps done and of how many, the cost of the best plan so far (None before the first), and
    what it cannot fall below."""

    done: int
    of: int
    cost: int | None
    bound: int


Progress = Callable[[Stand], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A plan and what it comes to. ``bounds`` are None, and ``obstacles`` not empty, where it is known that no plan
    keeps the rules; ``steps`` is the work that was done."""

    plan: Plan
    score: Score
    bounds: Bounds | None
    obstacles: tuple[Obstacle, ...]
    steps: int
    was_interrupted: bool

    @property
    def is_proved(self) -> bool:
        """Whether no plan that keeps the rules is better."""
        return self.bounds is not None and not self.score.broken and self.score.cost == self.bounds.best


def plan(
    problem: Problem,
    *,
    seed: int = 0,
    steps: int | None = None,
    on_progress: Progress = lambda _stand: None,
) -> Outcome:
    """The best plan that so much work finds; the same for the same problem, seed and steps.

    ``on_progress`` hears how far it is; an Enough that it raises ends the search with the best plan so far. Rules that
    cannot all hold are named in the outcome, whose plan then breaks as few as was found possible.
    """
    search = _Search(problem, Chance(seed), steps_for(problem) if steps is None else steps, on_progress)
    was_interrupted = False
    try:
        search.run()
    except Enough:
        was_interrupted = True
    made, counted = search.outcome()
    return Outcome(made, counted, search.bounds, tuple(obstacles(problem)), search.done, was_interrupted)


def steps_for(problem: Problem) -> int:
    """The usual work for a problem of this size: some seconds."""
    return 4_000 * sum(len(present) for present in problem.present)


class _Search:
    def __init__(self, problem: Problem, chance: Chance, steps: int, on_progress: Progress) -> None:
        self.problem, self.chance, self.steps, self.on_progress = problem, chance, steps, on_progress
        self.table = Table(problem)
        self.guards = guards_of(self.table)
        self.bounds = bounds(problem)
        self.target = self.bounds.best if self.bounds else 0
        self.done = 0
        self.best: tuple[int, int, Seats] | None = None
        self.running: Annealing | None = None

    def run(self) -> None:
        """Search until the bound is reached or the steps are spent."""
        for seats in constructed(self.table, self.guards, self.chance, self._watch, self.steps // 4):
            self._anneal(seats, min(_FIRST, self.steps), _COOL)
            if self.is_best:
                return
        for length in self._lengths():
            self._anneal(first(self.table, self.guards, self.chance), length)
            if self.is_best:
                return

    @property
    def is_best(self) -> bool:
        """Whether nothing can be better than what was found."""
        return self.best is not None and self.best[:2] <= (0, self.target)

    def outcome(self) -> tuple[Plan, Score]:
        """The best plan so far, counted."""
        self._keep()
        if self.best is None:
            self._anneal(first(self.table, self.guards, self.chance), 0)
        assert self.best is not None
        made = self.table.plan_of(self.best[2])
        return made, score(self.problem, made)

    def _anneal(self, seats: Seats, steps: int, first_level: int = 0) -> None:
        self.running = Annealing(self.table, seats, self.chance, self._watch, self.target)
        self.running.run(steps, first_level)
        self._keep()

    def _keep(self) -> None:
        """Take over what the annealing has found, if it is better."""
        if (found := self.running) is None:
            return
        self.running = None
        groups = (group for groups in found.best for group in groups)
        short = sum(guard.shortage(group) for group in groups for guard in self.guards)
        if self.best is None or (short, found.cost) < self.best[:2]:
            self.best = short, found.cost, found.best

    def _lengths(self) -> Iterator[int]:
        length = _FIRST
        while (left := self.steps - self.done) > 0 or self.best is None:
            yield length if left >= 3 * length else max(left, 1)
            length *= 2

    def _watch(self, steps: int) -> None:
        self.done += steps
        costs = [self.best[1]] if self.best else []
        costs += [self.running.cost] if self.running else []
        self.on_progress(Stand(self.done, self.steps, min(costs, default=None), self.target))
