"""Topics, the prompt library, prompts asked in cohorts, responses, and what is asked back to these."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peernet.accounts.models import Person
from peernet.cohorts.models import Cohort, Seat
from peernet.db import Base, Slug, Versioned, choice, pk, short, titled
from peernet.organisations.models import Organisation


class Moment(StrEnum):
    """The moment of a roundtable or a series that a prompt serves."""

    OPENING = "opening"
    DEEPENING = "deepening"
    CLOSING = "closing"


class Visibility(StrEnum):
    """Who may read a response; each word includes those before it."""

    PRIVATE = "private"
    FACILITATORS = "facilitators"
    COHORT = "cohort"
    PUBLIC = "public"


class Attribution(StrEnum):
    """How the author of a response is named where it is read."""

    PERSON = "person"
    ORGANISATION = "organisation"
    UNATTRIBUTED = "unattributed"


class Topic(Base):
    """What a prompt or a material is about. The themes of the prompt library are topics with ``is_theme``."""

    __tablename__ = "topic"

    id: Mapped[pk]
    slug: Mapped[Slug] = mapped_column(unique=True)
    name: Mapped[titled]
    description: Mapped[str] = mapped_column(default="")
    is_theme: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(Integer, default=0)


class Prompt(Versioned, Base):
    """A reflective question in the library. With ``cohort_id`` it is one cohort's own and not offered to others."""

    __tablename__ = "prompt"

    id: Mapped[pk]
    slug: Mapped[Slug] = mapped_column(unique=True)
    text: Mapped[str]
    why: Mapped[str] = mapped_column(default="")
    why_html: Mapped[str] = mapped_column(default="")
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id", ondelete="SET NULL"), index=True)
    moment: Mapped[Moment] = mapped_column(choice(Moment))
    language: Mapped[short] = mapped_column(default="en")
    is_public: Mapped[bool] = mapped_column(default=False)
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime]
    topic: Mapped[Topic | None] = relationship(lazy="raise")


