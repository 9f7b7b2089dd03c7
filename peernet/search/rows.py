"""Writing and removing rows. On SQLite triggers keep the index; on PostgreSQL its vectors are made here."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from sqlalchemy import Select, delete, func, select, text
from sqlalchemy.orm import Session

from peernet.search.models import SearchRow
from peernet.search.words import fold, spelled, tidy, words

# What is longer is found by its beginning. PostgreSQL holds at most 1 MB of words in a vector.
_LONGEST_TITLE, _LONGEST_TEXT = 300, 150_000
# Limits of a tsvector: https://www.postgresql.org/docs/current/textsearch-limitations.html
_POSITIONS, _LAST_POSITION = 255, 16_383

_PUT = text(
    "INSERT INTO search_row (kind, ref, audience, title, text, language, url, spelled_title, spelled_text)"
    " VALUES (:kind, :ref, :audience, :title, :text, :language, :url, :spelled_title, :spelled_text)"
    " ON CONFLICT (kind, ref, audience) DO UPDATE SET"
    " title = excluded.title, text = excluded.text, language = excluded.language, url = excluded.url,"
    " spelled_title = excluded.spelled_title, spelled_text = excluded.spelled_text"
    " RETURNING id"
)
_PUT_VECTOR = text(
    "INSERT INTO search_text (id, vector, audience, kind) VALUES (:id, CAST(:vector AS tsvector), :audience, :kind)"
    " ON CONFLICT (id) DO UPDATE SET vector = excluded.vector"
)


class Row(NamedTuple):
    """What one audience may find of a thing, in plain text."""

    kind: str
    ref: str
    title: str
    text: str
    language: str
    url: str


def held_by(
    db: Session, audience: str, *, but: Collection[str] = (), refs: tuple[str, Collection[str]] | None = None
) -> list[Row]:
    """Everything that those who hold an audience key may find, in the order in which it came to be: without the kinds
    ``but``, or of ``refs`` only these of one kind."""
    chosen = _held().where(SearchRow.audience == audience, SearchRow.kind.not_in(but))
    if refs is not None:
        chosen = chosen.where(SearchRow.kind == refs[0], SearchRow.ref.in_(refs[1]))
    return [Row(*row) for row in db.execute(chosen.order_by(SearchRow.id))]


def put(
    db: Session,
    *,
    kind: str,
    ref: str | int,
    audience: str | Collection[str],
    title: str,
    text: str,
    language: str = "en",
    url: str,
) -> None:
    """Make a thing findable by exactly these audiences, in these words (plain text, not Markdown or HTML).

    Rows of the thing for other audiences go: what becomes less visible is found less in the same transaction.
    """
    audiences = sorted({audience} if isinstance(audience, str) else set(audience))
    _remove(db, kind, str(ref), keep=audiences)
    kept = _as_kept(Row(kind, str(ref), title, text, language, url))
    title, text = spelled(kept.title), spelled(kept.text)
    vector = None if _is_sqlite(db) else _vector(title, text)
    beside: dict[str, str | None] = {"spelled_title": None, "spelled_text": None}
    if vector is None:
        beside = {"spelled_title": _if_other(title, kept.title), "spelled_text": _if_other(text, kept.text)}
    for one in audiences:
        row = db.scalar(_PUT, {**kept._asdict(), **beside, "audience": one})
        if vector is not None:
            db.execute(_PUT_VECTOR, {"id": row, "vector": vector, "audience": one, "kind": kind})


def put_all(db: Session, kind: str, rows: Iterable[Row], *, audience: str) -> bool:
    """Make exactly these of a kind findable, by one audience; says whether that changed anything."""
    due = {row.ref: _as_kept(row) for row in rows}
    there = {
        Row(*row[:-1]): row.audience for row in db.execute(_held(SearchRow.audience).where(SearchRow.kind == kind))
    }
    changed = [row for row in due.values() if there.get(row) != audience]
    gone = {row.ref for row in there} - due.keys()
    for ref in gone:
        remove(db, kind, ref)
    for row in changed:
        put(db, audience=audience, **row._asdict())
    return bool(gone or changed)


def remove(db: Session, kind: str, ref: str | int) -> None:
    """Nobody finds the thing any more."""
    _remove(db, kind, str(ref), keep=())


def clear(db: Session) -> None:
    """Remove every row, before all things are put anew."""
    db.execute(delete(SearchRow), execution_options={"synchronize_session": False})


def count(db: Session) -> int:
    """How many rows there are."""
    return db.scalar(select(func.count()).select_from(SearchRow)) or 0


def _held(*more: Any) -> Select[Any]:
    columns = (SearchRow.kind, SearchRow.ref, SearchRow.title, SearchRow.text, SearchRow.language, SearchRow.url)
    return select(*columns, *more)


def _as_kept(row: Row) -> Row:
    title, text = tidy(row.title)[:_LONGEST_TITLE], tidy(row.text[: 2 * _LONGEST_TEXT])[:_LONGEST_TEXT]
    return row._replace(title=title, text=text)


def _if_other(text: str, written: str) -> str | None:
    return None if text == written else text


def _remove(db: Session, kind: str, ref: str, *, keep: Collection[str]) -> None:
    rows = delete(SearchRow).where(SearchRow.kind == kind, SearchRow.ref == ref, SearchRow.audience.not_in(keep))
    db.execute(rows, execution_options={"synchronize_session": False})


def _is_sqlite(db: Session) -> bool:
    return db.get_bind().dialect.name == "sqlite"


def _vector(title: str, body: str) -> str:
    """The text form of a tsvector: words of the title weigh A, those of the text B."""
    places: dict[str, list[str]] = {}
    heading = [(word, "A") for word in words(fold(title))]
    for place, (word, weight) in enumerate([*heading, *((word, "B") for word in words(fold(body)))], start=1):
        found = places.setdefault(word, [])
        if len(found) < _POSITIONS:
            found.append(f"{min(place, _LAST_POSITION)}{weight}")
    return " ".join(f"'{word}':{','.join(found)}" for word, found in places.items())
