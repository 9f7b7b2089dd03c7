"""Plans that are constructed: rounds of groups of points in which no two points meet twice.

Transversal designs: the points stand in as many columns as a group has seats, a group takes one of each, and the people
of one column never meet. With a prime power of groups as large as the groups are these are the affine planes. Kirkman
systems: one round, or two, turned like a clock. Ten rounds of 32 in fours are built of all of these ideas
(:mod:`peernet.groups.mixing.eights`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from peernet.groups.mixing import eights
from peernet.groups.mixing.fields import ring

# Larger ones take longer to construct than to search for.
_LARGEST = 64


@dataclass(frozen=True, slots=True)
class Design:
    """``rounds`` of groups of points, numbered from 0. ``columns`` are sets of points that never meet in the first
    ``apart`` rounds."""

    rounds: tuple[tuple[tuple[int, ...], ...], ...]
    columns: tuple[tuple[int, ...], ...] = ()
    apart: int = 0


# A difference matrix of order 12 with six rows: Johnson, Dulmage and Mendelsohn (1961) found that there is one; these
# are the first that a search finds, over Z2 x Z6, whose element (a, b) is 6a + b.
_TWELVE = (
    (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
    (0, 2, 1, 6, 8, 7, 10, 9, 11, 4, 3, 5),
    (0, 3, 8, 10, 1, 9, 2, 6, 5, 7, 11, 4),
    (0, 4, 10, 9, 7, 1, 11, 5, 3, 2, 8, 6),
    (0, 8, 6, 4, 3, 10, 9, 11, 2, 5, 1, 7),
)


@dataclass(frozen=True, slots=True)
class _Turned:
    """Base rounds over points that fall into cycles of ``turns``; what is left over stands still."""

    turns: int
    bases: tuple[tuple[tuple[int, ...], ...], ...]


# Found by annealing of the base rounds. By groups and their size: Kirkman's fifteen schoolgirls (1850) and twenty-one,
# and 28 in fours (Ray-Chaudhuri and Wilson, 1971, prove that all of these exist).
_TURNED = {
    (5, 3): _Turned(7, (((8, 11, 10), (14, 12, 1), (5, 4, 13), (9, 6, 3), (7, 2, 0)),)),
    (7, 3): _Turned(
        5,
        (
            ((7, 1, 12), (10, 11, 2), (17, 20, 13), (0, 5, 3), (18, 16, 4), (19, 9, 15), (6, 14, 8)),
            ((11, 1, 9), (15, 10, 13), (7, 16, 8), (5, 14, 17), (4, 3, 19), (2, 6, 20), (0, 18, 12)),
        ),
    ),
    (7, 4): _Turned(
        9,
        (
            (
                (10, 17, 16, 8), (24, 12, 21, 25), (2, 1, 14, 20), (11, 15, 5, 22), (3, 23, 0, 7), (9, 19, 4, 26),
                (6, 13, 18, 27),
            ),
        ),
    ),
}  # fmt: skip


def designs(groups: int, size: int, rounds: int) -> Iterator[Design]:
    """Every design known here with so many groups of that size and at least so many rounds."""
    if groups < 2 or size < 2 or groups > _LARGEST:
        return
    if (groups, size) in _TURNED:
        found = _turned(_TURNED[groups, size], groups * size)
        if rounds <= len(found.rounds):
            yield found
    crossed = _transversal(groups, size)
    if crossed is not None:
        if rounds > groups:
            crossed = _with_columns(crossed, groups, size, rounds - groups)
        if rounds <= len(crossed.rounds):
            yield crossed
            return
    if (groups, size) == (8, 4) and rounds <= 10:
        yield Design(eights.rounds(), eights.COLUMNS, eights.APART)


def _turned(stored: _Turned, points: int) -> Design:
    moving = points - points % stored.turns

    def turn(point: int, by: int) -> int:
        if point >= moving:
            return point
        return point - point % stored.turns + (point + by) % stored.turns if stored.turns else point

    return Design(
        tuple(
            tuple(tuple(turn(point, by) for point in group) for group in base)
            for base in stored.bases
            for by in range(stored.turns)
        )
    )


def _transversal(groups: int, size: int) -> Design | None:
    """As many rounds as groups: the one at slope m holds, for each b, the point m a + b of each column a."""
    if groups == 12 and size <= len(_TWELVE):
        rows: tuple[tuple[int, ...], ...] = _TWELVE[:size]
        add = [[(a // 6 + b // 6) % 2 * 6 + (a + b) % 6 for b in range(12)] for a in range(12)]
    else:
        numbers = ring(groups)
        if len(numbers.line) < size:
            return None
        rows = tuple(numbers.times[column] for column in numbers.line[:size])
        add = [list(row) for row in numbers.plus]
    rounds = tuple(
        tuple(
            tuple(column * groups + add[row[slope]][base] for column, row in enumerate(rows)) for base in range(groups)
        )
        for slope in range(groups)
    )
    columns = tuple(tuple(range(column * groups, (column + 1) * groups)) for column in range(size))
    return Design(rounds, columns, groups)


def _with_columns(crossed: Design, groups: int, size: int, more: int) -> Design:
    """Further rounds, in which the people of each column meet each other."""
    if groups % size:
        return crossed
    if groups == size:
        return Design((*crossed.rounds, crossed.columns), crossed.columns, crossed.apart)
    inner = next(designs(groups // size, size, more), None)
    inner_rounds = inner.rounds if inner else (_split(groups, size),)
    further = tuple(
        tuple(tuple(column[point] for point in group) for column in crossed.columns for group in round_)
        for round_ in inner_rounds
    )
    return Design((*crossed.rounds, *further), crossed.columns, crossed.apart)


def _split(points: int, size: int) -> tuple[tuple[int, ...], ...]:
    """One round of that many points."""
    return tuple(tuple(range(begin, begin + size)) for begin in range(0, points, size))
