"""Forgetting a person, in one transaction: what more follows from is taken back by the rooms it belongs to, then the
register takes what is left, table by table, and last the account goes."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from peernet import pages, search
from peernet.accounts import public_pages
from peernet.accounts.models import Person
from peernet.backups import afterwards
from peernet.cohorts import access as cohorts
from peernet.cohorts import memberships, showing
from peernet.cohorts.models import CohortState, Role
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.privacy import answers, names, places, quotes, shared, traces
from peernet.privacy.register.entries import Entry, Fate
from peernet.privacy.register.everything import ENTRIES
from peernet.privacy.rows import Subject, table_of, theirs
from peernet.web.viewer import Viewer

# The subject of what was said of somebody who is forgotten.
GONE = "person:-"


def erase(db: Session, person: Person, choices: Mapping[str, Any], *, again: bool = False) -> None:
    """Forget a person. ``choices`` as in :mod:`peernet.privacy.choices`. Raises Refused as :func:`refuse_needed`, but
    not for somebody who is forgotten ``again``, because a backup brought them back."""
    if not again:
        refuse_needed(db, person)
    subject, viewer = Subject.of(person), Viewer(person_id=person.id, name=person.name)
    afterwards.note(db, "person", id=person.id, since=person.created_at.isoformat(), choices=dict(choices))
    shared.take_out(db, subject)
    places.give_up(db, subject)
    answers.take_back(db, viewer)
    quotes.leave(db, person, choices)
    names.take_away(db, subject, choices)
    _leave_cohorts(db, viewer, again=again)
    traces.remove(db, subject)
    # What is found through another table goes before that forgets whose it was.
    for entry in sorted(ENTRIES, key=lambda entry: not entry.is_indirect):
        if not entry.by_verb and entry.table != "person":
            _take(db, entry, subject)
    search.remove(db, "person", subject.id)
    for key in (subject.key, public_pages.KEY):
        pages.touch(db, key)
    db.flush()
    db.expunge_all()
    db.execute(delete(Person).where(Person.id == subject.id))
    ledger.record(db, "person.erased", subject=GONE)
    db.flush()


def refuse_needed(db: Session, person: Person) -> None:
    """Raises Refused for whoever cannot go yet: the last administrator, and the last organiser of a cohort that is not
    over."""
    others = select(func.count()).where(Person.is_admin, Person.disabled_at.is_(None), Person.id != person.id)
    if person.is_admin and not db.scalar(others):
        raise Refused(_("This is the last administrator. Put somebody else in charge first."))
    for membership in db.scalars(cohorts.memberships_of(Viewer(person_id=person.id))).unique():
        is_last = membership.role is Role.ORGANISER and not cohorts.has_other_organiser(db, membership)
        if is_last and membership.cohort.state is not CohortState.CLOSED:
            message = _(
                "%(cohort)s has no other organiser. Name another one, or close it, first.",
                cohort=membership.cohort.name,
            )
            raise Refused(message)


def _leave_cohorts(db: Session, viewer: Viewer, *, again: bool) -> None:
    for membership in db.scalars(cohorts.memberships_of(viewer)).unique().all():
        if again or membership.cohort.state is CohortState.CLOSED:
            showing.touch(db, membership.cohort)
        else:
            memberships.end(db, membership, actor=viewer, action="membership.left")


def _take(db: Session, entry: Entry, subject: Subject) -> None:
    """Do with an entry's rows what it declares. What goes whole is deleted; else columns are emptied."""
    table, quietly = table_of(entry.table), {"synchronize_session": False}
    if entry.columns(Fate.GOES) and not entry.columns(Fate.EMPTIED) and not entry.columns(Fate.STAYS):
        db.execute(delete(table).where(theirs(entry, subject)), execution_options=quietly)
    elif entry.columns(Fate.EMPTIED):
        empty = {name: _empty(table.c[name]) for name in entry.columns(Fate.EMPTIED)}
        db.execute(update(table).where(theirs(entry, subject)).values(empty), execution_options=quietly)


def _empty(column: ColumnElement[Any]) -> Any:
    return None if column.nullable else ""
