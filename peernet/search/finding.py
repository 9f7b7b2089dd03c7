"""Finding: whatever is typed, by whoever may read it.

All the words must stand in the thing, in its title or its text; a word of three letters or more also stands for longer
words that begin with it. Every word weighs the same, however rare it is: if rarity counted, the order of the hits would
tell how often a word stands in what the reader may not see. For the same reason no score leaves this module.

On SQLite, of more things than a reader looks through the newest are ranked, and those that have the words in their
title; the others come after them, the newest first.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from markupsafe import Markup
from sqlalchemy import ColumnElement, TextualSelect, bindparam, column, text
from sqlalchemy.orm import Session

from peernet.search.snippets import mark, pattern, snippet
from peernet.search.words import fold, is_beginning, tidy, words

_LONGEST_QUERY, _MOST_WORDS, _MOST_HITS = 1_000, 8, 100

# So many are ranked at least, on SQLite, which has to read all that it ranks.
_RANKED = 100
# bm25 gives negative numbers, the best hit the lowest; each word's best hit counts 1.
# Each word is gone through once (+): asked for by its row, it would be counted anew for each.
_SQLITE_WORD = (
    "SELECT {place} AS place, rowid AS id, bm25(search_text, 8.0, 1.0) AS score"
    " FROM search_text WHERE search_text MATCH :word_{place} AND +rowid IN (SELECT id FROM chosen)"
)
# By the index of audiences, which is small: a row itself is as long as its text.
_SQLITE_MATCH = (
    "search_text AS t CROSS JOIN search_row AS r INDEXED BY ix_search_row_audience"
    " WHERE t.search_text MATCH :{which} AND r.id = t.rowid AND r.audience IN :audiences {only}"
)
_SQLITE = """
WITH chosen AS MATERIALIZED (
    SELECT id FROM (SELECT t.rowid AS id FROM {in_all} ORDER BY t.rowid DESC LIMIT :ranked)
    UNION SELECT id FROM (SELECT t.rowid AS id FROM {in_title} ORDER BY t.rowid DESC LIMIT :ranked)
),
word AS MATERIALIZED ({each}),
seen AS (SELECT id, score / min(score) OVER (PARTITION BY place) AS share FROM word),
scored AS (
    SELECT id, sum(share) AS score FROM seen GROUP BY id
    UNION ALL SELECT id, 0 FROM (
        SELECT t.rowid AS id FROM {in_all} AND t.rowid NOT IN (SELECT id FROM chosen) ORDER BY t.rowid DESC LIMIT :rest
    )
)
"""
# Rows lie far apart, so they are asked what they are only where a thing may have several.
_SQLITE_THINGS = """,
ranked AS (SELECT s.id, r.kind, r.ref, s.score FROM scored AS s CROSS JOIN search_row AS r WHERE r.id = s.id)"""
_SQLITE_ROWS = ",\nbest AS (SELECT id, score, 1 AS place FROM scored)"
_SQLITE_TOTAL = "(SELECT count({counted}) FROM {in_all})"
_POSTGRESQL = """
WITH ranked AS (
    SELECT r.id, r.kind, r.ref, ts_rank('{{0, 0, 0.125, 1}}', t.vector, CAST(:words AS tsquery), 1) AS score
    FROM search_text AS t JOIN search_row AS r ON r.id = t.id
    WHERE t.vector @@ CAST(:words AS tsquery) AND r.audience IN :audiences {only}
)
"""
_BEST = """,
best AS (SELECT id, score, row_number() OVER (PARTITION BY kind, ref ORDER BY score DESC, id) AS place FROM ranked)"""
_PAGE = """,
page AS (SELECT id, score, {total} AS total FROM best WHERE place = 1
         ORDER BY score DESC, CASE score WHEN 0 THEN -id ELSE id END LIMIT :limit OFFSET :offset)
SELECT p.total, r.kind, r.ref, r.title, r.text, r.url, r.language
FROM page AS p JOIN search_row AS r ON r.id = p.id ORDER BY p.score DESC, CASE p.score WHEN 0 THEN -p.id ELSE p.id END
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
    if db.get_bind().dialect.name == "sqlite":
        reach = page["offset"] + page["limit"]
        values: dict[str, Any] = {"ranked": _RANKED, "rest": reach if reach > _RANKED else 0}
        # A thing has at most one row for each audience.
        statement = _sqlite(asked, only, len(audiences) > 1, values)
    else:
        statement, values = _postgresql(asked, only)
    values |= {"audiences": sorted(audiences), **page}
    if kind is not None:
        values["kind"] = kind
    return list(db.execute(statement, values))


def _sqlite(asked: tuple[str, ...], only: str, are_several: bool, values: dict[str, Any]) -> TextualSelect:
    terms = [f'"{word}"{"*" if is_beginning(word) else ""}' for word in asked]
    values |= {f"word_{place}": term for place, term in enumerate(terms)}
    values |= {"all": " ".join(terms), "title": f"{{title}} : ({' '.join(terms)})"}
    return _of_sqlite(len(asked), only, are_several)


@cache
def _of_sqlite(words: int, only: str, are_several: bool) -> TextualSelect:
    """The statement for so many words, made once: that takes longer than it takes to find little."""
    each = " UNION ALL ".join(_SQLITE_WORD.format(place=place) for place in range(words))
    in_all, in_title = (_SQLITE_MATCH.format(which=which, only=only) for which in ("all", "title"))
    total = _SQLITE_TOTAL.format(counted="DISTINCT r.kind || ':' || r.ref" if are_several else "*", in_all=in_all)
    scored = _SQLITE.format(each=each, in_all=in_all, in_title=in_title)
    return _statement(scored, f"{_SQLITE_THINGS}{_BEST}" if are_several else _SQLITE_ROWS, total)


def _postgresql(asked: tuple[str, ...], only: str) -> tuple[TextualSelect, dict[str, Any]]:
    terms = [f"'{fold(word)}'{':*' if is_beginning(word) else ''}" for word in asked]
    return _of_postgresql(only), {"words": " & ".join(terms)}


@cache
def _of_postgresql(only: str) -> TextualSelect:
    return _statement(_POSTGRESQL.format(only=only), _BEST, "count(*) OVER ()")


def _statement(found: str, best: str, total: str) -> TextualSelect:
    whole = found.rstrip() + best + _PAGE.format(total=total)
    return text(whole).bindparams(bindparam("audiences", expanding=True)).columns(*_COLUMNS)


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
