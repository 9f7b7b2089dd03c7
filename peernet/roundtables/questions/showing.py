"""The questions of a room as one viewer sees them."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from peernet.roundtables.questions import access, collecting, marks
from peernet.roundtables.questions.models import QuestionState, RoomQuestion


@dataclass(frozen=True, slots=True)
class Shown:
    """One question. ``name`` is empty where it was asked without one; ``is_open``: it may be supported, and that taken
    back."""

    id: int
    text: str
    name: str
    votes: int
    state: QuestionState
    is_open: bool
    is_mine: bool
    is_supported: bool


def questions(db: Session, roundtable_id: int, person_id: int | None) -> list[Shown]:
    """The questions of a loaded roundtable. Two queries."""
    found = list(db.scalars(access.questions_in(roundtable_id)))
    supported = _supported(db, found, person_id)
    return [
        Shown(
            id=each.id,
            text=each.text,
            name=each.person.name if each.person else "",
            votes=each.votes,
            state=each.state,
            is_open=each.ballot.secret is not None and each.state is not QuestionState.ANSWERED,
            is_mine=collecting.is_asker(each, person_id),
            is_supported=each.id in supported,
        )
        for each in found
    ]


def _supported(db: Session, found: list[RoomQuestion], person_id: int | None) -> set[int]:
    if person_id is None:
        return set()
    known = [(each.ballot.secret, each.id) for each in found if each.ballot.secret is not None]
    mine = [marks.of_vote(secret, question_id, person_id) for secret, question_id in known if secret]
    return set(db.scalars(access.voted(mine))) if mine else set()
