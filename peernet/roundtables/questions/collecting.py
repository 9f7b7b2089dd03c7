"""Asking, supporting, taking back.

A vote, and a question without a name, is told to no page that stands open: the moment would tell whose it was. Pages
look every few seconds in a step in which is voted.
"""

from sqlalchemy.orm import Session

from peernet import clock, live
from peernet.db import Refused, take_turn
from peernet.i18n import gettext as _
from peernet.roundtables.agendas.models import AgendaStep, StepRule
from peernet.roundtables.models import Roundtable
from peernet.roundtables.questions import access, marks
from peernet.roundtables.questions.closing import LONGEST
from peernet.roundtables.questions.models import Ballot, QuestionState, QuestionVote, RoomQuestion
from peernet.roundtables.running import access as running
from peernet.roundtables.running.listening import topic_of
from peernet.roundtables.running.showing import step_on

MOST = 200


def is_unnamed(step: AgendaStep | None) -> bool:
    """Whether questions are asked without names in a step, whatever their askers chose."""
    return step is not None and step.attribution is StepRule.CHATHAM_HOUSE


def takes(roundtable: Roundtable) -> bool:
    """Whether questions may be asked now: until it has ended."""
    is_over = clock.now() >= roundtable.starts_at + LONGEST or roundtable.is_ended
    return not is_over and roundtable.cancelled_at is None


def ask(db: Session, roundtable: Roundtable, person_id: int, text: str, *, unnamed: bool) -> RoomQuestion:
    """Ask a question; one that stands there already is supported instead. Raises Refused where it has ended, and for
    too many."""
    _take_turn(db, roundtable)
    if not takes(roundtable):
        raise Refused(_("This roundtable has ended, and takes no more questions."))
    same = db.scalar(access.questions_in(roundtable.id).where(RoomQuestion.text == text, Ballot.secret.is_not(None)))
    if same is not None:
        _vote(db, same, person_id, on=True)
        return same
    if (db.scalar(access.how_many(roundtable.id)) or 0) >= MOST:
        raise Refused(_("There are %(most)s questions already. Support one of them.", most=MOST))
    step = step_on(roundtable, db.scalar(running.room_of(roundtable.id)))
    return _add(db, roundtable, person_id, text, step, unnamed=unnamed or is_unnamed(step))


def support(db: Session, roundtable: Roundtable, question: RoomQuestion, person_id: int, *, on: bool) -> None:
    """Support a question, or no more; doing so twice is doing so once. Raises Refused where the voting is over."""
    _take_turn(db, roundtable)
    db.refresh(question, ["votes"])
    _vote(db, question, person_id, on=on)


def is_asker(question: RoomQuestion, person_id: int | None) -> bool:
    """Whether it is somebody's own, as far as that can still be told."""
    secret = question.ballot.secret
    if question.person_id is not None or person_id is None or secret is None:
        return question.person_id is not None and question.person_id == person_id
    return question.mark == marks.of_asker(secret, question.id, person_id)


def remove(db: Session, roundtable: Roundtable, question: RoomQuestion) -> None:
    """Take a question out, with its votes."""
    db.delete(question)
    db.flush()
    live.happened(db, topic_of(roundtable.id), "question")


def put(db: Session, roundtable: Roundtable, question: RoomQuestion, state: QuestionState) -> None:
    """Note that a question is taken up or answered, or that it waits again."""
    question.state = state
    db.flush()
    live.happened(db, topic_of(roundtable.id), "question")


def _add(
    db: Session, roundtable: Roundtable, person_id: int, text: str, step: AgendaStep | None, *, unnamed: bool
) -> RoomQuestion:
    ballot, secret = _ballot(db, roundtable, step)
    made = RoomQuestion(id=marks.new_number(), ballot_id=ballot.id, text=text, votes=0, state=QuestionState.OPEN)
    if unnamed:
        made.mark = marks.of_asker(secret, made.id, person_id)
    else:
        made.person_id = person_id
    db.add(made)
    db.flush()
    if not unnamed:
        live.happened(db, topic_of(roundtable.id), "question")
    return made


def _ballot(db: Session, roundtable: Roundtable, step: AgendaStep | None) -> tuple[Ballot, str]:
    step_id = step.id if step else None
    ballot = db.scalar(access.open_ballot(roundtable.id, step_id))
    if ballot is None:
        ballot = Ballot(roundtable_id=roundtable.id, step_id=step_id, secret=marks.new_secret())
        db.add(ballot)
        db.flush()
    return ballot, ballot.secret or ""


def _vote(db: Session, question: RoomQuestion, person_id: int, *, on: bool) -> None:
    secret = question.ballot.secret
    if secret is None:
        raise Refused(_("The voting on this question is over."))
    mark = marks.of_vote(secret, question.id, person_id)
    vote = db.get(QuestionVote, (question.id, mark))
    if (vote is not None) is on:
        return
    if vote is not None:
        db.delete(vote)
    else:
        db.add(QuestionVote(question_id=question.id, mark=mark))
    question.votes += 1 if on else -1
    db.flush()


def _take_turn(db: Session, roundtable: Roundtable) -> None:
    """Nobody else asks or votes in this roundtable until this transaction ends."""
    take_turn(db, f"questions:{roundtable.id}")
