"""What is asked in a room, and who cannot be told from it."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peernet.accounts.models import Person
from peernet.db import Base, choice, pk


class QuestionState(StrEnum):
    """How far a question has come."""

    OPEN = "open"
    TAKEN = "taken"
    ANSWERED = "answered"


class Ballot(Base):
    """Under which secret the marks of one step's questions are made; of no step, for what was asked between them. With
    the secret gone nobody can be told from a mark, and nothing is voted on any more."""

    __tablename__ = "room_ballot"

    id: Mapped[pk]
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtable.id", ondelete="CASCADE"), index=True)
    step_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_step.id", ondelete="SET NULL"), index=True)
    secret: Mapped[str | None] = mapped_column(String(64))


class RoomQuestion(Base):
    """A question, and how many support it. ``id`` is drawn by lot, so that no order of asking is kept; nor is a time.
    ``person_id`` is who asked with their name; of an unnamed one only ``mark`` is kept, with which its asker takes it
    back, and that until its ballot is closed."""

    __tablename__ = "room_question"
    __table_args__ = (CheckConstraint("votes >= 0", name="votes"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ballot_id: Mapped[int] = mapped_column(ForeignKey("room_ballot.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
    mark: Mapped[str | None] = mapped_column(String(64))
    votes: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[QuestionState] = mapped_column(choice(QuestionState), default=QuestionState.OPEN)
    ballot: Mapped[Ballot] = relationship(lazy="raise")
    person: Mapped[Person | None] = relationship(lazy="raise")


class QuestionVote(Base):
    """That somebody supports a question, once: a mark of theirs for this very question, without a person, a time or an
    order. Gone when the ballot is closed; the number stays."""

    __tablename__ = "room_question_vote"
    __table_args__ = {"sqlite_with_rowid": False}

    question_id: Mapped[int] = mapped_column(ForeignKey("room_question.id", ondelete="CASCADE"), primary_key=True)
    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
