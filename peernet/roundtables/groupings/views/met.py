"""Who has met whom in a cohort: everything for those who lead, for everybody else who attends their own."""

from flask import abort
from flask.typing import ResponseReturnValue

from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Cohort
from peernet.roundtables.access import ATTENDING
from peernet.roundtables.groupings import meeting, memory, people
from peernet.roundtables.views.room import blueprint
from peernet.web.pages import render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/met")
@rule(Rule.PERSON)
def met(slug: str) -> ResponseReturnValue:
    """The picture, its table, and what it comes to."""
    cohort: Cohort = load(cohorts.visible_to(viewer()).where(Cohort.slug == slug))
    role = load(cohorts.my_membership(viewer(), cohort.id)).role
    if role not in ATTENDING:
        abort(404)
    remembered = memory.of_cohort(db(), cohort.id)
    attending = people.attending(db(), cohort.id)
    shown = {
        "cohort": cohort,
        "held": len(remembered.held),
        "own": meeting.own(remembered, attending, viewer().person_id),
        "one_table": memory.ONE_TABLE,
    }
    if role not in cohorts.LEADING:
        return render("roundtables/groupings/own_met.html", **shown)
    return render(
        "roundtables/groupings/met.html",
        matrix=meeting.of_people(remembered, attending),
        organisations=meeting.of_organisations(remembered, attending),
        **shown,
    )
