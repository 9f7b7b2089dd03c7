"""What the shell remembers of forms, so that a double click or a resend does a thing once."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from peernet.db import Base, pk


class SentForm(Base):
    """A form that was carried out: its one-time key, and where its sender was sent on to."""

    __tablename__ = "sent_form"

    id: Mapped[pk]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    status: Mapped[int] = mapped_column(Integer)
    location: Mapped[str]
    at: Mapped[datetime]
