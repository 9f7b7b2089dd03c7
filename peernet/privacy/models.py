"""Who asked to be forgotten."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
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
