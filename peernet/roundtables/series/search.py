"""The search for the evenest plan: improve in small neighbourhoods, try to prove, then shake and improve again.

The neighbourhoods are solved exactly (see ``descent``): two rounds at a time, three at a time, all at once as far as
the work goes. What is left of it goes, in turns, into plans shaken at random (iterated local search) and into larger
random neighbourhoods (Shaw, 1998). Work is counted in steps, so that the same seed gives the same plan everywhere.
"""

from collections.abc import Callable, Sequence
from itertools import combinations

from peernet.roundtables.series.chance import Chance
from peernet.roundtables.series.descent import Bounds, Descent, Found
from peernet.roundtables.series.model import Choice, Model

# Steps of one larger neighbourhood, and the share of all steps that goes into trying to prove.
_LARGE, _PROVING = 150_000, 3
# How often the search asks whether it is to go on, in steps.
_EVERY = 20_000


class Enough(Exception):
    """Raised by whoever watches the progress, to have the best plan so far."""


class Search:
    """One search. ``best`` is a whole plan from the first moment on; ``is_proved`` says that no plan is better."""

    def __init__(
        self,
        model: Model,
        bounds: Bounds,
        first: Sequence[Choice],
        *,
        chance: Chance,
        steps: int,
        on_progress: Callable[[int, int], None],
    ) -> None:
        self.descent = Descent(model, bounds, self._tell)
        self.best = self.descent.found(first)
        self.is_proved = self.was_interrupted = False
        self.steps, self.spent, self.granted, self.told = steps, 0, 0, -_EVERY
        self.chance, self.on_progress = chance, on_progress

    def run(self) -> None:
        """Search until it is proved or the steps are spent; an Enough from ``on_progress`` ends it early."""
        try:
            self._run()
            self.on_progress(self.steps, self.steps)
        except Enough:
            self.was_interrupted = True

    def _run(self) -> None:
        rounds = range(len(self.best.choices))
        self._polish(self.best, 2)
        self._improve(self.best, rounds, self.steps // _PROVING)
        self.is_proved = self.descent.is_complete
        if self.is_proved:
            return
        self._polish(self.best, 3)
        here = self.best
        while self.spent < self.steps:
            shaken = self._polish(self._shaken(here), 2)
            here = here if here.is_before(shaken) else shaken
            here = self._improve(here, self._neighbourhood(here), _LARGE)
            if self.chance.below(20) == 0:
                here = self.best

    def _polish(self, found: Found, width: int) -> Found:
        """Improve by so many rounds at a time until nothing changes."""
        while self.spent < self.steps:
            before = found
            for free in combinations(range(len(found.choices)), width):
                found = self._improve(found, free, _LARGE)
            if found is before:
                break
        return found

    def _improve(self, found: Found, free: Sequence[int], steps: int) -> Found:
        granted = max(0, min(steps, self.steps - self.spent))
        self.descent.steps, self.descent.is_complete = granted, True
        self.granted = granted
        after = self.descent.improve(found, free, self._keep)
        self.spent += granted - self.descent.steps
        return after

    def _keep(self, found: Found) -> None:
        if found.is_before(self.best):
            self.best = found

    def _tell(self) -> None:
        spent = self.spent + self.granted - self.descent.steps
        if spent - self.told >= _EVERY:
            self.told = spent
            self.on_progress(min(spent, self.steps), self.steps)

    def _shaken(self, found: Found) -> Found:
        """Some rounds of the plan moved at random, as far as the rules allow."""
        choices, worth = list(found.choices), found.worth
        rounds = range(len(choices))
        for number in self.chance.some_of(rounds, 2 + self.chance.below(max(1, len(rounds) // 2))):
            spare = worth - choices[number].worth - self.descent.bounds.need
            fitting = [choice for choice in self.descent.fitting(choices, number) if choice.worth + spare >= 0]
            if fitting:
                worth += (moved := self.chance.one_of(fitting)).worth - choices[number].worth
                choices[number] = moved
        return self.descent.found(choices)

    def _neighbourhood(self, found: Found) -> list[int]:
        """Four to six rounds: any, or in a row where starts must keep apart, or all of one or two weekly times where
        these are few."""
        rounds, size = range(len(found.choices)), 4 + self.chance.below(3)
        if self.descent.bounds.patterns is not None and self.chance.below(2):
            patterns = sorted({choice.pattern for choice in found.choices})
            chosen = self.chance.some_of(patterns, 1 + self.chance.below(2))
            return [number for number in rounds if found.choices[number].pattern in chosen]
        if self.descent.bounds.gap and self.chance.below(2):
            first = self.chance.below(max(1, len(rounds) - size + 1))
            return list(rounds[first : first + size])
        return self.chance.some_of(rounds, size)
