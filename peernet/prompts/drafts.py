"""What is being typed. Only whoever types it ever sees it."""

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from peernet import clock
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.prompts import access
from peernet.prompts.models import Asking, Attribution, Draft, Visibility
from peernet.web.viewer import Viewer

# Letters that a text may have, typed or mailed.
MOST = 200_000


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


def append(db: Session, asking: Asking, *, actor: Viewer, text: str) -> Draft:
    """Put a text below what is typed already, or below the answer where nothing is, parted by a line. Raises Refused
    where both together are too long."""
    draft = db.scalar(access.own_draft(actor, asking.id))
    before = draft or db.scalar(access.own_response(actor, asking.id))
    source = f"{before.source.rstrip()}\n\n---\n\n{text}" if before and before.source.strip() else text
    if len(source) > MOST:
        raise Refused(_("Together with what you have typed already it would be too long. Please put it in yourself."))
    return save(
        db,
        asking,
        actor=actor,
        version=draft.version if draft else 0,
        text=source,
        visibility=before.visibility if before else None,
        attribution=before.attribution if before else None,
    )


def discard(db: Session, asking: Asking, *, actor: Viewer) -> None:
    """Throw away what was typed. What was given as an answer stays."""
    own = (Draft.asking_id == asking.id, Draft.person_id == actor.person_id)
    db.execute(delete(Draft).where(*own))


def _overtaken(draft: Draft | None, mine: str) -> Conflict:
    theirs = draft.source if draft else ""
    return Conflict(_("You have typed something else here, in another window."), theirs=theirs, mine=mine)
