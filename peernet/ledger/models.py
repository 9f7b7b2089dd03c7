"""What happened: one row each, append-only."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from peernet.db import Base, pk, short


class Event(Base):
    """One happening. ``subject`` is "roundtable:7"; ``scope`` says where it happened ("cohort:3"), for histories."""

    __tablename__ = "event"
    __table_args__ = (Index(None, "subject"), Index(None, "scope", "id"))

    id: Mapped[pk]
    at: Mapped[datetime]
    action: Mapped[short]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    subject: Mapped[short]
    scope: Mapped[short | None]
    data: Mapped[dict[str, Any]]
