"""Rules of a whole group: which swaps keep them, for all people at once.

A guard answers with the top bits of the lanes of those with whom a person may change places.
"""

from collections.abc import Sequence
from functools import reduce
from operator import and_, or_

from peernet.groups.mixing.problem import PerGroup
from peernet.groups.mixing.table import Table

_ANY = -1


class TagGuard:
    """Each group keeps so many people with a tag."""

    def __init__(self, table: Table, rule: PerGroup) -> None:
        self.least, self.top = rule.least, table.top
        people = table.problem.people
        self.has = [rule.tag in person.tags for person in people] + [False] * (table.lanes - len(people))
        self.all = table.every * table.top
        self.tagged = table.ones(place for place, has in enumerate(self.has) if has) * table.top
        self.one = table.one
        self.counts: list[int] = []
        self.tight = 0

    def begin(self, groups: Sequence[Sequence[int]]) -> None:
        """A round: nobody has been asked about it yet."""
        self.counts, self.tight = [0] * len(groups), 0
        for number, group in enumerate(groups):
            self.changed(number, group)

    def changed(self, number: int, group: Sequence[int]) -> None:
        """This group has other members now."""
        tagged = sum(self.one[place] for place in group if self.has[place]) * self.top
        self.counts[number] = tagged.bit_count()
        self.tight &= ~(sum(self.one[place] for place in group) * self.top)
        if self.counts[number] <= self.least:
            self.tight |= tagged

    def allowed(self, place: int, number: int) -> int:
        """With whom a member of this group may change places."""
        if not self.has[place]:
            return self.all ^ self.tight
        return self.tagged if self.counts[number] <= self.least else self.all

    def shortage(self, group: Sequence[int]) -> int:
        """By how many people a group fails."""
        return max(0, self.least - sum(self.has[place] for place in group))


class LanguageGuard:
    """Each group keeps a language that all its people speak."""

    def __init__(self, table: Table) -> None:
        names = sorted({name for person in table.problem.people for name in person.languages})
        spoken = [sum(1 << names.index(name) for name in person.languages) or _ANY for person in table.problem.people]
        self.spoken = spoken + [_ANY] * (table.lanes - len(spoken))
        self.all = table.every * table.top
        self.bits = [table.one[place] * table.top for place in range(table.lanes)]
        self.speakers = [
            sum(bit for bit, spoken in zip(self.bits, self.spoken, strict=True) if spoken >> number & 1)
            for number in range(len(names))
        ]
        self.rest = [_ANY] * table.lanes
        self.takers = [0] * len(names)

    def begin(self, groups: Sequence[Sequence[int]]) -> None:
        """A round: nobody has been asked about it yet."""
        self.takers = [0] * len(self.speakers)
        for number, group in enumerate(groups):
            self.changed(number, group)

    def changed(self, _number: int, group: Sequence[int]) -> None:
        """This group has other members now."""
        gone = self.all ^ sum(self.bits[place] for place in group)
        self.takers = [takers & gone for takers in self.takers]
        for place in group:
            rest = reduce(and_, (self.spoken[other] for other in group if other != place), _ANY)
            self.rest[place] = rest
            for language in range(len(self.takers)):
                if rest >> language & 1:
                    self.takers[language] |= self.bits[place]

    def allowed(self, place: int, _number: int) -> int:
        """With whom a member of this group may change places."""
        return self._of(self.speakers, self.rest[place]) & self._of(self.takers, self.spoken[place])

    def shortage(self, group: Sequence[int]) -> int:
        """By how many people a group fails."""
        most = max(
            (sum(self.spoken[place] >> language & 1 for place in group) for language in range(len(self.speakers))),
            default=len(group),
        )
        return len(group) - most

    def _of(self, masks: Sequence[int], languages: int) -> int:
        if languages == _ANY:
            return self.all
        return reduce(or_, (mask for number, mask in enumerate(masks) if languages >> number & 1), 0)


Guard = TagGuard | LanguageGuard


def guards_of(table: Table) -> list[Guard]:
    """The guards that the rules ask for."""
    rules = table.problem.rules
    found: list[Guard] = [TagGuard(table, rules.per_group)] if rules.per_group and rules.per_group.least else []
    return [*found, LanguageGuard(table)] if rules.common_language else found
