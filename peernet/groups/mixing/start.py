"""A first plan: anyhow, but so that who belongs together sits together and the rules of whole groups hold."""

from collections.abc import Sequence

from peernet.groups.mixing.chance import Chance
from peernet.groups.mixing.guards import Guard
from peernet.groups.mixing.table import Seats, Table

# How often packing people who belong together is tried, and how many swaps for each person mend the rules of whole
# groups.
_PACKINGS, _MENDING = 50, 100


def first(table: Table, guards: Sequence[Guard], chance: Chance) -> Seats:
    """Seats for all rounds. Where no way is found to hold together who belongs together, they are torn apart."""
    return [first_round(table, guards, chance, number) for number in range(len(table.sizes))]


def first_round(table: Table, guards: Sequence[Guard], chance: Chance, number: int) -> list[list[int]]:
    """Seats for one round."""
    room = table.room(number)
    blocks = [block for block in table.glued[number] if len(block) <= max(room, default=0)]
    tries = (_packed(blocks, room, chance) for _ in range(_PACKINGS))
    groups: list[list[int]] = next((found for found in tries if found is not None), [[] for _ in room])
    seated = {place for group in groups for place in group}
    rest = chance.shuffle([place for place in table.problem.present[number] if place not in seated])
    _deal_empty(table, number, groups, room)
    for group, size in zip(groups, room, strict=True):
        while len(group) < size:
            group.append(rest.pop())
    mend(table, guards, chance, number, groups)
    return groups


def finished(
    table: Table,
    guards: Sequence[Guard],
    chance: Chance,
    number: int,
    groups: list[list[int]],
    spare: Sequence[int] = (),
) -> list[list[int]]:
    """Groups, the largest first, and people without one, brought to the sizes of their round."""
    sizes, rest = table.sizes[number], list(spare)
    rest += [group.pop() for group, size in zip(groups, sizes, strict=True) for _ in range(len(group) - size)]
    for group, size in zip(groups, sizes, strict=True):
        while len(group) < size:
            group.append(rest.pop(_least(table, group, rest)))
    _deal_empty(table, number, groups, table.room(number))
    mend(table, guards, chance, number, groups)
    return groups


def _least(table: Table, group: Sequence[int], spare: Sequence[int]) -> int:
    """Who of the spare people is best for a group, as far as rules and history go."""
    return min(range(len(spare)), key=lambda each: sum(table.lane(table.weights[spare[each]], one) for one in group))


def mend(table: Table, guards: Sequence[Guard], chance: Chance, number: int, groups: list[list[int]]) -> None:
    """Swap people who are free to go, until the rules of whole groups hold or the patience ends."""
    held = {place for block in table.glued[number] for place in block}
    short = [_shortage(guards, group) for group in groups]
    for _ in range(_MENDING * sum(map(len, groups)) if guards and len(groups) > 1 else 0):
        if not any(short):
            break
        one = chance.one_of([place for place, by in enumerate(short) if by])
        other = chance.below(len(groups))
        left, right = chance.below(len(groups[one])), chance.below(len(groups[other]))
        if one == other or groups[one][left] in held or groups[other][right] in held:
            continue
        _swap(groups, one, left, other, right)
        now = _shortage(guards, groups[one]), _shortage(guards, groups[other])
        if sum(now) > short[one] + short[other]:
            _swap(groups, one, left, other, right)
        else:
            short[one], short[other] = now


def _swap(groups: list[list[int]], one: int, left: int, other: int, right: int) -> None:
    groups[one][left], groups[other][right] = groups[other][right], groups[one][left]


def _shortage(guards: Sequence[Guard], group: Sequence[int]) -> int:
    return sum(guard.shortage(group) for guard in guards)


def _packed(blocks: Sequence[list[int]], room: Sequence[int], chance: Chance) -> list[list[int]] | None:
    """The blocks in groups that have room, the largest first; None where one finds none."""
    groups: list[list[int]] = [[] for _ in room]
    for block in sorted(chance.shuffle(list(blocks)), key=len, reverse=True):
        fitting = [number for number, group in enumerate(groups) if len(group) + len(block) <= room[number]]
        if not fitting:
            return None
        groups[chance.one_of(fitting)] += block
    return groups


def _deal_empty(table: Table, number: int, groups: list[list[int]], room: Sequence[int]) -> None:
    """One empty seat each, to those groups that have the most room left."""
    empty = range(table.people, table.people + table.empty[number])
    roomy = sorted(range(len(groups)), key=lambda place: (len(groups[place]) - room[place], -place))
    for seat, place in zip(empty, roomy, strict=False):
        groups[place].append(seat)
