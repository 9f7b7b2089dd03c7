"""The outbox: every mail is a row before it is a message. The inbox: what arrives is a row before it is acted on."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from peernet.db import Base, choice, pk, short, titled


class MailState(StrEnum):
    """Where a mail stands."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"
    BOUNCED = "bounced"


class Outcome(StrEnum):
    """What became of a message that came in."""

    REPORT = "report"
    TAKEN = "taken"
    RETURNED = "returned"
    AUTOMATIC = "automatic"
    STRANGER = "stranger"
    OTHER = "other"


class Mail(Base):
    """One mail to one address.

    ``text`` and ``html`` may hold ``{{token:ID}}``, which delivery replaces by the live token, so that no row, file or
    admin page holds a usable link. ``attachments`` is a list of {name, type, method, text}.

    ``reply_token_id`` is the token of the address that answers go to; ``in_reply_to`` the Message-ID (maybe empty) of
    the mail that this one answers by itself.
    """

    __tablename__ = "mail"
    __table_args__ = (Index(None, "state", "next_at"), Index(None, "to_address", "created_at"))

    id: Mapped[pk]
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
    kind: Mapped[short]
    to_address: Mapped[titled]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    subject: Mapped[titled]
    text: Mapped[str]
    html: Mapped[str]
    attachments: Mapped[list[Any]]
    stop_token_id: Mapped[int | None] = mapped_column(ForeignKey("token.id", ondelete="SET NULL"))
    reply_token_id: Mapped[int | None] = mapped_column(ForeignKey("token.id", ondelete="SET NULL"))
    in_reply_to: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[MailState] = mapped_column(choice(MailState), default=MailState.WAITING)
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")


class IncomingMail(Base):
    """A message that came in. ``key`` is a digest of its Message-ID, by which a second copy is recognised.

    ``letter`` is what was read of it (see ``reading.Letter``), and is emptied as soon as it has been handled: what
    somebody wrote lies where it belongs, or nowhere. Of spam nothing is kept at all.
    """

    __tablename__ = "incoming_mail"

    id: Mapped[pk]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    letter: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    received_at: Mapped[datetime] = mapped_column(index=True)
    handled_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome))


class Held(Base):
    """Something that a person hears of in their next daily mail rather than in a mail of its own. ``subject`` says what
    of ("asking:7"), ``kind`` why ("prompts/asked"); its words are written when it is told."""

    __tablename__ = "held"
    __table_args__ = (Index("ix_held_person_id", "person_id", "told_at"),)

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[short]
    subject: Mapped[short]
    held_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
