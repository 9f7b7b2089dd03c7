"""What is being typed. Only whoever types it ever sees it."""

from sqlalchemy.orm import Session

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
        theirs = draft.source if draft else ""
        raise Conflict(_("You have typed something else here, in another window."), theirs=theirs, mine=text)
    if draft is None:
        draft = Draft(asking_id=asking.id, person_id=actor.person_id)
        db.add(draft)
    draft.source, draft.visibility, draft.attribution = text, visibility, attribution
    draft.saved_at = clock.now()
    db.flush()
    return draft


def discard(db: Session, asking: Asking, *, actor: Viewer) -> None:
    """Throw away what was typed. What was given as an answer stays."""
    draft = db.scalar(access.own_draft(actor, asking.id))
    if draft is not None:
        db.delete(draft)
        db.flush()
