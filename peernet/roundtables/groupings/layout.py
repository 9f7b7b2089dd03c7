"""Where the points of a network stand in a drawing: those who met pull, all push (Fruchterman and Reingold, 1991).

Pure, and the same for the same network. Drawings that were made are remembered, since a page is opened more often than
somebody meets.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import cos, hypot, pi, sin

# Two points from 0 and how strongly they pull.
Tie = tuple[int, int, int]
Place = tuple[float, float]

# So many pairs are looked at for one drawing, which takes about a tenth of a second.
_LOOKS = 120_000
_MOST_STEPS = 150
# Ties of more than this pull no more, or those who met often would lie on each other.
_STRONGEST = 3
# How strongly the middle pulls, so that nobody without ties drifts away.
_HELD = 1.2


@lru_cache(maxsize=64)
def places(points: int, ties: tuple[Tie, ...]) -> tuple[Place, ...]:
    """A place for each point, from -1 to 1 both ways. Without ties they stand in a ring."""
    at = [complex(cos(2 * pi * each / points), sin(2 * pi * each / points)) for each in range(points)]
    steps = min(_MOST_STEPS, _LOOKS // (points * (points - 1) // 2 + len(ties))) if ties else 0
    apart = 1.8 / points**0.5
    for step in range(steps):
        most = 0.2 * (1 - step / steps) + 0.002
        at = [_moved(one, push, most) for one, push in zip(at, _pushes(at, ties, apart), strict=True)]
    return _filling(at)


def _pushes(at: Sequence[complex], ties: Sequence[Tie], apart: float) -> list[complex]:
    """Where each is pushed. The more ties there are, the less each pulls, so that nothing falls into one point."""
    share = len(at) / (len(at) + 2 * len(ties))
    pushes = [-_HELD * one for one in at]
    for one, here in enumerate(at):
        for other in range(one):
            way = here - at[other] or complex(0.001 * (one - other), 0.001)
            push = way * (apart * apart / (way.real * way.real + way.imag * way.imag))
            pushes[one] += push
            pushes[other] -= push
    for one, other, times in ties:
        way = at[one] - at[other]
        pull = way * (abs(way) / apart) * (1 + min(times, _STRONGEST)) * share
        pushes[one] -= pull
        pushes[other] += pull
    return pushes


def _moved(one: complex, push: complex, most: float) -> complex:
    length = hypot(push.real, push.imag)
    return one + (push * (most / length) if length > most else push)


def _filling(at: Sequence[complex]) -> tuple[Place, ...]:
    """The same, as large as the drawing."""
    across, down = [one.real for one in at], [one.imag for one in at]
    return tuple(zip(_spread(across), _spread(down), strict=True))


def _spread(numbers: Sequence[float]) -> list[float]:
    least, most = min(numbers, default=0), max(numbers, default=0)
    width = most - least
    return [round(2 * (each - least) / width - 1, 3) if width > 1e-6 else 0.0 for each in numbers]
