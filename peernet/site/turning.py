"""Time passes: a question opens, a roundtable is over, a day begins, and no verb is called.

Pages that show any of it depend on the key "today".
"""

from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from peernet import clock, pages
from peernet.brand import finding, texts
from peernet.settings import current
from peernet.site import reading

TODAY = "today"


def turn(db: Session) -> bool:
    """Make stale what the time since the last call has made untrue; says whether there was any."""
    before, now = pages.last_touched(db, TODAY), clock.now()
    zone = ZoneInfo(current().network.zone)
    is_due = (
        before is None
        or before.astimezone(zone).date() != now.astimezone(zone).date()
        or bool(db.scalar(reading.passed_between(before, now)))
    )
    if is_due:
        pages.touch(db, TODAY)
    return _look_at_own_pages(db) or is_due


def _look_at_own_pages(db: Session) -> bool:
    """Files can change at any time, and nobody calls a verb."""
    newest, touched = texts.changed_at(current()), pages.last_touched(db, texts.KEY)
    has_changed = newest is not None and (touched is None or touched < newest)
    # Another folder in the settings may be an older one.
    if finding.renew(db) or has_changed:
        pages.touch(db, texts.KEY)
        return True
    return False
