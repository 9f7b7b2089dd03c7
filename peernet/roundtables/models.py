"""Roundtables: one meeting each of a cohort's series, with what to read, what is asked and who comes."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    and_,
    case,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peernet.accounts.models import Person
from peernet.cohorts.models import Cohort
from peernet.db import Base, Slug, Versioned, choice, once, pk, short, titled
from peernet.prompts.models import Asking


class RoundtableKind(StrEnum):
    """What sort of meeting it is."""

    ROUNDTABLE = "roundtable"
    WORKSHOP = "workshop"
    EXPERT = "expert"
    CANVAS = "canvas"
    PUBLIC = "public"


class Answer(StrEnum):
    """What a person says to an invitation. ``TENTATIVE`` takes no place; ``DEPUTY`` is "my deputy comes"; ``WAITING``
    stands in line for a place, or has one held for them until they confirm it."""

    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DEPUTY = "deputy"
    WRITING = "writing"
    DECLINED = "declined"
    WAITING = "waiting"


class GuestRole(StrEnum):
    """Why somebody from outside is invited."""

    EXPERT = "expert"
    GUEST = "guest"


class Source(StrEnum):
    """Who said that somebody was at a roundtable, or was not."""

    SELF = "self"
    FACILITATOR = "facilitator"


class When(StrEnum):
    """When a prompt is asked, seen from the roundtable."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class Roundtable(Versioned, Base):
    """One meeting. ``wall_start`` and ``zone`` are the promise; ``starts_at`` and ``ends_at`` follow from the zone's
    rules as known in ``zone_rules`` (the tzdata release), and are computed anew when those change.

    ``link_minutes``: who accepted is shown the way in (``link``) from so long before the start; None: at once.
    ``uid`` and ``sequence`` are those of RFC 5545; ``moved_sequence`` is the first that had the present time.
    ``accepted`` counts the places taken, those held for somebody included, and is guarded against ``capacity`` by the
    UPDATE that raises it. ``one_each``: one person of each organisation has a place. ``quorum`` is how many must come
    for it to be worth their while. ``presence_fixed_at`` is when one who leads confirmed who was there,
    ``recap_sent_at`` when what came of it was mailed. ``ended_at`` is when those who lead ended it in its room, also
    where they only tried that out; ``over_at`` says what follows from it.
    """

    __tablename__ = "roundtable"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="minutes"),
        CheckConstraint("capacity IS NULL OR accepted <= capacity", name="capacity"),
        Index(None, "cohort_id", "starts_at"),
    )

    id: Mapped[pk]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    title: Mapped[titled]
    kind: Mapped[RoundtableKind] = mapped_column(choice(RoundtableKind))
    summary: Mapped[str] = mapped_column(default="")
    wall_start: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    zone: Mapped[short]
    minutes: Mapped[int] = mapped_column(Integer)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    zone_rules: Mapped[short]
    place: Mapped[titled] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    link_minutes: Mapped[int | None] = mapped_column(Integer)
    agenda: Mapped[str] = mapped_column(default="")
    agenda_html: Mapped[str] = mapped_column(default="")
    capacity: Mapped[int | None] = mapped_column(Integer)
    accepted: Mapped[int] = mapped_column(Integer, default=0)
    one_each: Mapped[bool] = mapped_column(default=False)
    quorum: Mapped[int | None] = mapped_column(Integer)
    is_public: Mapped[bool] = mapped_column(default=False)
    uid: Mapped[str] = mapped_column(String(120), unique=True)
    sequence: Mapped[int] = mapped_column(Integer, default=0)
    moved_sequence: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    correction_days: Mapped[int] = mapped_column(Integer, default=7)
    presence_fixed_at: Mapped[datetime | None]
    recap_sent_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    cohort: Mapped[Cohort] = relationship(lazy="raise")
    opening: Mapped["Opening | None"] = relationship(lazy="raise", viewonly=True)

    @hybrid_property
    def over_at(self) -> datetime:
        """When it is over: when those who lead ended it between its start and the end that is booked, else then."""
        ended = self.ended_at
        return ended if ended is not None and self.starts_at <= ended < self.ends_at else self.ends_at

    @over_at.inplace.expression
    @classmethod
    def _over_at(cls) -> ColumnElement[datetime]:
        is_early = and_(cls.starts_at <= cls.ended_at, cls.ended_at < cls.ends_at)
        return case((is_early, cls.ended_at), else_=cls.ends_at)

    @property
    def is_ended(self) -> bool:
        """Whether those who lead ended it, other than when they tried it out before its start."""
        return self.ended_at is not None and self.ended_at >= self.starts_at

    @property
    def corrected_until(self) -> datetime:
        """Until when its notes, and who was there, may be corrected."""
        return self.over_at + timedelta(days=self.correction_days)


