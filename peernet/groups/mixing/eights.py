"""Ten rounds of eight groups of four in which no two of the 32 meet twice: as many as there can be (Aguado, 2004, was
the first to find ten).

The points stand in four columns, each a copy of Z2^3: the numbers below 8, added bit by bit. Adding a number to all
points maps each round onto itself. Six rounds take one point of each column. They leave two differences between each
two columns, which make three rounds; what is left within the columns makes the last. Each meets all others but one.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations

Group = tuple[int, ...]

# A group of each of the six rounds; the others come of adding a number. Found by going through six groups like these in
# order, until the three differences that the next three rounds take within a column leave a subgroup for the last.
_BASES = ((0, 0, 0, 0), (0, 1, 2, 3), (0, 2, 3, 4), (0, 3, 4, 6), (0, 4, 1, 5), (0, 5, 7, 1))
_ORDER = range(8)
COLUMNS = tuple(tuple(8 * column + each for each in _ORDER) for column in range(4))
# In so many rounds the people of a column do not meet.
APART = len(_BASES)


def rounds() -> tuple[tuple[Group, ...], ...]:
    """The ten rounds, as groups of points from 0."""
    return (
        *(tuple(_points((column, each ^ by) for column, each in enumerate(base)) for by in _ORDER) for base in _BASES),
        *((*_of_two(0, other), *_of_two(*{1, 2, 3} - {other})) for other in (1, 2, 3)),
        tuple(group for column in range(4) for group in _of_one(column)),
    )


def _of_two(one: int, other: int) -> Iterator[Group]:
    """Four groups of two points of each of two columns: x and x + t meet x + d and x + d + t, where the differences d
    and d + t are left between the two."""
    left, right = _left(one, other)
    for each in _ORDER:
        turned = each ^ left ^ right
        if each < turned:
            yield _points(((one, each), (one, turned), (other, each ^ left), (other, turned ^ left)))


def _of_one(column: int) -> Iterator[Group]:
    """A column in two halves: a subgroup, none of whose differences was taken, and what is not in it."""
    taken = {left ^ right for left, right in (_left(column, other) for other in range(4) if other != column)}
    free = [each for each in _ORDER if each and each not in taken]
    half = next({0, one, other, one ^ other} for one, other in combinations(free, 2) if one ^ other in free)
    yield _points((column, each) for each in _ORDER if each in half)
    yield _points((column, each) for each in _ORDER if each not in half)


def _left(one: int, other: int) -> tuple[int, int]:
    """The two differences between two columns that the first six rounds do not take."""
    first, second = {*_ORDER} - {base[one] ^ base[other] for base in _BASES}
    return first, second


def _points(places: Iterable[tuple[int, int]]) -> Group:
    return tuple(8 * column + each for column, each in places)
