"""Cohorts."""

from peernet import clock
from peernet.cohorts.words import FORMATS
from peernet.roundtables.words import KINDS
from peernet.settings import current
from peernet.site import cohorts as seen
from peernet.site import linked
from peernet.site.making import ready_made
from peernet.site.views.blueprint import blueprint, existing
from peernet.web.pages import render
from peernet.web.request import db
from peernet.web.rules import Rule, rule


@blueprint.get("/cohorts")
@rule(Rule.READER)
@ready_made
def cohorts() -> str:
    """All cohorts on a line in time."""
    return render("site/cohorts.html", entries=seen.entries(db()), today=clock.today(current().network.zone))


@blueprint.get("/cohorts/<slug>")
@rule(Rule.READER)
@ready_made
def cohort(slug: str) -> str:
    """One cohort: who sat in it, what it asked, and what came of it."""
    page = existing(seen.page(db(), slug))
    words = {"formats": FORMATS, "kinds": KINDS}
    return render(
        "site/cohort.html", page=page, today=clock.today(page.cohort.zone), linked_data=linked.cohort(page), **words
    )
