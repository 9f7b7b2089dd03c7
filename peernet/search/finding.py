"""Finding: whatever is typed, by whoever may read it.

All the words must stand in the thing, in its title or its text; a word of three letters or more also stands for longer
words that begin with it. Every word weighs the same, however rare it is: if rarity counted, the order of the hits would
tell how often a word stands in what the reader may not see. For the same reason no score leaves this module.

Of more things than a reader looks through the newest are ranked, and those that have the words in their title; the
others come after them, the newest first.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from peernet.search import statements
from peernet.search.snippets import Sought, mark, snippet
from peernet.search.words import asked_for, fold

_LONGEST_QUERY, _MOST_WORDS, _MOST_HITS = 1_000, 8, 100
# So many are ranked at least: all that is ranked has to be read.
RANKED = 100


@dataclass(frozen=True)
class Hit:
    """One thing. ``heading`` and ``snippet`` are safe HTML with the found words in <mark>."""

    kind: str
    ref: str
    title: str
    heading: Markup
    snippet: Markup
    url: str
    language: str


@dataclass(frozen=True)
class Results:
    """A page of hits, the best first; ``total`` counts all that this reader may find, ``words`` what was looked for."""

    hits: tuple[Hit, ...]
    total: int
    words: tuple[str, ...]


def find(
    db: Session,
    audiences: Collection[str],
    q: str,
    *,
    kind: str | None = None,
    limit: int = 20,
    offset: int = 0,
) -> Results:
    """What holders of ``audiences`` can find for ``q``, of one kind or of all. Any text is a valid ``q``."""
    asked = tuple(dict.fromkeys(asked_for(q[:_LONGEST_QUERY])))[:_MOST_WORDS]
    if not asked or not audiences:
        return Results((), 0, asked)
    values = {"limit": max(1, min(limit, _MOST_HITS)), "offset": max(0, min(offset, 1_000_000))}
    rows = _rows(db, audiences, asked, kind, values)
    if not rows and values["offset"]:
        counted = _rows(db, audiences, asked, kind, {"limit": 1, "offset": 0})
        return Results((), counted[0].total if counted else 0, asked)
    found = Sought([fold(word) for word in asked])
    return Results(tuple(_hit(row, found) for row in rows), rows[0].total if rows else 0, asked)


def texts_with(db: Session, audiences: Collection[str], word: str, most: int) -> list[str]:
    """The texts of some things that hold a word or one that begins with it, as holders of ``audiences`` find them."""
    return [row.text for row in _rows(db, audiences, (word,), None, {"limit": most, "offset": 0})]


def _rows(
    db: Session, audiences: Collection[str], asked: tuple[str, ...], kind: str | None, page: dict[str, int]
) -> Sequence[Any]:
    reach = page["offset"] + page["limit"]
    values = {**page, "ranked": RANKED, "beyond": RANKED - 1, "rest": reach if reach > RANKED else 0}
    ask = statements.of_sqlite if db.get_bind().dialect.name == "sqlite" else statements.of_postgresql
    return ask(db, asked, sorted(audiences), {"kind": kind} if kind else {}, values)


def _hit(row: Any, found: Sought) -> Hit:
    return Hit(
        kind=row.kind,
        ref=row.ref,
        title=row.title,
        heading=mark(row.title, found),
        snippet=snippet(row.text, found),
        url=row.url,
        language=row.language,
    )
