"""What is being typed. Only whoever types it ever sees it; where one answer is wanted for each organisation, whoever
holds the seat.
"""

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from peernet import clock
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.prompts import access, seats_access, together
from peernet.prompts.models import Asking, Attribution, Draft, DraftAuthor, SharedDraft, Visibility
from peernet.web.viewer import Viewer

AnyDraft = Draft | SharedDraft

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
) -> AnyDraft:
    """Keep what is typed so far, also of an asking that has closed meanwhile. ``version`` is that of the draft which it
    follows, 0 for the first. Raises Conflict, with the text that stands, where another window, or somebody else on the
    seat, was first."""
    if not asking.is_per_seat:
        own = db.scalar(access.own_draft(actor, asking.id))
        return _keep(db, asking, own, actor, version, text, visibility, attribution)
    seat_id = together.seat_of(db, asking, actor).seat_id
    shared = db.scalar(seats_access.shared_draft(actor, asking.id))
    if shared is None and db.scalar(access.own_response(actor, asking.id)) is None:
        together.require_unanswered(db, asking, actor=actor)
    before = shared.source if shared else ""
    kept = _keep(db, asking, shared, actor, version, text, visibility, attribution, seat_id=seat_id)
    if isinstance(kept, SharedDraft) and text != before:
        together.wrote(db, kept, actor)
    return kept


def _keep(
    db: Session,
    asking: Asking,
    draft: AnyDraft | None,
    actor: Viewer,
    version: int,
    text: str,
    visibility: Visibility | None,
    attribution: Attribution | None,
    *,
    seat_id: int | None = None,
) -> AnyDraft:
    if (draft.version if draft else 0) != version:
        # A page that saves by itself may have been quicker with these very words than its own button.
        if draft is not None and (draft.source, draft.visibility, draft.attribution) == (text, visibility, attribution):
            return draft
        raise _overtaken(draft, text, is_shared=seat_id is not None)
    if draft is None and seat_id is not None:
        draft = SharedDraft(asking_id=asking.id, seat_id=seat_id)
    draft = draft or Draft(asking_id=asking.id, person_id=actor.person_id)
    try:
        with db.begin_nested():
            draft.source, draft.visibility, draft.attribution = text, visibility, attribution
            draft.saved_at = clock.now()
            db.add(draft)
    except (IntegrityError, StaleDataError):
        db.expire_all()
        raise _overtaken(find(db, asking, actor=actor), text, is_shared=seat_id is not None) from None
    return draft


def find(db: Session, asking: Asking, *, actor: Viewer) -> AnyDraft | None:
    """What is typed so far: by the actor, or for their seat."""
    if asking.is_per_seat:
        return db.scalar(seats_access.shared_draft(actor, asking.id))
    return db.scalar(access.own_draft(actor, asking.id))


def append(db: Session, asking: Asking, *, actor: Viewer, text: str) -> AnyDraft:
    """Put a text below what the actor has typed already, or below their answer where nothing is, parted by a line.
    Raises Refused where both together are too long. It stays theirs alone, also where a seat answers as one: what was
    written to this address is not for others."""
    draft = db.scalar(access.own_draft(actor, asking.id))
    before = draft or (None if asking.is_per_seat else db.scalar(access.own_response(actor, asking.id)))
    source = f"{before.source.rstrip()}\n\n---\n\n{text}" if before and before.source.strip() else text
    if len(source) > MOST:
        raise Refused(_("Together with what you have typed already it would be too long. Please put it in yourself."))
    visibility, attribution = (before.visibility, before.attribution) if before else (None, None)
    version = draft.version if draft else 0
    return _keep(db, asking, draft, actor, version, source, visibility, attribution)


def discard(db: Session, asking: Asking, *, actor: Viewer) -> None:
    """Throw away what the actor typed for themselves. What was given as an answer stays."""
    own = (Draft.asking_id == asking.id, Draft.person_id == actor.person_id)
    db.execute(delete(Draft).where(*own))


def discard_shared(db: Session, asking: Asking, *, actor: Viewer) -> None:
    """Throw away what was typed for the actor's seat."""
    shared = db.scalar(seats_access.shared_draft(actor, asking.id))
    if shared is not None:
        db.execute(delete(DraftAuthor).where(DraftAuthor.draft_id == shared.id))
        db.delete(shared)
        db.flush()


def _overtaken(draft: AnyDraft | None, mine: str, *, is_shared: bool) -> Conflict:
    if is_shared:
        return together.overtaken(draft, mine)
    theirs = draft.source if draft else ""
    return Conflict(_("You have typed something else here, in another window."), theirs=theirs, mine=mine)
