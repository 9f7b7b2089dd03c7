"""Drafts of series. Nothing of anybody's weekly hours is kept in one: only starts, and digests of what they follow
from."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peernet.cohorts.models import Cohort
from peernet.db import Base, Versioned, choice, pk, short


class PlanState(StrEnum):
    """Life of a draft: it waits for the worker, is worked out, and may be announced; or the work failed."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"
    ANNOUNCED = "announced"


class Objective(StrEnum):
    """What a plan is best at. ``WEEKLY`` is the same time each week, for comparison."""

    BALANCED = "balanced"
    STRICT = "strict"
    WEEKLY = "weekly"


class SeriesPlan(Versioned, Base):
    """One draft. ``wishes`` as in :mod:`peernet.roundtables.plans.wishes`; ``inputs`` are digests of all that the plan
    follows from; ``found`` holds for each objective its starts and who comes; ``slots`` are the starts as they stand,
    changed by hand or not. ``progress`` is in percent. Moments are kept in ISO 8601.
    """

    __tablename__ = "series_plan"

    id: Mapped[pk]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime]
    state: Mapped[PlanState] = mapped_column(choice(PlanState), default=PlanState.WAITING)
    progress: Mapped[int] = mapped_column(Integer, default=0)
    wishes: Mapped[dict[str, Any]]
    inputs: Mapped[dict[str, Any]]
    found: Mapped[dict[str, Any]] = mapped_column(default=dict)
    objective: Mapped[short] = mapped_column(default=Objective.BALANCED.value)
    slots: Mapped[list[Any]] = mapped_column(default=list)
    announced_at: Mapped[datetime | None]
    cohort: Mapped[Cohort] = relationship(lazy="raise")
