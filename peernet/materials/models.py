"""Learning materials, their drafts and published versions, and who and what they belong to.

What is being written stands in a :class:`MaterialDraft` and nowhere else. A :class:`Material` and the rows that hang
off it (topics, organisations, questions, credits) say what the public reads; publishing is what writes them.
"""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, Float, ForeignKey, Index, Integer, Select, String, UniqueConstraint, and_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peernet.accounts.models import Person
from peernet.cohorts.models import Cohort
from peernet.db import Base, Slug, Versioned, choice, pk, short, titled
from peernet.media.models import MediaFile
from peernet.organisations.models import Organisation
from peernet.prompts.models import Prompt, Topic


class MaterialKind(StrEnum):
    """What sort of material it is."""

    BLOGPOST = "blogpost"
    VIDEO = "video"
    GRAPHIC = "graphic"
    CASE_STUDY = "case-study"
    PLAYBOOK = "playbook"
    REPORT = "report"


class MaterialState(StrEnum):
    """Life of a material. A withdrawn one leaves a page that says so."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Credit(StrEnum):
    """What somebody did for a material."""

    AUTHOR = "author"
    CONTRIBUTOR = "contributor"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    TRANSLATOR = "translator"
    INTERVIEWEE = "interviewee"
    ILLUSTRATOR = "illustrator"
    FACILITATOR = "facilitator"


class Material(Versioned, Base):
    """A learning material as the public has it: the columns follow its current version, whose ``number`` is 0 before
    the first one. Until then ``title`` and ``kind`` follow the draft, so that lists of drafts can name it.

    ``extra`` is front matter of a file from another system: kept, so that an export writes it back. ``corrections`` are
    those made before it came here: plain values (day, note), the oldest first. ``told_at`` is when what catalogues are
    told of it last changed: it came out here, was corrected or withdrawn; None before. ``recommended_at``: since
    then it is recommended on the home page.
    """

    __tablename__ = "material"
    __table_args__ = (Index(None, "state", "published_on"), Index(None, "told_at", "id"))

    id: Mapped[pk]
    slug: Mapped[Slug] = mapped_column(unique=True)
    kind: Mapped[MaterialKind] = mapped_column(choice(MaterialKind))
    state: Mapped[MaterialState] = mapped_column(choice(MaterialState), default=MaterialState.DRAFT)
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id", ondelete="SET NULL"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    title: Mapped[titled]
    summary: Mapped[str] = mapped_column(default="")
    language: Mapped[short] = mapped_column(default="en")
    licence: Mapped[short] = mapped_column(default="CC-BY-4.0")
    video_url: Mapped[str] = mapped_column(default="")
    video_minutes: Mapped[int | None] = mapped_column(Integer)
    number: Mapped[int] = mapped_column(Integer, default=0)
    published_on: Mapped[date | None] = mapped_column(Date)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_why: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    recommended_at: Mapped[datetime | None] = mapped_column(index=True)
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    corrections: Mapped[list[Any]] = mapped_column(default=list)
    cohort: Mapped[Cohort | None] = relationship(lazy="raise")
    draft: Mapped["MaterialDraft | None"] = relationship(lazy="raise", viewonly=True)
    current: Mapped["MaterialVersion | None"] = relationship(
        primaryjoin=lambda: and_(Material.id == MaterialVersion.material_id, Material.number == MaterialVersion.number),
        foreign_keys=lambda: [MaterialVersion.material_id],
        lazy="raise",
        uselist=False,
        viewonly=True,
    )

    @property
    def address(self) -> str:
        """Where the public reads it."""
        return f"/library/{self.slug}"


class Written:
    """What a draft holds of a manuscript, and who saved it when; an earlier state of it holds the same.

    ``base`` is the number of the published version that it began from. Topics, organisations and questions are lists
    of ids in their order; credits are lists of plain values (see ``manuscripts``); ``particulars`` is what it has
    because of its kind (see ``kinds.particulars``).
    """

    base: Mapped[int] = mapped_column(Integer, default=0)
    kind: Mapped[MaterialKind] = mapped_column(choice(MaterialKind))
    title: Mapped[titled]
    summary: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    language: Mapped[short]
    licence: Mapped[short]
    video_url: Mapped[str] = mapped_column(default="")
    video_minutes: Mapped[int | None] = mapped_column(Integer)
    topics: Mapped[list[Any]] = mapped_column(default=list)
    organisations: Mapped[list[Any]] = mapped_column(default=list)
    questions: Mapped[list[Any]] = mapped_column(default=list)
    credits: Mapped[list[Any]] = mapped_column(default=list)
    particulars: Mapped[dict[str, Any]] = mapped_column(default=dict)
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)


class MaterialDraft(Written, Versioned, Base):
    """What is being written: the next version of a material, seen by those who may edit it. Gone once published.

    ``passages`` are its words that an answer has as well, as found when it was saved (see ``quotations.resemblance``).
    """

    __tablename__ = "material_draft"

    material_id: Mapped[int] = mapped_column(ForeignKey("material.id", ondelete="CASCADE"), primary_key=True)
    passages: Mapped[list[Any]] = mapped_column(default=list)


class MaterialVersion(Base):
    """A published state of a material; never changed after. ``note`` says what is new in it.

    ``toc`` is a list of headings (level, id, text); ``credits`` a list of names as they stood (credit, name, role, and
    the slug of the organisation or None); ``particulars`` is as in the draft. ``lines`` are the credits as in the
    draft where they name people with an account, else nothing: ``credits`` follow from them and from what these people
    wish (see ``contributors``).
    """

    __tablename__ = "material_version"
    __table_args__ = (UniqueConstraint("material_id", "number"),)

    id: Mapped[pk]
    material_id: Mapped[int] = mapped_column(ForeignKey("material.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[MaterialKind] = mapped_column(choice(MaterialKind))
    title: Mapped[titled]
    summary: Mapped[str]
    source: Mapped[str]
    html: Mapped[str]
    toc: Mapped[list[Any]]
    credits: Mapped[list[Any]]
    lines: Mapped[list[Any]] = mapped_column(default=list)
    words: Mapped[int] = mapped_column(Integer)
    reading_minutes: Mapped[int] = mapped_column(Integer)
    language: Mapped[short]
    licence: Mapped[short]
    video_url: Mapped[str] = mapped_column(default="")
    video_minutes: Mapped[int | None] = mapped_column(Integer)
    particulars: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)


class MaterialCredit(Base):
    """Author or contributor of a material: an organisation, a person with an account, or a name alone."""

    __tablename__ = "material_credit"

    id: Mapped[pk]
    material_id: Mapped[int] = mapped_column(ForeignKey("material.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    credit: Mapped[Credit] = mapped_column(choice(Credit))
    name: Mapped[titled]
    role: Mapped[titled] = mapped_column(default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    person: Mapped[Person | None] = relationship(lazy="raise")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")


class MaterialTopic(Base):
    """A topic of a material."""

    __tablename__ = "material_topic"
    __table_args__ = (Index(None, "topic_id", "material_id"),)

    material_id: Mapped[int] = mapped_column(ForeignKey("material.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    topic: Mapped[Topic] = relationship(lazy="raise")


class MaterialOrganisation(Base):
    """An organisation that a material is by or about."""

    __tablename__ = "material_organisation"

    material_id: Mapped[int] = mapped_column(ForeignKey("material.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(Integer)
    organisation: Mapped[Organisation] = relationship(lazy="raise")


class MaterialQuestion(Base):
    """A question that a material answers."""

    __tablename__ = "material_question"
    __table_args__ = (Index(None, "prompt_id", "material_id"),)

    material_id: Mapped[int] = mapped_column(ForeignKey("material.id", ondelete="CASCADE"), primary_key=True)
    prompt_id: Mapped[int] = mapped_column(ForeignKey("prompt.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    prompt: Mapped[Prompt] = relationship(lazy="raise")


class MaterialFile(Base):
    """An image or file that a material shows, with the path by which its source names it."""

    __tablename__ = "material_file"
    __table_args__ = (UniqueConstraint("material_id", "path"),)

    id: Mapped[pk]
    material_id: Mapped[int] = mapped_column(ForeignKey("material.id", ondelete="CASCADE"))
    media_id: Mapped[int] = mapped_column(ForeignKey("media_file.id"), index=True)
    path: Mapped[str] = mapped_column(String(300))
    media: Mapped[MediaFile] = relationship(lazy="raise")
    asset: Mapped["MaterialAsset | None"] = relationship(
        primaryjoin=lambda: and_(
            MaterialFile.material_id == MaterialAsset.material_id, MaterialFile.media_id == MaterialAsset.media_id
        ),
        foreign_keys=lambda: [MaterialAsset.material_id, MaterialAsset.media_id],
        lazy="raise",
        uselist=False,
        viewonly=True,
    )


class MaterialAsset(Versioned, Base):
    """What is known of a picture or file that somebody else made, or that has a licence of its own. Nothing here: its
    authors are those of the material, and it is under the licence of the whole.

    ``licence`` is a code or an address as in ``licences``; ``changes`` is what was changed in it; ``permission`` is a
    note on a permission that is held, which counts from ``permission_on``. It is a fact, not a wording: what is put
    right here is right in every version at the next read.
    """

    __tablename__ = "material_asset"
    __table_args__ = (UniqueConstraint("material_id", "media_id"),)

    id: Mapped[pk]
    material_id: Mapped[int] = mapped_column(ForeignKey("material.id", ondelete="CASCADE"))
    media_id: Mapped[int] = mapped_column(ForeignKey("media_file.id", ondelete="CASCADE"), index=True)
    title: Mapped[titled] = mapped_column(default="")
    creator: Mapped[titled] = mapped_column(default="")
    source_url: Mapped[str] = mapped_column(String(500), default="")
    licence: Mapped[str] = mapped_column(String(500), default="")
    changes: Mapped[titled] = mapped_column(default="")
    permission: Mapped[titled] = mapped_column(default="")
    permission_on: Mapped[date | None] = mapped_column(Date)


class MaterialTranslation(Base):
    """That a material is a translation, and of which version of its original; 0 is one before those that are here. No
    translation is an original."""

    __tablename__ = "material_translation"

    material_id: Mapped[int] = mapped_column(ForeignKey("material.id", ondelete="CASCADE"), primary_key=True)
    original_id: Mapped[int] = mapped_column(ForeignKey("material.id", ondelete="CASCADE"), index=True)
    made_from: Mapped[int] = mapped_column(Integer)
    original: Mapped[Material] = relationship(foreign_keys=[original_id], lazy="raise")


class MaterialWord(Base):
    """A word that a published material is compared by, and how much it says of it (see ``likeness``)."""

    __tablename__ = "material_word"

    material_id: Mapped[int] = mapped_column(ForeignKey("material.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[short] = mapped_column(primary_key=True, index=True)
    weight: Mapped[float] = mapped_column(Float)


class MaterialAlike(Base):
    """That two published materials are alike by their words; one row for each direction. ``share`` is from 0 to 1."""

    __tablename__ = "material_alike"

    material_id: Mapped[int] = mapped_column(ForeignKey("material.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("material.id", ondelete="CASCADE"), primary_key=True, index=True)
    share: Mapped[float] = mapped_column(Float)


class MaterialRelated(Base):
    """What to read next after a published material: one row for each place. ``said`` is a digest of what is shown of
    the other one (see ``related``)."""

    __tablename__ = "material_related"

    material_id: Mapped[int] = mapped_column(ForeignKey("material.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("material.id", ondelete="CASCADE"), index=True)
    said: Mapped[short]


class ContentFile(Base):
    """What an import of content last took over from one file, so that an unchanged file changes nothing.

    ``digest`` is the SHA-256 of the file's meaning. ``anchored_on`` is the day from which the relative dates of the
    file count, set when it first came in. ``extra`` is front matter that this system does not know.
    """

    __tablename__ = "content_file"
    __table_args__ = (UniqueConstraint("kind", "slug"),)

    id: Mapped[pk]
    kind: Mapped[short]
    slug: Mapped[Slug]
    path: Mapped[str] = mapped_column(String(500))
    digest: Mapped[str] = mapped_column(String(64))
    anchored_on: Mapped[date | None] = mapped_column(Date)
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)

    @classmethod
    def of(cls, kind: str, slugs: Collection[str] | None = None) -> Select["ContentFile"]:
        """The rows of one kind, or those of some slugs."""
        chosen = select(cls).where(cls.kind == kind)
        return chosen if slugs is None else chosen.where(cls.slug.in_(list(slugs)))
