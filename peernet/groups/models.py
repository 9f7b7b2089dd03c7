"""Who sits with whom: groupings of a cohort's people, as drafts and as they were announced."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peernet.accounts.models import Person
from peernet.cohorts.models import Cohort
from peernet.db import Base, Versioned, choice, pk
from peernet.prompts.models import Topic


class GroupingState(StrEnum):
    """Life of a grouping: it waits for the worker, can be announced, is announced; or the work failed."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"
    ANNOUNCED = "announced"


class Duty(StrEnum):
    """What somebody does for their table: writes, watches the time, brings the first case, welcomes the others."""

    NOTES = "notes"
    TIME = "time"
    CASE = "case"
    HOST = "host"


class Grouping(Versioned, Base):
    """People at tables, in one round or more. ``wishes`` as in :mod:`peernet.groups.wishes`; ``inputs`` are what it
    follows from, in digests; ``found`` is what is said of it, as in :mod:`peernet.groups.outcomes`. ``progress`` is in
    percent. What it is for is known upstairs."""

    __tablename__ = "grouping"

    id: Mapped[pk]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime]
    state: Mapped[GroupingState] = mapped_column(choice(GroupingState), default=GroupingState.WAITING)
    progress: Mapped[int] = mapped_column(Integer, default=0)
    wishes: Mapped[dict[str, Any]]
    inputs: Mapped[dict[str, Any]]
    found: Mapped[dict[str, Any]] = mapped_column(default=dict)
    announced_at: Mapped[datetime | None]
    cohort: Mapped[Cohort] = relationship(lazy="raise")


class GroupSeat(Base):
    """Where one person sits in one round of a grouping; rounds and tables are counted from 1. A table has at most one
    person for each duty."""

    __tablename__ = "group_seat"
    __table_args__ = (
        UniqueConstraint("grouping_id", "round", "person_id"),
        UniqueConstraint("grouping_id", "round", "table_number", "duty"),
        CheckConstraint("round > 0 AND table_number > 0", name="counted_from_one"),
    )

    id: Mapped[pk]
    grouping_id: Mapped[int] = mapped_column(ForeignKey("grouping.id", ondelete="CASCADE"))
    round: Mapped[int] = mapped_column(Integer)
    table_number: Mapped[int] = mapped_column(Integer)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    duty: Mapped[Duty | None] = mapped_column(choice(Duty))
    person: Mapped[Person] = relationship(lazy="raise")


class Exchange(Versioned, Base):
    """What somebody can help with and would like to learn about, in words of their own, each thing on a line or between
    commas. Their cohorts read it where ``is_shown``."""

    __tablename__ = "exchange"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    offers: Mapped[str] = mapped_column(default="")
    asks: Mapped[str] = mapped_column(default="")
    is_shown: Mapped[bool] = mapped_column(default=False)
    person: Mapped[Person] = relationship(lazy="raise")


class ExchangeTopic(Base):
    """A topic that somebody can help with or, where ``is_ask``, would like to learn about."""

    __tablename__ = "exchange_topic"

    person_id: Mapped[int] = mapped_column(ForeignKey("exchange.person_id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True, index=True)
    is_ask: Mapped[bool] = mapped_column(primary_key=True)
    topic: Mapped[Topic] = relationship(lazy="raise")
