"""What the views of this room share: the blueprint, and the cohort that a page is about."""

from flask import Blueprint

from peernet.cohorts import access
from peernet.cohorts.models import Cohort, Seat
from peernet.web.inputs import Form
from peernet.web.request import db, load, viewer

blueprint = Blueprint("cohorts", __name__)


def run_by_me(slug: str) -> Cohort:
    """The cohort, for one of its organisers; 404 for anybody else."""
    cohort: Cohort = load(access.run_by(viewer()).where(Cohort.slug == slug))
    return cohort


def seats_of(cohort: Cohort) -> list[Seat]:
    """The seats of a loaded cohort, by name of the organisation."""
    return sorted(db().scalars(access.seats_of(cohort.id)), key=lambda seat: seat.organisation.name.casefold())


def seen_version(form: Form | None, present: int) -> int | str:
    """The version that the person saw. After a lost race they have now seen the other's text, so it is that one's."""
    if form is None or form.theirs is not None:
        return present
    return str(form.value("version", present))
