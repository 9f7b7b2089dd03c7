"""What those who hold a seat write together, and whose it is then.

Until it is given, a shared draft is read by whoever holds the seat. What was given belongs to its authors, wherever
they are; whoever shares the seat and wrote nothing of it reads it as others do.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.cohorts.models import Membership, Role, Seat
from peernet.organisations.models import Organisation
from peernet.prompts.models import Asking, Attribution, Author, DraftAuthor, Response, SeatDone, SharedDraft
from peernet.web.viewer import Viewer


def written_by(viewer: Viewer) -> ColumnElement[bool]:
    """Whether a response is the viewer's own: they gave it, or wrote it with others."""
    wrote = exists().where(Author.response_id == Response.id, Author.person_id == viewer.person_id)
    return or_(Response.person_id == viewer.person_id, wrote)


def shared_draft(viewer: Viewer, asking_id: int) -> Select[SharedDraft]:
    """What is typed so far for the seat that the viewer holds; of a change to what was given, for its authors only."""
    return select(SharedDraft).where(SharedDraft.asking_id == asking_id, _shares(viewer))


def shares_draft(viewer: Viewer) -> ColumnElement[bool]:
    """Whether the viewer shares a draft of an asking of the statement around."""
    return exists().where(SharedDraft.asking_id == Asking.id, _shares(viewer))


def is_done_for(viewer: Viewer) -> ColumnElement[bool]:
    """Whether the seat that the viewer holds is done with an asking of the statement around."""
    return exists().where(SeatDone.asking_id == Asking.id, _holds(viewer, SeatDone.seat_id))


def done_of_own_seat(viewer: Viewer, asking_id: int) -> Select[SeatDone]:
    """That the seat which the viewer holds is done."""
    return select(SeatDone).where(SeatDone.asking_id == asking_id, _holds(viewer, SeatDone.seat_id))


def authors_beside(viewer: Viewer, response_id: int) -> Select[str]:
    """The names of those who wrote the viewer's own response with them."""
    mine = exists().where(Author.response_id == response_id, Author.person_id == viewer.person_id)
    return (
        select(Person.name)
        .join(Author, Author.person_id == Person.id)
        .where(Author.response_id == response_id, Author.person_id != viewer.person_id, mine)
        .order_by(Person.name)
    )


# For verbs only: nothing of what these load is shown to anybody, but by ``who_is_done``.


def done_of_seat(asking_id: int, seat_id: int) -> Select[SeatDone]:
    """That a seat is done."""
    return select(SeatDone).where(SeatDone.asking_id == asking_id, SeatDone.seat_id == seat_id)


def seat_answered_by(response_id: int) -> Select[int]:
    """The seat for which a response stands."""
    return select(SeatDone.seat_id).where(SeatDone.response_id == response_id)


def draft_authors(draft_id: int) -> Select[int]:
    """Whose words may stand in a shared draft."""
    return select(DraftAuthor.person_id).where(DraftAuthor.draft_id == draft_id).order_by(DraftAuthor.person_id)


def unaskable(asking_ids: Collection[int]) -> Select[int]:
    """Responses with a name of which an author cannot be asked any more, because their account is closed. Of those
    without a name this is told to nobody: one that is missing would tell whose it was."""
    closed = select(Person.id).where(Person.disabled_at.is_not(None))
    wrote = select(Author.response_id).where(Author.person_id.in_(closed))
    named = Response.attribution != Attribution.UNATTRIBUTED
    is_one_of_them = or_(Response.person_id.in_(closed), Response.id.in_(wrote))
    return select(Response.id).where(Response.asking_id.in_(asking_ids), named, is_one_of_them)


def authors_of(response_ids: Collection[int] | Select[int]) -> Select[int, int]:
    """Who wrote responses for a seat: response and person."""
    chosen = select(Author.response_id, Author.person_id).where(Author.response_id.in_(response_ids))
    return chosen.order_by(Author.response_id, Author.person_id)


def named_authors(db: Session, asking_id: int) -> dict[int, list[int]]:
    """Who wrote the responses to an asking that have a name with others, by the response's id."""
    ids = select(Response.id).where(Response.asking_id == asking_id, Response.attribution != Attribution.UNATTRIBUTED)
    found: dict[int, list[int]] = {}
    for response_id, person_id in db.execute(authors_of(ids)):
        found.setdefault(response_id, []).append(person_id)
    return found


def seats_done(db: Session, asking: Asking, seat_ids: Select[Any]) -> list[Row[str, bool]]:
    """Names of organisations by their seats, and whether each said "done"."""
    said = exists().where(SeatDone.asking_id == asking.id, SeatDone.seat_id == Seat.id)
    rows = select(Organisation.name, said).join(Seat, Seat.organisation_id == Organisation.id)
    return list(db.execute(rows.where(Seat.id.in_(seat_ids)).order_by(Organisation.name)))


def _shares(viewer: Viewer) -> ColumnElement[bool]:
    answered = and_(
        SeatDone.asking_id == SharedDraft.asking_id,
        SeatDone.seat_id == SharedDraft.seat_id,
        SeatDone.response_id.is_not(None),
    )
    wrote = exists().where(answered, Author.response_id == SeatDone.response_id, Author.person_id == viewer.person_id)
    return and_(_holds(viewer, SharedDraft.seat_id), or_(~exists().where(answered), wrote))


def _holds(viewer: Viewer, seat_id: Any) -> ColumnElement[bool]:
    return exists().where(
        Membership.seat_id == seat_id,
        Membership.person_id == viewer.person_id,
        Membership.role == Role.MEMBER,
        Membership.left_at.is_(None),
    )


def drafts_typed_alone(viewer: Viewer) -> Select[SharedDraft]:
    """Shared drafts in which nobody but the viewer typed."""
    mine = select(DraftAuthor.draft_id).where(DraftAuthor.person_id == viewer.person_id)
    others = select(DraftAuthor.draft_id).where(DraftAuthor.person_id != viewer.person_id)
    return select(SharedDraft).where(SharedDraft.id.in_(mine), SharedDraft.id.not_in(others))
