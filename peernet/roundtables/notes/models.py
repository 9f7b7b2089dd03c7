"""What is noted of a roundtable."""

from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from peernet.db import Base, Versioned, choice, pk, titled


class Part(StrEnum):
    """What was said, which may be bound to name nobody, and what was agreed, with names and dates."""

    SAID = "said"
    AGREED = "agreed"


class RoomNote(Versioned, Base):
    """One part of the notes of a step, or of the whole roundtable where ``title`` is empty; it belongs to all who write
    there, so that nobody's name is kept with it. ``title`` is the step's, and stays when that is taken out of the
    agenda. ``is_unnamed``: names nobody, since it was written in a step under the Chatham House rule. ``dismissed`` are
    words that are a name elsewhere and none here."""

    __tablename__ = "room_note"
    __table_args__ = (
        Index(
            "uq_room_note_step",
            "step_id",
            "part",
            unique=True,
            sqlite_where=text("step_id IS NOT NULL"),
            postgresql_where=text("step_id IS NOT NULL"),
        ),
        Index(
            "uq_room_note_whole",
            "roundtable_id",
            "part",
            unique=True,
            sqlite_where=text("title = ''"),
            postgresql_where=text("title = ''"),
        ),
    )

    id: Mapped[pk]
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtable.id", ondelete="CASCADE"), index=True)
    step_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_step.id", ondelete="SET NULL"), index=True)
    title: Mapped[titled]
    part: Mapped[Part] = mapped_column(choice(Part))
    is_unnamed: Mapped[bool]
    source: Mapped[str]
    dismissed: Mapped[list[Any]]
