"""What a search costs beside a plain query of the full text: two words, ten hits with their snippets, on one database.

    python benchmarks/searching.py [--materials 5000] [--whole] [--database postgresql://…]

The bar is 1.3 times the baseline, for words that few, some and half of all materials hold: on SQLite a table of FTS5
made in the same run from the same texts, asked for its best ten with its own snippets; on PostgreSQL a table with a
tsvector and a GIN index, asked with ts_rank and ts_headline. Beside its hits peernet tells how many there are, keeps to
what the reader may find, and weighs no word by how rare it is, none of which a baseline does. Of all that is found it
ranks the hundred newest and the hundred newest that have the words in their title, where the baseline ranks everything.

Both are asked in turns on one connection, so that whatever else the machine does falls on both; what is compared are
the medians of processor time on SQLite and of time on PostgreSQL, whose work is not in our own processor time. The exit
code is 1 if one of the three is above the bar. ``--whole``: a hundred thousand materials of 600 words.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import filling
from sqlalchemy import text
from sqlalchemy.orm import Session

from peernet import search

WHOLE, BAR = 100_000, 1.3
_PLAIN = {
    True: (
        "CREATE VIRTUAL TABLE plain USING fts5(title, text, tokenize = 'unicode61 remove_diacritics 2')",
        "INSERT INTO plain (rowid, title, text) SELECT id, title, text FROM search_row",
    ),
    False: (
        "CREATE TABLE plain (id bigint PRIMARY KEY, title text, text text, vector tsvector)",
        "INSERT INTO plain SELECT id, title, text, to_tsvector('simple', title || ' ' || text) FROM search_row",
        "CREATE INDEX plain_vector ON plain USING gin (vector)",
        "ANALYZE plain",
    ),
}
_ASK = {
    True: "SELECT title, snippet(plain, 1, '<mark>', '</mark>', '…', 32) FROM plain WHERE plain MATCH :words"
    " ORDER BY rank LIMIT 10",
    False: "SELECT title, ts_headline('simple', text, to_tsquery('simple', :words)) FROM (SELECT * FROM plain"
    " WHERE vector @@ to_tsquery('simple', :words)"
    " ORDER BY ts_rank(vector, to_tsquery('simple', :words)) DESC LIMIT 10) AS best",
}
_WORDS = {True: '"{0}word"* "{0}other"*', False: "{0}word:* & {0}other:*"}


def in_turns(*works: Callable[[], object], clock: Callable[[], float], times: int = 41) -> list[float]:
    """The median of what each takes, in ms; the first turn warms up."""
    took: list[list[float]] = [[] for _work in works]
    for _turn in range(times + 1):
        for work, each in zip(works, took, strict=True):
            start = clock()
            work()
            each.append(clock() - start)
    return [statistics.median(each[1:]) * 1000 for each in took]


def compared(db: Session, name: str, *, is_sqlite: bool) -> tuple[float, float, int]:
    """What the plain query takes, what peernet's does, and how many are found."""
    plain, words = text(_ASK[is_sqlite]), _WORDS[is_sqlite].format(name)
    asked = f"{name}word {name}other"
    base, own = in_turns(
        lambda: db.execute(plain, {"words": words}).all(),
        lambda: search.find(db, ["public"], asked, limit=10),
        clock=time.process_time if is_sqlite else time.perf_counter,
    )
    return base, own, search.find(db, ["public"], asked, limit=10).total


def main() -> int:
    """Fill, ask and compare; 1 if a bar is missed."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--materials", type=int, default=5_000)
    options.add_argument("--whole", action="store_true", help=f"{WHOLE} materials")
    options.add_argument("--database", default="", help="an empty database of PostgreSQL")
    given = options.parse_args()
    many = WHOLE if given.whole else given.materials
    with tempfile.TemporaryDirectory() as folder:
        database = filling.filled(filling.settings(Path(folder), given.database), many)
        with database.writing() as db:
            for statement in _PLAIN[database.is_sqlite]:
                db.execute(text(statement))
        missed = 0
        print(f"Two words, ten hits with snippets, on {database.engine.dialect.name}; load {os.getloadavg()[0]:.1f}")
        with database.reading() as db:
            for name in filling.SHARES:
                base, own, total = compared(db, name, is_sqlite=database.is_sqlite)
                missed += own > BAR * base
                print(
                    f"{name:7} {total:6} of {many}: {own:8.2f} ms, plain {base:8.2f} ms: {own / base:5.2f} (bar {BAR})"
                )
        database.dispose()
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
