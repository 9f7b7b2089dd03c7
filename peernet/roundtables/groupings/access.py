"""Who sees the groups of a roundtable: those who lead its cohort everything; whoever attends it as one of the cohort
what is announced. Who was with whom before is for those who lead, and for each person as far as it is their own."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import aliased, contains_eager

from peernet import clock
from peernet.accounts.models import Person
from peernet.cohorts.access import LEADING, present
from peernet.cohorts.models import Cohort, Membership
from peernet.groups.models import Grouping, GroupSeat
from peernet.roundtables.access import ATTENDING
from peernet.roundtables.groupings.models import RoundtableGrouping, SeriesGrouping
from peernet.roundtables.models import Answer, Attendance, Presence, Roundtable
from peernet.web.viewer import Viewer

# Who said one of these sits at no table.
AWAY = (Answer.DECLINED, Answer.DEPUTY, Answer.WRITING, Answer.WAITING)


def led_by(viewer: Viewer) -> Select[RoundtableGrouping]:
    """Groupings of the roundtables that the viewer leads, with roundtable and cohort, newest first."""
    return _links().where(present(viewer, LEADING, Roundtable.cohort_id)).order_by(RoundtableGrouping.id.desc())


def series_led_by(viewer: Viewer) -> Select[SeriesGrouping]:
    """Groups of whole series of the cohorts that the viewer leads, with the cohort, newest first."""
    mine = present(viewer, LEADING, Grouping.cohort_id)
    return _series().where(mine).order_by(SeriesGrouping.grouping_id.desc())


def announced_to(viewer: Viewer) -> Select[RoundtableGrouping]:
    """What is announced to those who attend: the groupings of roundtables of the viewer's cohorts."""
    attends = present(viewer, ATTENDING, Roundtable.cohort_id)
    return _links().where(RoundtableGrouping.is_announced, Roundtable.cancelled_at.is_(None), attends)


