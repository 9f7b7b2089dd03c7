"""What readers take away: a material or a cohort's book as a file. Machines are asked to index its page instead."""

from flask import Response, abort, request

from peernet.materials.taking import cohorts
from peernet.materials.taking.files import File
from peernet.materials.taking.materials import BESIDE, KINDS
from peernet.site import books, downloads, materials
from peernet.site.making import ready_made
from peernet.site.materials import Reading
from peernet.site.views.blueprint import blueprint, existing
from peernet.site.views.library import withdrawn
from peernet.web.pages import render
from peernet.web.request import db
from peernet.web.rules import Rule, rule


@blueprint.get("/library/<slug>/download/<kind>")
@rule(Rule.READER)
@ready_made
def download(slug: str, kind: str) -> Response:
    """A material as it stands now, as a file."""
    return _material(slug, None, kind)


@blueprint.get("/library/<slug>/v/<int(min=1, max=99999):number>/download/<kind>")
@rule(Rule.READER)
@ready_made
def version_download(slug: str, number: int, kind: str) -> Response:
    """One version of it."""
    if f"/v/{number}/" not in request.path:  # "/v/01": one address for one file
        abort(404)
    return _material(slug, number, kind)


def _material(slug: str, number: int | None, kind: str) -> Response:
    page = materials.page(db(), slug, number) if downloads.is_offered(kind, (*KINDS, *BESIDE)) else None
    if page is None or (isinstance(page, Reading) and kind not in (*page.taken.kinds, "pdf")):
        abort(404)
    return _sent(downloads.made(page.taken, kind)) if isinstance(page, Reading) else withdrawn(page)


@blueprint.get("/cohorts/<slug>/book")
@rule(Rule.READER)
@ready_made
def book(slug: str) -> str:
    """What is in a cohort's book, and the book as files."""
    found = existing(books.of_cohort(db(), slug))
    return render("site/book.html", book=found, files=downloads.of_book(found))


@blueprint.get("/cohorts/<slug>/book/<kind>")
@rule(Rule.READER)
@ready_made
def book_download(slug: str, kind: str) -> Response:
    """All that a cohort published, as one file."""
    found = books.of_cohort(db(), slug) if downloads.is_offered(kind, cohorts.KINDS) else None
    return _sent(downloads.made(existing(found), kind))


def _sent(file: File) -> Response:
    """A file as an attachment (RFC 6266)."""
    response = Response(file.body, content_type=file.content_type)
    response.headers["Content-Disposition"] = file.disposition
    response.headers["X-Robots-Tag"] = "noindex"
    return response
