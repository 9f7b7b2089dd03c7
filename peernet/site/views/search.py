"""Search: whatever is typed, over everything that is public."""

import json
from collections.abc import Mapping

from flask import request

from peernet import search as searching
from peernet.prompts import library_access
from peernet.search import Results
from peernet.site import filters
from peernet.site.making import ready_made
from peernet.site.paging import Page
from peernet.site.views.blueprint import blueprint
from peernet.site.words import FOUND, FOUND_ONE
from peernet.web.pages import render
from peernet.web.request import db
from peernet.web.rules import Rule, rule

_ON_A_PAGE = 10
_LONGEST = 200
_PUBLIC = ("public",)


@blueprint.get("/search")
@rule(Rule.READER)
@ready_made
def search() -> str:
    """What is found, the best first; without words, and without hits, a way on."""
    q = request.args.get("q", "")[:_LONGEST].strip()
    kind = request.args.get("kind", "") if request.args.get("kind") in FOUND else ""
    number = filters.page_number(request.args)
    results = _find(q, kind, number)
    page = Page.of(results.total, _ON_A_PAGE, number)
    if results.total and not results.hits:
        results = _find(q, kind, page.number)
    themes = [] if results.hits else list(db().scalars(library_access.themes()))
    arguments = {"q": q} | ({"kind": kind} if kind else {})
    page = page.with_addresses("site.search", **arguments)
    instead = searching.instead(db(), _PUBLIC, results.words) if results.words and not (results.total or kind) else None
    near = _find(instead, "", 1) if instead else None
    found = {"results": results, "page": page, "themes": [] if near else themes, "instead": instead, "near": near}
    return render("site/search.html", q=q, kind=kind, kinds=FOUND, one_kind=FOUND_ONE, **found)


@blueprint.app_template_filter()
def as_json(labels: Mapping[str, object]) -> str:
    """Labels for a script, for an attribute of a page."""
    return json.dumps({name: str(label) for name, label in labels.items()}, ensure_ascii=False)


def _find(q: str, kind: str, number: int) -> Results:
    offset = (number - 1) * _ON_A_PAGE
    return searching.find(db(), _PUBLIC, q, kind=kind or None, limit=_ON_A_PAGE, offset=offset)
