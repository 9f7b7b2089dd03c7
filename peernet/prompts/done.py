"""Being done with an asking: by an answer, or by passing. It is all that anybody else learns before the release.

Whoever has answered is done; deleting an answer leaves them so. Nothing that others see moves with it.
"""

from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.prompts import access, asking
from peernet.prompts.models import Asking, Done
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
    if db.scalar(access.own_response(actor, asked.id)) is not None:
        raise Refused(_("Your answer stands. Delete it first if you want to be asked again."))
    said = db.scalar(access.own_done(actor, asked.id))
    if said is not None:
        db.delete(said)
        db.flush()


def note(db: Session, asked: Asking, *, actor: Viewer) -> None:
    """Keep that the actor is done. The asking is held, so that no other request notes it at the same time."""
    if db.scalar(access.own_done(actor, asked.id)) is None:
        db.add(Done(asking_id=asked.id, person_id=actor.person_id))
        db.flush()
