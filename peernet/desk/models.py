"""Until when each person has had their daily mail."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from peernet.db import Base


class Digest(Base):
    """The last ``day``, on the person's own calendar, whose daily mail is done (also where there was nothing to tell),
    and the moment ``until`` which news were told."""

    __tablename__ = "digest"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    until: Mapped[datetime]
