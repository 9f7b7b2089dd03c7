"""When a zone's rules change, promises of wall time stand and their moments move."""

from datetime import datetime

from sqlalchemy.orm import Session

from peernet.ledger import ledger
from peernet.roundtables import access, showing, telling, times
from peernet.roundtables.models import Roundtable
from peernet.roundtables.telling import News


def recompute(db: Session) -> int:
    """Compute the moments of all roundtables to come anew, and tell the people whose own hour moved. The number of
    those that moved.

    Each moment is compared, whatever release a row names: zoneinfo reads the rules of the operating system first, and
    those change without the package's version.
    """
    moved = 0
    for roundtable in db.scalars(access.all_to_come()).all():
        starts_at, ends_at = times.moments(roundtable.wall_start, roundtable.zone, roundtable.minutes)
        was = roundtable.starts_at
        roundtable.zone_rules = times.RULES
        if was != starts_at:
            moved += 1
            roundtable.starts_at, roundtable.ends_at = starts_at, ends_at
            _announce(db, roundtable, was)
    return moved


def _announce(db: Session, roundtable: Roundtable, was: datetime) -> None:
    roundtable.sequence += 1
    roundtable.moved_sequence = roundtable.sequence
    db.flush()
    ledger.record(
        db,
        "roundtable.rules_moved",
        subject=f"roundtable:{roundtable.id}",
        scope=f"cohort:{roundtable.cohort_id}",
        data={"was": was.isoformat(), "now": roundtable.starts_at.isoformat()},
    )
    showing.renew(db, roundtable)
    if roundtable.cancelled_at is None:
        telling.tell(db, roundtable, News.RULES_MOVED)
