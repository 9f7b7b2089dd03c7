"""Publishing at a chosen moment. Everything is checked when the moment is chosen and, anew, when it has come: consent,
words of answers, approvals, and that it is still that text. Rendering then is a job that holds no lock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Conflict, Database, Refused
from peernet.i18n import gettext as _
from peernet.jobs import jobs
from peernet.jobs.models import Job
from peernet.ledger import ledger
from peernet.materials import access as materials
from peernet.materials import manuscripts, publishing, rendering
from peernet.materials.models import Material, MaterialState
from peernet.materials.quotations import resemblance
from peernet.materials.quotations.overlap import Passage
from peernet.materials.reviews import access, schedules, texts
from peernet.materials.reviews.models import Outcome, Schedule
from peernet.text import plain
from peernet.text.markdown import Rendered
from peernet.web.viewer import Viewer

JOB = "materials.publish_as_planned"
_FURTHEST = timedelta(days=365)


@dataclass(frozen=True)
class _Prepared:
    """What was worked out before the lock."""

    viewer: Viewer
    rendered: Rendered
    passages: Sequence[Passage]


def plan(
    db: Session,
    viewer: Viewer,
    material: Material,
    *,
    draft_version: int,
    rendered: Rendered,
    passages: Sequence[Passage],
    wall: datetime,
    zone: str,
    note: str = "",
) -> Schedule:
    """Let the draft be published at a wall time of the organiser's zone; it takes the place of what was planned before.
    Raises Refused where it could not be published now, and for a time that is over, too far, or skipped by the clocks;
    Conflict where the draft is not the one that was rendered."""
    publishing.ready(db, material, draft_version=draft_version, rendered=rendered, passages=passages)
    if material.state is MaterialState.PUBLISHED and not note.strip():
        raise Refused(publishing.note_missing(), field="note")
    at = _moment(wall, zone)
    for planned in db.scalars(access.schedules_of([material.id])).all():
        schedules.end(db, planned, Outcome.CANCELLED)
    made = Schedule(
        material_id=material.id, at=at, zone=zone, draft_version=draft_version, note=note.strip(),
        digest=texts.of_drafts(db, [material])[material.id].whole, made_at=clock.now(), made_by_id=viewer.person_id,
    )  # fmt: skip
    db.add(made)
    db.flush()
    _record(db, viewer, material, "material.planned")
    return made


def cancel(db: Session, viewer: Viewer, material: Material) -> bool:
    """Publish nothing by itself; whether anything was planned."""
    planned = db.scalars(access.schedules_of([material.id])).first()
    if planned is None:
        return False
    schedules.end(db, planned, Outcome.CANCELLED)
    _record(db, viewer, material, "material.plan_cancelled")
    return True


def start_due(db: Session) -> int:
    """Leave a job for each publication whose moment has come; gives how many. Where the job was given up, the plan is,
    and its organisers are told. By the clock."""
    due = db.scalars(access.due_schedules(clock.now())).all()
    left = [jobs.enqueue(db, JOB, {"schedule_id": each}, key=_key(each)) for each in due]
    given_up = select(Job.key).where(Job.key.in_([_key(each) for each in due]), Job.dead_at.is_not(None))
    dead = set(db.scalars(given_up)) if due else set()
    for each in due:
        schedule = db.scalar(access.schedule_held(each)) if _key(each) in dead else None
        if schedule is not None:
            _fail(db, schedule, lambda: [_("It was tried for hours and could not be done. Your operator can see why.")])
    return sum(job is not None for job in left)


def work_out(database: Database, payload: dict[str, Any]) -> Callable[[Session], None]:
    """Do the job: render with no transaction open, and give back what publishes. A second time there is nothing to
    do."""
    schedule_id = payload["schedule_id"]
    prepared: _Prepared | None = None
    with database.reading() as db:
        schedule = db.get(Schedule, schedule_id)
        if schedule is not None and schedule.is_live:
            prepared = _prepare(db, schedule)
    return lambda db: _carry_out(db, schedule_id, prepared)


def _key(schedule_id: int) -> str:
    return f"{JOB}:{schedule_id}"


def _prepare(db: Session, schedule: Schedule) -> _Prepared | None:
    """None where whoever planned it may not publish it any more, or there is no draft."""
    viewer = Viewer(person_id=schedule.made_by_id)
    material = _material(db, viewer, schedule)
    if material is None or material.draft is None:
        return None
    manuscript = manuscripts.of_draft(material.draft)
    around = rendering.surroundings(db, material, manuscript.source)
    try:
        rendered = rendering.render(manuscript.source, manuscript.language, around)
    except Refused:
        return None
    words = plain.words_of_html(rendered.html)
    return _Prepared(viewer, rendered, resemblance.look(db, viewer, resemblance.whole(manuscript), words))


def _carry_out(db: Session, schedule_id: int, prepared: _Prepared | None) -> None:
    schedule = db.scalar(access.schedule_held(schedule_id))
    if schedule is None:
        return
    viewer = Viewer(person_id=schedule.made_by_id)
    material = _material(db, viewer, schedule)
    if material is None or prepared is None:
        _fail(db, schedule, lambda: [_("Whoever planned it may not publish it any more, or its text is gone.")])
        return
    if texts.of_drafts(db, [material])[material.id].whole != schedule.digest:
        _fail(db, schedule, lambda: [_("The text was changed after the moment was chosen.")])
        return
    _publish(db, material, schedule, prepared)


def _publish(db: Session, material: Material, schedule: Schedule, prepared: _Prepared) -> None:
    try:
        with db.begin_nested():
            publishing.publish(
                db,
                prepared.viewer,
                material,
                draft_version=schedule.draft_version,
                rendered=prepared.rendered,
                passages=prepared.passages,
                note=schedule.note,
            )
    except (Refused, Conflict):
        db.expire_all()
        material = db.get_one(Material, schedule.material_id)
        again = _material(db, prepared.viewer, schedule) or material
        _fail(db, schedule, lambda: publishing.missing(db, again, prepared.rendered, prepared.passages))


def _fail(db: Session, schedule: Schedule, why: Callable[[], Sequence[str]]) -> None:
    material = db.get_one(Material, schedule.material_id)
    schedules.end(db, schedule, Outcome.FAILED)
    schedules.tell(db, material, schedule, why)


def _material(db: Session, viewer: Viewer, schedule: Schedule) -> Material | None:
    found = materials.publishable_by(viewer).where(Material.id == schedule.material_id)
    return db.scalars(found.execution_options(populate_existing=True)).unique().one_or_none()


def _moment(wall: datetime, zone: str) -> datetime:
    if not clock.exists(wall, zone):
        raise Refused(_("The clocks skip this hour on that day. Choose another."), field="time")
    at = clock.to_utc(wall, zone)
    if not clock.now() < at <= clock.now() + _FURTHEST:
        raise Refused(_("Choose a moment that is to come, within a year."), field="day")
    return at


def _record(db: Session, viewer: Viewer, material: Material, action: str) -> None:
    ledger.record(
        db, action, subject=f"material:{material.id}", scope=f"cohort:{material.cohort_id}", actor_id=viewer.person_id
    )
