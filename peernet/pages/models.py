"""Which keys were touched, in the order in which the changes were committed."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from peernet.db import Base, pk


class PageCounter(Base):
    """One row. Raising it locks it until the commit, so that numbers are committed in their order."""

    __tablename__ = "page_counter"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[pk] = mapped_column(autoincrement=False)
    number: Mapped[int]


class PageTouch(Base):
    """The thing that ``key`` names changed. Numbers have no gaps, except where old rows were pruned."""

    __tablename__ = "page_touch"

    number: Mapped[pk] = mapped_column(autoincrement=False)
    key: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]
