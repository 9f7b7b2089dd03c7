"""The outbox: every mail is a row before it is a message."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from peernet.db import Base, choice, pk, short, titled


class MailState(StrEnum):
    """Where a mail stands."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"
    BOUNCED = "bounced"


class Mail(Base):
    """One mail to one address.

    ``text`` and ``html`` may hold ``{{token:ID}}``, which delivery replaces by the live token, so that no row, file or
    admin page holds a usable link. ``attachments`` is a list of {name, type, method, text}.
    """

    __tablename__ = "mail"
    __table_args__ = (Index(None, "state", "next_at"),)

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
    state: Mapped[MailState] = mapped_column(choice(MailState), default=MailState.WAITING)
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
