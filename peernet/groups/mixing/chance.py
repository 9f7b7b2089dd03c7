"""Whole random numbers that are the same everywhere: Knuth's 64-bit linear congruential generator (MMIX; The Art of
Computer Programming, volume 2, 1997), of which only the upper bits are used."""

from typing import TypeVar

FACTOR, TERM, MASK = 6364136223846793005, 1442695040888963407, (1 << 64) - 1
T = TypeVar("T")


class Chance:
    """A stream of numbers that follows from its seed alone. ``state`` may be taken and given back by inner loops that
    draw for themselves."""

    def __init__(self, seed: int) -> None:
        # Seeds that are near each other begin far apart.
        self.state = ((seed & MASK) ^ (seed >> 64 & MASK) ^ 0x9E3779B97F4A7C15) & MASK
        for _ in range(3):
            self.below(1)

    def below(self, limit: int) -> int:
        """A number from 0 to ``limit`` - 1; at most 2^31."""
        self.state = (self.state * FACTOR + TERM) & MASK
        return (self.state >> 33) * limit >> 31

    def one_of(self, things: list[T]) -> T:
        """One of them."""
        return things[self.below(len(things))]

    def shuffle(self, things: list[T]) -> list[T]:
        """The same in any order (Fisher and Yates); the list itself."""
        for last in range(len(things) - 1, 0, -1):
            other = self.below(last + 1)
            things[last], things[other] = things[other], things[last]
        return things
