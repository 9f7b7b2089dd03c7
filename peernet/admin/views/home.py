"""The administration's first page."""

from flask.typing import ResponseReturnValue

from peernet.admin import access, health
from peernet.admin.views.blueprint import blueprint
from peernet.web.pages import render
from peernet.web.request import db
from peernet.web.rules import Rule, rule


@blueprint.get("/admin")
@rule(Rule.ADMIN)
def home() -> ResponseReturnValue:
    """Health at a glance, and the ways on."""
    return render("admin/home.html", health=health.look(db()), troubles=db().scalars(access.troubles()).all())
