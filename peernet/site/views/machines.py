"""What machines ask for: the sitemap, robots.txt, and the brand's colour as a style sheet."""

from typing import Any

from flask import Response, request, url_for

from peernet.settings import current
from peernet.site import feeds
from peernet.site.making import ready_made
from peernet.site.views.blueprint import blueprint
from peernet.text.xml import legal
from peernet.web.pages import render
from peernet.web.request import db
from peernet.web.rules import Rule, rule

# Working pages and searches: nothing to index, and no end of addresses.
_ROBOTS = """User-agent: *
Disallow: /c/
Disallow: /me
Disallow: /search
Disallow: /sign-in
Disallow: /library?
Sitemap: {sitemap}
"""


@blueprint.get("/sitemap.xml")
@rule(Rule.READER)
@ready_made
def sitemap() -> Response:
    """Every page for readers, in every language."""
    places = [(_path(place), place.changed, _in_languages(place)) for place in feeds.addresses(db())]
    document = render("site/sitemap.xml", places=places)
    return Response(legal(document), content_type="application/xml; charset=utf-8")


def _path(place: feeds.Address) -> str:
    """Its path without a language."""
    where: dict[str, Any] = {"slug": place.slug} if place.slug else {}
    return url_for(place.endpoint, **where).removeprefix(request.root_path)


def _in_languages(place: feeds.Address) -> list[tuple[str, str, str]]:
    """Where it stands in each language: the language, the path, and the language of the page around. A translation
    comes before the original with its surroundings translated."""
    known, path = current().network.languages, _path(place)
    shown = {code: (path, code) for code in known} if len(known) > 1 else {}
    for code, slug in place.kin.items():
        around = code if code in known else current().network.language
        shown[code] = (_path(feeds.Address(place.endpoint, slug)), around)
    return [(code, *where) for code, where in shown.items()]


@blueprint.get("/robots.txt")
@rule(Rule.READER)
@ready_made
def robots() -> Response:
    """What crawlers may read (RFC 9309)."""
    document = _ROBOTS.format(sitemap=f"{current().public_url}{url_for('site.sitemap')}")
    return Response(document, content_type="text/plain; charset=utf-8")


@blueprint.get("/brand.css")
@rule(Rule.READER)
@ready_made
def brand() -> Response:
    """The accent colour of the settings; the style sheet keeps it readable on paper and in the dark."""
    return Response(f":root{{--brand:{current().network.accent}}}\n", content_type="text/css; charset=utf-8")
