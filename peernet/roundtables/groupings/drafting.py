"""Groups of a roundtable as drafts: asked for, formed at once or as a job, and put away."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Conflict, Database, Refused
from peernet.groups import access as groups
from peernet.groups import exchange, posing, seating, solving
from peernet.groups.models import Grouping, GroupingState
from peernet.groups.outcomes import plan_of
from peernet.groups.posing import LEADS
from peernet.groups.wishes import Wishes, as_json, of_json
from peernet.i18n import gettext as _
from peernet.jobs import jobs
from peernet.jobs.processes import Failed
from peernet.ledger import ledger
from peernet.roundtables.groupings import access, memory, people
from peernet.roundtables.groupings.memory import NOTHING, Memory
from peernet.roundtables.groupings.models import RoundtableGrouping
from peernet.roundtables.groupings.people import Basis
from peernet.roundtables.models import Roundtable
from peernet.web.viewer import Viewer

log = logging.getLogger("peernet.roundtables")

JOB = "roundtables.form_groups"
_BETWEEN_TWO_NOTES = 1.0
_KEPT = timedelta(days=60)
_RUN_LATE = timedelta(hours=3)
_BY_ITSELF = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Posed(posing.Posed):
    """The problem of a roundtable, with the memory that it follows from, and who stays at which table."""

    memory: Memory = NOTHING
    hosts: tuple[tuple[int, str], ...] = ()


def pose(
    db: Session,
    roundtable: Roundtable,
    wishes: Wishes,
    basis: Basis | None = None,
    series: int | None = None,
    step_id: int | None = None,
) -> Posed:
    """The problem as it stands now, of a roundtable or of one step of it, in a constant number of queries. Groups of
    its other steps count as met. ``series``: the groups of a whole series of which these are a part; the others of it
    count as met. Raises Refused where there is nothing to seat."""
    sitters, basis = people.seated(db, roundtable, people.attending(db, roundtable.cohort_id), basis)
    held = memory.of_cohort(db, roundtable.cohort_id)
    remembered = memory.with_other_steps(db, held, roundtable, step_id)
    wanted = exchange.wanted(db, [each.person_id for each in sitters]) if wishes.prefer else None
    planned = memory.planned_beside(db, series, roundtable.id) if series is not None else ()
    earlier = memory.earlier(db, roundtable.id, wishes, [each.person_id for each in sitters])
    found = posing.pose(sitters, wishes, (*remembered.held, *planned), wanted, earlier)
    inputs = found.inputs | {"basis": basis.value} | (foreseen_in(series) if series is not None else {})
    return Posed(found.problem, inputs, wanted, remembered, earlier.hosts)


def foreseen_in(series: int) -> dict[str, Any]:
    """What the inputs of a grouping say that is a part of a whole series: that series, and no history, since it was
    foreseen who will have met."""
    return {"series": series, "history": None}


def pose_again(db: Session, link: RoundtableGrouping, basis: Basis | None = None) -> Posed:
    """The problem of a grouping as it stands now; of those whom it seats, or on another ``basis``."""
    grouping = link.grouping
    basis = basis or Basis(grouping.inputs["basis"])
    return pose(db, link.roundtable, of_json(grouping.wishes), basis, grouping.inputs.get("series"), link.step_id)


def draft(
    db: Session,
    roundtable: Roundtable,
    *,
    actor: Viewer,
    wished: Wishes,
    found: dict[str, Any] | None,
    inputs: Any,
    step_id: int | None = None,
    basis: Basis | None = None,
) -> RoundtableGrouping:
    """Keep a draft: with the plan that was ``found`` from ``inputs`` before this transaction, where there is one and
    these still hold; else the job of finding it is left. Raises Refused for what is cancelled or over."""
    refuse_late(roundtable, step_id)
    posed = pose(db, roundtable, wished, basis, step_id=step_id)
    grouping = Grouping(
        cohort_id=roundtable.cohort_id,
        created_by_id=actor.person_id,
        created_at=clock.now(),
        wishes=as_json(wished),
        inputs=posed.inputs,
    )
    link = RoundtableGrouping(roundtable=roundtable, grouping=grouping, step_id=step_id, is_announced=False)
    db.add_all([grouping, link])
    db.flush()
    if found is not None and not posing.changes(inputs, posed.inputs):
        take(db, grouping, posed, found)
    else:
        jobs.enqueue(db, JOB, {"grouping_id": grouping.id})
    record(db, link, actor, "groups.drafted")
    return link


def work_out(database: Database, payload: dict[str, Any]) -> Callable[[Session], None]:
    """Do the job, with no transaction open meanwhile; what it gives stores the plan. A second time it gives nothing to
    do."""
    return worked_out(database, payload["grouping_id"], _pose_waiting)


def worked_out(
    database: Database, grouping_id: int, pose_waiting: Callable[[Session, int], Posed | None]
) -> Callable[[Session], None]:
    """The same for a problem that ``pose_waiting`` poses; None where the grouping does not wait for it any more."""
    with database.reading() as db:
        try:
            posed = pose_waiting(db, grouping_id)
        except Refused:
            return lambda db: _fail(db, grouping_id)
    if posed is None:
        return lambda _db: None
    try:
        found = solving.apart(posed.problem, noting(database, grouping_id), posed.wanted)
    except Failed:
        log.error("Grouping %s could not be worked out", grouping_id)
        return lambda db: _fail(db, grouping_id)
    return lambda db: _store(db, grouping_id, posed, found)


def _pose_waiting(db: Session, grouping_id: int) -> Posed | None:
    link = db.scalar(access.of_grouping(grouping_id))
    return pose_again(db, link) if link is not None and link.grouping.state is GroupingState.WAITING else None


def take(db: Session, grouping: Grouping, posed: Posed, found: dict[str, Any]) -> None:
    """Seat people as was found."""
    leading = [person.id for person in posed.problem.people if LEADS in person.tags]
    done, had = posed.memory.duties, posed.memory.had
    seating.seat(db, grouping, plan_of(found), done=done, had=had, leading=leading, hosts=posed.hosts)
    grouping.found = {key: value for key, value in found.items() if key != "plan"}
    grouping.inputs = posed.inputs
    if grouping.state is not GroupingState.ANNOUNCED:
        grouping.state, grouping.progress = GroupingState.READY, 100
    db.flush()


def refuse_stale(grouping: Grouping, posed: Posed) -> None:
    """Raises Conflict, with what changed, where a draft does not follow from what is the case now."""
    different = posing.changes(grouping.inputs, posed.inputs)
    if different:
        message = _("Something changed since these groups were formed. Form them anew.")
        raise Conflict(message, theirs="\n".join(different))


def refuse_late(roundtable: Roundtable, step_id: int | None = None) -> None:
    """Raises Refused for what is cancelled or over; a step may be run late."""
    over = roundtable.over_at + (_RUN_LATE if step_id is not None else timedelta(0))
    if roundtable.cancelled_at is not None or over <= clock.now():
        raise Refused(_("This roundtable was cancelled or is over; its groups stay as they are."))


def discard(db: Session, link: RoundtableGrouping) -> None:
    """Put a draft away. Raises Refused for what is announced: that is replaced, not put away."""
    if link.grouping.state is GroupingState.ANNOUNCED:
        raise Refused(_("These groups are announced. Announce others in their place."))
    db.delete(link.grouping)
    db.flush()


def prune(db: Session) -> int:
    """Put away drafts that nobody announced in two months, but for those of a series that is taken over, as long as its
    roundtables are to come; gives how many. By the clock."""
    old = (Grouping.state != GroupingState.ANNOUNCED, Grouping.created_at < clock.now() - _KEPT)
    gone = db.execute(delete(Grouping).where(*old, ~access.is_to_come()), execution_options=_BY_ITSELF)
    return int(gone.rowcount)  # type: ignore[attr-defined]


def record(db: Session, link: RoundtableGrouping, actor: Viewer, action: str, **data: Any) -> None:
    """Note in the ledger what was done with the groups of a roundtable, or of a step of it."""
    data |= {"step": link.step_id} if link.step_id is not None else {}
    ledger.record(
        db,
        action,
        subject=f"roundtable:{link.roundtable_id}",
        scope=f"cohort:{link.grouping.cohort_id}",
        actor_id=actor.person_id,
        data=data,
    )


def _store(db: Session, grouping_id: int, posed: Posed, found: dict[str, Any]) -> None:
    grouping = db.scalar(groups.by_id(grouping_id))
    if grouping is not None and grouping.state is GroupingState.WAITING:
        take(db, grouping, posed, found)


def _fail(db: Session, grouping_id: int) -> None:
    grouping = db.scalar(groups.by_id(grouping_id))
    if grouping is not None and grouping.state is GroupingState.WAITING:
        grouping.state = GroupingState.FAILED
        db.flush()


def noting(database: Database, grouping_id: int) -> Callable[[int], None]:
    """A listener that notes progress on the row, now and then, each time in a short transaction of its own."""
    noted = 0.0

    def note(percent: int) -> None:
        nonlocal noted
        if time.monotonic() - noted < _BETWEEN_TWO_NOTES:
            return
        noted = time.monotonic()
        with database.writing() as db:
            # Not through the row: progress is no new version of it.
            changed = update(Grouping).where(Grouping.id == grouping_id).values(progress=percent)
            db.execute(changed, execution_options=_BY_ITSELF)

    return note
