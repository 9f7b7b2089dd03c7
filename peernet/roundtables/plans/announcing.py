"""A draft announced: its roundtables are planned, and those that were announced before are moved where it says so."""

from collections.abc import Sequence
from datetime import datetime
from typing import Unpack

from sqlalchemy import update
from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.roundtables import access as roundtables
from peernet.roundtables import planning
from peernet.roundtables.models import Roundtable
from peernet.roundtables.plans import drafting
from peernet.roundtables.plans.models import PlanState, SeriesPlan
from peernet.roundtables.plans.posing import Posed
from peernet.roundtables.plans.wishes import Announced, of_json
from peernet.web.viewer import Viewer


def announce(
    db: Session,
    plan: SeriesPlan,
    posed: Posed,
    *,
    actor: Viewer,
    version: int,
    titles: Sequence[str],
    **facts: Unpack[planning.Facts],
) -> int:
    """Plan each new roundtable of a draft under its title (``titles`` are as many) and move the announced ones that got
    another start; everybody is told by the usual mails. The number of those new or moved; 0 where it was announced
    already. Raises Conflict for another version or a stale draft, Refused for a start that is over."""
    if plan.state is PlanState.ANNOUNCED:
        return 0
    if plan.version != version:
        raise Conflict(_("Somebody else changed this draft meanwhile. Look at it again."))
    drafting.refuse_stale(plan, posed)
    if not _take(db, plan):
        return 0
    wishes = of_json(plan.wishes)
    named, done = iter(titles), 0
    for each, start in zip(posed.rounds, drafting.starts_of(plan), strict=True):
        if each.announced is not None:
            done += _move(db, each.announced, start, actor=actor, zone=wishes.zone)
            continue
        title = next(named, "")
        if not title:
            raise Refused(_("Please give each roundtable a title."), field="titles")
        wall = clock.to_wall(start, wishes.zone)
        facts["title"] = title
        planning.plan(db, plan.cohort, actor=actor, wall_start=wall, zone=wishes.zone, minutes=wishes.minutes, **facts)
        done += 1
    ledger.record(
        db,
        "series.announced",
        subject=f"series_plan:{plan.id}",
        scope=f"cohort:{plan.cohort_id}",
        actor_id=actor.person_id,
        data={"roundtables": done},
    )
    return done


def _take(db: Session, plan: SeriesPlan) -> bool:
    """Of two who announce at once, one does."""
    free = update(SeriesPlan).where(SeriesPlan.id == plan.id, SeriesPlan.state == PlanState.READY)
    taken = free.values(state=PlanState.ANNOUNCED, announced_at=clock.now(), version=SeriesPlan.version + 1)
    done = db.execute(taken, execution_options={"synchronize_session": False})
    db.refresh(plan, ("version", "state", "announced_at"))
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def _move(db: Session, announced: Announced, start: datetime, *, actor: Viewer, zone: str) -> bool:
    if start == announced.starts_at:
        return False
    one = db.scalars(roundtables.all_roundtables().where(Roundtable.id == announced.id)).one()
    wall = clock.to_wall(start, one.zone)
    # Of an hour that comes twice its own zone could only promise the first.
    place = one.zone if clock.to_utc(wall, one.zone) == start else zone
    return planning.move(
        db,
        one,
        actor=actor,
        version=one.version,
        wall_start=clock.to_wall(start, place),
        zone=place,
        minutes=one.minutes,
    )
