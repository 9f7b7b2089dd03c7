"""What the hours of a cohort's roundtables have asked of each: one's own, and for those who lead how it is shared."""

from flask.typing import ResponseReturnValue

from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Cohort
from peernet.roundtables import words
from peernet.roundtables.plans import burdens as carried
from peernet.roundtables.plans.words import SHADES
from peernet.roundtables.views.room import blueprint
from peernet.web.pages import render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/roundtables/burden")
@rule(Rule.PERSON)
def burdens(slug: str) -> ResponseReturnValue:
    """One's own hours, and the distribution without names."""
    cohort: Cohort = load(cohorts.visible_to(viewer()).where(Cohort.slug == slug))
    role = load(cohorts.my_membership(viewer(), cohort.id)).role
    leads = role in cohorts.LEADING
    return render(
        "roundtables/plans/burden.html",
        cohort=cohort,
        own=carried.own(db(), viewer(), cohort.id),
        attends=role in carried.ATTENDING,
        leads=leads,
        organises=role in cohorts.ORGANISING,
        shared=carried.shared(db(), cohort.id) if leads else [],
        words=words,
        shades=SHADES,
    )
