"""The pictures that other places show beside a link to a material, a question, or the network."""

from flask import Response, abort

from peernet import pages
from peernet.brand import drawing
from peernet.i18n import gettext as _
from peernet.materials.words import KINDS
from peernet.prompts.models import Prompt
from peernet.settings import current
from peernet.site import materials, reading
from peernet.site.making import ready_made
from peernet.site.materials import Reading
from peernet.site.views.blueprint import blueprint, existing
from peernet.site.views.library import withdrawn
from peernet.web.request import db
from peernet.web.rules import Rule, rule


@blueprint.get("/share.png")
@rule(Rule.READER)
@ready_made
def share() -> Response:
    """The network."""
    pages.depend("home")
    network = current().network
    return _png("", network.tagline or network.name)


@blueprint.get("/library/<slug>/share.png")
@rule(Rule.READER)
@ready_made
def share_material(slug: str) -> Response:
    """A material, as it stands now."""
    page = materials.page(db(), slug)
    if page is None:
        abort(404)
    if not isinstance(page, Reading):
        return withdrawn(page)
    return _png(str(KINDS[page.version.kind]), page.version.title)


@blueprint.get("/questions/<slug>/share.png")
@rule(Rule.READER)
@ready_made
def share_question(slug: str) -> Response:
    """A question."""
    prompt = existing(db().scalar(reading.prompts().where(Prompt.slug == slug)))
    pages.depend(f"prompt:{prompt.id}")
    return _png(_("Question"), prompt.text)


def _png(kicker: str, title: str) -> Response:
    response = Response(drawing.draw(kicker, title), content_type="image/png")
    response.headers["X-Robots-Tag"] = "noindex"
    return response
