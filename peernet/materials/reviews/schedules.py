"""Planned publications as rows: which one there is, and how it ends. What is done at its moment stands in
``scheduling``."""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from peernet import clock
from peernet.i18n import gettext as _
from peernet.i18n import use_language
from peernet.materials.models import Material
from peernet.materials.reviews import access, emails
from peernet.materials.reviews.models import Outcome, Schedule
from peernet.settings import current


def end(db: Session, schedule: Schedule, outcome: Outcome) -> None:
    """Nothing will be published by this plan any more."""
    schedule.is_live, schedule.outcome, schedule.ended_at = None, outcome, clock.now()
    db.flush()


def call_off(db: Session, material: Material) -> bool:
    """The draft was changed: what was planned is not published, and its organisers are told. Whether there was a
    plan."""
    planned = db.scalars(access.schedules_of([material.id])).first()
    if planned is None:
        return False
    end(db, planned, Outcome.CHANGED)
    tell(db, material, planned, lambda: [_("The text was changed after the moment was chosen.")])
    return True


def tell(db: Session, material: Material, schedule: Schedule, why: Callable[[], Sequence[str]]) -> None:
    """Mail the organisers why something is not published, each in their language."""
    for person in db.scalars(access.organisers_of(material)).all():
        with use_language(person.language or current().network.language):
            reasons = why()
        emails.not_published(db, person, material, schedule, reasons)
