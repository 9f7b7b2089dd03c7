"""How many people leave their group between two plans of one round, the groups named again in the best way."""

from collections.abc import Sequence

from peernet.groups.mixing.problem import Group

_NEVER = 1 << 60


def moved(before: Sequence[Group], after: Sequence[Group]) -> int:
    """People in both plans who must change group."""
    old, new = [set(group) for group in before], [set(group) for group in after]
    both = set().union(*old) & set().union(*new)
    size = max(len(old), len(new))
    old += [set()] * (size - len(old))
    new += [set()] * (size - len(new))
    stay = [[len(one & other) for other in new] for one in old]
    return len(both) - sum(stay[row][column] for row, column in enumerate(assignment(stay)))


def surplus(have: Sequence[int], sizes: Sequence[int]) -> int:
    """How many people have to leave groups of these sizes, so that the groups can be filled up to those; both are as
    many."""
    pairs = zip(sorted(have, reverse=True), sorted(sizes, reverse=True), strict=True)
    return sum(max(0, there - most) for there, most in pairs)


def assignment(worth: Sequence[Sequence[int]]) -> list[int]:
    """For each row of a square matrix its column, so that together they are worth most: the Hungarian method (Kuhn,
    1955; in the form of Jonker and Volgenant, 1987) in whole numbers."""
    size = len(worth)
    of_row, of_column = [0] * (size + 1), [0] * (size + 1)
    row_of = [0] * (size + 1)
    for row in range(1, size + 1):
        row_of[0] = row
        _augment(worth, of_row, of_column, row_of)
    columns = [0] * size
    for column in range(1, size + 1):
        columns[row_of[column] - 1] = column - 1
    return columns


def _augment(worth: Sequence[Sequence[int]], of_row: list[int], of_column: list[int], row_of: list[int]) -> None:
    """Give one more row a column, along the shortest path."""
    size = len(worth)
    least, came_from, is_done = [_NEVER] * (size + 1), [0] * (size + 1), [False] * (size + 1)
    here = 0
    while row_of[here]:
        is_done[here] = True
        row, step, following = row_of[here], _NEVER, 0
        for column in range(1, size + 1):
            if is_done[column]:
                continue
            cost = -worth[row - 1][column - 1] - of_row[row] - of_column[column]
            if cost < least[column]:
                least[column], came_from[column] = cost, here
            if least[column] < step:
                step, following = least[column], column
        for column in range(size + 1):
            if is_done[column]:
                of_row[row_of[column]] += step
                of_column[column] -= step
            else:
                least[column] -= step
        here = following
    while here:
        row_of[here] = row_of[came_from[here]]
        here = came_from[here]
