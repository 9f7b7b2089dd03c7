"""Learning partners of a cohort: the rhythm, each period with its groups, who passes, and who said that they met."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peernet.cohorts.models import Cohort
from peernet.db import Base, Versioned, choice, pk
from peernet.groups.models import Grouping


class PartnersKind(StrEnum):
    """What people are put together for: to think along in pairs, to consult each other in threes, or as two who stay
    together until the cohort ends."""

    PAIR = "pair"
    TRIO = "trio"
    BUDDY = "buddy"

    @property
    def size(self) -> int:
        """How many are together, where the numbers allow it."""
        return 3 if self is PartnersKind.TRIO else 2


class PartnersRhythm(Versioned, Base):
    """How a cohort forms partners: on ``next_on``, and every so many weeks after. None: nothing more is formed."""

    __tablename__ = "partners_rhythm"
    __table_args__ = (CheckConstraint("weeks > 0", name="some_weeks"),)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[PartnersKind] = mapped_column(choice(PartnersKind))
    weeks: Mapped[int] = mapped_column(Integer)
    next_on: Mapped[date | None] = mapped_column(Date)
    is_on: Mapped[bool] = mapped_column(default=True)
    with_leaders: Mapped[bool] = mapped_column(default=False)
    orgs_apart: Mapped[bool] = mapped_column(default=True)
    prefer: Mapped[bool] = mapped_column(default=False)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    cohort: Mapped[Cohort] = relationship(lazy="raise")


class PartnersPeriod(Base):
    """The groups from one day to another, both included."""

    __tablename__ = "partners_period"
    __table_args__ = (
        UniqueConstraint("cohort_id", "starts_on"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
    )

    id: Mapped[pk]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    grouping_id: Mapped[int] = mapped_column(ForeignKey("grouping.id", ondelete="CASCADE"), unique=True)
    kind: Mapped[PartnersKind] = mapped_column(choice(PartnersKind))
    with_leaders: Mapped[bool] = mapped_column(default=False)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    cohort: Mapped[Cohort] = relationship(lazy="raise")
    grouping: Mapped[Grouping] = relationship(lazy="raise")


class PartnersOptOut(Base):
    """Who passes in a cohort, until they say otherwise."""

    __tablename__ = "partners_opt_out"

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    since: Mapped[datetime]


class PartnersMet(Base):
    """Partners who said that they met. ``key`` are their ids, so that the same people say it once in a period."""

    __tablename__ = "partners_met"
    __table_args__ = (UniqueConstraint("period_id", "key"),)

    id: Mapped[pk]
    period_id: Mapped[int] = mapped_column(ForeignKey("partners_period.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(300))
    said_at: Mapped[datetime]


class PartnersMetPerson(Base):
    """One who was there, and whether theirs was the first case."""

    __tablename__ = "partners_met_person"

    met_id: Mapped[int] = mapped_column(ForeignKey("partners_met.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    gave_case: Mapped[bool] = mapped_column(default=False)
