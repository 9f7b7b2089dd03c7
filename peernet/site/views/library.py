"""The library and its materials."""

from collections.abc import Callable
from functools import cache
from urllib.parse import quote_plus, urlencode

from flask import Response, abort, make_response, request, url_for

from peernet import pages
from peernet.materials import library as shelves
from peernet.materials.library import Filters
from peernet.materials.reading import MaterialPage
from peernet.materials.words import CREDITS
from peernet.site import downloads, filters, listing, materials, moved
from peernet.site.making import ready_made
from peernet.site.materials import Reading
from peernet.site.parts import Part
from peernet.site.views.blueprint import blueprint
from peernet.web import copying
from peernet.web.pages import render
from peernet.web.request import db
from peernet.web.rules import Rule, rule

# What url_for leaves as it is in a query.
_SAFE = "!$'()*,/:;?@"


@blueprint.get("/library")
@rule(Rule.READER)
@ready_made
def library() -> str | Response:
    """All materials, narrowed by filters; words go to the search."""
    if request.args.get("q"):
        return Response(status=302, headers={"Location": url_for("site.search", q=request.args["q"], kind="material")})
    chosen, number = filters.read(request.args), filters.part_number(request.args)
    total = shelves.count(db(), chosen)
    if not total and (now := moved.narrowed(chosen)) != chosen:
        return Response(status=301, headers={"Location": url_for(request.endpoint or "", **filters.arguments_of(now))})
    part = Part.of(total, listing.ON_A_PAGE)
    if "page" in request.args or (number or 0) > part.parts:
        return _elsewhere(chosen, part)
    part = Part.of(total, listing.ON_A_PAGE, number)
    # Nobody could answer two filters at once where the page lies in a folder.
    are_set = copying.is_copy() and bool(filters.arguments_of(chosen) or number)
    pages.depend(*([listing.key(chosen, number)] if are_set else listing.KEYS))
    facets = filters.facets(chosen, shelves.options(db(), chosen, only_set=are_set), total)
    return render(
        "site/library.html",
        chosen=chosen,
        part=part,
        address_of=_addresses(chosen),
        cards=shelves.cards(db(), chosen, limit=part.limit, offset=part.offset),
        facets=filters.chosen(facets) if are_set else filters.commonest(facets),
        narrowed=_narrowing(chosen),
        every_value=lambda name: url_for("site.library_by", by=name, **filters.arguments_of(chosen)),
    )


@blueprint.get(f"/library/by/<any({', '.join(filters.LISTED)}):by>")
@rule(Rule.READER)
@ready_made
def library_by(by: str) -> str:
    """All that one filter can be set to: on the library's own page stand the commonest."""
    chosen = filters.read(request.args)
    pages.depend(*listing.KEYS)
    options = shelves.options(db(), chosen, only={by, *filters.arguments_of(chosen)})
    facet = filters.whole(chosen, options, by)
    return render(
        "site/facet.html",
        facet=facet,
        groups=filters.by_beginning(facet),
        is_narrowed=bool(filters.arguments_of(chosen)),
        others=[one for one in filters.chosen(filters.facets(chosen, options, 0)) if one.name != by],
        narrowed=_narrowing(chosen),
    )


def _elsewhere(chosen: Filters, first: Part) -> Response:
    """Where to go on: from a page counted from the newest, as addresses had it once, or from a part that is no more."""
    number = first.at_page(filters.page_number(request.args))
    return Response(status=302, headers={"Location": _addresses(chosen)(number)})


def _addresses(chosen: Filters) -> Callable[[int | None], str]:
    """The address of a part of the list, or of its first page (None)."""
    return lambda number: url_for(request.endpoint or "", **filters.arguments_of(chosen), part=number)


def _narrowing(chosen: Filters) -> Callable[[str, str | None], str]:
    """The address of the library with one filter set otherwise. A page can hold a thousand of them, so what is the same
    for all values of a filter is put together once."""
    base = url_for("site.library")

    def address(query: str) -> str:
        return f"{base}?{query}" if query else base

    @cache
    def around(name: str) -> tuple[str, str]:
        """What stands before and after its value."""
        others = list(filters.arguments_of(chosen, **{name: "x"}).items())
        place = [other for other, _value in others].index(name)
        before, after = (urlencode(some, safe=_SAFE) for some in (others[:place], others[place + 1 :]))
        return address(f"{before}&{name}=" if before else f"{name}="), f"&{after}" if after else ""

    def narrowed(name: str, value: str | None) -> str:
        if not value:
            return address(urlencode(filters.arguments_of(chosen, **{name: None}), safe=_SAFE))
        before, after = around(name)
        return f"{before}{_quoted(value)}{after}"

    return narrowed


def _quoted(value: str) -> str:
    """A value as it stands in an address; most are slugs, which stand as they are."""
    return value if value.isascii() and value.replace("-", "").isalnum() else quote_plus(value, safe=_SAFE)


@blueprint.get("/library/<slug>")
@rule(Rule.READER)
@ready_made
def material(slug: str) -> Response:
    """A material as it stands now."""
    return _page(slug, None)


@blueprint.get("/library/<slug>/v/<int(min=1, max=99999):number>")
@rule(Rule.READER)
@ready_made
def material_version(slug: str, number: int) -> Response:
    """One version of a material; an older one says that there is a newer."""
    if not request.path.endswith(f"/{number}"):  # "/v/01": one address for one page
        abort(404)
    return _page(slug, number)


@blueprint.get("/library/<slug>/v/<int(min=2, max=99999):number>/changes")
@rule(Rule.READER)
@ready_made
def material_changes(slug: str, number: int) -> Response:
    """What a version changed of the one before it, as readers see both."""
    if f"/v/{number}/" not in request.path:  # "/v/02": one address for one page
        abort(404)
    new, old = (materials.page(db(), slug, one) for one in (number, number - 1))
    if isinstance(new, Reading) and isinstance(old, Reading):
        pages.depend(*new.page.depends_beside)
        return make_response(render("site/changes.html", reading=new, difference=materials.difference(old, new)))
    if isinstance(new, MaterialPage):
        return withdrawn(new)
    abort(404)


def _page(slug: str, number: int | None) -> Response:
    page = materials.page(db(), slug, number)
    if page is None:
        abort(404)
    if isinstance(page, Reading):
        # What is offered to be read next is in no file.
        lists = downloads.of_material(page)
        pages.depend(*page.page.depends_beside)
        return make_response(render("site/material.html", reading=page, credits=CREDITS, **lists))
    return withdrawn(page)


def withdrawn(page: MaterialPage) -> Response:
    """What stands in the place of a withdrawn material, and of its files."""
    response = make_response(render("site/withdrawn.html", material=page.material))
    response.status_code = 410
    return response
