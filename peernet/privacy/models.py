"""Who asked to be forgotten, and who asked for all that is held on them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String
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


class Archive(Base):
    """Somebody asked for everything that is held on them. The worker makes it (``made_at``) under a random ``name`` in
    the data folder; it waits until ``until``. The row and the file go once it was fetched, or that is over."""

    __tablename__ = "archive"

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    asked_at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(80), default="")
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    made_at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    person: Mapped[Person] = relationship(lazy="raise")
