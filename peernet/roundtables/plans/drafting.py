"""Drafts of a series: asked for, worked out as a job, chosen among, changed by hand, and put away."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from peernet import clock
from peernet.cohorts.models import Cohort, CohortState
from peernet.db import Conflict, Database, Refused
from peernet.i18n import gettext as _
from peernet.jobs import jobs
from peernet.ledger import ledger
from peernet.roundtables.plans import access, posing, process, wishes
from peernet.roundtables.plans.models import Objective, PlanState, SeriesPlan
from peernet.roundtables.plans.posing import Posed
from peernet.roundtables.plans.wishes import Wishes
from peernet.roundtables.series import files
from peernet.web.viewer import Viewer

log = logging.getLogger("peernet.roundtables")

JOB = "roundtables.plan_series"
# The same wishes give the same plan.
_SEED = 1
_BETWEEN_TWO_NOTES = 1.0
_KEPT = timedelta(days=60)


def draft(db: Session, cohort: Cohort, *, actor: Viewer, wished: Wishes) -> SeriesPlan:
    """Leave the job of planning a series. Raises Refused where it cannot be planned at all, and in a closed cohort."""
    if cohort.state is CohortState.CLOSED:
        raise Refused(_("This cohort is closed. Open it again first."))
    posed = posing.pose(db, cohort, wished)
    plan = SeriesPlan(
        cohort=cohort,
        created_by_id=actor.person_id,
        created_at=clock.now(),
        wishes=wishes.as_json(wished),
        inputs=posed.inputs,
    )
    db.add(plan)
    db.flush()
    jobs.enqueue(db, JOB, {"plan_id": plan.id})
    _record(db, plan, actor, "series.drafted")
    return plan


def work_out(database: Database, payload: dict[str, Any]) -> Callable[[Session], None]:
    """Do the job, with no transaction open meanwhile; what it gives stores the plan. A second time it gives nothing to
    do."""
    plan_id = payload["plan_id"]
    with database.reading() as db:
        plan = db.scalar(access.by_id(plan_id))
        if plan is None or plan.state is not PlanState.WAITING:
            return lambda _db: None
        try:
            posed = posing.pose(db, plan.cohort, wishes.of_json(plan.wishes))
        except Refused:
            return lambda db: _fail(db, plan_id)
    try:
        found = process.plan(files.text_of_problem(posed.problem), seed=_SEED, progress=_noting(database, plan_id))
    except process.Failed:
        log.error("Series plan %s could not be worked out", plan_id)
        return lambda db: _fail(db, plan_id)
    return lambda db: _store(db, plan_id, posed, found)


def choose(db: Session, plan: SeriesPlan, *, version: int, objective: Objective) -> None:
    """Take another of the plans that were found, with its starts; what was moved by hand is given up. Raises Conflict
    for another version, Refused where there is no such plan."""
    _check(plan, version)
    if objective.value not in plan.found:
        raise Refused(_("There is no such plan."))
    plan.objective, plan.slots = objective.value, plan.found[objective.value]["slots"]
    db.flush()


def move(db: Session, plan: SeriesPlan, posed: Posed, *, version: int, number: int, start: datetime) -> None:
    """Give one roundtable of the draft another start. ``posed`` is the problem as it stands. Raises Conflict for
    another version or where the draft is stale, Refused for a start that the wishes do not allow."""
    _check(plan, version)
    refuse_stale(plan, posed)
    if start not in posed.problem.open_rounds[number]:
        raise Refused(_("This start is not among those that were allowed."), field="start")
    plan.slots = [*plan.slots[:number], start.isoformat(), *plan.slots[number + 1 :]]
    db.flush()


def refuse_stale(plan: SeriesPlan, posed: Posed) -> None:
    """Raises Conflict, with what changed, where a draft does not follow from what is the case now."""
    different = posing.changes(plan.inputs, posed.inputs)
    if different:
        raise Conflict(_("Something changed since this was planned. Plan it anew."), theirs="\n".join(different))


def discard(db: Session, plan: SeriesPlan) -> None:
    """Put a draft away. What was announced of it stays."""
    db.delete(plan)
    db.flush()


def prune(db: Session) -> int:
    """Put away drafts that nobody announced in two months; gives how many. By the clock."""
    old = (SeriesPlan.state != PlanState.ANNOUNCED, SeriesPlan.created_at < clock.now() - _KEPT)
    gone = db.execute(delete(SeriesPlan).where(*old), execution_options={"synchronize_session": False})
    return int(gone.rowcount)  # type: ignore[attr-defined]


def starts_of(plan: SeriesPlan) -> list[datetime]:
    """The starts as they stand, in UTC."""
    return [datetime.fromisoformat(text) for text in plan.slots]


def _store(db: Session, plan_id: int, posed: Posed, found: dict[str, Any]) -> None:
    plan = db.scalar(access.by_id(plan_id))
    if plan is None or plan.state is not PlanState.WAITING:
        return
    best = found.get(Objective.BALANCED.value)
    plan.found, plan.inputs = found, posed.inputs
    if best is None:
        plan.state = PlanState.FAILED
        db.flush()
        return
    plan.slots = best["slots"]
    plan.state, plan.progress, plan.objective = PlanState.READY, 100, Objective.BALANCED.value
    db.flush()


def _fail(db: Session, plan_id: int) -> None:
    plan = db.scalar(access.by_id(plan_id))
    if plan is not None and plan.state is PlanState.WAITING:
        plan.state = PlanState.FAILED
        db.flush()


def _noting(database: Database, plan_id: int) -> Callable[[int], None]:
    """A listener that notes progress on the row, now and then, each time in a short transaction of its own."""
    noted = 0.0

    def note(percent: int) -> None:
        nonlocal noted
        if time.monotonic() - noted < _BETWEEN_TWO_NOTES:
            return
        noted = time.monotonic()
        with database.writing() as db:
            # Not through the row: progress is no new version of it.
            changed = update(SeriesPlan).where(SeriesPlan.id == plan_id).values(progress=percent)
            db.execute(changed, execution_options={"synchronize_session": False})

    return note


def _check(plan: SeriesPlan, version: int) -> None:
    if plan.version != version:
        raise Conflict(_("Somebody else changed this draft meanwhile. Look at it again."))
    if plan.state is not PlanState.READY:
        raise Refused(_("This draft cannot be changed any more."))


def _record(db: Session, plan: SeriesPlan, actor: Viewer, action: str, **data: Any) -> None:
    ledger.record(
        db,
        action,
        subject=f"series_plan:{plan.id}",
        scope=f"cohort:{plan.cohort_id}",
        actor_id=actor.person_id,
        data=data,
    )
