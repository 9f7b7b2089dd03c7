"""Everything held on a person, as one archive: made from the register, so that nothing declared is left out."""

import json
from datetime import date, datetime
from html import escape
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.media import store
from peernet.privacy.register.entries import DEEDS, Deed, Entry, Fate
from peernet.privacy.register.everything import ENTRIES
from peernet.privacy.rows import Subject, table_of, theirs
from peernet.prompts import access
from peernet.web.viewer import Viewer

# What would open something.
_NEVER = frozenset({"password_hash", "token_hash", "nonce", "key"})


def archive(db: Session, person: Person) -> bytes:
    """A ZIP: ``everything.json``, the same to read as ``everything.html``, answers as Markdown, and files."""
    subject, out = Subject.of(person), BytesIO()
    held = [(entry, _rows(db, entry, subject)) for entry in ENTRIES if entry.is_told and entry.whose]
    held = [(entry, rows) for entry, rows in held if rows]
    with ZipFile(out, "w", ZIP_DEFLATED) as into:
        tables = [{"table": entry.table, "what": str(entry.what), "rows": rows} for entry, rows in held]
        into.writestr("everything.json", json.dumps(tables, ensure_ascii=False, indent=1))
        into.writestr("everything.html", _page(held))
        for response in db.scalars(access.own_responses(Viewer(person_id=person.id))).unique():
            text = f"# {response.asking.text}\n\n{response.source}\n"
            into.writestr(f"answers/{response.given_at:%Y-%m-%d}-{response.id}.md", text)
        for entry, rows in held:
            if entry.table == "media_file":
                for row in rows:
                    for file, data in store.contents(row["name"]):
                        into.writestr(f"files/{row['name']}-{file}", data)
    return out.getvalue()


def _rows(db: Session, entry: Entry, subject: Subject) -> list[dict[str, Any]]:
    columns = _columns(entry)
    return [
        {name: _plain(value) for name, value in row._mapping.items()}
        for row in db.execute(select(*columns).where(theirs(entry, subject)))
    ]


def _columns(entry: Entry) -> list[ColumnElement[Any]]:
    """What of a row is handed out: of a deed which row it was, and that they did it, since a plan or a draft says more
    than they wrote; never the words of others, of which this does not ask who may read them now."""
    table = table_of(entry.table)
    if entry.is_deed:
        return [*table.primary_key.columns, *(table.c[name] for name in entry.columns(Fate.EMPTIED))]
    return [table.c[name] for name in entry.all_columns if name not in {*_NEVER, *entry.of_others.split()}]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (datetime, date)) else value


def _page(held: list[tuple[Entry, list[dict[str, Any]]]]) -> str:
    parts = ['<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>peernet</title></head><body>']
    for deed in Deed:
        parts.append(f"<h1>{escape(str(DEEDS[deed]))}</h1>")
        for entry, rows in held:
            if entry.deed is deed:
                parts.append(f"<h2>{escape(str(entry.what))}</h2>")
                parts += [_list(row) for row in rows]
    return "\n".join([*parts, "</body></html>"])


def _list(row: dict[str, Any]) -> str:
    items = (
        f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in row.items() if value is not None
    )
    return f"<dl>{''.join(items)}</dl>"
