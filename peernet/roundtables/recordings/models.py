"""The recording of a roundtable, and what everybody who was there says to it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peernet.db import Base, Versioned, choice, pk, short, titled
from peernet.media.models import MediaFile
from peernet.roundtables.models import Roundtable


class Seen(StrEnum):
    """Who may see a recording: those who lead the cohort, everybody in it, everybody."""

    FACILITATORS = "facilitators"
    COHORT = "cohort"
    PUBLIC = "public"


class Says(StrEnum):
    """What somebody says to being recorded."""

    YES = "yes"
    NO = "no"


class Recording(Versioned, Base):
    """One for each roundtable, from the moment at which those who lead ask whether they may record. ``terms`` is the
    number of what was asked, ``audience`` and ``kept_until`` (its last day): an answer counts for the terms that it was
    given to.

    ``running_since`` is set while it runs, and ``ran_seconds`` are those of the stretches before. ``media`` is the file
    that was brought, or ``url`` the address where it lies; ``brought_at`` says that there is one of both.
    ``withheld_at``: somebody took their consent back, and it is shown again only when their passage is removed.
    ``removed_at``: it is deleted, or never came about; the row says so.
    """

    __tablename__ = "recording"
    __table_args__ = (CheckConstraint("ran_seconds >= 0", name="ran_seconds"),)

    id: Mapped[pk]
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtable.id", ondelete="CASCADE"), unique=True)
    audience: Mapped[Seen] = mapped_column(choice(Seen))
    kept_until: Mapped[date] = mapped_column(Date, index=True)
    terms: Mapped[int] = mapped_column(Integer, default=1)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    running_since: Mapped[datetime | None]
    ran_seconds: Mapped[int] = mapped_column(Integer, default=0)
    media_id: Mapped[int | None] = mapped_column(ForeignKey("media_file.id", ondelete="SET NULL"), index=True)
    url: Mapped[str] = mapped_column(default="")
    brought_at: Mapped[datetime | None]
    withheld_at: Mapped[datetime | None]
    announced_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    media: Mapped[MediaFile | None] = relationship(lazy="raise")
    roundtable: Mapped[Roundtable] = relationship(lazy="raise")

    @property
    def key(self) -> str:
        """What a page depends on that shows something of it."""
        return f"recording:{self.id}"

    @property
    def has_begun(self) -> bool:
        """Whether something of the roundtable was recorded, as far as this knows."""
        return self.running_since is not None or self.ran_seconds > 0 or self.brought_at is not None

    @property
    def is_asked(self) -> bool:
        """Whether the question stands."""
        return self.removed_at is None

    def second_of(self, moment: datetime) -> int:
        """How far the recording is at a moment at which it runs, or how long it is by now."""
        running = moment - self.running_since if self.running_since is not None else None
        return self.ran_seconds + (int(running.total_seconds()) if running is not None else 0)


class Clip(Versioned, Base):
    """A stretch of a recording, from a second of it to another or, where that is not said, to the next clip: what was
    said to ``asking_id``, if that is set. ``is_unnamed``: under the Chatham House rule, so that its transcript names
    nobody."""

    __tablename__ = "recording_clip"
    __table_args__ = (
        CheckConstraint("starts >= 0 AND (ends IS NULL OR ends > starts)", name="in_order"),
        Index(None, "recording_id", "starts"),
    )

    id: Mapped[pk]
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id", ondelete="CASCADE"))
    asking_id: Mapped[int | None] = mapped_column(ForeignKey("asking.id", ondelete="SET NULL"), index=True)
    title: Mapped[titled]
    starts: Mapped[int] = mapped_column(Integer)
    ends: Mapped[int | None] = mapped_column(Integer)
    is_unnamed: Mapped[bool]


class Unnamed(Base):
    """A stretch of a recording in which nobody was to be named ``until`` its clip was changed or taken out, or the
    recording was: what was quoted of it before that names nobody for good. Without ``ends`` it went on to the end."""

    __tablename__ = "recording_unnamed"

    id: Mapped[pk]
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id", ondelete="CASCADE"), index=True)
    starts: Mapped[int] = mapped_column(Integer)
    ends: Mapped[int | None] = mapped_column(Integer)
    until: Mapped[datetime]


class Transcript(Versioned, Base):
    """What is said in a recording, as WebVTT, in ``language``; empty where nobody said in which, as before one could.
    What names a speaker in a stretch without names never gets here."""

    __tablename__ = "recording_transcript"

    recording_id: Mapped[int] = mapped_column(
        ForeignKey("recording.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    source: Mapped[str]
    language: Mapped[short] = mapped_column(default="")


class RecordingConsent(Base):
    """What one person or guest said to the ``terms`` of a recording, and when. Only ever added to: the newest of
    somebody's holds. ``noted_by_id`` is who leads and noted what they said aloud."""

    __tablename__ = "recording_consent"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) != (guest_id IS NULL)", name="one_of_both"),
        Index(None, "recording_id", "terms"),
    )

    id: Mapped[pk]
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id", ondelete="CASCADE"))
    terms: Mapped[int] = mapped_column(Integer)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("guest.id", ondelete="CASCADE"), index=True)
    says: Mapped[Says] = mapped_column(choice(Says))
    said_at: Mapped[datetime]
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
