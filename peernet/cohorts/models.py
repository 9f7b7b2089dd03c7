"""Cohorts, the seats of organisations in them, the roles of people, and invitations."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peernet.accounts.models import Person
from peernet.db import Base, Slug, Versioned, choice, once, pk, short, titled
from peernet.organisations.models import Organisation
from peernet.tokens.models import Token


class CohortFormat(StrEnum):
    """How a cohort learns: the hosts teach, the members exchange, or both."""

    WORKSHOPS = "workshops"
    ROUNDTABLES = "roundtables"
    MIXED = "mixed"


class CohortState(StrEnum):
    """Life of a cohort. A draft is seen by its organisers only; in a closed one, alumni keep reading."""

    DRAFT = "draft"
    RUNNING = "running"
    CLOSED = "closed"


class Role(StrEnum):
    """A person's role in one cohort."""

    MEMBER = "member"
    FACILITATOR = "facilitator"
    ORGANISER = "organiser"
    OBSERVER = "observer"
    EXPERT = "expert"


class Cohort(Versioned, Base):
    """A set of organisations that learn together between two dates. Not a draft means it has a public page."""

    __tablename__ = "cohort"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="ends_after_start"),)

    id: Mapped[pk]
    slug: Mapped[Slug] = mapped_column(unique=True)
    name: Mapped[titled]
    theme: Mapped[titled]
    format: Mapped[CohortFormat] = mapped_column(choice(CohortFormat))
    state: Mapped[CohortState] = mapped_column(choice(CohortState), default=CohortState.DRAFT)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    zone: Mapped[short]
    description: Mapped[str] = mapped_column(default="")
    description_html: Mapped[str] = mapped_column(default="")
    is_example: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Seat(Base):
    """An organisation's place in a cohort."""

    __tablename__ = "seat"
    __table_args__ = (UniqueConstraint("cohort_id", "organisation_id"),)

    id: Mapped[pk]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    cohort: Mapped[Cohort] = relationship(lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")


class Membership(Base):
    """A person's role in a cohort, with the seat that a member holds. A row with ``left_at`` is history.

    Who leaves keeps the row: what they wrote stays theirs, and a new membership is a new row. The signatory of a seat
    is whom its organisation named to agree to words that are published in its name.
    """

    __tablename__ = "membership"
    __table_args__ = (
        Index(
            "uq_membership_present",
            "cohort_id",
            "person_id",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
        CheckConstraint("role <> 'member' OR seat_id IS NOT NULL", name="member_has_seat"),
        CheckConstraint("NOT is_deputy OR seat_id IS NOT NULL", name="deputy_has_seat"),
    )

    id: Mapped[pk]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(choice(Role))
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"), index=True)
    is_deputy: Mapped[bool] = mapped_column(default=False)
    is_signatory: Mapped[bool] = mapped_column(default=False)
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    cohort: Mapped[Cohort] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")
    seat: Mapped[Seat | None] = relationship(lazy="raise")


class Invitation(Base):
    """An invitation by mail into one role. Accepting it makes the account, if there is none, and the membership.

    An open one that expired stays open: it can be sent again. A cohort has one open invitation for an address.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        Index(
            "uq_invitation_open",
            "cohort_id",
            "email_key",
            unique=True,
            sqlite_where=text("accepted_at IS NULL AND revoked_at IS NULL"),
            postgresql_where=text("accepted_at IS NULL AND revoked_at IS NULL"),
        ),
    )

    id: Mapped[once]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), index=True)
    email: Mapped[titled]
    email_key: Mapped[titled]
    name: Mapped[titled] = mapped_column(default="")
    role: Mapped[Role] = mapped_column(choice(Role))
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"), index=True)
    is_deputy: Mapped[bool] = mapped_column(default=False)
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    token_id: Mapped[int | None] = mapped_column(ForeignKey("token.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    cohort: Mapped[Cohort] = relationship(lazy="raise")
    seat: Mapped[Seat | None] = relationship(lazy="raise")
    token: Mapped[Token | None] = relationship(lazy="raise")
