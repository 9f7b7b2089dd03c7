"""What of a room's questions is loaded. They are for whoever may open the roundtable; who asked without a name and who
voted is for nobody."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from peernet.roundtables.questions.models import Ballot, QuestionState, QuestionVote, RoomQuestion


def questions_in(roundtable_id: int) -> Select[RoomQuestion]:
    """The questions of a loaded roundtable: what waits before what is answered, and more votes before fewer."""
    return (
        select(RoomQuestion)
        .join(RoomQuestion.ballot)
        .where(Ballot.roundtable_id == roundtable_id)
        .options(contains_eager(RoomQuestion.ballot), joinedload(RoomQuestion.person))
        .order_by(RoomQuestion.state == QuestionState.ANSWERED, RoomQuestion.votes.desc(), RoomQuestion.id)
    )


def open_ballot(roundtable_id: int, step_id: int | None) -> Select[Ballot]:
    """What is asked under now, in a step of a loaded roundtable or in none."""
    of_step: ColumnElement[bool] = Ballot.step_id.is_(None) if step_id is None else Ballot.step_id == step_id
    return select(Ballot).where(Ballot.roundtable_id == roundtable_id, of_step, Ballot.secret.is_not(None))


def how_many(roundtable_id: int) -> Select[int]:
    """How many questions a roundtable has."""
    return (
        select(func.count())
        .select_from(RoomQuestion)
        .join(RoomQuestion.ballot)
        .where(Ballot.roundtable_id == roundtable_id)
    )


def voted(marks: Collection[str]) -> Select[int]:
    """Which questions these marks voted for."""
    return select(QuestionVote.question_id).where(QuestionVote.mark.in_(marks))
