"""What somebody took on."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peernet.accounts.models import Person
from peernet.db import Base, choice, pk, titled
from peernet.roundtables.models import Roundtable


class CommitmentState(StrEnum):
    """What became of it."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class Commitment(Base):
    """Something that ``person_id`` does until the day ``due_on``, as was agreed at a roundtable."""

    __tablename__ = "commitment"
    __table_args__ = (Index(None, "person_id", "state"),)

    id: Mapped[pk]
    roundtable_id: Mapped[int] = mapped_column(ForeignKey("roundtable.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    text: Mapped[titled]
    due_on: Mapped[date] = mapped_column(Date)
    state: Mapped[CommitmentState] = mapped_column(choice(CommitmentState), default=CommitmentState.OPEN)
    roundtable: Mapped[Roundtable] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")
