"""What those who hold a seat do together: they type in one draft, one of them gives it, and it is theirs who wrote.

Nobody but its authors ever owns it, and each of them may narrow or withdraw it, since each may have written what the
others would let stand. Nobody widens it alone.
"""

from sqlalchemy.orm import Session

from peernet.accounts.access import myself
from peernet.cohorts.access import my_membership
from peernet.cohorts.models import Membership, Role
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.prompts import access, emails, seats_access
from peernet.prompts.addressed_access import holders_over_time
from peernet.prompts.consequences import names_less
from peernet.prompts.emails import Happened
from peernet.prompts.models import (
    Asking,
    Attribution,
    Author,
    Draft,
    DraftAuthor,
    Response,
    SeatDone,
    SharedDraft,
    Visibility,
)
from peernet.prompts.voices import narrower
from peernet.web.viewer import Viewer


def seat_of(db: Session, asking: Asking, actor: Viewer) -> Membership:
    """The membership by which the actor answers. Raises Refused where they hold no seat."""
    membership = db.scalars(my_membership(actor, asking.cohort_id)).one_or_none()
    if membership is None or membership.role is not Role.MEMBER:
        raise Refused(_("Answers are given by those who hold a seat in this cohort."))
    return membership


def wrote(db: Session, draft: SharedDraft, actor: Viewer) -> None:
    """Keep that words of the actor may stand in a shared draft."""
    if actor.person_id is not None and actor.person_id not in db.scalars(seats_access.draft_authors(draft.id)).all():
        db.add(DraftAuthor(draft_id=draft.id, person_id=actor.person_id))
        db.flush()


def require_unanswered(db: Session, asking: Asking, *, actor: Viewer) -> None:
    """Raises Refused where the actor's seat has answered. Not a word of it is told: who shares the seat may be none of
    its readers."""
    done = db.scalar(seats_access.done_of_own_seat(actor, asking.id))
    if done is not None and done.response_id is not None:
        raise Refused(_("Your organisation has answered this already. Those who wrote it can change it."))


def require_first(db: Session, asking: Asking, *, actor: Viewer, text: str, version: int | None) -> None:
    """Raises Refused where the seat has answered, and Conflict where somebody typed in its draft since ``version``."""
    require_unanswered(db, asking, actor=actor)
    draft = db.scalar(seats_access.shared_draft(actor, asking.id))
    if version is not None and (draft.version if draft else 0) != version:
        raise overtaken(draft, text)


def overtaken(draft: Draft | SharedDraft | None, mine: str) -> Conflict:
    """Somebody on the seat was first, with both texts."""
    message = _("Somebody at your organisation has typed something else here meanwhile.")
    return Conflict(message, theirs=draft.source if draft else "", mine=mine)


def sign(db: Session, asking: Asking, response: Response, seat_id: int, *, actor: Viewer) -> None:
    """Keep who wrote a response, and that it stands for the seat: whoever gave it, and whoever typed in its draft."""
    add_authors(db, response, actor, db.scalar(seats_access.shared_draft(actor, asking.id)))
    done = db.scalar(seats_access.done_of_seat(asking.id, seat_id))
    if done is None:
        done = SeatDone(asking_id=asking.id, seat_id=seat_id)
        db.add(done)
    done.response_id, done.is_withdrawn = response.id, False
    db.flush()


def add_authors(db: Session, response: Response, actor: Viewer, draft: SharedDraft | None) -> None:
    """Let a response belong to the actor and to whoever typed in a draft, as well as to whom it belonged."""
    typed = set(db.scalars(seats_access.draft_authors(draft.id))) if draft is not None else set()
    found = {actor.person_id} | typed
    known = {person_id for _response, person_id in db.execute(seats_access.authors_of([response.id]))}
    db.add_all(Author(response_id=response.id, person_id=person_id) for person_id in found - known - {None})
    db.flush()


def note_withdrawn(db: Session, asking: Asking, seat_id: int | None) -> None:
    """Let those on the seat know that what stood for it was deleted."""
    done = None if seat_id is None else db.scalar(seats_access.done_of_seat(asking.id, seat_id))
    if done is not None:
        done.is_withdrawn, done.response_id = True, None
        db.flush()


def seat_answered(db: Session, response: Response) -> int | None:
    """The seat for which a response stands, if it stands for one."""
    return db.scalar(seats_access.seat_answered_by(response.id))


def require_no_wider(
    db: Session, response: Response, visibility: Visibility, attribution: Attribution, *, actor: Viewer
) -> None:
    """Raises Refused where one of several authors would let more people read their answer, or name more."""
    authors = {person_id for _response, person_id in db.execute(seats_access.authors_of([response.id]))}
    if not authors - {actor.person_id}:
        return
    if narrower(visibility, response.visibility) is not visibility:
        message = _("Others wrote this with you. Each of you can let fewer people read it, and nobody more.")
        raise Refused(message, field="visibility")
    if names_less(attribution, response.attribution):
        message = _("Others wrote this with you. Each of you can take the name away, and nobody can add one.")
        raise Refused(message, field="attribution")


def tell(
    db: Session,
    asking: Asking,
    seat_id: int | None,
    standing: tuple[Visibility, Attribution],
    what: Happened,
    *,
    actor: Viewer,
) -> None:
    """Tell everybody who held the seat while it was asked, but the actor, what happened to an answer in the name of
    their organisation. Of any other no mail tells: going out, it would say that somebody wrote it."""
    visibility, attribution = standing
    if seat_id is None or visibility is Visibility.PRIVATE or attribution is not Attribution.ORGANISATION:
        return
    by = db.scalar(myself(actor))
    for person in db.scalars(holders_over_time(asking, seat_id)).all():
        if person.id != actor.person_id:
            emails.seat_answer(db, person, asking, what, by=by.name if by else "")


def has_answered(db: Session, asking: Asking, actor: Viewer) -> bool:
    """Whether an answer stands of the actor's own, or for their seat."""
    done = db.scalar(seats_access.done_of_own_seat(actor, asking.id))
    is_answered = done is not None and done.response_id is not None
    return is_answered or db.scalar(access.own_response(actor, asking.id)) is not None
