"""Which roundtable, or which series of them, a grouping is for."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peernet.db import Base, pk
from peernet.groups.models import Grouping
from peernet.roundtables.agendas.models import AgendaStep
from peernet.roundtables.models import Roundtable

_WHOLE, _STEP = "is_announced AND step_id IS NULL", "is_announced AND step_id IS NOT NULL"


class RoundtableGrouping(Base):
    """A grouping of a roundtable, or of the one step of it that is named: a draft, or the one that its people are
    told."""

    __tablename__ = "roundtable_grouping"
    __table_args__ = (
        Index(
            "uq_roundtable_grouping_announced",
            "roundtable_id",
            unique=True,
            sqlite_where=text(_WHOLE),
            postgresql_where=text(_WHOLE),
        ),
        Index(
            "uq_roundtable_grouping_announced_in_step",
            "step_id",
            unique=True,
            sqlite_where=text(_STEP),
            postgresql_where=text(_STEP),
        ),
    )

    id: Mapped[pk]
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtable.id", ondelete="CASCADE"), index=True)
    grouping_id: Mapped[int] = mapped_column(ForeignKey("grouping.id", ondelete="CASCADE"), unique=True)
    step_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_step.id", ondelete="CASCADE"), index=True)
    is_announced: Mapped[bool] = mapped_column(default=False)
    step: Mapped[AgendaStep | None] = relationship(lazy="raise")
    roundtable: Mapped[Roundtable] = relationship(lazy="raise")
    grouping: Mapped[Grouping] = relationship(lazy="raise")


class SeriesGrouping(Base):
    """A grouping of all roundtables to come of a cohort: a draft, from which each of them was given its own when it was
    taken over. The grouping's ``inputs`` say which rounds are which roundtable's, its ``found`` which grouping each
    was given."""

    __tablename__ = "series_grouping"

    grouping_id: Mapped[int] = mapped_column(
        ForeignKey("grouping.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    taken_at: Mapped[datetime | None]
    grouping: Mapped[Grouping] = relationship(lazy="raise")
