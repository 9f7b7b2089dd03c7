"""The mails of this room."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from peernet.accounts.emails import recipient_of
from peernet.accounts.models import Person
from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Cohort
from peernet.i18n import use_language
from peernet.mail.compose import send
from peernet.privacy.retention.models import Removal
from peernet.privacy.retention.words import KINDS
from peernet.settings import current


def erasure_asked(db: Session, person: Person, *, due_at: datetime) -> None:
    """That they are going to be forgotten, when, and how to stop it."""
    context = {"due_at": due_at, "url": f"{current().public_url}/me/forget-me"}
    send(db, to=recipient_of(person), template="privacy/erasure-asked", context=context)


def archive_ready(db: Session, person: Person, *, until: datetime) -> None:
    """That everything held on them can be fetched, where, and until when."""
    context = {"until": until, "url": f"{current().public_url}/me/take-along"}
    send(db, to=recipient_of(person), template="privacy/archive-ready", context=context)


def removal_announced(db: Session, person: Person, cohort: Cohort, removals: Sequence[Removal]) -> None:
    """What of a cohort that is over is going to be deleted, and when: to everybody who was in it."""
    with use_language(person.language or current().network.language):
        what = [(str(KINDS[each.kind]), each.due_at) for each in removals]
    base = current().public_url
    context = {"cohort": cohort.name, "what": what, "url": f"{base}/me/take-along", "journal": f"{base}/me/journal"}
    key = f"removal:{removals[0].id}:{person.id}"
    send(db, to=recipient_of(person), template="privacy/removal-announced", context=context, key=key)


def removed(db: Session, removal: Removal) -> None:
    """That it is done, and of how many: to the cohort's organisers."""
    for organiser in db.scalars(cohorts.organisers_of(removal.cohort_id)).unique().all():
        person, cohort = organiser.person, removal.cohort
        with use_language(person.language or current().network.language):
            what = str(KINDS[removal.kind])
        url = f"{current().public_url}/c/{cohort.slug}/retention"
        context = {"cohort": cohort.name, "what": what, "number": removal.removed, "url": url}
        key = f"removed:{removal.id}:{person.id}"
        send(db, to=recipient_of(person), template="privacy/removed", context=context, key=key)
