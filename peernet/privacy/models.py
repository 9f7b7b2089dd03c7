"""What somebody asked for of what is held on them: to be forgotten, and to take it along."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peernet.accounts.models import Person
from peernet.db import Base, pk


class Erasure(Base):
    """Somebody asked to be forgotten. It is carried out at ``due_at``, and the row goes with them. ``choices`` as in
    :mod:`peernet.privacy.choices`."""

    __tablename__ = "erasure"

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    choices: Mapped[dict[str, Any]]
    person: Mapped[Person] = relationship(lazy="raise")


class Takeout(Base):
    """An archive of everything held on somebody. ``name`` is that of its file, empty while it is made and once it is
    gone; it is fetched once."""

    __tablename__ = "takeout"

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    name: Mapped[str] = mapped_column(String(64), default="")
    asked_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    bytes: Mapped[int] = mapped_column(Integer, default=0)
