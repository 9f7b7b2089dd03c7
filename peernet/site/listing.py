"""What pages of the library show, in a few words: so that whoever keeps copies of them knows which have changed.

A list that is narrowed by one filter, or a part of a list, depends in a copy of the site on a key of its own. What that
stands for is told here for all of them at once, in about ten queries.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from peernet.materials import library
from peernet.site import filters
from peernet.site.parts import Part

# Whatever changes a list touches one of these.
KEYS = ("library", "cohorts", "organisations", "questions")
PREFIX = "list:"
ON_A_PAGE = 24


def key(chosen: library.Filters, part: int | None) -> str:
    """What a page of the library depends on, narrowed by at most one filter."""
    said = [f"{name}={value}" for name, value in filters.arguments_of(chosen).items()]
    return PREFIX + "&".join([*said, *([f"part={part}"] if part else [])])


def digests(db: Session) -> dict[str, str]:
    """For each of these keys a digest of what the page shows."""
    cards = library.cards(db, library.Filters(), limit=library.ALL)
    shown = [hashlib.sha256(repr(card).encode()).digest()[:12] for card in cards]
    places = {card.id: place for place, card in enumerate(cards)}
    found = dict(_of_list(PREFIX, "", shown))
    for name, value, called, ids in library.lists(db):
        members = [shown[place] for place in sorted(places[one] for one in ids)]
        found |= _of_list(f"{PREFIX}{name}={value}", called, members)
    return found


def _of_list(start: str, called: str, members: Sequence[bytes]) -> Iterator[tuple[str, str]]:
    first = Part.of(len(members), ON_A_PAGE)
    for number in (None, *range(1, first.parts + 1)):
        part = replace(first, number=number)
        own = b"".join(members[part.offset : part.offset + part.limit])
        said = (called, part.total if number is None else part.newer, own)
        address = start if number is None else f"{start}{'' if start == PREFIX else '&'}part={number}"
        yield address, hashlib.sha256(repr(said).encode()).hexdigest()[:24]
