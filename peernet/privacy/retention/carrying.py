"""By the clock: what is to be removed is announced to everybody whom it concerns, and removed some weeks later."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from peernet import clock
from peernet.accounts.models import Person
from peernet.cohorts.models import Cohort, CohortState, Membership
from peernet.ledger import ledger
from peernet.privacy import emails
from peernet.privacy.retention import removing, terms
from peernet.privacy.retention.models import Kind, Removal
from peernet.settings import current


def announce_due(db: Session) -> int:
    """Announce what is over within the days of the settings, one mail to everybody who was ever in the cohort: of those
    alone who wrote, the mail itself would tell that they did. How many kinds. By the clock."""
    notice, number = timedelta(days=current().retention.announce_days), 0
    for cohort in db.scalars(select(Cohort).where(Cohort.state == CohortState.CLOSED).order_by(Cohort.id)).all():
        begun = [made for kind in Kind if (made := _begin(db, cohort, kind, notice)) is not None]
        if begun:
            _tell(db, cohort, begun)
            number += len(begun)
    return number


def carry_out_due(db: Session) -> int:
    """Remove one kind from one cohort, or a part of it, now that it was announced long enough; what is to be kept
    longer by now, or again because the cohort was opened, is called off. How many rows. By the clock."""
    open_ones = select(Removal).where(Removal.done_at.is_(None)).options(joinedload(Removal.cohort, innerjoin=True))
    for removal in db.scalars(open_ones.order_by(Removal.due_at, Removal.id)).all():
        over = terms.over_at(removal.cohort, terms.months_of(db, removal.cohort)[removal.kind])
        if over is None or over > removal.due_at:
            db.delete(removal)
            db.flush()
        elif removal.due_at <= clock.now():
            return _carry_out(db, removal)
    return 0


def _begin(db: Session, cohort: Cohort, kind: Kind, notice: timedelta) -> Removal | None:
    over = terms.over_at(cohort, terms.months_of(db, cohort)[kind])
    if over is None or over - notice > clock.now() or not removing.is_anything(db, cohort, kind):
        return None
    known = select(Removal.id).where(Removal.cohort_id == cohort.id, Removal.kind == kind, Removal.done_at.is_(None))
    if db.scalar(known) is not None:
        return None
    now = clock.now()
    made = Removal(cohort_id=cohort.id, kind=kind, announced_at=now, due_at=max(over, now + notice))
    db.add(made)
    db.flush()
    return made


def _tell(db: Session, cohort: Cohort, begun: list[Removal]) -> None:
    told = [each for each in begun if each.kind is not Kind.INVITATIONS]
    if not told:
        return
    ever = select(Membership.person_id).where(Membership.cohort_id == cohort.id)
    for person in db.scalars(select(Person).where(Person.id.in_(ever), Person.disabled_at.is_(None))).all():
        emails.removal_announced(db, person, cohort, told)


def _carry_out(db: Session, removal: Removal) -> int:
    number = removing.remove(db, removal.cohort, removal.kind)
    removal.removed += number
    db.flush()
    if not removing.is_anything(db, removal.cohort, removal.kind):
        removal.done_at = clock.now()
        data = {"kind": removal.kind.value, "number": removal.removed}
        subject = scope = f"cohort:{removal.cohort_id}"
        ledger.record(db, "retention.removed", subject=subject, scope=scope, data=data)
        emails.removed(db, removal)
    return number
