"""Roundtables that everybody can sign up for."""

from flask import make_response
from flask.typing import ResponseReturnValue

from peernet.roundtables.words import KINDS
from peernet.site import linked
from peernet.site import roundtables as seen
from peernet.site.making import ready_made
from peernet.site.views.blueprint import blueprint, existing
from peernet.web.pages import render
from peernet.web.request import db
from peernet.web.rules import Rule, rule


@blueprint.get("/roundtables/<slug>")
@rule(Rule.READER)
@ready_made
def roundtable(slug: str) -> ResponseReturnValue:
    """What it is about, when it is, and how many places are left; 410 in words where it is not public any more."""
    found = existing(seen.known(db(), slug))
    if not seen.is_shown(found):
        return make_response(render("site/roundtable_gone.html"), 410)
    page = seen.page(db(), found)
    return make_response(render("site/roundtable.html", page=page, kinds=KINDS, linked_data=linked.roundtable(page)))