class Asking(Versioned, Base):
    """A prompt asked in a cohort; ``text`` is its wording there. A focus question carries others under it.

    ``closes_at`` is when answers stop; ``closed_at`` is when the asking was closed, and ``released_at`` is set with it
    where enough organisations wrote an unattributed answer. ``reminded_at`` is when members were told that it closes
    soon. A withdrawn asking is kept, so that nobody loses what they typed, and is shown to nobody else.

    ``is_to_some``: it is put to its addressees only, and the others of the cohort do not know of it. ``is_per_seat``:
    those who hold a seat write one answer together, for their organisation.

    What a step of a roundtable laid down: ``is_held``: answers are read by their authors alone until they are revealed,
    at ``revealed_at``. ``only_unattributed``: answers take no name; ``widest``: by whom they may be read at most.
    """

    __tablename__ = "asking"
    __table_args__ = (UniqueConstraint("cohort_id", "prompt_id"),)

    id: Mapped[pk]
    prompt_id: Mapped[int] = mapped_column(ForeignKey("prompt.id"), index=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    text: Mapped[str]
    position: Mapped[int] = mapped_column(Integer, default=0)
    is_focus: Mapped[bool] = mapped_column(default=False)
    admits_unattributed: Mapped[bool] = mapped_column(default=True)
    is_to_some: Mapped[bool] = mapped_column(default=False)
    is_per_seat: Mapped[bool] = mapped_column(default=False)
    is_held: Mapped[bool] = mapped_column(default=False)
    only_unattributed: Mapped[bool] = mapped_column(default=False)
    widest: Mapped[Visibility] = mapped_column(choice(Visibility), default=Visibility.PUBLIC)
    revealed_at: Mapped[datetime | None]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    prompt: Mapped[Prompt] = relationship(lazy="raise")
    cohort: Mapped[Cohort] = relationship(lazy="raise")

    def takes_answers(self, moment: datetime) -> bool:
        """Whether members may answer at ``moment``, in a cohort that is not over."""
        is_over = self.closed_at is not None or self.withdrawn_at is not None
        return not is_over and self.opens_at <= moment and (self.closes_at is None or self.closes_at > moment)


class Addressee(Base):
    """To whom an asking is put that is not put to all: a member by name, or whoever holds a seat."""

    __tablename__ = "addressee"
    __table_args__ = (
        UniqueConstraint("asking_id", "person_id"),
        UniqueConstraint("asking_id", "seat_id"),
        CheckConstraint("(person_id IS NULL) <> (seat_id IS NULL)", name="is_one"),
    )

    id: Mapped[pk]
    asking_id: Mapped[int] = mapped_column(ForeignKey("asking.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id", ondelete="CASCADE"), index=True)
    person: Mapped[Person | None] = relationship(lazy="raise")
    seat: Mapped[Seat | None] = relationship(lazy="raise")


class Response(Versioned, Base):
    """A member's answer as it was given. What is still being typed is a :class:`Draft`. One that was written for a seat
    belongs to all its authors (:class:`Author`); ``person_id`` is then who gave it.

    Raw rows never leave ``access``: others see an unattributed one only as an object without its author.
    """

    __tablename__ = "response"
    __table_args__ = (
        UniqueConstraint("asking_id", "person_id"),
        Index(None, "asking_id", "visibility", "attribution"),
    )

    id: Mapped[pk]
    asking_id: Mapped[int] = mapped_column(ForeignKey("asking.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    source: Mapped[str]
    html: Mapped[str]
    words: Mapped[int] = mapped_column(Integer)
    visibility: Mapped[Visibility] = mapped_column(choice(Visibility))
    attribution: Mapped[Attribution] = mapped_column(choice(Attribution))
    is_example: Mapped[bool] = mapped_column(default=False)
    given_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    asking: Mapped[Asking] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")


class Draft(Versioned, Base):
    """What a member has typed so far, and has chosen so far; seen by nobody else."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("asking_id", "person_id"),)

    id: Mapped[pk]
    asking_id: Mapped[int] = mapped_column(ForeignKey("asking.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    source: Mapped[str]
    visibility: Mapped[Visibility | None] = mapped_column(choice(Visibility))
    attribution: Mapped[Attribution | None] = mapped_column(choice(Attribution))
    saved_at: Mapped[datetime]


class Author(Base):
    """Somebody who wrote a response for a seat, alone or with others. Without a time or an order."""

    __tablename__ = "response_author"
    __table_args__ = {"sqlite_with_rowid": False}

    response_id: Mapped[int] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)


class SharedDraft(Versioned, Base):
    """What those who hold a seat have typed so far, of an asking that wants one answer for each; seen by them alone."""

    __tablename__ = "shared_draft"
    __table_args__ = (UniqueConstraint("asking_id", "seat_id"),)

    id: Mapped[pk]
    asking_id: Mapped[int] = mapped_column(ForeignKey("asking.id", ondelete="CASCADE"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id", ondelete="CASCADE"), index=True)
    source: Mapped[str]
    visibility: Mapped[Visibility | None] = mapped_column(choice(Visibility))
    attribution: Mapped[Attribution | None] = mapped_column(choice(Attribution))
    saved_at: Mapped[datetime]


class DraftAuthor(Base):
    """Somebody whose words may stand in a shared draft."""

    __tablename__ = "shared_draft_author"
    __table_args__ = {"sqlite_with_rowid": False}

    draft_id: Mapped[int] = mapped_column(ForeignKey("shared_draft.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)


class SeatDone(Base):
    """The same as :class:`Done`, of a seat. ``response_id`` is what stands for it; ``is_withdrawn``: one of its authors
    deleted what stood."""

    __tablename__ = "seat_done"
    __table_args__ = {"sqlite_with_rowid": False}

    asking_id: Mapped[int] = mapped_column(ForeignKey("asking.id", ondelete="CASCADE"), primary_key=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id", ondelete="CASCADE"), primary_key=True, index=True)
    response_id: Mapped[int | None] = mapped_column(ForeignKey("response.id", ondelete="SET NULL"), unique=True)
    is_withdrawn: Mapped[bool] = mapped_column(default=False)


class Done(Base):
    """A member said "done" of an asked prompt, by any answer or by passing. Deliberately without a time or an order:
    the primary key is the pair, so that the table does not tell who was first."""

    __tablename__ = "done"
    __table_args__ = {"sqlite_with_rowid": False}

    asking_id: Mapped[int] = mapped_column(ForeignKey("asking.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)


class FollowUp(Versioned, Base):
    """A question asked back to a response, and what its author answered: read where the response is, and never by more
    than could read that when it was asked (``audience``), since whoever asked agreed to no more.

    ``is_left``: the author leaves it unanswered, which nobody is told. Each person has one open one to a response.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        Index(
            "uq_follow_up_open",
            "response_id",
            "person_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
        CheckConstraint("audience <> 'private'", name="is_read"),
        CheckConstraint("(answer_source IS NULL) = (answered_at IS NULL)", name="is_answered"),
    )

    id: Mapped[pk]
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    audience: Mapped[Visibility] = mapped_column(choice(Visibility))
    source: Mapped[str]
    html: Mapped[str]
    answer_source: Mapped[str | None]
    answer_html: Mapped[str | None]
    is_left: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    response: Mapped[Response] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")


class Resonance(Base):
    """A response resonates with somebody. Only a count is ever told. Deliberately without a time or an order, as
    :class:`Done` is."""

    __tablename__ = "resonance"
    __table_args__ = {"sqlite_with_rowid": False}

    response_id: Mapped[int] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)


class KeptPrompt(Base):
    """A prompt in the own set of somebody who organises."""

    __tablename__ = "kept_prompt"
    __table_args__ = {"sqlite_with_rowid": False}

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    prompt_id: Mapped[int] = mapped_column(ForeignKey("prompt.id", ondelete="CASCADE"), primary_key=True, index=True)
