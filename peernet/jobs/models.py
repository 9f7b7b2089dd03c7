"""Deferred work as rows: huey only carries their ids, so nothing is lost with it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from peernet.db import Base, pk, short


class Job(Base):
    """One piece of work. It is open until ``done_at`` or ``dead_at`` is set; ``lease_until`` says somebody is at it."""

    __tablename__ = "job"
    __table_args__ = (Index(None, "done_at", "dead_at", "run_at"),)

    id: Mapped[pk]
    kind: Mapped[short]
    payload: Mapped[dict[str, Any]]
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
    run_at: Mapped[datetime]
    created_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")


class Beat(Base):
    """When something that should always run last said that it does."""

    __tablename__ = "beat"

    name: Mapped[short] = mapped_column(primary_key=True)
    at: Mapped[datetime]
