"""The answers of somebody who is forgotten: their own are deleted, what others wrote with them stays theirs."""

from sqlalchemy import delete, select, union
from sqlalchemy.orm import Session

from peernet.prompts import access, finding, responses, seats_access
from peernet.prompts.models import Asking, Author, FollowUp, Resonance, Response
from peernet.web.viewer import Viewer


def take_back(db: Session, viewer: Viewer) -> None:
    """Delete what the viewer alone wrote, and leave the rest to its other authors."""
    _freshen(db, viewer)
    for response in db.scalars(access.own_responses(viewer)).unique().all():
        asking = db.scalars(access.all_asked(Asking.id == response.asking_id)).unique().one()
        others = sorted({author for _id, author in db.execute(seats_access.authors_of([response.id]))})
        others = [author for author in others if author != viewer.person_id]
        if not others:
            responses.erase(db, response, asking=asking, actor=viewer)
            continue
        if response.person_id == viewer.person_id:
            response.person_id = others[0]
        mine = (Author.response_id == response.id, Author.person_id == viewer.person_id)
        db.execute(delete(Author).where(*mine))
        db.flush()
        finding.renew_answers(db, asking, only=None if asking.released_at is not None else response.id)
    _throw_drafts_away(db, viewer)


def _freshen(db: Session, viewer: Viewer) -> None:
    """Public pages show what was asked back, and with how many an answer resonates."""
    replied = [select(one.response_id).where(one.person_id == viewer.person_id) for one in (FollowUp, Resonance)]
    shown = select(Asking.prompt_id).join(Response, Response.asking_id == Asking.id)
    for prompt_id in db.scalars(shown.where(Response.id.in_(union(*replied))).distinct()).all():
        finding.touch(db, prompt_id)


def _throw_drafts_away(db: Session, viewer: Viewer) -> None:
    """A draft that nobody else typed in is the viewer's alone, though it is the seat's."""
    for draft in db.scalars(seats_access.drafts_typed_alone(viewer)).all():
        db.delete(draft)
    db.flush()
