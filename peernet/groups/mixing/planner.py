"""From a problem to a plan: what can be constructed is constructed, everything else is searched for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from peernet.groups.mixing.annealing import Annealing
from peernet.groups.mixing.bounds import Bounds, bounds
from peernet.groups.mixing.chance import Chance
from peernet.groups.mixing.constructing import constructed
from peernet.groups.mixing.cooling import LEVELS
from peernet.groups.mixing.guards import guards_of
from peernet.groups.mixing.near import near
from peernet.groups.mixing.obstacles import Obstacle, obstacles
from peernet.groups.mixing.problem import Plan, Problem
from peernet.groups.mixing.repair import Trade, trades
from peernet.groups.mixing.scores import Score, score
from peernet.groups.mixing.start import first
from peernet.groups.mixing.table import Seats, Table

__all__ = ["Enough", "Outcome", "Stand", "plan", "steps_for"]

# Steps of the first annealing; each further one has twice as many.
_FIRST = 20_000
# The usual work of small problems, in steps.
_LEAST = 250_000
# What a start costs for each person, in steps.
_START = 10
# Where a constructed plan is to be improved without being lost, cooling begins at this level.
_COOL = LEVELS * 2 // 3
# What it costs to move somebody who knows their group already, from one annealing to the next.
_HOLDING = (50, 6, 3, 2, 1)


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
    keeps the rules; ``steps`` is the work that was done. ``trades`` say for an announced round
    what further moves buy."""

    plan: Plan
    score: Score
    bounds: Bounds | None
    obstacles: tuple[Obstacle, ...]
    steps: int
    was_interrupted: bool
    trades: tuple[Trade, ...] = ()

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
    if problem.announced:
        return _repaired(problem, Chance(seed), steps, on_progress)
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
    return max(_LEAST, 1_000 * sum(len(present) for present in problem.present))


def _repaired(problem: Problem, chance: Chance, steps: int | None, on_progress: Progress) -> Outcome:
    """Change an announced plan: as little as can be, or as well as so many moves allow."""
    found = trades(problem)
    allowed = [trade for trade in found if problem.most_moved is None or trade.moved <= problem.most_moved]
    chosen = allowed[0 if problem.most_moved is None else -1] if allowed else None
    search = _Near(problem, chance, steps_for(problem) if steps is None else steps, on_progress)
    if chosen is not None:
        search.offer(chosen.plan)
    was_interrupted = False
    if chosen is None or not chosen.is_exact:
        try:
            search.run_near()
        except Enough:
            was_interrupted = True
    made, counted = search.nearest()
    return Outcome(made, counted, search.bounds, tuple(obstacles(problem)), search.done, was_interrupted, found)


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
            self.running = Annealing(self.table, first(self.table, self.guards, self.chance), self.chance, _ignore)
            self._keep()
        assert self.best is not None
        made = self.table.plan_of(self.best[2])
        return made, score(self.problem, made)

    def _anneal(self, seats: Seats, steps: int, first_level: int = 0) -> None:
        self.running = Annealing(self.table, seats, self.chance, self._watch, self.target)
        # A start is work as well, above all where rules of whole groups cannot hold.
        self._watch(_START * self.table.people)
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


def _ignore(_steps: int) -> None:
    """Nobody watches."""


class _Near(_Search):
    """The search for a plan near to the announced one: moving costs first much, then less and less."""

    def __init__(self, problem: Problem, chance: Chance, steps: int, on_progress: Progress) -> None:
        super().__init__(problem, chance, steps, on_progress)
        self.near: tuple[tuple[int, ...], Plan] | None = None

    def run_near(self) -> None:
        """Search until the steps are spent."""
        for weight in _HOLDING:
            seats, homes = near(self.table, self.guards, self.chance)
            self.running = Annealing(self.table, seats, self.chance, self._watch, self.target)
            self.running.hold(homes, weight)
            self.running.run(self.steps // len(_HOLDING))
            self._keep_near()

    def offer(self, plan: Plan) -> None:
        """A plan that may be better."""
        found = score(self.problem, plan)
        order = (found.cost, found.moved) if self.problem.most_moved is not None else (found.moved, found.cost)
        key = (len(found.broken), *order)
        if self.near is None or key < self.near[0]:
            self.near = key, plan

    def nearest(self) -> tuple[Plan, Score]:
        """The best so far, counted."""
        self._keep_near()
        if self.near is None:
            self.offer(self.table.plan_of(near(self.table, self.guards, self.chance)[0]))
        assert self.near is not None
        return self.near[1], score(self.problem, self.near[1])

    def _keep_near(self) -> None:
        if self.running is not None:
            self.offer(self.table.plan_of(self.running.best))
        self.running = None
