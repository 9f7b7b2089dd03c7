"""Which roundtable, or which series of them, a grouping is for."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peernet.db import Base, pk
from peernet.groups.models import Grouping
from peernet.roundtables.models import Roundtable


class RoundtableGrouping(Base):
    """A grouping of a roundtable: a draft, or the one that its people are told."""

    __tablename__ = "roundtable_grouping"
    __table_args__ = (
        Index(
            "uq_roundtable_grouping_announced",
            "roundtable_id",
            unique=True,
            sqlite_where=text("is_announced"),
            postgresql_where=text("is_announced"),
        ),
    )

    id: Mapped[pk]
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtable.id", ondelete="CASCADE"), index=True)
    grouping_id: Mapped[int] = mapped_column(ForeignKey("grouping.id", ondelete="CASCADE"), unique=True)
    is_announced: Mapped[bool] = mapped_column(default=False)
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
