"""Putting a text into force, and agreeing to it."""

import hashlib
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock, pages
from peernet.accounts.models import Person
from peernet.agreements import access, emails, standing
from peernet.agreements.models import Acceptance, Kind, Terms
from peernet.cohorts.access import INSIDE
from peernet.cohorts.models import Cohort, CohortState, Membership
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.jobs import jobs
from peernet.ledger import ledger
from peernet.web.viewer import Viewer

JOB = "agreements.tell"
# What the public page of the privacy notice depends on.
KEY = "agreements"


def put_into_force(
    db: Session, kind: Kind, cohort: Cohort | None, *, actor: Viewer, source: str, html: str, replaces: int, asks: bool
) -> Terms:
    """A new version of a text, of the network or of a cohort. ``replaces`` is the number of the version that it was
    written from, 0 for the first. With ``asks``, or if it is the first, everybody whom it concerns is asked (anew) and
    told by mail. Raises Conflict where somebody else was first, Refused where nothing changed."""
    before = db.scalars(access.versions_of(kind, cohort.id if cohort else None).limit(1)).one_or_none()
    number = before.number if before else 0
    if number != replaces:
        raise Conflict(_("Somebody else changed this text meanwhile."), theirs=before.source if before else "")
    digest = hashlib.sha256(source.encode()).hexdigest()
    if before is not None and before.digest == digest:
        raise Refused(_("This is the text that is in force already."), field="source")
    made = Terms(
        kind=kind,
        cohort_id=cohort.id if cohort else None,
        number=number + 1,
        asked_since=number + 1 if asks or before is None else before.asked_since,
        source=source,
        html=html,
        digest=digest,
        made_by_id=actor.person_id,
        made_at=clock.now(),
    )
    if before is not None:
        before.replaced_at = clock.now()
        db.flush()
    db.add(made)
    db.flush()
    if cohort is None:
        pages.touch(db, KEY)
    _record(db, made, "agreement.in_force", actor)
    if made.asked_since == made.number:
        jobs.enqueue(db, JOB, {"terms_id": made.id})
    return made


def accept(db: Session, terms: Terms, *, actor: Viewer) -> None:
    """Agree to a version; a second time changes nothing. Raises Conflict where it is no longer in force."""
    if terms.replaced_at is not None:
        raise Conflict(_("This text was replaced by a newer one a moment ago. Read that one, please."))
    mine = select(Acceptance).where(Acceptance.terms_id == terms.id, Acceptance.person_id == actor.person_id)
    if db.scalar(mine) is None:
        db.add(Acceptance(terms_id=terms.id, person_id=actor.person_id, at=clock.now()))
        db.flush()


def tell(db: Session, payload: dict[str, Any]) -> None:
    """The job: a mail to everybody whom a new version concerns and who did not agree to it yet. Each gets it once."""
    terms = db.get(Terms, payload["terms_id"])
    if terms is None or terms.replaced_at is not None:
        return
    agreed = set(db.scalars(select(Acceptance.person_id).where(Acceptance.terms_id == terms.id)))
    for person in db.scalars(_concerned(db, terms)).unique().all():
        if person.id not in agreed:
            emails.asked(db, person, terms)


def _concerned(db: Session, terms: Terms) -> Any:
    everybody = select(Person).where(Person.disabled_at.is_(None)).order_by(Person.id)
    if terms.kind is Kind.PRIVACY:
        return everybody
    mine = db.scalars(select(Cohort).where(Cohort.state != CohortState.CLOSED)).all()
    in_force = db.scalars(access.in_force([each.id for each in mine])).all()
    about = next((found for each, found in standing.concerning(in_force, mine) if each.id == terms.id), ())
    ids = [each.id for each in about if each.state is CohortState.RUNNING]
    inside = select(Membership.person_id).where(
        Membership.cohort_id.in_(ids), Membership.left_at.is_(None), Membership.role.in_(INSIDE)
    )
    return everybody.where(Person.id.in_(inside))


def _record(db: Session, terms: Terms, action: str, actor: Viewer) -> None:
    scope = f"cohort:{terms.cohort_id}" if terms.cohort_id else None
    data = {"kind": terms.kind.value, "number": terms.number, "digest": terms.digest}
    ledger.record(db, action, subject=f"terms:{terms.id}", scope=scope, actor_id=actor.person_id, data=data)
