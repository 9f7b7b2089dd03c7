"""Rounds of review, the texts that were sent, who reads them, what they said, and publications that are planned.

What reviewers read is the text as it was sent (:class:`Text`), never the draft as it is being typed. Whether a round is
approved is no column: it follows from what was decided of the text as it stands (see ``standing``).
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peernet.accounts.models import Person
from peernet.db import Base, choice, once, pk, short, titled
from peernet.i18n import gettext as _
from peernet.materials.models import Material


class Ending(StrEnum):
    """How a round ended: its text was published, an organiser closed it for a reason, or the draft was thrown away."""

    PUBLISHED = "published"
    CLOSED = "closed"
    DISCARDED = "discarded"


class Verdict(StrEnum):
    """What a reviewer decides of a text."""

    APPROVED = "approved"
    CHANGES = "changes"


class Outcome(StrEnum):
    """What became of a planned publication."""

    PUBLISHED = "published"
    CHANGED = "changed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Round(Base):
    """A draft is in review. ``is_open`` is null once that is over, so that a material has one open round at most."""

    __tablename__ = "review_round"
    __table_args__ = (UniqueConstraint("material_id", "number"), UniqueConstraint("material_id", "is_open"))

    id: Mapped[pk]
    material_id: Mapped[int] = mapped_column(ForeignKey("material.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    is_open: Mapped[bool | None] = mapped_column(default=True)
    wished_on: Mapped[date] = mapped_column(Date)
    note: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    ending: Mapped[Ending | None] = mapped_column(choice(Ending))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    closed_why: Mapped[str] = mapped_column(default="")
    material: Mapped[Material] = relationship(lazy="raise")


class Text(Base):
    """A text as it was sent to the reviewers; never changed after. ``draft_version`` is that of the draft it was.

    ``html`` holds the places of quotations and none of their words. ``digest`` is the SHA-256 of all that a reviewer
    reads but those words; ``credits`` are names as they stood (see ``MaterialVersion``).
    """

    __tablename__ = "review_text"
    __table_args__ = (UniqueConstraint("round_id", "number"),)

    id: Mapped[pk]
    round_id: Mapped[int] = mapped_column(ForeignKey("review_round.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    draft_version: Mapped[int] = mapped_column(Integer)
    title: Mapped[titled]
    summary: Mapped[str]
    source: Mapped[str]
    html: Mapped[str]
    language: Mapped[short]
    licence: Mapped[short]
    video_url: Mapped[str] = mapped_column(default="")
    credits: Mapped[list[Any]] = mapped_column(default=list)
    particulars: Mapped[dict[str, Any]] = mapped_column(default=dict)
    digest: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)


class Reviewer(Base):
    """Somebody who is asked: a person of the cohort, or whoever a link was mailed to (``email``, ``name``).

    ``removed_at``: they see nothing of the round any more. What they said stays.
    """

    __tablename__ = "review_reviewer"
    __table_args__ = (
        UniqueConstraint("round_id", "person_id"),
        UniqueConstraint("round_id", "email_key"),
        Index(None, "email_key"),
    )

    id: Mapped[once]
    round_id: Mapped[int] = mapped_column(ForeignKey("review_round.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    email: Mapped[titled | None]
    email_key: Mapped[titled | None]
    name: Mapped[titled] = mapped_column(default="")
    asked_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    round: Mapped[Round] = relationship(lazy="raise")
    person: Mapped[Person | None] = relationship(lazy="raise")

    @property
    def called(self) -> str:
        """The name by which those who write know them."""
        return self.person.name if self.person is not None else self.name or _("Somebody whose account is gone")


class Decision(Base):
    """A reviewer approved a text, or asked for changes: a record that is only ever added to.

    ``digest`` is the SHA-256 of the text with the wordings of its quotations as they were then.
    """

    __tablename__ = "review_decision"

    id: Mapped[pk]
    round_id: Mapped[int] = mapped_column(ForeignKey("review_round.id", ondelete="CASCADE"), index=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("review_reviewer.id", ondelete="CASCADE"), index=True)
    text_id: Mapped[int] = mapped_column(ForeignKey("review_text.id", ondelete="CASCADE"), index=True)
    draft_version: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict))
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class Comment(Base):
    """What a reviewer says of a passage, or of the whole where ``digest`` is empty.

    ``digest`` is that of the passage's words and ``place`` its number in the text that they had before them;
    ``excerpt`` is how it begins, empty for a quotation: its words are kept in one place only.
    """

    __tablename__ = "review_comment"

    id: Mapped[pk]
    round_id: Mapped[int] = mapped_column(ForeignKey("review_round.id", ondelete="CASCADE"), index=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("review_reviewer.id", ondelete="CASCADE"), index=True)
    text_id: Mapped[int] = mapped_column(ForeignKey("review_text.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    place: Mapped[int] = mapped_column(Integer)
    excerpt: Mapped[titled] = mapped_column(default="")
    body: Mapped[str]
    at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    reviewer: Mapped[Reviewer] = relationship(lazy="raise")
    answers: Mapped[list["Answer"]] = relationship(lazy="raise", viewonly=True, order_by=lambda: Answer.id)


class Answer(Base):
    """What was answered to a comment, by somebody who writes or, without ``person_id``, by the reviewer."""

    __tablename__ = "review_answer"

    id: Mapped[pk]
    comment_id: Mapped[int] = mapped_column(ForeignKey("review_comment.id", ondelete="CASCADE"), index=True)
    is_reviewer: Mapped[bool] = mapped_column(default=False)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    body: Mapped[str]
    at: Mapped[datetime]
    person: Mapped[Person | None] = relationship(lazy="raise")


class Schedule(Base):
    """A draft is to be published at a moment. ``is_live`` is null once that is over, so that there is one at most.

    ``digest`` is that of the text, with the wordings of its quotations, for which the moment was chosen: another text
    is not published then.
    """

    __tablename__ = "material_schedule"
    __table_args__ = (UniqueConstraint("material_id", "is_live"), Index(None, "is_live", "at"))

    id: Mapped[pk]
    material_id: Mapped[int] = mapped_column(ForeignKey("material.id", ondelete="CASCADE"))
    is_live: Mapped[bool | None] = mapped_column(default=True)
    at: Mapped[datetime]
    zone: Mapped[short]
    draft_version: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome))
    ended_at: Mapped[datetime | None]
    material: Mapped[Material] = relationship(lazy="raise")