class Opening(Versioned, Base):
    """That everybody can sign up for a roundtable, and what its public page says beside what the roundtable does.

    It is in force where ``is_open`` and the roundtable ``is_public``. ``places`` are those that the public may have of
    all; None: any of them. ``closes_at`` ends signing up before the start does. ``slug`` stays, whatever the title
    becomes. ``facilitator`` is how they wish to be named. ``shows_asked``: the page says what is asked; ``shows_list``:
    it names who asked to be listed.
    """

    __tablename__ = "opening"
    __table_args__ = (CheckConstraint("places IS NULL OR places > 0", name="places"),)

    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtable.id", ondelete="CASCADE"), primary_key=True)
    slug: Mapped[Slug] = mapped_column(unique=True)
    is_open: Mapped[bool] = mapped_column(default=True)
    places: Mapped[int | None] = mapped_column(Integer)
    closes_at: Mapped[datetime | None]
    facilitator: Mapped[titled] = mapped_column(default="")
    language: Mapped[short]
    asks_needs: Mapped[bool] = mapped_column(default=False)
    shows_asked: Mapped[bool] = mapped_column(default=False)
    shows_list: Mapped[bool] = mapped_column(default=False)
    roundtable: Mapped[Roundtable] = relationship(lazy="raise")


class Reading(Base):
    """What is to be read before a roundtable."""

    __tablename__ = "reading"

    id: Mapped[pk]
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtable.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    title: Mapped[titled]
    url: Mapped[str]


class RoundtablePrompt(Base):
    """An asked prompt that belongs to a roundtable: before, during or after it."""

    __tablename__ = "roundtable_prompt"
    __table_args__ = (UniqueConstraint("roundtable_id", "asking_id"),)

    id: Mapped[pk]
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtable.id", ondelete="CASCADE"))
    asking_id: Mapped[int] = mapped_column(ForeignKey("asking.id", ondelete="CASCADE"), index=True)
    when: Mapped[When] = mapped_column("moment", choice(When))
    position: Mapped[int] = mapped_column(Integer)
    asking: Mapped[Asking] = relationship(lazy="raise")


class Guest(Base):
    """Somebody from outside who is invited to one roundtable by mail. A guest has no account: what they may do, they
    may through the link in that mail. ``email`` is kept as typed, ``email_key`` as addresses are compared.

    A guest whose invitation was taken back stays as a row, so that their link can say so. Who was not invited, but
    signed up as one of the public, has ``signed_up_at``; the others see their name where ``is_listed``. ``needs`` is
    what they said they need to take part.
    """

    __tablename__ = "guest"
    __table_args__ = (UniqueConstraint("roundtable_id", "email_key"),)

    id: Mapped[once]
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtable.id", ondelete="CASCADE"))
    role: Mapped[GuestRole] = mapped_column(choice(GuestRole))
    email: Mapped[titled]
    email_key: Mapped[str] = mapped_column(String(300), index=True)
    name: Mapped[titled]
    organisation: Mapped[titled] = mapped_column(default="")
    zone: Mapped[short]
    language: Mapped[short]
    invited_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    mail_bounced_at: Mapped[datetime | None]
    signed_up_at: Mapped[datetime | None]
    is_listed: Mapped[bool] = mapped_column(default=False)
    needs: Mapped[str] = mapped_column(default="")


class Attendance(Base):
    """What one person or guest answered to the invitation to one roundtable.

    ``held_until`` is the deadline of who waits and has a place held for them. ``seat_id`` is set for who takes a place
    (also one that is held) where each organisation has one, so that the database refuses a second.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("roundtable_id", "person_id"),
        UniqueConstraint("roundtable_id", "guest_id"),
        UniqueConstraint("roundtable_id", "seat_id"),
        CheckConstraint("(person_id IS NULL) != (guest_id IS NULL)", name="one_of_both"),
        CheckConstraint("held_until IS NULL OR answer = 'waiting'", name="held_for_who_waits"),
    )

    id: Mapped[pk]
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtable.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("guest.id", ondelete="CASCADE"), index=True)
    answer: Mapped[Answer] = mapped_column(choice(Answer))
    answered_at: Mapped[datetime]
    held_until: Mapped[datetime | None]
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id", ondelete="SET NULL"), index=True)
    person: Mapped[Person | None] = relationship(lazy="raise")
    guest: Mapped[Guest | None] = relationship(lazy="raise")


class Told(Base):
    """Which time of a roundtable an invitee was told last. Whoever has no row knows of none: they joined since, or the
    mail is still to be written. ``is_invited`` is false while all they have is the date, as late joiners have of what
    comes after their next roundtable."""

    __tablename__ = "told"
    __table_args__ = (
        UniqueConstraint("roundtable_id", "person_id"),
        UniqueConstraint("roundtable_id", "guest_id"),
        CheckConstraint("(person_id IS NULL) != (guest_id IS NULL)", name="one_of_both"),
    )

    id: Mapped[pk]
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtable.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("guest.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime]
    zone: Mapped[short]
    minutes: Mapped[int] = mapped_column(Integer)
    is_invited: Mapped[bool]


class Presence(Versioned, Base):
    """Whether one person or guest was at a roundtable, as far as somebody said so: themselves, or one who leads."""

    __tablename__ = "presence"
    __table_args__ = (
        UniqueConstraint("roundtable_id", "person_id"),
        UniqueConstraint("roundtable_id", "guest_id"),
        CheckConstraint("(person_id IS NULL) != (guest_id IS NULL)", name="one_of_both"),
    )

    id: Mapped[pk]
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtable.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("guest.id", ondelete="CASCADE"), index=True)
    was_there: Mapped[bool]
    source: Mapped[Source] = mapped_column(choice(Source))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
