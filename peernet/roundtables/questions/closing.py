"""Closing the votes of a roundtable, after which no mark of anybody is left."""

from datetime import timedelta

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from peernet import clock
from peernet.roundtables.models import Roundtable
from peernet.roundtables.questions import marks
from peernet.roundtables.questions.models import Ballot, QuestionVote, RoomQuestion

# So long after its beginning a roundtable is over, also one that nobody ended.
LONGEST = timedelta(days=1)


def close(db: Session, roundtable_id: int) -> None:
    """Close what is open in a roundtable: the secrets go, and with them every mark. Numbers stay."""
    _close(db, list(db.scalars(_open().where(Ballot.roundtable_id == roundtable_id))))


def close_over(db: Session) -> int:
    """Close what is open in roundtables that are over and that nobody ended; gives how many ballots. By the clock."""
    over = select(Roundtable.id).where(Roundtable.starts_at < clock.now() - LONGEST)
    found = list(db.scalars(_open().where(Ballot.roundtable_id.in_(over))))
    _close(db, found)
    return len(found)


def forget(db: Session, person_id: int) -> None:
    """For erasing: what could still tell somebody in a ballot that is open goes at once. What they asked without their
    name stays with nobody's, and numbers stay, as when it is closed: to take either away would tell whose it was."""
    known = select(Ballot.secret, RoomQuestion.id).join(RoomQuestion.ballot).where(Ballot.secret.is_not(None))
    found = [(secret, number) for secret, number in db.execute(known) if secret]
    voted = [marks.of_vote(secret, number, person_id) for secret, number in found]
    asked = [marks.of_asker(secret, number, person_id) for secret, number in found]
    db.execute(delete(QuestionVote).where(QuestionVote.mark.in_(voted)))
    db.execute(update(RoomQuestion).where(RoomQuestion.mark.in_(asked)).values(mark=None))


def _close(db: Session, ballots: list[Ballot]) -> None:
    ids = [ballot.id for ballot in ballots]
    if not ids:
        return
    theirs = select(RoomQuestion.id).where(RoomQuestion.ballot_id.in_(ids))
    db.execute(delete(QuestionVote).where(QuestionVote.question_id.in_(theirs)))
    db.execute(update(RoomQuestion).where(RoomQuestion.ballot_id.in_(ids)).values(mark=None))
    db.execute(update(Ballot).where(Ballot.id.in_(ids)).values(secret=None))
    db.flush()


def _open() -> Select[Ballot]:
    return select(Ballot).where(Ballot.secret.is_not(None))
