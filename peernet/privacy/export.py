"""Everything held on a person, as one archive: made from the register, so that nothing declared is left out, and
written row by row and piece by piece, so that it may be larger than the memory."""

import json
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.i18n import use_language
from peernet.media import store
from peernet.media.models import MediaFile
from peernet.privacy import addresses, reading
from peernet.privacy.register.entries import Entry, Fate
from peernet.privacy.register.everything import ENTRIES
from peernet.privacy.rows import Subject, table_of, theirs
from peernet.prompts import access
from peernet.settings import current
from peernet.web.viewer import Viewer

# What would open something.
_NEVER = frozenset({"password_hash", "token_hash", "nonce", "key"})
_FILES = next(entry for entry in ENTRIES if entry.table == "media_file")
_AT_ONCE = 200


def write(db: Session, person: Person, out: IO[bytes]) -> None:
    """Write a ZIP: ``everything.json``, the same to read as ``everything.html``, answers as Markdown, and files. In the
    person's language."""
    subject, spoken = Subject.of(person), person.language or current().network.language
    with use_language(spoken), ZipFile(out, "w", ZIP_DEFLATED) as into:
        _put(into, "everything.json", _as_json(db, subject))
        _put(into, "everything.html", reading.page(person, _held(db, subject)))
        answers = access.own_responses(Viewer(person_id=person.id)).execution_options(yield_per=_AT_ONCE)
        for response in db.scalars(answers):
            name = f"answers/{response.given_at:%Y-%m-%d}-{response.id}.md"
            into.writestr(name, f"# {response.asking.text}\n\n{response.source}\n")
        for file in db.scalars(select(MediaFile).where(theirs(_FILES, subject)).order_by(MediaFile.id)):
            _put_file(into, file)


def write_of_address(db: Session, address: str, out: IO[bytes]) -> None:
    """The same of who has no account: what is held by their address, without answers and files, which need one."""
    subject, network = addresses.subject_of(address), current().network
    reader = Person(name=address, zone=network.zone, language=network.language)
    with use_language(network.language), ZipFile(out, "w", ZIP_DEFLATED) as into:
        _put(into, "everything.json", _as_json(db, subject))
        _put(into, "everything.html", reading.page(reader, _held(db, subject)))


def _held(db: Session, subject: Subject) -> Iterator[tuple[Entry, Iterator[dict[str, Any]]]]:
    told = (entry for entry in ENTRIES if entry.is_told and entry.whose)
    return ((entry, _rows(db, entry, subject)) for entry in told)


def _rows(db: Session, entry: Entry, subject: Subject) -> Iterator[dict[str, Any]]:
    table = table_of(entry.table)
    wanted = select(*_columns(entry)).where(theirs(entry, subject)).order_by(*table.primary_key.columns)
    if entry.told_once:
        wanted = wanted.where(table.c[entry.told_once].is_not(None))
    for row in db.execute(wanted.execution_options(yield_per=_AT_ONCE)):
        yield dict(row._mapping)


def _columns(entry: Entry) -> list[ColumnElement[Any]]:
    """What of a row is handed out: of a deed which row it was, and that they did it, since a plan or a draft says more
    than they wrote; never the words of others, of which this does not ask who may read them now."""
    table = table_of(entry.table)
    if entry.is_deed:
        return [*table.primary_key.columns, *(table.c[name] for name in entry.columns(Fate.EMPTIED))]
    return [table.c[name] for name in entry.all_columns if name not in {*_NEVER, *entry.of_others.split()}]


def _as_json(db: Session, subject: Subject) -> Iterator[str]:
    """A list of the tables in which something is held, each with its rows."""
    yield "["
    begun = False
    for entry, rows in _held(db, subject):
        for number, row in enumerate(rows):
            if number == 0:
                head = json.dumps({"table": entry.table, "what": str(entry.what)}, ensure_ascii=False)
                yield f'{"]}," if begun else ""}\n{head[:-1]}, "rows": [\n'
                begun = True
            plain = {name: _plain(value) for name, value in row.items()}
            yield f"{',' if number else ''}{json.dumps(plain, ensure_ascii=False)}\n"
    yield "]}]\n" if begun else "]\n"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (datetime, date)) else value


def _put(into: ZipFile, name: str, pieces: Iterator[str]) -> None:
    with into.open(_named(name, ZIP_DEFLATED), "w", force_zip64=True) as file:
        for piece in pieces:
            file.write(piece.encode())


def _put_file(into: ZipFile, row: MediaFile) -> None:
    """The file itself, under its own name; copies of an image that are smaller say nothing more. Images and films are
    packed already. One whose bytes are gone is left out."""
    try:
        with store.opened(row) as given, into.open(_named(_name_of(row)), "w", force_zip64=True) as file:
            shutil.copyfileobj(given, file)
    except FileNotFoundError:
        return


def _name_of(row: MediaFile) -> str:
    ending = store.file_of(row).rpartition(".")[2]
    return f"files/{row.id}-{row.filename if row.filename.endswith(f'.{ending}') else f'{row.filename}.{ending}'}"


def _named(name: str, method: int | None = None) -> ZipInfo:
    entry = ZipInfo(name, clock.now().timetuple()[:6])
    if method is not None:
        entry.compress_type = method
    return entry