def own_seats(viewer: Viewer, roundtable_ids: Collection[int]) -> Select[int, int | None, GroupSeat]:
    """The seats at the tables at which the viewer sits, in what is announced of loaded roundtables and of their steps,
    each with the ids of roundtable and step and who sits there, as far as they come still. Nothing where the viewer
    does not come."""
    mine = select(GroupSeat).where(GroupSeat.person_id == viewer.person_id).subquery()
    return (
        select(RoundtableGrouping.roundtable_id, RoundtableGrouping.step_id, GroupSeat)
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


def announced_at(roundtable_id: int, step_id: int | None = None) -> Select[RoundtableGrouping]:
    """What is announced of a loaded roundtable or, where one is named, of a step of it."""
    return _links().where(
        RoundtableGrouping.roundtable_id == roundtable_id, RoundtableGrouping.is_announced, is_of(step_id)
    )


def is_of(step_id: int | None) -> ColumnElement[bool]:
    """Whether a grouping is that of a step, or of none: of the whole roundtable."""
    return RoundtableGrouping.step_id == step_id if step_id is not None else RoundtableGrouping.step_id.is_(None)


def seats_beside(roundtable_id: int, step_id: int | None) -> Select[GroupSeat]:
    """The seats of what is announced of a loaded roundtable, but for the groups of a step, or for those of none."""
    return (
        select(GroupSeat)
        .join(RoundtableGrouping, RoundtableGrouping.grouping_id == GroupSeat.grouping_id)
        .where(RoundtableGrouping.roundtable_id == roundtable_id, RoundtableGrouping.is_announced, ~is_of(step_id))
        .order_by(GroupSeat.grouping_id, GroupSeat.round, GroupSeat.table_number, GroupSeat.person_id)
    )


def seats_in_step(roundtable_id: int, step_id: int) -> Select[GroupSeat]:
    """The seats of what is announced of a step of a loaded roundtable."""
    return (
        select(GroupSeat)
        .join(RoundtableGrouping, RoundtableGrouping.grouping_id == GroupSeat.grouping_id)
        .where(RoundtableGrouping.roundtable_id == roundtable_id, RoundtableGrouping.step_id == step_id)
        .where(RoundtableGrouping.is_announced)
        .order_by(GroupSeat.round, GroupSeat.table_number, GroupSeat.person_id)
    )


def rounds_in(roundtable_id: int, step_id: int) -> Select[int | None, int]:
    """How many rounds are announced of a step of a loaded roundtable, and of the whole of it, each with the step's
    id."""
    link = RoundtableGrouping
    return (
        select(link.step_id, func.max(GroupSeat.round))
        .join(GroupSeat, GroupSeat.grouping_id == link.grouping_id)
        .where(link.roundtable_id == roundtable_id, link.is_announced, is_of(step_id) | is_of(None))
        .group_by(link.step_id)
    )


def groupings_of_step(roundtable_id: int, step_id: int) -> Select[int]:
    """The ids of all groupings of a step of a loaded roundtable, drafts too."""
    of_step = (RoundtableGrouping.roundtable_id == roundtable_id, RoundtableGrouping.step_id == step_id)
    return select(RoundtableGrouping.grouping_id).where(*of_step)


def steps_announced(roundtable_id: int) -> Select[int | None]:
    """The steps of a loaded roundtable whose groups are announced."""
    link = RoundtableGrouping
    return select(link.step_id).where(link.roundtable_id == roundtable_id, link.is_announced, link.step_id.is_not(None))


def announced_in_steps(roundtable_id: int) -> Select[RoundtableGrouping]:
    """What is announced of the steps of a loaded roundtable, with the groupings."""
    link = RoundtableGrouping
    return _links().where(link.roundtable_id == roundtable_id, link.is_announced, link.step_id.is_not(None))


def here_at(roundtable_id: int) -> Select[int | None]:
    """Who is marked as being at a loaded roundtable."""
    return select(Presence.person_id).where(
        Presence.roundtable_id == roundtable_id, Presence.was_there, Presence.person_id.is_not(None)
    )


def answers_of_people(roundtable_id: int) -> Select[int | None, Answer]:
    """What each person answered to the invitation to a loaded roundtable."""
    given = (Attendance.roundtable_id == roundtable_id, Attendance.person_id.is_not(None))
    return select(Attendance.person_id, Attendance.answer).where(*given)


def seats_announced(roundtable_ids: Collection[int]) -> Select[int, int | None, GroupSeat]:
    """The seats of what was announced of loaded roundtables and of their steps, each with the ids of roundtable and
    step."""
    return (
        select(RoundtableGrouping.roundtable_id, RoundtableGrouping.step_id, GroupSeat)
        .join(GroupSeat, GroupSeat.grouping_id == RoundtableGrouping.grouping_id)
        .where(RoundtableGrouping.is_announced, RoundtableGrouping.roundtable_id.in_(roundtable_ids))
        .order_by(
            RoundtableGrouping.roundtable_id,
            GroupSeat.grouping_id,
            GroupSeat.round,
            GroupSeat.table_number,
            GroupSeat.person_id,
        )
    )


def to_come(cohort_id: int) -> Select[Roundtable]:
    """The roundtables of a loaded cohort that have not begun and are not cancelled, the next one first."""
    here = (Roundtable.cohort_id == cohort_id, Roundtable.cancelled_at.is_(None), Roundtable.starts_at > clock.now())
    return select(Roundtable).where(*here).order_by(Roundtable.starts_at, Roundtable.id)


def of_ids(roundtable_ids: Collection[int]) -> Select[Roundtable]:
    """Roundtables of a cohort that its viewer leads."""
    return select(Roundtable).where(Roundtable.id.in_(roundtable_ids))


def answers_at(roundtable_ids: Collection[int]) -> Select[int, int | None, Answer]:
    """What each person answered to the invitations to loaded roundtables."""
    given = (Attendance.roundtable_id.in_(roundtable_ids), Attendance.person_id.is_not(None))
    return select(Attendance.roundtable_id, Attendance.person_id, Attendance.answer).where(*given)


def series_of(grouping_id: int) -> Select[SeriesGrouping]:
    """Groups of a series that a job is about."""
    return _series().where(SeriesGrouping.grouping_id == grouping_id)


def parts_of_series(grouping_id: int) -> Select[dict[str, Any]]:
    """What is kept of groups of a series: ``parts`` are the groupings that its roundtables were given."""
    return select(Grouping.found).where(Grouping.id == grouping_id)


def seats_to_come(grouping_ids: Collection[int], but_roundtable: int) -> Select[int, GroupSeat]:
    """The seats of groupings of roundtables that are not over, but for one of these, each with the roundtable's id."""
    return (
        select(RoundtableGrouping.roundtable_id, GroupSeat)
        .join(GroupSeat, GroupSeat.grouping_id == RoundtableGrouping.grouping_id)
        .join(Roundtable, Roundtable.id == RoundtableGrouping.roundtable_id)
        .where(RoundtableGrouping.grouping_id.in_(grouping_ids), Roundtable.id != but_roundtable)
        .where(Roundtable.over_at > clock.now(), Roundtable.cancelled_at.is_(None))
        .order_by(RoundtableGrouping.roundtable_id, GroupSeat.round, GroupSeat.table_number, GroupSeat.person_id)
    )


def is_to_come() -> ColumnElement[bool]:
    """Whether a grouping is a series that is taken over, or can be a part of one, as long as a roundtable of its cohort
    is to come: of a part, its own."""
    taken = exists().where(SeriesGrouping.taken_at.is_not(None), SeriesGrouping.grouping_id == Grouping.id)
    series, whole = aliased(Grouping), aliased(SeriesGrouping)
    of_taken = exists().where(
        whole.taken_at.is_not(None), whole.grouping_id == series.id, series.cohort_id == Grouping.cohort_id
    )
    to_come = (Roundtable.over_at > clock.now(), Roundtable.cohort_id == Grouping.cohort_id)
    own = exists().where(
        RoundtableGrouping.grouping_id == Grouping.id, RoundtableGrouping.roundtable_id == Roundtable.id, *to_come
    )
    return (taken & exists().where(*to_come)) | (of_taken & own)


def titles(roundtable_ids: Collection[int]) -> Select[int, datetime, str]:
    """When loaded roundtables begin by their own clocks, and what they are called."""
    return select(Roundtable.id, Roundtable.wall_start, Roundtable.title).where(Roundtable.id.in_(roundtable_ids))


def _series() -> Select[SeriesGrouping]:
    return (
        select(SeriesGrouping)
        .join(SeriesGrouping.grouping)
        .join(Grouping.cohort)
        .options(contains_eager(SeriesGrouping.grouping).contains_eager(Grouping.cohort))
    )


def _links() -> Select[RoundtableGrouping]:
    return (
        select(RoundtableGrouping)
        .join(RoundtableGrouping.grouping)
        .join(RoundtableGrouping.roundtable)
        .join(Roundtable.cohort)
        .outerjoin(RoundtableGrouping.step)
        .options(
            contains_eager(RoundtableGrouping.grouping),
            contains_eager(RoundtableGrouping.step),
            contains_eager(RoundtableGrouping.roundtable).contains_eager(Roundtable.cohort),
        )
        .where(Cohort.id == Grouping.cohort_id)
    )


def _comes(person_id: Any) -> ColumnElement[bool]:
    """Whether a person belongs to the roundtable of the statement around still, and did not say that they stay away,
    or is there all the same."""
    is_there = exists().where(
        Presence.roundtable_id == Roundtable.id, Presence.person_id == person_id, Presence.was_there
    )
    said_no = exists().where(
        Attendance.roundtable_id == Roundtable.id, Attendance.person_id == person_id, Attendance.answer.in_(AWAY)
    )
    here = exists().where(
        Membership.cohort_id == Roundtable.cohort_id,
        Membership.person_id == person_id,
        Membership.role.in_(ATTENDING),
        Membership.left_at.is_(None),
    )
    return here & (is_there | ~said_no)
