"""Taken to a group: the sheet as a page to print, and as one file to pass on."""

from flask import Response, abort, make_response, url_for

from peernet.brand import carrying
from peernet.i18n import gettext as _
from peernet.materials.taking import style
from peernet.materials.taking.files import File, name_of
from peernet.roundtables.agendas.words import GROUPINGS, KINDS
from peernet.site import sheets
from peernet.site.making import ready_made
from peernet.site.sheets import Sheet
from peernet.site.views.blueprint import blueprint, existing
from peernet.site.views.library import withdrawn
from peernet.web import copying
from peernet.web.pages import render
from peernet.web.request import db
from peernet.web.rules import Rule, rule


@blueprint.get("/questions/<slug>/group")
@rule(Rule.READER)
@ready_made
def question_sheet(slug: str) -> Response:
    """A question for a group, to print."""
    return _page(existing(sheets.of_question(db(), slug)), "site.question_sheet_file")


@blueprint.get("/questions/<slug>/group.html")
@rule(Rule.READER)
@ready_made
def question_sheet_file(slug: str) -> Response:
    """The same as one file."""
    return _sent(existing(sheets.of_question(db(), slug)))


@blueprint.get("/library/<slug>/group")
@rule(Rule.READER)
@ready_made
def material_sheet(slug: str) -> Response:
    """A material for a group, to print."""
    return _of_material(slug, is_file=False)


@blueprint.get("/library/<slug>/group.html")
@rule(Rule.READER)
@ready_made
def material_sheet_file(slug: str) -> Response:
    """The same as one file."""
    return _of_material(slug, is_file=True)


def _of_material(slug: str, *, is_file: bool) -> Response:
    found = sheets.of_material(db(), slug)
    if found is None:
        abort(404)
    if not isinstance(found, Sheet):
        return withdrawn(found)
    return _sent(found) if is_file else _page(found, "site.material_sheet_file")


def _page(sheet: Sheet, endpoint: str) -> Response:
    address, file = url_for(endpoint, slug=sheet.slug), _file(sheet)
    copying.offer(address, file.body, file.content_type)
    files = [(address, file)]
    return make_response(render("site/sheet.html", files=files, **_said(sheet)))


def _file(sheet: Sheet) -> File:
    logo = carrying.head(beside_name=True)
    body = render("site/sheet_file.html", style=style.page(), logo=logo, **_said(sheet)).encode()
    return File(_("One HTML page"), name_of(sheet.slug, "html", "-group"), "text/html; charset=utf-8", body)


def _said(sheet: Sheet) -> dict[str, object]:
    return {"sheet": sheet, "kinds": KINDS, "groupings": GROUPINGS}


def _sent(sheet: Sheet) -> Response:
    file = _file(sheet)
    response = Response(file.body, content_type=file.content_type)
    response.headers["Content-Disposition"] = file.disposition
    response.headers["X-Robots-Tag"] = "noindex"
    return response
