"""People who belong together move together: a block changes places with as many others."""

from collections.abc import Callable, Sequence

from peernet.groups.mixing.chance import Chance
from peernet.groups.mixing.sitting import Sitting

# How often each block looks for another group in one turn.
_TRIES = 6


class Blocks:
    """The blocks of one round."""

    def __init__(self, sitting: Sitting, blocks: Sequence[Sequence[int]], chance: Chance) -> None:
        self.sitting, self.chance = sitting, chance
        # A block that found no room together stays torn.
        self.blocks = [block for block in blocks if len({sitting.where[place] for place in block}) == 1]
        self.block_of = {place: block for block in self.blocks for place in block}
        self.torn = {place for block in blocks for place in block} - set(self.block_of)

    def move(self, rises: Sequence[int], on_change: Callable[[int], None]) -> None:
        """Let each block try some groups. ``on_change`` hears by how much the cost rose."""
        for block in self.blocks:
            for _ in range(_TRIES):
                there = self.chance.below(len(self.sitting.groups))
                rise = rises[self.chance.below(len(rises))]
                others = self._others(there, len(block))
                if there == self.sitting.where[block[0]] or others is None:
                    continue
                change = self.change(block, others)
                if change <= rise and self._keeps_rules(block, others):
                    on_change(change)

    def change(self, some: Sequence[int], others: Sequence[int]) -> int:
        """By how much the cost would rise."""
        sitting, lane, rows = self.sitting, self.sitting.table.lane, self.sitting.rows
        here, there = sitting.views[sitting.where[some[0]]], sitting.views[sitting.where[others[0]]]
        rise = sum(there[one] - here[one] for one in some) + sum(here[one] - there[one] for one in others)
        rise += sum(lane(rows[one], other) for group in (some, others) for one in group for other in group)
        return rise - 2 * sum(lane(rows[one], other) for one in some for other in others)

    def _others(self, there: int, count: int) -> list[int] | None:
        """So many people of a group, in whole blocks; None where they do not come out."""
        found: list[int] = []
        for place in self.chance.shuffle(list(self.sitting.groups[there])):
            block = self.block_of.get(place, (place,))
            if place not in found and place not in self.torn and len(found) + len(block) <= count:
                found += block
        return found if len(found) == count else None

    def _keeps_rules(self, some: Sequence[int], others: Sequence[int]) -> bool:
        """Change places if the rules of whole groups allow it; whether they did."""
        sitting = self.sitting
        groups = [sitting.groups[sitting.where[each[0]]] for each in (some, others)]
        before = sum(guard.shortage(group) for guard in sitting.guards for group in groups)
        sitting.exchange(some, others)
        after = sum(guard.shortage(group) for guard in sitting.guards for group in groups)
        if after > before:
            sitting.exchange(others, some)
        return after <= before
