"""Asking those who made a material how they wish to be named, and saying it."""

from flask.typing import ResponseReturnValue

from peernet.i18n import gettext as _
from peernet.i18n import ngettext
from peernet.materials import words
from peernet.materials.contributors import access, asking, deciding, inputs
from peernet.materials.contributors.models import Contributor
from peernet.materials.views.blueprint import blueprint, manuscript_of, mine
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.post("/write/<slug>/contributors")
@rule(Rule.PERSON)
def ask_contributors(slug: str) -> ResponseReturnValue:
    """Ask everybody who was not asked yet."""
    read(inputs.Nothing)
    material = mine(slug)
    number = asking.ask(db(), viewer(), material, manuscript_of(db(), material))
    notice(ngettext("%(num)s person is asked by mail.", "%(num)s people are asked by mail.", number))
    return redirect_to(".check", slug=slug, anchor="contributors")


@blueprint.get("/me/credits")
@rule(Rule.PERSON)
def my_credits(form: Form | None = None, refused: int = 0) -> str:
    """Every material that names the person, or would; ``refused`` is the one that a form was about."""
    found = [
        (each, deciding.has_organisation(each), form if form and each.id == refused else _as_form(each))
        for each in db().scalars(access.own(viewer())).unique()
    ]
    return render(
        "materials/contributors/mine.html", items=found, form_state=form, refused=refused, words=words
    )  # fmt: skip


def _as_form(one: Contributor) -> Form:
    """What they said, or else their name as it stands in their profile."""
    return Form({"wish": one.wish.value if one.wish else "", "name": one.name or viewer().name})


def _again(contributor_id: int, form: Form | None = None) -> str:
    return my_credits(form, contributor_id)


@blueprint.post("/me/credits/<int:contributor_id>")
@rule(Rule.PERSON)
@redisplay(_again)
def say_credit(contributor_id: int) -> ResponseReturnValue:
    """Keep how the person wishes to be named."""
    given = read(inputs.Wished)
    found: Contributor = load(access.own(viewer()).where(Contributor.id == contributor_id))
    deciding.decide(db(), viewer(), found, wish=given.wish, name=given.name)
    notice(_("Kept. It holds for every version of this material, and you can change it at any time."))
    return redirect_to(".my_credits")
