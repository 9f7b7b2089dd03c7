"""Quotations, their wordings, who speaks for each, what they decided, and which version shows which wording."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint, and_, or_, select
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from peernet.accounts.models import Person
from peernet.db import Base, Versioned, choice, pk, short, titled
from peernet.materials.models import Material
from peernet.media.models import MediaFile
from peernet.organisations.models import Organisation
from peernet.prompts.models import Asking, Attribution
from peernet.roundtables.recordings import access as recordings
from peernet.roundtables.recordings.models import Recording


class Capacity(StrEnum):
    """Why somebody speaks for a quotation: they wrote the answer, or they sign for their organisation."""

    AUTHOR = "author"
    SIGNATORY = "signatory"


class Word(StrEnum):
    """What somebody says of a wording. TACIT: they did not object to a small repair, as they had chosen. WITHDRAWN and
    AGAIN are said of the whole quotation."""

    YES = "yes"
    TACIT = "tacit"
    CHANGE = "change"
    NO = "no"
    WITHDRAWN = "withdrawn"
    AGAIN = "again"


AGREED = (Word.YES, Word.TACIT)


class Quotation(Versioned, Base):
    """A passage of an answer, or of a recording if it has a ``stretch``, in a material. Sources name it by ``ref`` and
    hold none of its words.

    ``author_id`` is who wrote the answer; ``access`` never shows it to those who write the material. ``most`` is the
    most that the answer tells of its author; ``organisation_id`` and ``name`` are what it tells, and nothing where that
    is nothing. Of a recording the author and the co-authors are those who speak in it, and ``name`` names all of them.
    ``number`` is that of the current wording. ``dropped_at``: its editors took it away. ``withdrawn_at``: somebody who
    speaks for it did, and no version shows it any more.
    """

    __tablename__ = "quotation"

    id: Mapped[pk]
    ref: Mapped[str] = mapped_column(String(8), unique=True)
    material_id: Mapped[int] = mapped_column(ForeignKey("material.id", ondelete="CASCADE"), index=True)
    asking_id: Mapped[int | None] = mapped_column(ForeignKey("asking.id", ondelete="SET NULL"), index=True)
    response_id: Mapped[int | None] = mapped_column(ForeignKey("response.id", ondelete="SET NULL"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    most: Mapped[Attribution] = mapped_column(choice(Attribution))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[titled] = mapped_column(default="")
    number: Mapped[int] = mapped_column(Integer)
    made_at: Mapped[datetime]
    dropped_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    material: Mapped[Material] = relationship(lazy="raise")
    asking: Mapped[Asking | None] = relationship(lazy="raise")
    current: Mapped["Wording"] = relationship(
        primaryjoin=lambda: and_(Quotation.id == Wording.quotation_id, Quotation.number == Wording.number),
        foreign_keys=lambda: [Wording.quotation_id],
        lazy="raise",
        uselist=False,
        viewonly=True,
    )
    stretch: Mapped["Stretch | None"] = relationship(lazy="raise", uselist=False, viewonly=True)

    def may_show(self, wording: "Wording") -> bool:
        """Whether readers may see it in this wording: with everybody's consent, and with no name where the recording
        may name nobody."""
        names = wording.attribution is not Attribution.UNATTRIBUTED
        is_agreed = self.withdrawn_at is None and wording.consented_at is not None
        return is_agreed and not (names and self.stretch is not None and self.stretch.is_unnamed)


class Stretch(Base):
    """Where in the recording of a roundtable a quotation is said, from a second on, to the end without ``ends``.

    ``was_unnamed``: nobody could be named in it when it was taken, or since; nobody can be later, whatever becomes of
    the clip. ``is_unnamed`` says the same as it stands when the row is loaded: also what overlaps with it counts.
    ``captions`` are what was said there when it was taken, as WebVTT from its first second on and without who speaks,
    in ``language``, empty where nobody had said in which.
    ``source_id`` is the file that it is cut from, ``media_id`` what comes of that, and ``tried_at`` when that was done
    or failed.
    """

    __tablename__ = "quotation_stretch"

    quotation_id: Mapped[int] = mapped_column(
        ForeignKey("quotation.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    recording_id: Mapped[int | None] = mapped_column(ForeignKey("recording.id", ondelete="SET NULL"), index=True)
    clip_id: Mapped[int | None] = mapped_column(ForeignKey("recording_clip.id", ondelete="SET NULL"), index=True)
    starts: Mapped[int] = mapped_column(Integer)
    ends: Mapped[int | None] = mapped_column(Integer)
    was_unnamed: Mapped[bool] = mapped_column()
    captions: Mapped[str]
    language: Mapped[short] = mapped_column(default="")
    media_id: Mapped[int | None] = mapped_column(ForeignKey("media_file.id", ondelete="SET NULL"), index=True)
    source_id: Mapped[int | None] = mapped_column(ForeignKey("media_file.id", ondelete="SET NULL"), index=True)
    tried_at: Mapped[datetime | None]
    media: Mapped[MediaFile | None] = relationship(lazy="raise", foreign_keys=[media_id])
    recording: Mapped[Recording | None] = relationship(lazy="raise")
    quotation: Mapped[Quotation] = relationship(lazy="raise", viewonly=True)
    is_unnamed: Mapped[bool] = column_property(
        or_(
            was_unnamed,
            recordings.is_unnamed_between(
                recording_id,
                starts,
                ends,
                select(Quotation.made_at)
                .where(Quotation.id == quotation_id)
                .correlate_except(Quotation)
                .scalar_subquery(),
            ),
        )
    )


class CoAuthor(Base):
    """Somebody who wrote the answer with ``author_id``, or speaks in the recording with them. The person is gone from
    it once they are erased, and nobody can agree in their place."""

    __tablename__ = "quotation_coauthor"

    id: Mapped[pk]
    quotation_id: Mapped[int] = mapped_column(ForeignKey("quotation.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)


class Wording(Base):
    """The words of a quotation as they would stand, and how they would be attributed; never changed after.

    ``digest`` is the SHA-256 of both, which every decision repeats. ``name`` is the name shown, empty where only the
    organisation or nobody is. ``is_repair``: its editor says that it only mends an error in the one before, which had
    consent. ``consented_at``: everybody who speaks for it said yes.
    """

    __tablename__ = "quotation_wording"
    __table_args__ = (UniqueConstraint("quotation_id", "number"), Index(None, "answer_by"))

    id: Mapped[pk]
    quotation_id: Mapped[int] = mapped_column(ForeignKey("quotation.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    source: Mapped[str]
    html: Mapped[str]
    attribution: Mapped[Attribution] = mapped_column(choice(Attribution))
    name: Mapped[titled] = mapped_column(default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    is_repair: Mapped[bool] = mapped_column(default=False)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    made_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    answer_by: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    consented_at: Mapped[datetime | None]
    quotation: Mapped[Quotation] = relationship(lazy="raise")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
    speakers: Mapped[list["Speaker"]] = relationship(lazy="raise", viewonly=True, order_by=lambda: Speaker.id)


class Speaker(Base):
    """Somebody without whose yes a wording is not published. The person is gone from it once they are erased.

    ``agrees_at`` is when their silence becomes a yes, for a small repair and only if they chose so; ``mailed_at`` when
    a mail first told them of it.
    """

    __tablename__ = "quotation_speaker"
    __table_args__ = (UniqueConstraint("wording_id", "person_id", "capacity"),)

    id: Mapped[pk]
    wording_id: Mapped[int] = mapped_column(ForeignKey("quotation_wording.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    capacity: Mapped[Capacity] = mapped_column(choice(Capacity))
    said: Mapped[Word | None] = mapped_column(choice(Word))
    proposal: Mapped[str] = mapped_column(default="")
    agrees_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    wording: Mapped[Wording] = relationship(lazy="raise")
    person: Mapped[Person | None] = relationship(lazy="raise")


class RepairWish(Base):
    """Somebody who chose that small repairs of their words need no yes of theirs, if they can object for a week."""

    __tablename__ = "quotation_repair_wish"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[datetime]


class Decision(Base):
    """What somebody said, of which wording, and when: a record that is only ever added to."""

    __tablename__ = "quotation_decision"

    id: Mapped[pk]
    quotation_id: Mapped[int] = mapped_column(ForeignKey("quotation.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    word: Mapped[Word] = mapped_column(choice(Word))
    at: Mapped[datetime]


class Shown(Base):
    """A version of a material shows a wording of a quotation, as long as that has consent."""

    __tablename__ = "quotation_shown"

    version_id: Mapped[int] = mapped_column(ForeignKey("material_version.id", ondelete="CASCADE"), primary_key=True)
    wording_id: Mapped[int] = mapped_column(
        ForeignKey("quotation_wording.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Dismissal(Base):
    """Words of a material that stand in an answer as well and may, for a reason, stand without being a quotation."""

    __tablename__ = "quotation_dismissal"

    id: Mapped[pk]
    material_id: Mapped[int] = mapped_column(ForeignKey("material.id", ondelete="CASCADE"), index=True)
    words: Mapped[str]
    reason: Mapped[str]
    dismissed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    dismissed_at: Mapped[datetime]
