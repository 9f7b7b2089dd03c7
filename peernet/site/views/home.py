"""Home, and what the network says about itself."""

from peernet import clock, pages
from peernet.settings import current
from peernet.site import home as homes
from peernet.site import linked, organisations
from peernet.site.making import ready_made
from peernet.site.views.blueprint import blueprint
from peernet.web.pages import render
from peernet.web.request import db
from peernet.web.rules import Rule, rule


@blueprint.get("/")
@rule(Rule.READER)
@ready_made
def home() -> str:
    """The first page."""
    today = clock.today(current().network.zone)
    found = {"page": homes.page(db()), "about": homes.about(), "linked_data": linked.network()}
    return render("site/home.html", today=today, **found)


@blueprint.get("/about")
@rule(Rule.READER)
@ready_made
def about() -> str:
    """Hosts, licences, privacy."""
    pages.depend("home", "organisations")
    text, spoken = homes.about_at_length()
    return render("site/about.html", about=text, spoken=spoken, wall=organisations.wall(db()))
