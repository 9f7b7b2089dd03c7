"""Finding: whatever is typed, by whoever may read it.

All the words must stand in the thing, in its title or its text; a word of three letters or more also stands for longer
words that begin with it. Every word weighs the same, however rare it is: if rarity counted, the order of the hits would
tell how often a word stands in what the reader may not see. For the same reason no score leaves this module.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy import ColumnElement, TextualSelect, bindparam, column, text
from sqlalchemy.orm import Session

from peernet.search.snippets import mark, pattern, snippet
from peernet.search.words import fold, is_beginning, tidy, words

_LONGEST_QUERY, _MOST_WORDS, _MOST_HITS = 1_000, 8, 100

# bm25 gives negative numbers, the best hit the lowest; each word's best hit counts 1.
_SQLITE_WORD = (
    "SELECT {place} AS place, rowid AS id, bm25(search_text, 8.0, 1.0) AS score"
    " FROM search_text WHERE search_text MATCH :word_{place}"
)
_SQLITE = """
WITH word AS MATERIALIZED ({each}),
seen AS (
    SELECT r.id, r.kind, r.ref, w.score / min(w.score) OVER (PARTITION BY w.place) AS share
    FROM word AS w JOIN search_row AS r ON r.id = w.id
    WHERE r.audience IN :audiences {only}
),
ranked AS (SELECT id, kind, ref, sum(share) AS score FROM seen GROUP BY id, kind, ref HAVING count(*) = :many)
"""
_POSTGRESQL = """
WITH ranked AS (
    SELECT r.id, r.kind, r.ref, ts_rank('{{0, 0, 0.125, 1}}', t.vector, CAST(:words AS tsquery), 1) AS score
    FROM search_text AS t JOIN search_row AS r ON r.id = t.id
    WHERE t.vector @@ CAST(:words AS tsquery) AND r.audience IN :audiences {only}
)
"""
_PAGE = """,
best AS (SELECT id, score, row_number() OVER (PARTITION BY kind, ref ORDER BY score DESC, id) AS place FROM ranked),
page AS (SELECT id, score, count(*) OVER () AS total FROM best WHERE place = 1
         ORDER BY score DESC, id LIMIT :limit OFFSET :offset)
SELECT p.total, r.kind, r.ref, r.title, r.text, r.url, r.language
FROM page AS p JOIN search_row AS r ON r.id = p.id ORDER BY p.score DESC, p.id
"""
_COLUMNS: list[ColumnElement[Any]] = [
    column(name) for name in ("total", "kind", "ref", "title", "text", "url", "language")
]


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
    asked = tuple(dict.fromkeys(words(tidy(q[:_LONGEST_QUERY]))))[:_MOST_WORDS]
    if not asked or not audiences:
        return Results((), 0, asked)
    values = {"limit": max(1, min(limit, _MOST_HITS)), "offset": max(0, min(offset, 1_000_000))}
    rows = _rows(db, audiences, asked, kind, values)
    if not rows and values["offset"]:
        counted = _rows(db, audiences, asked, kind, {"limit": 1, "offset": 0})
        return Results((), counted[0].total if counted else 0, asked)
    found = pattern([fold(word) for word in asked])
    return Results(tuple(_hit(row, found) for row in rows), rows[0].total if rows else 0, asked)


def _rows(
    db: Session, audiences: Collection[str], asked: tuple[str, ...], kind: str | None, page: dict[str, int]
) -> list[Any]:
    only = "" if kind is None else "AND r.kind = :kind"
    statement, values = (_sqlite if db.get_bind().dialect.name == "sqlite" else _postgresql)(asked, only)
    values |= {"audiences": sorted(audiences), **page}
    if kind is not None:
        values["kind"] = kind
    return list(db.execute(statement, values))


def _sqlite(asked: tuple[str, ...], only: str) -> tuple[TextualSelect, dict[str, Any]]:
    each = " UNION ALL ".join(_SQLITE_WORD.format(place=place) for place in range(len(asked)))
    values: dict[str, Any] = {"many": len(asked)}
    for place, word in enumerate(asked):
        values[f"word_{place}"] = f'"{word}"{"*" if is_beginning(word) else ""}'
    return _statement(_SQLITE.format(each=each, only=only)), values


def _postgresql(asked: tuple[str, ...], only: str) -> tuple[TextualSelect, dict[str, Any]]:
    terms = [f"'{fold(word)}'{':*' if is_beginning(word) else ''}" for word in asked]
    return _statement(_POSTGRESQL.format(only=only)), {"words": " & ".join(terms)}


def _statement(ranked: str) -> TextualSelect:
    return text(ranked.rstrip() + _PAGE).bindparams(bindparam("audiences", expanding=True)).columns(*_COLUMNS)


def _hit(row: Any, found: Any) -> Hit:
    return Hit(
        kind=row.kind,
        ref=row.ref,
        title=row.title,
        heading=mark(row.title, found),
        snippet=snippet(row.text, found),
        url=row.url,
        language=row.language,
    )
