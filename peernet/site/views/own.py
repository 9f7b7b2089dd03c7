"""Pages of the network's own: an imprint, a policy."""

from peernet import pages
from peernet.brand import texts
from peernet.site.making import ready_made
from peernet.site.views.blueprint import blueprint, existing
from peernet.web.pages import render
from peernet.web.rules import Rule, rule


@blueprint.get("/pages/<slug>")
@rule(Rule.READER)
@ready_made
def own_page(slug: str) -> str:
    """One of them, in the language of the reader if it is written in it."""
    pages.depend("home")
    text = texts.find(slug) if slug != texts.ABOUT else None
    return render("site/own_page.html", text=existing(text))
