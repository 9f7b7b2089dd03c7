"""What has changed of pages that show a little of very much: a list of the library, a part of the sitemap.

Whatever is published touches all of them, and changes few. So in a copy of the site each depends on a key of its own,
and what the keys stand for is compared with what it was, which costs less than to make a few pages.
"""

from collections.abc import Callable, Collection

from sqlalchemy.orm import Session

from peernet.db import Database
from peernet.site import listing
from peernet.site.exporting.manifest import Manifest

# For the beginning of such keys: whatever changes one of them touches one of these, and what they stand for.
_TOLD: tuple[tuple[str, tuple[str, ...], Callable[[Session], dict[str, str]]], ...] = (
    (listing.PREFIX, listing.KEYS, listing.digests),
)


def changed(database: Database, record: Manifest, touched: Collection[str] | None) -> set[str]:
    """The keys that stand for something else than the last time, which is noted. ``touched`` are those touched since;
    None where that is not known."""
    found: set[str] = set()
    for beginning, keys, digests in _TOLD:
        if touched is None or not set(keys).isdisjoint(touched):
            with database.reading() as db:
                now = digests(db)
            before = record.worth(beginning)
            new = {key: now.get(key) for key in before.keys() | now.keys() if before.get(key) != now.get(key)}
            record.note_worth(new)
            found.update(new)
    return found
