"""The ledger of burden over the life of a cohort: derived from the roundtables and their answers, kept nowhere.

Points are counted by the clock and the own weekend, as in :mod:`peernet.roundtables.plans.figures`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from peernet import clock
from peernet.roundtables.access import ATTENDING
from peernet.roundtables.hours import access as hours
from peernet.roundtables.models import Answer, Roundtable
from peernet.roundtables.plans import access
from peernet.roundtables.plans.drafting import starts_of
from peernet.roundtables.plans.figures import late, points_of, shade
from peernet.roundtables.plans.models import Objective
from peernet.roundtables.series.availability import Level, Member, level
from peernet.web.viewer import Viewer

__all__ = ["ATTENDING", "Hour", "Own", "own", "shared"]

# Who said one of these does not come.
_AWAY = (Answer.DECLINED, Answer.WRITING, Answer.DEPUTY)


@dataclass(frozen=True, slots=True)
class Hour:
    """One roundtable for one person. ``counts`` where they came, or may come still."""

    roundtable: Roundtable
    wall: datetime
    points: int
    shade: int
    late: bool
    counts: bool
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Own:
    """One's own hours in a cohort. To ``planned_late`` of ``planned`` roundtables of the plan announced last they could
    come in a late evening or early morning; with the same time each week it were ``fixed_late`` (None: not known)."""

    hours: tuple[Hour, ...]
    planned: int = 0
    planned_late: int = 0
    fixed_late: int | None = None

    @property
    def points(self) -> int:
        """What they carry altogether."""
        return sum(hour.points for hour in self.hours if hour.counts)


def own(db: Session, viewer: Viewer, cohort_id: int) -> Own:
    """The viewer's own hours in a cohort that they loaded. Three queries, however many roundtables."""
    me = hours.myself(viewer, db.scalar(hours.mine(viewer)))
    found = db.execute(access.answered_by(viewer.person_id, cohort_id))
    rows = tuple(_hour(me, roundtable, answer) for roundtable, answer in found)
    plan = db.scalar(access.announced_last(viewer, cohort_id))
    if plan is None:
        return Own(rows)
    minutes = plan.wishes["minutes"]
    fixed = plan.found.get(Objective.WEEKLY.value, {}).get("slots")
    starts = starts_of(plan)
    return Own(
        rows,
        len(starts),
        _late_among(me, starts, minutes),
        None if fixed is None else _late_among(me, map(datetime.fromisoformat, fixed), minutes),
    )


def shared(db: Session, cohort_id: int) -> list[int]:
    """What each who attends carries, held roundtables and those to come, the most first: numbers without names."""
    members = hours.for_planner(db, cohort_id)
    coming = list(db.scalars(access.announced(cohort_id)))
    given = {(row.person_id, row.roundtable_id): row.answer for row in db.execute(access.answers_to_come(cohort_id))}
    totals = [
        member.burden_so_far
        + sum(
            points_of(member, one.starts_at, one.minutes)
            for one in coming
            if _may_come(member, one, given.get((int(member.id), one.id)))
        )
        for member in members
    ]
    return sorted(totals, reverse=True)


def _may_come(member: Member, one: Roundtable, answer: Answer | None) -> bool:
    """Whoever has not answered may come where their hours, if they said any, do not say never."""
    return _can(member, one.starts_at, one.minutes) if answer is None else answer not in _AWAY


def _can(member: Member, start: datetime, minutes: int) -> bool:
    return not member.weekly or level(member, start, minutes) != Level.NO


def _hour(me: Member, one: Roundtable, answer: Answer | None) -> Hour:
    points = points_of(me, one.starts_at, one.minutes)
    is_over = one.over_at <= clock.now()
    counts = answer is Answer.ACCEPTED if is_over else _may_come(me, one, answer)
    return Hour(
        one,
        clock.to_wall(one.starts_at, me.zone),
        points,
        shade(points, one.minutes),
        late(me, one.starts_at, one.minutes),
        counts,
        answer,
    )


def _late_among(me: Member, starts: Iterable[datetime], minutes: int) -> int:
    return sum(late(me, start, minutes) and _can(me, start, minutes) for start in starts)
