"""What is noted at a table."""

from typing import Any

from sqlalchemy import ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from peernet.db import Base, Versioned, choice, pk, titled
from peernet.prompts.models import Visibility


class TableNote(Versioned, Base):
    """The notes of one table in one round of a step; they belong to all who sit there, so that nobody's name is kept
    with them. ``widest`` is how far they may be read after the step, by the narrowest that it said while they were
    written: *private* is the table alone. ``title`` is the step's, and stays when that is taken out of the agenda.
    ``grouping_id`` says who sits there, and is none once other groups were formed. ``is_unnamed``: names nobody, since
    it was written in a step under the Chatham House rule. ``dismissed`` are words that are a name elsewhere and none
    here. ``carried`` are marks of texts that were put into it once, so that none is a second time."""

    __tablename__ = "table_note"
    __table_args__ = (UniqueConstraint("step_id", "grouping_id", "round", "table_number"),)

    id: Mapped[pk]
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtable.id", ondelete="CASCADE"), index=True)
    step_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_step.id", ondelete="SET NULL"))
    title: Mapped[titled]
    grouping_id: Mapped[int | None] = mapped_column(ForeignKey("grouping.id", ondelete="SET NULL"), index=True)
    round: Mapped[int] = mapped_column(Integer)
    table_number: Mapped[int] = mapped_column(Integer)
    widest: Mapped[Visibility] = mapped_column(choice(Visibility))
    is_unnamed: Mapped[bool]
    source: Mapped[str]
    dismissed: Mapped[list[Any]]
    carried: Mapped[list[Any]]
