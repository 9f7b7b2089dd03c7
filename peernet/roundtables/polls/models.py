"""A poll on times that are proposed for one roundtable, and what each person says to them."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peernet.cohorts.models import Cohort
from peernet.db import Base, Versioned, choice, pk, short, titled
from peernet.roundtables.models import Roundtable, RoundtableKind


class Vote(StrEnum):
    """Whether somebody can come, in the words of weekly hours; ``MAYBE`` is "if need be"."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class PollState(StrEnum):
    """Where a poll stands."""

    OPEN = "open"
    CLOSED = "closed"
    DECIDED = "decided"
    CANCELLED = "cancelled"


class Poll(Versioned, Base):
    """What is proposed. ``zone`` is the one in which times are given; ``is_whole_days``: days are proposed, which are
    the same for everybody, and the time is said when one is chosen.

    ``roundtable_id`` is the roundtable that another time is looked for; once decided, the one that came of it.
    """

    __tablename__ = "poll"
    __table_args__ = (CheckConstraint("minutes > 0", name="minutes"), Index(None, "cohort_id", "closes_at"))

    id: Mapped[pk]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    roundtable_id: Mapped[int | None] = mapped_column(ForeignKey("roundtable.id", ondelete="SET NULL"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    title: Mapped[titled]
    kind: Mapped[RoundtableKind] = mapped_column(choice(RoundtableKind))
    summary: Mapped[str] = mapped_column(default="")
    zone: Mapped[short]
    minutes: Mapped[int] = mapped_column(Integer)
    is_whole_days: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cohort: Mapped[Cohort] = relationship(lazy="raise")
    roundtable: Mapped[Roundtable | None] = relationship(lazy="raise")

    def state_at(self, moment: datetime) -> PollState:
        """Where it stands at ``moment``: it is over at its deadline, whether or not the worker has noted that."""
        if self.cancelled_at is not None:
            return PollState.CANCELLED
        if self.decided_at is not None:
            return PollState.DECIDED
        is_over = self.closed_at is not None or self.closes_at <= moment
        return PollState.CLOSED if is_over else PollState.OPEN


class PollOption(Base):
    """One day or time that is proposed. ``start`` is by the clocks of the poll's zone; ``starts_at`` the moment that
    follows, computed anew when the zone's rules change. Both are None for a whole day, which is no moment.

    What an option means for those who answered never changes: another moment is another option.
    """

    __tablename__ = "poll_option"
    __table_args__ = (
        UniqueConstraint("poll_id", "day", "start"),
        CheckConstraint("(start IS NULL) = (starts_at IS NULL)", name="moment"),
    )

    id: Mapped[pk]
    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id", ondelete="CASCADE"))
    day: Mapped[date]
    start: Mapped[time | None]
    starts_at: Mapped[datetime | None]
    is_chosen: Mapped[bool] = mapped_column(default=False)


class PollAnswer(Base):
    """That one person answered a poll."""

    __tablename__ = "poll_answer"
    __table_args__ = (UniqueConstraint("poll_id", "person_id"),)

    id: Mapped[pk]
    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    answered_at: Mapped[datetime]


class PollVote(Base):
    """What they said to one option."""

    __tablename__ = "poll_vote"
    __table_args__ = (UniqueConstraint("answer_id", "option_id"),)

    id: Mapped[pk]
    answer_id: Mapped[int] = mapped_column(ForeignKey("poll_answer.id", ondelete="CASCADE"))
    option_id: Mapped[int] = mapped_column(ForeignKey("poll_option.id", ondelete="CASCADE"), index=True)
    vote: Mapped[Vote] = mapped_column(choice(Vote))
