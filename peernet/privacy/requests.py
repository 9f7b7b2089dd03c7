"""Asking to be forgotten, changing one's mind, and doing it when it is due."""

import logging
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import Session, joinedload

from peernet import clock
from peernet.accounts.models import Person
from peernet.db import Refused
from peernet.ledger import ledger
from peernet.privacy import emails, erasing, held, quotes
from peernet.privacy.choices import Left
from peernet.privacy.models import Erasure
from peernet.privacy.register.entries import Entry
from peernet.privacy.register.everything import ENTRIES
from peernet.privacy.rows import Subject, table_of, theirs
from peernet.settings import current
from peernet.web.viewer import Viewer

log = logging.getLogger("peernet.privacy")

_AGAIN = timedelta(days=1)


def own(viewer: Viewer) -> Select[Erasure]:
    """What the viewer asked for."""
    return select(Erasure).where(Erasure.person_id == viewer.person_id)


def ask(db: Session, person: Person, choices: Mapping[str, Any]) -> Erasure:
    """Ask that a person be forgotten once the days to change one's mind are over; asked again, the choices are the new
    ones and the day stays. Raises Refused as :func:`erasing.refuse_needed`."""
    erasing.refuse_needed(db, person)
    asked = db.scalar(select(Erasure).where(Erasure.person_id == person.id))
    if asked is not None:
        asked.choices = dict(choices)
        return asked
    due = clock.now() + timedelta(days=current().privacy.erasure_days)
    asked = Erasure(person_id=person.id, asked_at=clock.now(), due_at=due, choices=dict(choices))
    db.add(asked)
    db.flush()
    emails.erasure_asked(db, person, due_at=due)
    ledger.record(db, "person.erasure_asked", subject=f"person:{person.id}")
    return asked


def stop(db: Session, viewer: Viewer) -> bool:
    """Stay after all; whether something was asked for."""
    asked = db.scalar(own(viewer))
    if asked is None:
        return False
    db.delete(asked)
    ledger.record(db, "person.erasure_stopped", subject=f"person:{viewer.person_id}", actor_id=viewer.person_id)
    return True


def carry_out_due(db: Session) -> int:
    """Forget one whose day has come; how many. Who cannot go yet is tried again a day later. By the clock."""
    due = select(Erasure).where(Erasure.due_at <= clock.now()).options(joinedload(Erasure.person, innerjoin=True))
    asked = db.scalars(due.order_by(Erasure.due_at).limit(1)).one_or_none()
    if asked is None:
        return 0
    try:
        erasing.refuse_needed(db, asked.person)
    except Refused as refusal:
        log.warning("Somebody who asked to be forgotten cannot go yet: %s", refusal.message)
        asked.due_at = clock.now() + _AGAIN
        return 0
    erasing.erase(db, asked.person, asked.choices)
    return 1


def choices_for_all(db: Session, person: Person, left: Left, *, keep_credits: bool) -> dict[str, Any]:
    """The same choice for every quotation."""
    refs = [each.ref for each in quotes.to_choose(db, person)]
    return {"quotations": dict.fromkeys(refs, left.value), "credits": "kept" if keep_credits else "nameless"}


def what_goes(db: Session, person: Person) -> list[str]:
    """What is held on a person, as a line for each kind, with its number and what becomes of it. One query."""
    subject, told = Subject.of(person), [entry for entry in ENTRIES if entry.whose and entry.is_told]
    numbers = db.execute(select(*(_how_many(entry, subject) for entry in told))).one()
    alike: Counter[tuple[str, str]] = Counter()
    for entry, number in zip(told, numbers, strict=True):
        alike[str(entry.what), held.erasure(entry)] += number
    return [f"{what} ({number}). {becomes}" for (what, becomes), number in alike.items() if number]


def _how_many(entry: Entry, subject: Subject) -> ScalarSelect[int]:
    table = table_of(entry.table)
    return select(func.count()).select_from(table).where(theirs(entry, subject)).correlate(None).scalar_subquery()
