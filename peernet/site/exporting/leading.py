"""Old addresses in a folder: a page at each that leads on by itself, and a list by which nginx sends on whatever lay
below it, with the status 301."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from peernet.db import Database
from peernet.site import moved
from peernet.site.exporting.manifest import Manifest
from peernet.site.exporting.writing import Folder

MAP = ".peernet-moved.map"
# What lies in no folder as a page of its own.
_FEEDS = "/feeds/"


def pages(database: Database) -> list[str]:
    """The old addresses of public pages, without a language."""
    with database.reading() as db:
        return [quote(old) for old, _new in moved.beginnings(db) if not old.startswith(_FEEDS)]


def write(database: Database, folder: Folder, record: Manifest, languages: Sequence[str]) -> int:
    """Bring the list up to date; say how many files were written. ``languages`` are those with a prefix."""
    with database.reading() as db:
        lines = _lines(moved.beginnings(db), languages)
        body = "".join(f"{line}\n" for line in lines).encode()
    digest = hashlib.sha256(body).hexdigest()
    if record.state("moved") == digest and folder.has(MAP):
        return 0
    folder.bring(MAP, body, {}, rank=0)
    record.note(moved=digest)
    return 1


def _lines(beginnings: Iterable[tuple[str, str]], languages: Sequence[str]) -> Iterator[str]:
    yield "# Old addresses, for a map of nginx from $uri. Written by peernet site export."
    tongue = f"(?<tongue>/(?:{'|'.join(map(re.escape, languages))}))?" if languages else "(?<tongue>)"
    for old, new in beginnings:
        yield f'"~^{tongue}{re.escape(old)}(?<rest>[/.].*)?$" "$tongue{quote(new)}$rest";'
