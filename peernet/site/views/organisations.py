"""Organisations."""

from peernet.organisations.countries import name_of
from peernet.site import linked
from peernet.site import organisations as seen
from peernet.site.making import ready_made
from peernet.site.views.blueprint import blueprint, existing
from peernet.web.pages import render
from peernet.web.request import db
from peernet.web.rules import Rule, rule


@blueprint.get("/organisations")
@rule(Rule.READER)
@ready_made
def organisations() -> str:
    """Who takes part."""
    return render("site/organisations.html", wall=seen.wall(db()))


@blueprint.get("/organisations/<slug>")
@rule(Rule.READER)
@ready_made
def organisation(slug: str) -> str:
    """One organisation: what it is for, where it took part, what it says."""
    page = existing(seen.page(db(), slug))
    country = name_of(page.organisation.country)
    return render("site/organisation.html", page=page, country=country, linked_data=linked.organisation(page))
