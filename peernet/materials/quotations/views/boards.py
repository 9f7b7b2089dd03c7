"""The consent board of a cohort, for those who lead it."""

from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Cohort
from peernet.materials.quotations import board, states
from peernet.materials.views.blueprint import blueprint
from peernet.web.pages import render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/consent")
@rule(Rule.PERSON)
def consent(slug: str) -> str:
    """All quotations in the materials of the cohort, and whose word is missing."""
    cohort: Cohort = load(cohorts.led_by(viewer()).where(Cohort.slug == slug))
    organises = db().scalar(cohorts.run_by(viewer()).where(Cohort.id == cohort.id)) is not None
    return render(
        "materials/quotations/of_cohort.html",
        cohort=cohort,
        board=board.of_cohort(db(), viewer(), cohort.id),
        organises=organises,
        words=states.WORDS,
    )
