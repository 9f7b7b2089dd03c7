"""What the home page recommends: who runs the installation decides it as well as organisers do, of what is public."""

from flask import request
from flask.typing import ResponseReturnValue

from peernet.admin import access, inputs
from peernet.admin.views.blueprint import blueprint
from peernet.i18n import gettext as _
from peernet.materials import library, recommending
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule

_MOST_FOUND = 12


@blueprint.get("/admin/recommended")
@rule(Rule.ADMIN)
def recommended(form: Form | None = None) -> ResponseReturnValue:
    """What is recommended, and more that could be: the newest, or what some words of a title find."""
    words = " ".join(request.args.get("q", "").split())[:200]
    return render(
        "admin/recommended.html",
        shown=library.cards_where(db(), access.is_recommended(), limit=recommending.MOST),
        found=library.cards_where(db(), *access.not_recommended(words), limit=_MOST_FOUND),
        words=words,
        most=recommending.MOST,
        form_state=form,
    )


@blueprint.post("/admin/recommended")
@rule(Rule.ADMIN)
@redisplay(recommended)
def change_recommended() -> ResponseReturnValue:
    """Recommend a material, or do so no more."""
    given = read(inputs.Recommended)
    material = load(access.public_material(given.slug))
    if given.is_recommended == "yes":
        recommending.recommend(db(), viewer(), material)
        notice(_("“%(title)s” is recommended on the home page.", title=material.title))
    else:
        recommending.stop(db(), viewer(), material)
        notice(_("“%(title)s” is not recommended on the home page any more.", title=material.title))
    return redirect_to("admin.recommended")
