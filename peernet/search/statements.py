"""What is asked of the database: the same on SQLite (FTS5) and PostgreSQL (tsvector), each in its own words.

Both look up what holds all the words, rank some of it, count all of it, and read what is shown, in one statement. It is
made once for each number of words and audiences: that takes longer than finding little does.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from peernet.search.words import alike, fold, is_beginning

# What is ranked and what comes after it. Where there is no more than is ranked, nothing else needs to be looked up.
_FOUND = """
WITH {first}newest AS MATERIALIZED (SELECT {row} AS id FROM {in_all} ORDER BY {row} DESC LIMIT :ranked),
beyond AS MATERIALIZED (SELECT 1 FROM newest LIMIT 1 OFFSET :beyond),
chosen AS MATERIALIZED (
    SELECT id FROM newest
    UNION SELECT id FROM (SELECT {row} AS id FROM {in_title} ORDER BY {row} DESC LIMIT :ranked) AS titled
),
{ranked},
scored AS (
    SELECT id, score FROM weighed
    UNION ALL SELECT id, 0 FROM (
        SELECT {row} AS id FROM {besides} AND {row} NOT IN (SELECT id FROM chosen) ORDER BY {row} DESC LIMIT :rest
    ) AS others
)"""
# Rows lie far apart, so they are asked what they are only where a thing may have several: one for each audience.
_THINGS = """,
told AS (SELECT s.id, r.kind, r.ref, s.score FROM scored AS s CROSS JOIN search_row AS r WHERE r.id = s.id),
best AS (SELECT id, score, row_number() OVER (PARTITION BY kind, ref ORDER BY score DESC, id) AS place FROM told)"""
_ROWS = ",\nbest AS (SELECT id, score, 1 AS place FROM scored)"
_TOTAL_THINGS = "(SELECT count(DISTINCT r.kind || ':' || r.ref) FROM {things})"
_TOTAL = """CASE WHEN EXISTS (SELECT 1 FROM beyond) THEN (SELECT count(*) FROM {in_all})
    ELSE (SELECT count(*) FROM newest) END"""
_PAGE = """,
page AS (SELECT id, score, {total} AS total FROM best WHERE place = 1
         ORDER BY score DESC, CASE score WHEN 0 THEN -id ELSE id END LIMIT :limit OFFSET :offset)
