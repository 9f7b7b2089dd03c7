"""How long a cohort keeps what, where that is not as the settings have it; and what was announced and removed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peernet.cohorts.models import Cohort
from peernet.db import Base, choice, pk


class Kind(StrEnum):
    """What is kept for a time after the end of a cohort."""

    ANSWERS = "answers"
    DRAFTS = "drafts"
    NOTES = "notes"
    HOURS = "hours"
    INVITATIONS = "invitations"


class Keeping(Base):
    """A cohort keeps one kind for so many months after it was closed; 0 is for good."""

    __tablename__ = "keeping"
    __table_args__ = (CheckConstraint("months >= 0", name="not_before"),)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[Kind] = mapped_column(choice(Kind), primary_key=True)
    months: Mapped[int] = mapped_column(Integer)


class Removal(Base):
    """That one kind is removed from a cohort at ``due_at`` was announced; and, once done, of how many."""

    __tablename__ = "removal"
    __table_args__ = (
        Index(
            "uq_removal_open",
            "cohort_id",
            "kind",
            unique=True,
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    id: Mapped[pk]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    kind: Mapped[Kind] = mapped_column(choice(Kind))
    announced_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    done_at: Mapped[datetime | None]
    removed: Mapped[int] = mapped_column(Integer, default=0)
    cohort: Mapped[Cohort] = relationship(lazy="raise")
