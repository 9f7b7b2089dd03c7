"""Being done with an asking: by an answer, or by passing. It is all that anybody else learns before the release.

Whoever has answered is done; deleting an answer leaves them so. Nothing that others see moves with it.
"""

from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.prompts import access, asking, seats_access, together
from peernet.prompts.models import Asking, Done, SeatDone
from peernet.web.viewer import Viewer


def say(db: Session, asked: Asking, *, actor: Viewer) -> None:
    """Say "done" of an open asking; saying it twice is saying it once."""
    asking.hold(db, asked)
    if not asked.takes_answers(clock.now()):
        raise Refused(_("This prompt is closed."))
    note(db, asked, actor=actor)


def take_back(db: Session, asked: Asking, *, actor: Viewer) -> None:
    """Be asked again, while the asking is open. Refused while one's own answer stands."""
    asking.hold(db, asked)
    if not asked.takes_answers(clock.now()):
        raise Refused(_("This prompt is closed."))
    if together.has_answered(db, asked, actor):
        raise Refused(_("Your answer stands. Delete it first if you want to be asked again."))
    own = seats_access.done_of_own_seat if asked.is_per_seat else access.own_done
    said = db.scalar(own(actor, asked.id))
    if said is not None:
        db.delete(said)
        db.flush()


def note(db: Session, asked: Asking, *, actor: Viewer) -> None:
    """Keep that the actor is done, or their seat where that answers as one. The asking is held, so that no other
    request notes it at the same time."""
    if asked.is_per_seat:
        if db.scalar(seats_access.done_of_own_seat(actor, asked.id)) is None:
            seat_id = together.seat_of(db, asked, actor).seat_id
            db.add(SeatDone(asking_id=asked.id, seat_id=seat_id))
            db.flush()
        return
    if db.scalar(access.own_done(actor, asked.id)) is None:
        db.add(Done(asking_id=asked.id, person_id=actor.person_id))
        db.flush()