SELECT p.total, r.kind, r.ref, r.title, r.text, r.url, r.language
FROM page AS p JOIN search_row AS r ON r.id = p.id ORDER BY p.score DESC, CASE p.score WHEN 0 THEN -p.id ELSE p.id END
"""

# By the index of audiences, which is small: a row itself is as long as its text.
_SQLITE_MATCH = (
    "search_text AS t CROSS JOIN search_row AS r INDEXED BY ix_search_row_audience"
    " WHERE t.search_text MATCH :{which} AND r.id = t.rowid AND r.audience IN ({audiences}) {only}"
)
# bm25 gives negative numbers, the best hit the lowest; each word's best hit counts 1.
# Each word is gone through once (+): asked for by its row, it would be counted anew for each.
_SQLITE_WORD = (
    "SELECT {place} AS place, rowid AS id, bm25(search_text, 8.0, 1.0) AS score FROM search_text"
    " WHERE search_text MATCH :word_{place} AND rowid >= (SELECT min(id) FROM chosen)"
    " AND +rowid IN (SELECT id FROM chosen)"
)
_SQLITE_RANKED = """word AS MATERIALIZED ({each}),
seen AS (SELECT id, score / min(score) OVER (PARTITION BY place) AS share FROM word),
weighed AS (SELECT id, sum(share) AS score FROM seen GROUP BY id)"""

# Each is looked up once. The words come as a column: for a constant that stands in many vectors the planner would
# rather read them all, which lie elsewhere, than the index.
_POSTGRESQL_MATCH = """{name} AS MATERIALIZED (
    SELECT r.id FROM (SELECT CAST(:words AS tsquery) AS words OFFSET 0) AS asked CROSS JOIN search_text AS r
    WHERE {vector} @@ asked.words AND r.audience IN ({audiences}) {only}
), """
_POSTGRESQL_RANKED = """weighed AS (
    SELECT id, ts_rank('{0, 0, 0.125, 1}', vector, CAST(:words AS tsquery), 1) AS score
    FROM chosen JOIN search_text USING (id)
)"""


def of_sqlite(
    db: Session, asked: Sequence[str], audiences: Sequence[str], only: Mapping[str, str], page: Mapping[str, int]
) -> Sequence[Any]:
    """The rows of a page, each with the total. ``only`` are values that columns must have."""
    # Accents of Latin letters are for the tokenizer, which has its own.
    terms = [f'"{alike(word)}"{"*" if is_beginning(word) else ""}' for word in asked]
    words = {f"word_{place}": term for place, term in enumerate(terms)}
    words |= {"all": " ".join(terms), "title": f"{{title}} : ({' '.join(terms)})"}
    statement = _sqlite(len(asked), len(audiences), tuple(only))
    # Straight to the driver: what lies between would take half as long as finding little does.
    return db.connection().exec_driver_sql(statement, {**words, **_named(audiences), **only, **page}).all()


def of_postgresql(
    db: Session, asked: Sequence[str], audiences: Sequence[str], only: Mapping[str, str], page: Mapping[str, int]
) -> Sequence[Any]:
    """The same."""
    words = " & ".join(f"'{fold(word)}'{':*' if is_beginning(word) else ''}" for word in asked)
    statement = _postgresql(len(audiences), tuple(only))
    return db.execute(statement, {"words": words, **_named(audiences), **only, **page}).all()


def _named(audiences: Sequence[str]) -> dict[str, str]:
    return {f"audience_{place}": audience for place, audience in enumerate(audiences)}


@cache
def _sqlite(words: int, audiences: int, only: tuple[str, ...]) -> str:
    each = " UNION ALL ".join(_SQLITE_WORD.format(place=place) for place in range(words))
    in_all, in_title = (_SQLITE_MATCH.format(which=which, **_told(audiences, only)) for which in ("all", "title"))
    return _whole(
        audiences > 1, ranked=_SQLITE_RANKED.format(each=each), row="t.rowid", first="", in_all=in_all, things=in_all,
        in_title=f"beyond CROSS JOIN {in_title}", besides=f"beyond CROSS JOIN {in_all}",
    )  # fmt: skip


@cache
def _postgresql(audiences: int, only: tuple[str, ...]) -> TextClause:
    vectors = {"in_all": "r.vector", "in_title": "ts_filter(r.vector, '{a}')"}
    first = "".join(
        _POSTGRESQL_MATCH.format(name=name, vector=vector, **_told(audiences, only)) for name, vector in vectors.items()
    )
    beyond = "WHERE EXISTS (SELECT 1 FROM beyond)"
    whole = _whole(
        audiences > 1, ranked=_POSTGRESQL_RANKED, row="t.id", first=first, in_all="in_all AS t",
        things="in_all AS t JOIN search_row AS r ON r.id = t.id",
        in_title=f"in_title AS t {beyond}", besides=f"in_all AS t {beyond}",
    )  # fmt: skip
    return text(whole)


def _told(audiences: int, only: tuple[str, ...]) -> dict[str, str]:
    return {
        "audiences": ", ".join(f":audience_{place}" for place in range(audiences)),
        "only": " ".join(f"AND r.{name} = :{name}" for name in only),
    }


def _whole(are_several: bool, **parts: str) -> str:
    best, total = (_THINGS, _TOTAL_THINGS) if are_several else (_ROWS, _TOTAL)
    return _FOUND.format(**parts) + best + _PAGE.format(total=total.format(**parts))
