"""Whole random numbers that are the same everywhere: SplitMix64 (Steele, Lea and Flood, 2014)."""

from collections.abc import Sequence
from typing import TypeVar

_MASK = (1 << 64) - 1
T = TypeVar("T")


class Chance:
    """A stream of numbers that follows from its seed alone."""

    def __init__(self, seed: int) -> None:
        self._state = seed & _MASK

    def below(self, limit: int) -> int:
        """A number from 0 to ``limit`` - 1."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return (mixed ^ (mixed >> 31)) % limit

    def one_of(self, things: Sequence[T]) -> T:
        """One of them."""
        return things[self.below(len(things))]

    def some_of(self, things: Sequence[T], count: int) -> list[T]:
        """So many different ones of them, in no order."""
        rest = list(things)
        return [rest.pop(self.below(len(rest))) for _ in range(min(count, len(rest)))]
