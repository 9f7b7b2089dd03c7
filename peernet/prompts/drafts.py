"""What is being typed. Only whoever types it ever sees it."""

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from peernet import clock
from peernet.db import Conflict
from peernet.i18n import gettext as _
from peernet.prompts import access
from peernet.prompts.models import Asking, Attribution, Draft, Visibility
from peernet.web.viewer import Viewer


def save(
    db: Session,
    asking: Asking,
    *,
    actor: Viewer,
    version: int,
    text: str,
    visibility: Visibility | None = None,
    attribution: Attribution | None = None,
) -> Draft:
    """Keep what is typed so far, also of an asking that has closed meanwhile. ``version`` is that of the draft which it
    follows, 0 for the first. Raises Conflict, with the text that stands, where another window was first."""
    draft = db.scalar(access.own_draft(actor, asking.id))
    if (draft.version if draft else 0) != version:
        raise _overtaken(draft, text)
    draft = draft or Draft(asking_id=asking.id, person_id=actor.person_id)
    try:
        with db.begin_nested():
            draft.source, draft.visibility, draft.attribution = text, visibility, attribution
            draft.saved_at = clock.now()
            db.add(draft)
    except (IntegrityError, StaleDataError):
        db.expire_all()
        raise _overtaken(db.scalar(access.own_draft(actor, asking.id)), text) from None
    return draft


def discard(db: Session, asking: Asking, *, actor: Viewer) -> None:
    """Throw away what was typed. What was given as an answer stays."""
    own = (Draft.asking_id == asking.id, Draft.person_id == actor.person_id)
    db.execute(delete(Draft).where(*own))


def _overtaken(draft: Draft | None, mine: str) -> Conflict:
    theirs = draft.source if draft else ""
    return Conflict(_("You have typed something else here, in another window."), theirs=theirs, mine=mine)
