"""Rows of groupings. Who may see which is decided upstairs, by what a grouping is for; those who lead a cohort see all
of its own."""

from collections.abc import Collection

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from peernet.accounts.models import Person
from peernet.cohorts.access import INSIDE, LEADING, present
from peernet.cohorts.models import Membership
from peernet.groups.models import Exchange, ExchangeTopic, Grouping, GroupSeat
from peernet.prompts.models import Topic
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


def exchange_of(viewer: Viewer) -> Select[Exchange]:
    """What the viewer offers and asks for themselves."""
    return _exchanges().where(Exchange.person_id == viewer.person_id)


def exchanges_in(viewer: Viewer, cohort_id: int) -> Select[Exchange]:
    """What people of a cohort of the viewer's show, by name."""
    inside = present(viewer, INSIDE, cohort_id)
    here = select(Membership.person_id).where(
        Membership.cohort_id == cohort_id, Membership.left_at.is_(None), Membership.role.in_(INSIDE)
    )
    return _shown().where(inside, Exchange.person_id.in_(here))


def topics() -> Select[Topic]:
    """Every topic that there is, themes first."""
    return select(Topic).order_by(Topic.is_theme.desc(), Topic.position, Topic.name, Topic.id)


def topics_of(person_ids: Collection[int]) -> Select[ExchangeTopic]:
    """The topics of loaded rows, by name."""
    return (
        select(ExchangeTopic)
        .join(ExchangeTopic.topic)
        .options(contains_eager(ExchangeTopic.topic))
        .where(ExchangeTopic.person_id.in_(person_ids))
        .order_by(Topic.name)
    )


# For verbs and the worker only.


def exchanges_between(person_ids: Collection[int]) -> Select[Exchange]:
    """What some people of one cohort show."""
    return _shown().where(Exchange.person_id.in_(person_ids))


def by_id(grouping_id: int) -> Select[Grouping]:
    """A grouping that a job is about, with its cohort."""
    return _groupings().where(Grouping.id == grouping_id)


def _groupings() -> Select[Grouping]:
    return select(Grouping).join(Grouping.cohort).options(contains_eager(Grouping.cohort))


def _exchanges() -> Select[Exchange]:
    return select(Exchange).join(Exchange.person).options(contains_eager(Exchange.person))


def _shown() -> Select[Exchange]:
    return _exchanges().where(Exchange.is_shown, Person.disabled_at.is_(None)).order_by(Person.name, Person.id)
