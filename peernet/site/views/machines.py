"""What machines ask for: the sitemap, robots.txt, and security.txt."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Response, abort, request, url_for

from peernet import clock, pages
from peernet.settings import current
from peernet.site import feeds, sitemaps
from peernet.site.making import ready_made
from peernet.site.turning import TODAY
from peernet.site.views.blueprint import blueprint
from peernet.text.xml import legal
from peernet.web.pages import render
from peernet.web.request import db
from peernet.web.rules import Rule, rule

_TOLD_FOR = timedelta(days=90)
# Working pages and searches: nothing to index, and no end of addresses.
_ROBOTS = """User-agent: *
Disallow: /c/
Disallow: /me
Disallow: /search
Disallow: /sign-in
Disallow: /library?
Disallow: /oai
Sitemap: {sitemap}
"""


@blueprint.get("/sitemap.xml")
@rule(Rule.READER)
@ready_made
def sitemap() -> Response:
    """Every page for readers, in every language; an index of parts where they are too many for one file."""
    found = sitemaps.whole(db())
    if found is not None:
        return _sitemap(found)
    addresses = [url_for("site.sitemap_part", number=number) for number in sitemaps.numbers(db())]
    return _xml(render("site/sitemap_index.xml", addresses=addresses))


@blueprint.get("/sitemap-<int(min=1, max=99999):number>.xml")
@rule(Rule.READER)
@ready_made
def sitemap_part(number: int) -> Response:
    """One part of it."""
    found = sitemaps.part(db(), number)
    if not found or request.path != f"/sitemap-{number}.xml":  # "/sitemap-01.xml": one address for one part
        abort(404)
    return _sitemap(found)


def _sitemap(found: Sequence[feeds.Address]) -> Response:
    places = [(_path(place), place.changed, _in_languages(place)) for place in found]
    return _xml(render("site/sitemap.xml", places=places))


def _xml(document: str) -> Response:
    return Response(legal(document), content_type="application/xml; charset=utf-8")


def _path(place: feeds.Address) -> str:
    """Its path without a language."""
    where: dict[str, Any] = {place.argument: place.slug} if place.slug else {}
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


@blueprint.get("/.well-known/security.txt")
@rule(Rule.READER)
@ready_made
def security() -> Response:
    """Whom to tell of a weakness (RFC 9116), where the settings say it."""
    contact = current().network.security_contact
    if not contact:
        abort(404)
    pages.depend(TODAY)
    expires = (clock.now() + _TOLD_FOR).strftime("%Y-%m-%dT00:00:00Z")
    where = f"mailto:{contact}" if "://" not in contact else contact
    own = f"{current().public_url}/.well-known/security.txt"
    lines = (f"Contact: {where}", f"Expires: {expires}", f"Canonical: {own}")
    return Response("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")
