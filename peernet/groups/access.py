"""Rows of groupings. Who may see which is decided upstairs, by what a grouping is for; those who lead a cohort see all
of its own."""

from collections.abc import Collection

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from peernet.accounts.models import Person
from peernet.cohorts.access import LEADING, present
from peernet.groups.models import Grouping, GroupSeat
from peernet.web.viewer import Viewer


def led_by(viewer: Viewer) -> Select[Grouping]:
    """Groupings of the cohorts that the viewer facilitates or organises, with the cohort, newest first."""
    return _groupings().where(present(viewer, LEADING, Grouping.cohort_id)).order_by(Grouping.id.desc())


def seats_of(grouping_ids: Collection[int]) -> Select[GroupSeat]:
    """The seats of loaded groupings with who sits there, table by table, by name."""
    return (
        select(GroupSeat)
        .join(GroupSeat.person)
        .options(contains_eager(GroupSeat.person))
        .where(GroupSeat.grouping_id.in_(grouping_ids))
        .order_by(GroupSeat.grouping_id, GroupSeat.round, GroupSeat.table_number, Person.name, Person.id)
    )


# For verbs and the worker only.


def by_id(grouping_id: int) -> Select[Grouping]:
    """A grouping that a job is about, with its cohort."""
    return _groupings().where(Grouping.id == grouping_id)


def _groupings() -> Select[Grouping]:
    return select(Grouping).join(Grouping.cohort).options(contains_eager(Grouping.cohort))
