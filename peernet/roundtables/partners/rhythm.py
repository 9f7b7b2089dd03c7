"""How often a cohort forms partners, and who takes part."""

from datetime import date, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from peernet import clock
from peernet.cohorts.models import Cohort, CohortState
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.jobs import jobs
from peernet.ledger import ledger
from peernet.roundtables.partners import access
from peernet.roundtables.partners.models import PartnersKind, PartnersOptOut, PartnersRhythm
from peernet.web.viewer import Viewer

FORM, REPAIR = "roundtables.form_partners", "roundtables.repair_partners"


def begin(
    db: Session,
    cohort: Cohort,
    *,
    actor: Viewer,
    kind: PartnersKind,
    weeks: int,
    starts_on: date,
    with_leaders: bool,
    orgs_apart: bool,
    prefer: bool,
    version: int,
) -> PartnersRhythm:
    """Form partners from a day on; in place of any rhythm before. What was formed stays until it ends. ``version`` is 0
    where there was none. Raises Conflict for another version, Refused where the cohort does not run on that day."""
    found = db.scalar(access.rhythm_of(cohort.id))
    if (found.version if found else 0) != version:
        raise Conflict(_("Somebody else changed this meanwhile. Look at it again."))
    if cohort.state is not CohortState.RUNNING or not clock.today(cohort.zone) <= starts_on <= cohort.ends_on:
        raise Refused(_("Please choose a day from today to the last one of the cohort."), field="starts_on")
    row = found or PartnersRhythm(cohort=cohort)
    row.kind, row.weeks, row.next_on, row.is_on = kind, weeks, starts_on, True
    row.with_leaders, row.orgs_apart, row.prefer = with_leaders, orgs_apart, prefer
    row.created_by_id = actor.person_id
    db.add(row)
    db.flush()
    _record(db, cohort, actor, "partners.begun", kind=kind.value, weeks=weeks)
    leave_due(db)
    return row


def stop(db: Session, row: PartnersRhythm, *, actor: Viewer) -> None:
    """Form no more. Who has partners keeps them until the period ends. A second time nothing happens."""
    if row.is_on:
        row.is_on, row.next_on = False, None
        db.flush()
        _record(db, row.cohort, actor, "partners.stopped")


def leave_due(db: Session) -> int:
    """Leave the job of forming what is due; the number of jobs. By the clock."""
    due = [each for each in db.scalars(access.rhythms_on()) if is_due(each)]
    for each in due:
        key = f"partners:{each.cohort_id}:{each.next_on}:{each.version}"
        jobs.enqueue(db, FORM, {"cohort_id": each.cohort_id, "on": str(each.next_on)}, key=key)
    return len(due)


def is_due(row: PartnersRhythm) -> bool:
    """Whether its day has come, where the cohort is, and the cohort is not over."""
    today = clock.today(row.cohort.zone)
    return row.is_on and row.next_on is not None and row.next_on <= today <= row.cohort.ends_on


def last_day(row: PartnersRhythm, starts_on: date) -> date:
    """The last day of a period that begins then. Buddies stay together until the cohort ends."""
    if row.kind is PartnersKind.BUDDY:
        return row.cohort.ends_on
    return min(starts_on + timedelta(weeks=row.weeks, days=-1), row.cohort.ends_on)


def go_on(row: PartnersRhythm, ends_on: date) -> None:
    """The day after a period is the next one's first, unless the cohort is over by then."""
    following = ends_on + timedelta(days=1)
    row.next_on = following if following <= row.cohort.ends_on else None


def leave_out(db: Session, cohort: Cohort, *, actor: Viewer) -> None:
    """The actor passes from now on; who was with them is put together with others. A second time nothing happens."""
    if db.scalar(access.own_opt_out(actor, cohort.id)) is None:
        db.add(PartnersOptOut(cohort_id=cohort.id, person_id=actor.person_id, since=clock.now()))
        db.flush()


def take_in(db: Session, cohort: Cohort, *, actor: Viewer) -> None:
    """The actor takes part again."""
    mine = PartnersOptOut.person_id == actor.person_id
    gone = delete(PartnersOptOut).where(PartnersOptOut.cohort_id == cohort.id, mine)
    db.execute(gone, execution_options={"synchronize_session": False})


def _record(db: Session, cohort: Cohort, actor: Viewer, action: str, **data: object) -> None:
    scope = f"cohort:{cohort.id}"
    ledger.record(db, action, subject=scope, scope=scope, actor_id=actor.person_id, data=data)
