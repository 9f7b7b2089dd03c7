"""What is held, out of the register: in plain words for those it is held on, and as a record of processing (Regulation
(EU) 2016/679, Article 30, paragraph 1) for who answers for it."""

from collections.abc import Iterator
from dataclasses import dataclass

from peernet.i18n import gettext as _
from peernet.privacy.register.entries import DEEDS, Deed, Entry, Fate
from peernet.privacy.register.everything import ENTRIES
from peernet.settings import current


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that is held, in the reader's language."""

    what: str
    purpose: str
    readers: str
    retention: str
    erasure: str


def by_deed() -> list[tuple[str, list[Held]]]:
    """What is held, by what people did; alike things once."""
    return [(str(DEEDS[deed]), list(dict.fromkeys(map(_held, _of(deed))))) for deed in Deed]


def record() -> Iterator[list[str]]:
    """The record of processing activities, as rows of a table that begins with its headings."""
    yield [
        _("Controller"),
        _("Activity"),
        _("Purpose"),
        _("Data subjects"),
        _("Personal data"),
        _("Recipients"),
        _("Transfers to third countries"),
        _("Time limit for erasure"),
        _("On erasure"),
        _("Security measures"),
        _("Columns"),
    ]
    for deed in Deed:
        for entry in _of(deed):
            yield _row(entry, str(DEEDS[deed]))


def _row(entry: Entry, activity: str) -> list[str]:
    network, held = current().network, _held(entry)
    return [
        ", ".join(filter(None, (*(network.hosts or (network.name,)), network.contact))),
        activity,
        held.purpose,
        _("People with an account, guests, and people who are invited"),
        held.what,
        held.readers,
        _("None by this software; mail goes through the mail server of the installation"),
        held.retention,
        held.erasure,
        _("Access by role, default deny; passwords as Argon2; links signed, never stored in a usable form"),
        "; ".join(f"{entry.table}.{column}" for column in entry.all_columns),
    ]


def _of(deed: Deed) -> list[Entry]:
    return [entry for entry in ENTRIES if entry.deed is deed]


def _held(entry: Entry) -> Held:
    return Held(str(entry.what), str(entry.purpose), str(entry.readers), str(entry.retention), erasure(entry))


def erasure(entry: Entry) -> str:
    """What being forgotten does with it, in a sentence or two."""
    goes = bool(entry.columns(Fate.GOES))
    said = _("It is deleted.") if goes and not entry.columns(Fate.EMPTIED) else _("You are taken out of it.")
    return " ".join(filter(None, (said, str(entry.why))))
