"""How long a cohort keeps what, and when that is over."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from peernet.cohorts.models import Cohort, CohortState
from peernet.ledger import ledger
from peernet.privacy.retention.models import Keeping, Kind, Removal
from peernet.settings import current
from peernet.web.viewer import Viewer


def months_of(db: Session, cohort: Cohort) -> dict[Kind, int]:
    """Of each kind the months after the cohort was closed; 0 is for good."""
    own = {each.kind: each.months for each in db.scalars(select(Keeping).where(Keeping.cohort_id == cohort.id))}
    return {kind: own.get(kind, getattr(current().retention, f"{kind.value}_months")) for kind in Kind}


def set_months(db: Session, cohort: Cohort, *, actor: Viewer, months: Mapping[Kind, int]) -> None:
    """Keep each kind so long in this cohort. What was announced for another day, and is now kept longer, is called off
    by the clock; what is kept shorter is announced anew."""
    own = {each.kind: each for each in db.scalars(select(Keeping).where(Keeping.cohort_id == cohort.id))}
    for kind, number in months.items():
        if kind in own:
            own[kind].months = number
        else:
            db.add(Keeping(cohort_id=cohort.id, kind=kind, months=number))
    data = {kind.value: number for kind, number in months.items()}
    subject = scope = f"cohort:{cohort.id}"
    ledger.record(db, "retention.set", subject=subject, scope=scope, actor_id=actor.person_id, data=data)
    db.flush()


def over_at(cohort: Cohort, months: int) -> datetime | None:
    """When the time is over; None while the cohort is not closed, and for what is kept for good."""
    if cohort.state is not CohortState.CLOSED or cohort.closed_at is None or not months:
        return None
    return after(cohort.closed_at, months)


def after(moment: datetime, months: int) -> datetime:
    """The same day some months later; the first of the month after where it has no such day."""
    years, month = divmod(moment.month - 1 + months, 12)
    first = moment.replace(year=moment.year + years, month=month + 1, day=1)
    wanted = first + timedelta(days=moment.day - 1)
    return wanted if wanted.month == first.month else wanted.replace(day=1)


def removals_of(cohort: Cohort) -> Select[Removal]:
    """What was announced for, or removed from, a loaded cohort; the newest first."""
    return select(Removal).where(Removal.cohort_id == cohort.id).order_by(Removal.id.desc())
