"""Who has something for whom: an offer and an ask that are about the same. Pure.

About the same is what names the same topic, or the same words: each line of what somebody wrote, and each part between
commas, is compared as a whole, large and small letters alike.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations

from peernet.groups.mixing.preferring import Pair, pair_of


@dataclass(frozen=True, slots=True)
class Shared:
    """What somebody can help with and would like to learn about: names of topics, and their own words."""

    person_id: int
    name: str
    offers: str
    asks: str
    offer_topics: tuple[str, ...] = ()
    ask_topics: tuple[str, ...] = ()

    def offered(self) -> dict[str, str]:
        """Each thing offered, as it is written, by how it is compared."""
        return _things(self.offer_topics, self.offers)

    def asked(self) -> dict[str, str]:
        """Each thing asked for, likewise."""
        return _things(self.ask_topics, self.asks)


@dataclass(frozen=True, slots=True)
class Match:
    """One person can help another with these things."""

    helper: Shared
    learner: Shared
    things: tuple[str, ...]


def matches(people: Sequence[Shared]) -> list[Match]:
    """Every pair of whom the first offers what the second asks for, in the order of the people."""
    offered = {one.person_id: one.offered() for one in people}
    asked = {one.person_id: one.asked() for one in people}
    found = []
    for helper, learner in permutations(people, 2):
        both = offered[helper.person_id].keys() & asked[learner.person_id].keys()
        if both:
            things = tuple(sorted(asked[learner.person_id][each] for each in both))
            found.append(Match(helper, learner, things))
    return found


def pairs(people: Sequence[Shared]) -> frozenset[Pair]:
    """The same as pairs of ids, as the solver has them."""
    return frozenset(pair_of(str(each.helper.person_id), str(each.learner.person_id)) for each in matches(people))


def _things(topics: Iterable[str], words: str) -> dict[str, str]:
    written = [" ".join(part.split()).strip(" .;") for part in re.split(r"[,\n]", words)]
    return {each.casefold(): each for each in (*topics, *written) if each}
