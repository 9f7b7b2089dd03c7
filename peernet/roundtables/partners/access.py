"""Who sees what of learning partners: those who lead a cohort every group; everybody else who attends it their own."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager

from peernet.accounts.models import Person
from peernet.cohorts.access import LEADING, present
from peernet.cohorts.models import Cohort, CohortState
from peernet.groups.models import GroupSeat
from peernet.roundtables.access import ATTENDING
from peernet.roundtables.partners.models import (
    PartnersMet,
    PartnersMetPerson,
    PartnersOptOut,
    PartnersPeriod,
    PartnersRhythm,
)
from peernet.web.viewer import Viewer


def attended_by(viewer: Viewer) -> Select[Cohort]:
    """Cohorts whose page of partners the viewer may open."""
    return select(Cohort).where(present(viewer, ATTENDING, Cohort.id))


def rhythm_led_by(viewer: Viewer) -> Select[PartnersRhythm]:
    """Rhythms of the cohorts that the viewer leads."""
    return _rhythms().where(present(viewer, LEADING, PartnersRhythm.cohort_id))


def periods_led_by(viewer: Viewer) -> Select[PartnersPeriod]:
    """Periods of the cohorts that the viewer leads, newest first."""
    return _periods().where(present(viewer, LEADING, PartnersPeriod.cohort_id))


def own_periods(viewer: Viewer, on: date) -> Select[PartnersPeriod]:
    """The periods in which the viewer has partners on a day, in cohorts that they still attend."""
    seated = select(GroupSeat.grouping_id).where(GroupSeat.person_id == viewer.person_id)
    running = (PartnersPeriod.starts_on <= on, PartnersPeriod.ends_on >= on, Cohort.state == CohortState.RUNNING)
    attends = present(viewer, ATTENDING, PartnersPeriod.cohort_id)
    return _periods().where(PartnersPeriod.grouping_id.in_(seated), attends, *running)


def own_seats(viewer: Viewer, grouping_ids: Collection[int]) -> Select[GroupSeat]:
    """Of loaded periods the seats at the viewer's own tables, with who sits there."""
    mine = select(GroupSeat).where(GroupSeat.person_id == viewer.person_id).subquery()
    return (
        select(GroupSeat)
        .join(mine, (mine.c.grouping_id == GroupSeat.grouping_id) & (mine.c.table_number == GroupSeat.table_number))
        .join(GroupSeat.person)
        .options(contains_eager(GroupSeat.person))
        .where(GroupSeat.grouping_id.in_(grouping_ids))
        .order_by(GroupSeat.grouping_id, Person.name, Person.id)
    )


def own_opt_out(viewer: Viewer, cohort_id: int) -> Select[PartnersOptOut]:
    """Whether the viewer passes in a cohort."""
    mine = PartnersOptOut.person_id == viewer.person_id
    return select(PartnersOptOut).where(PartnersOptOut.cohort_id == cohort_id, mine)


# For verbs and the worker, and for what is shown to those who lead.


def rhythm_of(cohort_id: int) -> Select[PartnersRhythm]:
    """The rhythm of a loaded cohort."""
    return _rhythms().where(PartnersRhythm.cohort_id == cohort_id)


def rhythms_on() -> Select[PartnersRhythm]:
    """Every rhythm that goes on, of a cohort that runs."""
    return _rhythms().where(
        PartnersRhythm.is_on, PartnersRhythm.next_on.is_not(None), Cohort.state == CohortState.RUNNING
    )


def period(period_id: int) -> Select[PartnersPeriod]:
    """One period."""
    return _periods().where(PartnersPeriod.id == period_id)


def periods_running(on: date) -> Select[PartnersPeriod]:
    """Every period that may still be running somewhere on a day."""
    return _periods().where(PartnersPeriod.ends_on >= on, Cohort.state == CohortState.RUNNING)


def who_passes(cohort_id: int) -> Select[int]:
    """Ids of those who pass in a loaded cohort."""
    return select(PartnersOptOut.person_id).where(PartnersOptOut.cohort_id == cohort_id)


def met_in(cohort_id: int) -> Select[int, date, int, int, bool]:
    """Who said that they met in a loaded cohort: period, its first day, meeting, person, and whether theirs was the
    first case."""
    return (
        select(
            PartnersMet.period_id,
            PartnersPeriod.starts_on,
            PartnersMet.id,
            PartnersMetPerson.person_id,
            PartnersMetPerson.gave_case,
        )
        .join(PartnersMetPerson, PartnersMetPerson.met_id == PartnersMet.id)
        .join(PartnersPeriod, PartnersPeriod.id == PartnersMet.period_id)
        .where(PartnersPeriod.cohort_id == cohort_id)
        .order_by(PartnersPeriod.starts_on, PartnersMet.id, PartnersMetPerson.person_id)
    )


def keys_met(period_ids: Collection[int]) -> Select[int, str]:
    """Which partners of loaded periods said that they met."""
    return select(PartnersMet.period_id, PartnersMet.key).where(PartnersMet.period_id.in_(period_ids))


def first_period_after(cohort_id: int, day: date) -> Select[date]:
    """The first day after one on which a period of a cohort begins."""
    later = (PartnersPeriod.cohort_id == cohort_id, PartnersPeriod.starts_on > day)
    return select(func.min(PartnersPeriod.starts_on)).where(*later)


def _rhythms() -> Select[PartnersRhythm]:
    return select(PartnersRhythm).join(PartnersRhythm.cohort).options(contains_eager(PartnersRhythm.cohort))


def _periods() -> Select[PartnersPeriod]:
    return (
        select(PartnersPeriod)
        .join(PartnersPeriod.cohort)
        .join(PartnersPeriod.grouping)
        .options(contains_eager(PartnersPeriod.cohort), contains_eager(PartnersPeriod.grouping))
        .order_by(PartnersPeriod.starts_on.desc(), PartnersPeriod.id.desc())
    )
