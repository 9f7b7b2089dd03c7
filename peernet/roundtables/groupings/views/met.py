"""Who has met whom in a cohort: everything for those who lead, for everybody else who attends their own."""

from datetime import date

from flask import abort
from flask.typing import ResponseReturnValue

from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Cohort
from peernet.i18n import gettext as _
from peernet.roundtables.access import ATTENDING
from peernet.roundtables.groupings import access, meeting, memory, people, picturing
from peernet.roundtables.groupings.memory import Memory
from peernet.roundtables.views.room import blueprint
from peernet.web.pages import render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/c/<slug>/met")
@rule(Rule.PERSON)
def met(slug: str) -> ResponseReturnValue:
    """The pictures, their tables, and what it comes to."""
    cohort: Cohort = load(cohorts.visible_to(viewer()).where(Cohort.slug == slug))
    role = load(cohorts.my_membership(viewer(), cohort.id)).role
    if role not in ATTENDING:
        abort(404)
    remembered = memory.of_cohort(db(), cohort.id)
    attending = people.attending(db(), cohort.id)
    whom, titles = [each.person_id for each in attending], _titles(remembered)
    shown = {"cohort": cohort, "held": len(remembered.held), "one_table": memory.ONE_TABLE}
    if role not in cohorts.LEADING:
        own = meeting.own(remembered, attending, viewer().person_id)
        steps = picturing.growth(remembered, whom, titles, viewer().person_id)
        ring = picturing.ring(own) if len(own) <= picturing.MOST_POINTS else []
        return render("roundtables/groupings/own_met.html", own=own, ring=ring, steps=steps, **shown)
    matrix = meeting.of_people(remembered, attending)
    organisations = meeting.of_organisations(remembered, attending)
    return render(
        "roundtables/groupings/met.html",
        matrix=matrix,
        organisations=organisations,
        networks=[picturing.network(matrix), picturing.network(organisations)],
        steps=picturing.growth(remembered, whom, titles),
        **shown,
    )


def _titles(remembered: Memory) -> dict[int | date, tuple[date, str]]:
    """The day of each thing at which people met, and what it is called."""
    ids = [each for each in remembered.sources if isinstance(each, int)]
    found: dict[int | date, tuple[date, str]] = {
        each: (each, _("Learning partners")) for each in remembered.sources if isinstance(each, date)
    }
    return found | {row.id: (row.wall_start.date(), row.title) for row in db().execute(access.titles(ids))}
