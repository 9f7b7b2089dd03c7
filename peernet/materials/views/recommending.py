"""Recommending a material on the home page."""

from flask.typing import ResponseReturnValue

from peernet.i18n import gettext as _
from peernet.materials import inputs, recommending
from peernet.materials.views.blueprint import blueprint, mine_to_publish
from peernet.web.inputs import read
from peernet.web.pages import notice, redirect_to
from peernet.web.request import db, viewer
from peernet.web.rules import Rule, rule


@blueprint.post("/write/<slug>/recommend")
@rule(Rule.PERSON)
def recommend(slug: str) -> ResponseReturnValue:
    """Recommend it, or do so no more."""
    given = read(inputs.Recommend)
    material = mine_to_publish(slug)
    if given.is_recommended == "yes":
        recommending.recommend(db(), viewer(), material)
        notice(_("It is recommended on the home page."))
    else:
        recommending.stop(db(), viewer(), material)
        notice(_("It is not recommended on the home page."))
    return redirect_to(".check", slug=slug, anchor="recommend")
