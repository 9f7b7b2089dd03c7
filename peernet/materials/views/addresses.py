"""Another address for a material."""

from flask import url_for
from flask.typing import ResponseReturnValue

from peernet.addresses import moving
from peernet.i18n import gettext as _
from peernet.materials import publishing
from peernet.materials.views.blueprint import blueprint, mine_to_publish
from peernet.web import addresses
from peernet.web.inputs import Form, read, redisplay
from peernet.web.pages import notice, redirect_to
from peernet.web.request import db, viewer
from peernet.web.rules import Rule, rule


@blueprint.get("/write/<slug>/address")
@rule(Rule.PERSON)
def address(slug: str, form: Form | None = None) -> str:
    """Where a material stands."""
    found = mine_to_publish(slug)
    return addresses.page(
        name=found.title,
        slug=found.slug,
        below="/library/",
        former=moving.former(db(), found),
        action=url_for(".move", slug=slug),
        back=url_for(".check", slug=slug),
        form=form,
    )


@blueprint.post("/write/<slug>/address")
@rule(Rule.PERSON)
@redisplay(address)
def move(slug: str) -> ResponseReturnValue:
    """Give it another address."""
    given = read(addresses.Address)
    found = mine_to_publish(slug)
    publishing.move(db(), viewer(), found, slug=given.slug)
    notice(_("The address is changed. The old one leads here."))
    return redirect_to(".check", slug=found.slug)
