"""What the daily mail says of tables: where somebody sits since groups were announced, or repaired around them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from peernet import clock
from peernet.ledger import ledger
from peernet.ledger.models import Event
from peernet.roundtables import access as roundtables
from peernet.roundtables.groupings import showing
from peernet.roundtables.groupings.showing import Own
from peernet.roundtables.models import Roundtable
from peernet.web.viewer import Viewer

ANNOUNCED, REPAIRED = "groups.announced", "groups.repaired"


def new_tables(
    db: Session, viewer: Viewer, cohort_ids: Collection[int], since: datetime, until: datetime
) -> list[tuple[Roundtable, list[Own]]]:
    """The roundtables to come at which the viewer's own tables are new since then, each with these, the next one first.
    Who announced or repaired them knows it. At most four queries."""
    scopes = [f"cohort:{cohort_id}" for cohort_id in cohort_ids]
    events = db.scalars(ledger.between(scopes, (ANNOUNCED, REPAIRED), since, until)) if scopes else ()
    ids = {int(event.subject.partition(":")[2]) for event in events if _concerns(event, viewer)}
    if not ids:
        return []
    tables = showing.own(db, viewer, ids)
    coming = roundtables.upcoming_of(viewer).where(Roundtable.id.in_(tables), Roundtable.starts_at > clock.now())
    return [(one, tables[one.id]) for one in db.scalars(coming).unique()]


def _concerns(event: Event, viewer: Viewer) -> bool:
    """A repair concerns those who sit elsewhere, or with somebody who is new. Groups of a step are seen in the agenda
    and in the room."""
    if event.data.get("step") is not None:
        return False
    is_theirs = event.action == ANNOUNCED or viewer.person_id in event.data.get("people", ())
    return is_theirs and event.actor_id != viewer.person_id
