"""Weekly hours: one row of a person, that goes with them from cohort to cohort."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from peernet.db import Base, Versioned, pk, short


class WeeklyHours(Versioned, Base):
    """When a person can come, by their own clocks. ``windows`` as in :mod:`peernet.roundtables.hours.week`, ``away``
    pairs of dates (first and last day, in ISO 8601), ``weekend`` weekdays (0 is Monday).

    The hours mean the clocks of the person's profile. ``zone`` is the one in which they last looked at them: where the
    two differ, they have moved and are asked which was meant.
    """

    __tablename__ = "weekly_hours"

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    zone: Mapped[short]
    windows: Mapped[list[Any]]
    weekend: Mapped[list[Any]]
    away: Mapped[list[Any]]
    said_at: Mapped[datetime]
