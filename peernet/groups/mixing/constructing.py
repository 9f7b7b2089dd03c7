"""A first plan out of a design, as far as the rounds of a problem allow one."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from peernet.groups.mixing.chance import Chance
from peernet.groups.mixing.designs import Design, designs
from peernet.groups.mixing.guards import Guard
from peernet.groups.mixing.seating import Seating
from peernet.groups.mixing.start import finished, first_round
from peernet.groups.mixing.table import Seats, Table

# How often a seating is tried where one without trouble is not found.
_TRIES = 4


def constructed(
    table: Table, guards: Sequence[Guard], chance: Chance, watch: Callable[[int], None], most: int
) -> Iterator[Seats]:
    """Plans from every design that fits most rounds: the same number of groups, and no group larger. Rounds that it
    does not fit are filled at random. ``most``: the work that a seating may take, in steps."""
    for design, fitting in _designs(table):
        seating = _best(table, design, len(fitting), chance, watch, most)
        seats: Seats = []
        for number in range(len(table.sizes)):
            if number in fitting:
                groups = seating.groups(fitting.index(number), table.problem.present[number])
                groups.sort(key=len, reverse=True)
                seats.append(finished(table, guards, chance, number, groups))
            else:
                seats.append(first_round(table, guards, chance, number))
        yield seats


def _best(
    table: Table, design: Design, rounds: int, chance: Chance, watch: Callable[[int], None], most: int
) -> Seating:
    """The least troubled of some seatings."""
    found: list[Seating] = []
    for _ in range(_TRIES):
        found.append(Seating(table, design, rounds, chance))
        found[-1].anneal(watch, most)
        if not found[-1].trouble:
            break
    return min(found, key=lambda seating: seating.trouble)


def _designs(table: Table) -> Iterator[tuple[Design, list[int]]]:
    """Each design, and the rounds that it is for."""
    counts = Counter(len(sizes) for number, sizes in enumerate(table.sizes) if sizes and not table.glued[number])
    if not counts:
        return
    groups = max(counts, key=lambda count: (counts[count], count))
    fitting = [number for number, sizes in enumerate(table.sizes) if len(sizes) == groups and not table.glued[number]]
    size = max(table.sizes[number][0] for number in fitting)
    for width in range(size, size + 2):
        if groups * width >= table.people:
            yield from _longest(groups, width, fitting)


def _longest(groups: int, size: int, fitting: list[int]) -> Iterator[tuple[Design, list[int]]]:
    """The designs that last for all these rounds, or else one for as many as can be, more than half of them."""
    for count in range(len(fitting), len(fitting) // 2, -1):
        found = list(designs(groups, size, count))
        if found:
            yield from ((design, fitting[:count]) for design in found)
            break
