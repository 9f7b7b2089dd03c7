"""A roundtable that is run: where it stands, whose hands are up, who was heard, and notes to oneself."""

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peernet.accounts.models import Person
from peernet.db import Base, Versioned
from peernet.roundtables.agendas.models import AgendaStep


class Room(Versioned, Base):
    """Where a roundtable stands. ``step_id`` is the step that is worked on, from ``step_began_at`` and for as long as
    it says and ``extra_minutes`` more; none, where that step was taken out of the agenda. It goes on unless the
    roundtable was ended. ``round`` is that of its groups, from 1. ``changed_by_id`` is who gave the last command: of
    two, the last one holds, and everybody sees whose it was. ``closing_at`` is when all tables were told that two
    minutes of the step are left."""

    __tablename__ = "room"
    __table_args__ = (CheckConstraint("extra_minutes >= 0", name="extra_minutes"),)

    roundtable_id: Mapped[int] = mapped_column(
        ForeignKey("roundtable.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    step_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_step.id", ondelete="SET NULL"), index=True)
    step_began_at: Mapped[datetime]
    extra_minutes: Mapped[int] = mapped_column(Integer, default=0)
    round: Mapped[int] = mapped_column(Integer, default=1)
    began_at: Mapped[datetime]
    closing_at: Mapped[datetime | None]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    changed_at: Mapped[datetime]
    step: Mapped[AgendaStep | None] = relationship(lazy="raise")
    changed_by: Mapped[Person | None] = relationship(lazy="raise")

    def step_ends_at(self, step: AgendaStep) -> datetime:
        """When the step that is worked on is to end."""
        return self.step_began_at + timedelta(minutes=step.minutes + self.extra_minutes)


class RaisedHand(Base):
    """Somebody wants to speak, since a moment. It is gone when they have spoken."""

    __tablename__ = "raised_hand"

    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtable.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    raised_at: Mapped[datetime]


class Heard(Base):
    """Somebody has spoken, as one who leads noted, so that all are heard. Without a time or an order; gone when the
    roundtable has ended, when it makes them one of those who were there."""

    __tablename__ = "heard"
    __table_args__ = {"sqlite_with_rowid": False}

    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtable.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)


class GuestHeard(Base):
    """The same of a guest, who is one of one roundtable and need not have an account."""

    __tablename__ = "guest_heard"
    __table_args__ = {"sqlite_with_rowid": False}

    guest_id: Mapped[int] = mapped_column(
        ForeignKey("guest.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )


class NoteToSelf(Versioned, Base):
    """What somebody jots down for themselves during a roundtable. Nobody else reads it."""

    __tablename__ = "note_to_self"

    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtable.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    source: Mapped[str]
    saved_at: Mapped[datetime]
