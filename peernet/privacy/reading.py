"""What is held on a person, as one page that can be read without any other file."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape
from itertools import chain
from typing import Any

from peernet import clock
from peernet.accounts.models import Person
from peernet.i18n import direction, formats, language, ngettext
from peernet.i18n import gettext as _
from peernet.privacy.register.entries import DEEDS, Deed, Entry
from peernet.settings import current

Held = Iterable[tuple[Entry, Iterator[dict[str, Any]]]]

_STYLE = (
    "body{font:1rem/1.6 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}"
    "h2{margin-top:3rem}h3{font-size:1rem}dl{margin:0 0 1rem;padding:.5rem 0;border-top:1px solid #8888}"
    "dt{font-size:.85rem;opacity:.75}dd{margin:0 0 .5rem;white-space:pre-wrap;overflow-wrap:anywhere}"
)


def page(person: Person, held: Held) -> Iterator[str]:
    """The page, piece by piece. ``held`` comes in the order of the register; of each thing rows are read once."""
    title = _("Everything held on %(name)s", name=person.name)
    made = _("Made on %(moment)s, at %(network)s.", moment=_moment(clock.now(), person), network=current().network.name)
    yield (
        f'<!DOCTYPE html>\n<html lang="{language()}" dir="{direction(language())}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title><style>{_STYLE}</style>'
        f"</head><body><main><h1>{escape(title)}</h1><p>{escape(made)} "
    )
    yield escape(
        _("Numbers by which the software links its rows are left out here; the file everything.json has them.")
    )
    yield "</p>\n"
    begun: set[Deed] = set()
    for entry, rows in held:
        first = next(rows, None)
        if first is None:
            continue
        if entry.deed not in begun:
            begun.add(entry.deed)
            yield f"<h2>{escape(str(DEEDS[entry.deed]))}</h2>\n"
        yield f"<h3>{escape(str(entry.what))}</h3>\n"
        yield from _rows(entry, chain((first,), rows), person)
    yield "</main></body></html>\n"


def _rows(entry: Entry, rows: Iterable[dict[str, Any]], person: Person) -> Iterator[str]:
    """Of what they did for others only how often: that is all that is theirs of it."""
    if entry.is_deed:
        number = sum(1 for _row in rows)
        yield f"<p>{escape(ngettext('%(num)s time', '%(num)s times', number))}</p>\n"
        return
    for row in rows:
        items = "".join(
            f"<dt>{escape(name.replace('_', ' '))}</dt><dd>{escape(_said(value, person))}</dd>"
            for name, value in row.items()
            if _says_something(name, value)
        )
        if items:
            yield f"<dl>{items}</dl>\n"


def _says_something(name: str, value: Any) -> bool:
    """What is empty, what links rows, and a text once more in HTML say nothing to who reads."""
    is_link = name in ("id", "version") or name.endswith("_id")
    return value not in (None, "", [], {}) and not is_link and "html" not in name


def _said(value: Any, person: Person) -> str:
    if isinstance(value, datetime):
        return _moment(value, person)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else str(value)


def _moment(value: datetime, person: Person) -> str:
    return formats.format_moment(value, person.zone)
