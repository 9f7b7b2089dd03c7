"""Who sees the groups of a roundtable: those who lead its cohort everything; whoever attends it as one of the cohort
what is announced. Who was with whom before is for those who lead, and for each person as far as it is their own."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import contains_eager

from peernet.accounts.models import Person
from peernet.cohorts.access import LEADING, present
from peernet.cohorts.models import Cohort, Membership
from peernet.groups.models import Grouping, GroupSeat
from peernet.roundtables.access import ATTENDING
from peernet.roundtables.groupings.models import RoundtableGrouping
from peernet.roundtables.models import Answer, Attendance, Roundtable
from peernet.web.viewer import Viewer

# Who said one of these sits at no table.
AWAY = (Answer.DECLINED, Answer.DEPUTY, Answer.WRITING, Answer.WAITING)


def led_by(viewer: Viewer) -> Select[RoundtableGrouping]:
    """Groupings of the roundtables that the viewer leads, with roundtable and cohort, newest first."""
    return _links().where(present(viewer, LEADING, Roundtable.cohort_id)).order_by(RoundtableGrouping.id.desc())


def announced_to(viewer: Viewer) -> Select[RoundtableGrouping]:
    """What is announced to those who attend: the groupings of roundtables of the viewer's cohorts."""
    attends = present(viewer, ATTENDING, Roundtable.cohort_id)
    return _links().where(RoundtableGrouping.is_announced, Roundtable.cancelled_at.is_(None), attends)


def own_seats(viewer: Viewer, roundtable_ids: Collection[int]) -> Select[int, GroupSeat]:
    """The seats at the tables at which the viewer sits, in what is announced of loaded roundtables, each with the
    roundtable's id and who sits there, as far as they come still. Nothing where the viewer does not come."""
    mine = select(GroupSeat).where(GroupSeat.person_id == viewer.person_id).subquery()
    return (
        select(RoundtableGrouping.roundtable_id, GroupSeat)
        .join(GroupSeat, GroupSeat.grouping_id == RoundtableGrouping.grouping_id)
        .join(
            mine,
            (mine.c.grouping_id == GroupSeat.grouping_id)
            & (mine.c.round == GroupSeat.round)
            & (mine.c.table_number == GroupSeat.table_number),
        )
        .join(Roundtable, Roundtable.id == RoundtableGrouping.roundtable_id)
        .join(GroupSeat.person)
        .options(contains_eager(GroupSeat.person))
        .where(RoundtableGrouping.is_announced, RoundtableGrouping.roundtable_id.in_(roundtable_ids))
        .where(Roundtable.cancelled_at.is_(None), present(viewer, ATTENDING, Roundtable.cohort_id))
        .where(_comes(GroupSeat.person_id), _comes(viewer.person_id))
        .order_by(RoundtableGrouping.roundtable_id, GroupSeat.round, Person.name, Person.id)
    )


# For verbs and the worker, and for what is shown to those who lead.


def of_grouping(grouping_id: int) -> Select[RoundtableGrouping]:
    """What a grouping is for."""
    return _links().where(RoundtableGrouping.grouping_id == grouping_id)


def announced_at(roundtable_id: int) -> Select[RoundtableGrouping]:
    """What is announced of a loaded roundtable."""
    return _links().where(RoundtableGrouping.roundtable_id == roundtable_id, RoundtableGrouping.is_announced)


def answers_of_people(roundtable_id: int) -> Select[int | None, Answer]:
    """What each person answered to the invitation to a loaded roundtable."""
    given = (Attendance.roundtable_id == roundtable_id, Attendance.person_id.is_not(None))
    return select(Attendance.person_id, Attendance.answer).where(*given)


def seats_announced(roundtable_ids: Collection[int]) -> Select[int, GroupSeat]:
    """The seats of what was announced of loaded roundtables, each with the roundtable's id."""
    return (
        select(RoundtableGrouping.roundtable_id, GroupSeat)
        .join(GroupSeat, GroupSeat.grouping_id == RoundtableGrouping.grouping_id)
        .where(RoundtableGrouping.is_announced, RoundtableGrouping.roundtable_id.in_(roundtable_ids))
        .order_by(RoundtableGrouping.roundtable_id, GroupSeat.round, GroupSeat.table_number, GroupSeat.person_id)
    )


def titles(roundtable_ids: Collection[int]) -> Select[int, datetime, str]:
    """When loaded roundtables begin by their own clocks, and what they are called."""
    return select(Roundtable.id, Roundtable.wall_start, Roundtable.title).where(Roundtable.id.in_(roundtable_ids))


def _links() -> Select[RoundtableGrouping]:
    return (
        select(RoundtableGrouping)
        .join(RoundtableGrouping.grouping)
        .join(RoundtableGrouping.roundtable)
        .join(Roundtable.cohort)
        .options(
            contains_eager(RoundtableGrouping.grouping),
            contains_eager(RoundtableGrouping.roundtable).contains_eager(Roundtable.cohort),
        )
        .where(Cohort.id == Grouping.cohort_id)
    )


def _comes(person_id: Any) -> ColumnElement[bool]:
    """Whether a person belongs to the roundtable of the statement around still, and did not say that they stay away."""
    said_no = exists().where(
        Attendance.roundtable_id == Roundtable.id, Attendance.person_id == person_id, Attendance.answer.in_(AWAY)
    )
    here = exists().where(
        Membership.cohort_id == Roundtable.cohort_id,
        Membership.person_id == person_id,
        Membership.role.in_(ATTENDING),
        Membership.left_at.is_(None),
    )
    return here & ~said_no
