"""What is to be mixed, and what a plan is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

Group = tuple[str, ...]
# The groups of each round, as ids of people.
Plan = tuple[tuple[Group, ...], ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to seat. Without ``languages``, every language will do."""

    id: str
    org: str | None = None
    tags: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Round:
    """One round: the exact sizes of its groups, in no order, and who is not there."""

    sizes: tuple[int, ...]
    absent: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Together:
    """Two people who sit in one group whenever both are there; in these rounds (from 0), or in all."""

    pair: tuple[str, str]
    rounds: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class PerGroup:
    """Each group has at least so many people with this tag."""

    tag: str
    least: int = 1


@dataclass(frozen=True, slots=True)
class Rules:
    """What a plan must hold to.

    ``same_org_apart``: people of one organisation never share a group. ``common_language``: each group has one language
    that all in it speak.
    """

    same_org_apart: bool = False
    keep_apart: tuple[tuple[str, str], ...] = ()
    keep_together: tuple[Together, ...] = ()
    per_group: PerGroup | None = None
    common_language: bool = False


@dataclass(frozen=True)
class Problem:
    """People, rounds, rules, and what was before.

    ``history`` holds the groups of rounds that were held; who is no longer among the people is passed over there.
    ``announced`` is a plan for the first of the rounds that people know already, and of which at most ``most_moved``
    of them may be moved to other groups.
    """

    people: tuple[Person, ...]
    rounds: tuple[Round, ...]
    rules: Rules = Rules()
    history: Plan = ()
    announced: Plan = ()
    most_moved: int | None = None

    @cached_property
    def place(self) -> dict[str, int]:
        """The place of each id in ``people``."""
        return {person.id: number for number, person in enumerate(self.people)}

    @cached_property
    def present(self) -> tuple[tuple[int, ...], ...]:
        """Who is there in each round, by place."""
        return tuple(
            tuple(number for number, person in enumerate(self.people) if person.id not in one.absent)
            for one in self.rounds
        )

    @cached_property
    def apart(self) -> frozenset[tuple[int, int]]:
        """Pairs of places, the lower first, that may never share a group, whatever the reason."""
        return frozenset(pair for pair in combinations(range(len(self.people)), 2) if self._is_apart(*pair))

    @cached_property
    def together(self) -> tuple[frozenset[tuple[int, int]], ...]:
        """For each round, the pairs of places, the lower first, that must share a group: both are there."""
        return tuple(frozenset(self._glued(number)) for number in range(len(self.rounds)))

    @cached_property
    def met(self) -> dict[tuple[int, int], int]:
        """How often each pair of places, the lower first, met before."""
        found: dict[tuple[int, int], int] = {}
        for groups in self.history:
            for pair in self.pairs(groups):
                found[pair] = found.get(pair, 0) + 1
        return found

    def pairs(self, groups: Sequence[Group]) -> Iterator[tuple[int, int]]:
        """The pairs of places, the lower first, that share one of these groups."""
        for group in groups:
            known = sorted({self.place[name] for name in group if name in self.place})
            yield from combinations(known, 2)

    def have_language(self, people: Sequence[int]) -> bool:
        """Whether there is one language that all of them speak."""
        spoken = [self.people[number].languages for number in people if self.people[number].languages]
        return not spoken or bool(frozenset.intersection(*spoken))

    @cached_property
    def _kept_apart(self) -> frozenset[frozenset[str]]:
        return frozenset(frozenset(pair) for pair in self.rules.keep_apart)

    def _is_apart(self, one: int, other: int) -> bool:
        first, second = self.people[one], self.people[other]
        if self.rules.same_org_apart and first.org is not None and first.org == second.org:
            return True
        if self.rules.common_language and not self.have_language((one, other)):
            return True
        return frozenset((first.id, second.id)) in self._kept_apart

    def _glued(self, number: int) -> Iterator[tuple[int, int]]:
        there = set(self.present[number])
        for wish in self.rules.keep_together:
            one, other = sorted(self.place[name] for name in wish.pair)
            if (wish.rounds is None or number in wish.rounds) and one in there and other in there:
                yield one, other
