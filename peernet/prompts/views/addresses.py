"""Another address for a prompt of the library."""

from flask import url_for
from flask.typing import ResponseReturnValue

from peernet.addresses import moving
from peernet.i18n import gettext as _
from peernet.prompts import library, library_access
from peernet.prompts.models import Prompt
from peernet.prompts.views.blueprint import blueprint
from peernet.web import addresses
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to
from peernet.web.request import db, load, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/prompts/<slug>/address")
@rule(Rule.PERSON)
def address(slug: str, form: Form | None = None) -> str:
    """Where a prompt stands."""
    found = _revisable(slug)
    return addresses.page(
        name=found.text,
        slug=found.slug,
        below="/questions/",
        former=moving.former(db(), found),
        action=url_for(".move", slug=slug),
        back=url_for(".edit", slug=slug),
        form=form,
    )


@blueprint.post("/prompts/<slug>/address")
@rule(Rule.PERSON)
@redisplay(address)
def move(slug: str) -> ResponseReturnValue:
    """Give it another address."""
    given = read(addresses.Address)
    found = _revisable(slug)
    library.move(db(), found, actor=viewer(), slug=given.slug)
    notice(_("The address is changed. The old one leads here."))
    return redirect_to(".edit", slug=found.slug)


def _revisable(slug: str) -> Prompt:
    found: Prompt = load(library_access.revisable_by(viewer()).where(Prompt.slug == slug))
    return found
