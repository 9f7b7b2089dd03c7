"""The recap goes out once: when one who leads sends it, or else when the notes can be corrected no more.

The roundtable says that it is told, in the transaction that leaves the job; each mail has a key of its own. So a double
click, two who lead, and a worker that is killed come to one mail for each.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from peernet import clock
from peernet.cohorts.models import CohortState
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.jobs import jobs
from peernet.ledger import ledger
from peernet.roundtables import access as roundtables
from peernet.roundtables import emails, invitees, places
from peernet.roundtables.feedback import giving
from peernet.roundtables.invitees import Invitee
from peernet.roundtables.models import Roundtable
from peernet.roundtables.recaps import access, gathering, mailing
from peernet.web.viewer import NOBODY, Viewer

JOB = "roundtables.recap"
_AT_ONCE = 5
# What is due for longer than this, as before an upgrade, is no news any more.
_NEWS = timedelta(days=3)
_LONGEST_CORRECTION = timedelta(days=90)


def is_sendable(roundtable: Roundtable) -> bool:
    """Whether the recap can be sent, or was."""
    is_held = roundtable.cancelled_at is None and roundtable.over_at <= clock.now()
    return is_held and roundtable.cohort.state is not CohortState.DRAFT


def send(db: Session, roundtable: Roundtable, *, actor: Viewer) -> bool:
    """Send it to everybody who was invited; False where that was done before. Raises Refused before the end."""
    places.hold(db, roundtable)
    if not is_sendable(roundtable):
        raise Refused(_("The recap can be sent once the roundtable is over."))
    if roundtable.recap_sent_at is not None:
        return False
    roundtable.recap_sent_at = clock.now()
    db.flush()
    subject, scope = f"roundtable:{roundtable.id}", f"cohort:{roundtable.cohort_id}"
    ledger.record(db, "roundtable.recap_sent", subject=subject, scope=scope, actor_id=actor.person_id)
    _leave(db, roundtable.id, (0, 0))
    return True


def send_due(db: Session) -> int:
    """Send what nobody sent by the time at which notes stand; how many. By the clock."""
    now = clock.now()
    over = db.scalars(access.untold(now - _LONGEST_CORRECTION - _NEWS, now)).all()
    due = [one for one in over if now - _NEWS < one.corrected_until <= now]
    return sum(send(db, one, actor=NOBODY) for one in due)


def carry_on(db: Session, payload: dict[str, Any]) -> None:
    """Do the job: write to the next few people, and leave the rest to another one."""
    one = db.scalars(roundtables.all_roundtables().where(Roundtable.id == payload["roundtable_id"])).one_or_none()
    if one is None or one.cancelled_at is not None:
        return
    reached = (payload["after"], payload["after_guest"])
    some = invitees.following(db, one, person_id=reached[0], guest_id=reached[1], most=_AT_ONCE)
    for invitee, _answer in some:
        if invitee.has_mail and invitee.hears_after:
            _write(db, one, invitee)
        reached = (invitee.person_id or reached[0], invitee.guest_id or reached[1])
    if len(some) == _AT_ONCE:
        _leave(db, one.id, reached)


def _write(db: Session, one: Roundtable, invitee: Invitee) -> None:
    found = gathering.of(db, Viewer(person_id=invitee.person_id), one, is_inside=not invitee.is_guest)
    token = giving.token_for(db, one, invitee) if giving.may_give(db, one, invitee) else None
    emails.recap(db, one, invitee, came=mailing.told(one, found), feedback=token)


def _leave(db: Session, roundtable_id: int, reached: tuple[int, int]) -> None:
    after, after_guest = reached
    payload = {"roundtable_id": roundtable_id, "after": after, "after_guest": after_guest}
    jobs.enqueue(db, JOB, payload, key=f"roundtable:{roundtable_id}:recap:{after}:{after_guest}")
