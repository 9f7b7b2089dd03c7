"""What has changed of pages that show a little of very much: a list of the library, a part of the sitemap, the name of
a topic.

Whatever is published touches all of them, and changes few. So in a copy of the site each depends on a key of its own,
and what the keys stand for is compared with what it was, which costs less than to make a few pages.
"""

from collections.abc import Callable, Collection

from sqlalchemy.orm import Session

from peernet.db import Database
from peernet.site import listing, named, sitemaps
from peernet.site.exporting.manifest import Manifest

# For the beginning of such keys: whether a touch of another may change what they stand for, and what that is now.
_TOLD: tuple[tuple[str, Callable[[str], bool], Callable[[Session], dict[str, str]]], ...] = (
    (listing.PREFIX, frozenset(listing.KEYS).__contains__, listing.digests),
    (sitemaps.PREFIX, frozenset(sitemaps.KEYS).__contains__, sitemaps.digests),
    (named.PREFIX, named.is_one, named.digests),
)


def changed(database: Database, record: Manifest, touched: Collection[str] | None) -> set[str]:
    """The keys that stand for something else than the last time, which is noted. ``touched`` are those touched since;
    None where that is not known."""
    found: set[str] = set()
    for beginning, may_change, digests in _TOLD:
        if touched is None or any(map(may_change, touched)):
            with database.reading() as db:
                now = digests(db)
            before = record.worth(beginning)
            new = {key: now.get(key) for key in before.keys() | now.keys() if before.get(key) != now.get(key)}
            record.note_worth(new)
            found.update(new)
    return found
