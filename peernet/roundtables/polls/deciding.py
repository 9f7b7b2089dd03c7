"""Choosing one of what was proposed: the roundtable is planned there, or moved there."""

from datetime import datetime, time

from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.roundtables import planning
from peernet.roundtables.models import Roundtable
from peernet.roundtables.polls import access
from peernet.roundtables.polls.answering import hold
from peernet.roundtables.polls.models import Poll, PollOption
from peernet.web.viewer import Viewer


def decide(db: Session, poll: Poll, option: PollOption, *, actor: Viewer, start: time | None = None) -> Roundtable:
    """Choose an option; ``start`` is the hour on a whole day. A new roundtable is planned then and everybody is
    invited, or the one that another time was looked for moves. Whoever said yes answers that invitation as everybody
    does: between both, days may have passed. Once only, and whether or not the poll has closed.

    Raises Conflict where somebody else chose before, Refused for what is withdrawn or over, and for a whole day
    without an hour."""
    hold(db, poll)
    _refuse(poll, option)
    if option.starts_at is None and start is None:
        raise Refused(_("Please say at what hour of this day."), field="time")
    wall = datetime.combine(option.day, option.start or start or time(0))
    found = db.scalar(access.roundtable_of(poll))
    if found is None:
        found = planning.plan(
            db, poll.cohort, actor=actor, wall_start=wall, zone=poll.zone, minutes=poll.minutes,
            title=poll.title, kind=poll.kind, summary=poll.summary,
        )  # fmt: skip
    else:
        planning.move(
            db, found, actor=actor, version=found.version, wall_start=wall, zone=poll.zone, minutes=poll.minutes
        )
    option.is_chosen = True
    poll.roundtable_id, poll.decided_at = found.id, clock.now()
    poll.closed_at = poll.closed_at or poll.decided_at
    db.flush()
    ledger.record(
        db,
        "poll.decided",
        subject=f"poll:{poll.id}",
        scope=f"cohort:{poll.cohort_id}",
        actor_id=actor.person_id,
        data={"roundtable": found.id},
    )
    return found


def _refuse(poll: Poll, option: PollOption) -> None:
    if poll.decided_at is not None:
        raise Conflict(_("Somebody else chose a time meanwhile."))
    if poll.cancelled_at is not None:
        raise Refused(_("This poll was withdrawn."))
    if option.starts_at is not None and option.starts_at <= clock.now():
        raise Refused(_("This time is over already. Please choose another."))
