"""What the inner page of a cohort shows, gathered in a constant number of queries."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from peernet import clock
from peernet.cohorts import access as cohorts_access
from peernet.cohorts.models import Cohort, Membership, Role
from peernet.materials import access as materials_access
from peernet.materials.models import Material
from peernet.prompts import access as prompts_access
from peernet.prompts.access import Standing
from peernet.roundtables import access as roundtables_access
from peernet.roundtables.models import Roundtable
from peernet.web.viewer import Viewer


@dataclass(frozen=True, slots=True)
class CohortPage:
    """The parts of the page, for one viewer."""

    mine: Membership
    people: list[Membership]
    roundtables: list[roundtables_access.Standing]
    questions: list[Standing]
    materials: list[Material]
    today: date
    now: datetime

    @property
    def leads(self) -> bool:
        """Whether the viewer facilitates or organises the cohort."""
        return self.mine.role in cohorts_access.LEADING

    @property
    def is_member(self) -> bool:
        """Whether the viewer holds a seat, so that prompts wait for them."""
        return self.mine.role is Role.MEMBER

    @property
    def organises(self) -> bool:
        """Whether the viewer runs the cohort."""
        return self.mine.role is Role.ORGANISER

    @property
    def next_one(self) -> Roundtable | None:
        """The next roundtable that takes place."""
        moment = clock.now()
        coming = [one.roundtable for one in self.roundtables if one.roundtable.over_at > moment]
        return next((one for one in coming if one.cancelled_at is None), None)

    @property
    def points(self) -> list[dict[str, Any]]:
        """Roundtables as points on the cohort's line."""
        following = self.next_one
        return [_point(each.roundtable, following) for each in self.roundtables]

    @property
    def asked_now(self) -> list[Standing]:
        """The focus questions, and what can be answered now; the rest is one link away."""
        return [each for each in self.questions if each.is_open or each.asking.is_focus]

    @property
    def leaves(self) -> list[dict[str, Any]]:
        """Publications as leaves on the cohort's line."""
        return [
            {"date": one.published_on, "title": one.title, "url": url_for("site.material", slug=one.slug)}
            for one in self.materials
            if one.published_on
        ]


def gather(db: Session, viewer: Viewer, cohort: Cohort) -> CohortPage:
    """Everything for a cohort that was loaded for this viewer."""
    series = roundtables_access.visible_to(viewer).where(Roundtable.cohort_id == cohort.id)
    published = materials_access.published().where(Material.cohort_id == cohort.id)
    return CohortPage(
        mine=db.scalars(cohorts_access.my_membership(viewer, cohort.id)).one(),
        people=list(db.scalars(cohorts_access.people_of(cohort.id))),
        roundtables=roundtables_access.standings(db, viewer, series),
        questions=prompts_access.standings(db, viewer, prompts_access.asked_in(viewer, cohort.id)),
        materials=list(db.scalars(published).unique()),
        today=clock.today(viewer.zone),
        now=clock.now(),
    )


def _point(one: Roundtable, following: Roundtable | None) -> dict[str, Any]:
    state = "held" if one.over_at <= clock.now() else "planned"
    if one is following:
        state = "next"
    if one.cancelled_at is not None:
        state = "cancelled"
    url = url_for("roundtables.page", slug=one.cohort.slug, roundtable_id=one.id)
    return {"date": one.wall_start.date(), "title": one.title, "url": url, "state": state}
