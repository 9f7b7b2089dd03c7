"""Seats near to those that were announced, and what it takes to stay near."""

from collections.abc import Sequence

from peernet.groups.mixing.chance import Chance
from peernet.groups.mixing.guards import Guard
from peernet.groups.mixing.start import finished, first_round
from peernet.groups.mixing.table import Seats, Table

# For each round and each of its groups, a one in the lane of everybody who would not be at home there.
Homes = list[list[int]]


def near(table: Table, guards: Sequence[Guard], chance: Chance) -> tuple[Seats, Homes]:
    """Seats for all rounds; in those that were announced, only as many people move as the sizes ask for."""
    seats, homes = [], []
    for number in range(len(table.sizes)):
        if number < len(table.problem.announced):
            groups, away = _round(table, guards, chance, number)
        else:
            groups, away = first_round(table, guards, chance, number), []
        seats.append(groups)
        homes.append(away)
    return seats, homes


def _round(table: Table, guards: Sequence[Guard], chance: Chance, number: int) -> tuple[list[list[int]], list[int]]:
    problem, there = table.problem, set(table.problem.present[number])
    groups = [
        [problem.place[name] for name in group if problem.place.get(name) in there]
        for group in problem.announced[number]
    ]
    groups.sort(key=len, reverse=True)
    homes = [list(group) for group in groups]
    seated = {place for group in groups for place in group}
    count = len(table.sizes[number])
    spare = [place for group in groups[count:] for place in group]
    spare += [place for place in problem.present[number] if place not in seated]
    groups = groups[:count] + [[] for _ in range(count - len(groups))]
    everybody = table.ones(place for group in homes for place in group)
    away = [everybody - table.ones(homes[place] if place < len(homes) else ()) for place in range(count)]
    return finished(table, guards, chance, number, groups, spare), away
