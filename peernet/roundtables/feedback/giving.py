"""Saying something of a roundtable when it is over, and changing it; who was there and does not lead it."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Conflict, Refused, take_turn
from peernet.i18n import gettext as _
from peernet.roundtables import access as roundtables
from peernet.roundtables import access_presence, links
from peernet.roundtables.feedback import access
from peernet.roundtables.feedback.models import Feedback
from peernet.roundtables.invitees import Invitee
from peernet.roundtables.models import Roundtable
from peernet.roundtables.questions import marks
from peernet.tokens import tokens
from peernet.tokens.models import Token
from peernet.web.viewer import Viewer

PURPOSE = links.FEEDBACK
# A recap may go out only when the notes stand.
_BEYOND_NOTES = timedelta(days=7)


def until(roundtable: Roundtable) -> datetime:
    """Until when it can be said, and changed."""
    return roundtable.corrected_until + _BEYOND_NOTES


def is_open(roundtable: Roundtable) -> bool:
    """Whether it can be said now."""
    return roundtable.cancelled_at is None and roundtable.over_at <= clock.now() < until(roundtable)


def may_give(db: Session, roundtable: Roundtable, invitee: Invitee) -> bool:
    """Whether an invitee is asked: they were there, and do not lead it, since those who lead read the answers and would
    know their own from those of others. Three queries."""
    if not is_open(roundtable) or db.scalar(access.leads(Viewer(person_id=invitee.person_id), roundtable)):
        return False
    return access_presence.was_at(db, roundtable, invitee.key)


def give(
    db: Session, roundtable: Roundtable, invitee: Invitee, *, version: int, worth: int | None, will: str, change: str
) -> None:
    """Say it, in place of what they said before as ``version`` (0 for nothing); with nothing in it, take it back. The
    same again changes nothing. Raises Refused for who is not asked, Conflict where another window of theirs was
    first."""
    if not may_give(db, roundtable, invitee):
        raise Refused(_("These questions are for those who were there, and can be answered no more, or not yet."))
    take_turn(db, f"feedback:{roundtable.id}:{invitee.label}")
    found, given = db.scalar(access.own(roundtable.id, invitee.key)), (worth, will, change)
    if found is not None and (found.worth, found.will, found.change) == given:
        return
    if (found.version if found else 0) != version:
        raise Conflict(_("You have answered differently meanwhile, in another window. Sent again, this replaces it."))
    is_empty = given == (None, "", "")
    if is_empty and found is not None:
        db.delete(found)
    elif not is_empty:
        found = found or Feedback(
            id=marks.new_number(),
            roundtable_id=roundtable.id,
            person_id=invitee.person_id,
            guest_id=invitee.guest_id,
        )
        found.worth, found.will, found.change = given
        db.add(found)
    db.flush()


def token_for(db: Session, roundtable: Roundtable, invitee: Invitee) -> Token:
    """The token of the link at which an invitee answers without signing in, made if there is none."""
    subject = links.also_named(roundtable.id, invitee.key)
    found = db.scalars(roundtables.link_tokens(PURPOSE, subject)).first()
    lasts = until(roundtable) - clock.now()
    return found or tokens.make(db, purpose=PURPOSE, subject=subject, lasts=lasts, person_id=invitee.person_id)
