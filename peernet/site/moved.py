"""What stood at an address and stands at another one now: whoever may see it there is led on."""

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import Response, current_app, request, url_for
from sqlalchemy import Select
from sqlalchemy.orm import Session

from peernet import pages
from peernet.addresses import moving
from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Cohort
from peernet.materials import access as materials
from peernet.materials import library as shelves
from peernet.materials.models import Material
from peernet.organisations.models import Organisation
from peernet.prompts import library_access
from peernet.prompts.models import Prompt
from peernet.site import reading
from peernet.web import copying
from peernet.web.pages import render
from peernet.web.request import SAFE, db, viewer
from peernet.web.rules import Rule, rule_of
from peernet.web.viewer import Viewer

# What the slug in a route is of. Other slugs (topics, sign-ups, own pages) are never changed.
ROUTES: tuple[tuple[str, Any], ...] = (
    ("/library/<slug>", Material),
    ("/write/<slug>", Material),
    ("/questions/<slug>", Prompt),
    ("/prompts/<slug>", Prompt),
    ("/feeds/question/<slug>", Prompt),
    ("/cohorts/<slug>", Cohort),
    ("/c/<slug>", Cohort),
    ("/feeds/cohort/<slug>", Cohort),
    ("/organisations/<slug>", Organisation),
    ("/feeds/organisation/<slug>", Organisation),
)
# The public pages of a thing, each with what lies below it.
_PAGES: tuple[tuple[Any, str], ...] = (
    (Material, "/library"),
    (Prompt, "/questions"),
    (Cohort, "/cohorts"),
    (Organisation, "/organisations"),
    (Prompt, "/feeds/question"),
    (Cohort, "/feeds/cohort"),
    (Organisation, "/feeds/organisation"),
)
# Of the library's filters, those that name a thing.
_FILTERS: tuple[tuple[str, Any], ...] = (("question", Prompt), ("cohort", Cohort), ("organisation", Organisation))


def elsewhere() -> Response | None:
    """For a request that found nothing: a redirect to where that is now which stood there once, if whoever asks may see
    it. None if there is no such thing. One query."""
    model = _model()
    if model is None or request.view_args is None or "\0" in request.view_args["slug"]:  # which PostgreSQL cannot ask
        return None
    for_all = _is_public()
    stood = moving.standing_at(model, request.view_args["slug"], for_all=for_all)
    known = _visible(model, None if for_all else viewer())
    found = db().scalars(known.where(stood)).unique().one_or_none()
    if found is None:
        return None
    pages.depend(f"{model.__tablename__}:{found.id}")
    query = request.query_string.decode("ascii", "replace")
    address = url_for(request.endpoint or "", **request.view_args | {"slug": found.slug})
    return _led_on(f"{address}?{query}" if query else address)


def for_members() -> Response | None:
    """The same for pages that are not for everybody: those find it out before they are kept."""
    return None if _model() is None or _is_public() else elsewhere()


def narrowed(filters: shelves.Filters) -> shelves.Filters:
    """The filters with the present slugs of public things that are named by one they left. A query for each that is
    set."""
    found: dict[str, Any] = {}
    for name, model in _FILTERS:
        given = getattr(filters, name)
        now = moving.present(db(), model, [given], among=_public(model)).get(given) if given else None
        if now:
            found[name] = now
    return replace(filters, **found)


def beginnings(session: Session) -> Iterator[tuple[str, str]]:
    """Where public things stood and where they stand now: the beginnings of all their addresses, without a language and
    as people write them. Seven queries."""
    for model, start in _PAGES:
        for old, new in moving.present(session, model, among=_public(model)).items():
            yield f"{start}/{old}", f"{start}/{new}"


def _model() -> Any:
    route = request.url_rule.rule if request.url_rule is not None else ""
    return next(
        (model for start, model in ROUTES if route == start or route.startswith((f"{start}/", f"{start}."))), None
    )


def _is_public() -> bool:
    return rule_of(current_app._get_current_object(), request.endpoint or "") is Rule.READER  # type: ignore[attr-defined]


def _led_on(address: str) -> Response:
    """For good; a form that was open meanwhile is sent on as it is. In a folder a page leads on by itself."""
    status = HTTPStatus.MOVED_PERMANENTLY if request.method in SAFE else HTTPStatus.PERMANENT_REDIRECT
    body = render("site/led_on.html", address=address) if copying.is_copy() else ""
    return Response(body, status, headers={"Location": address})


def _visible(model: Any, who: Viewer | None) -> Select[Any]:
    return _public(model) if who is None else _open_to(model, who)


def _public(model: Any) -> Select[Any]:
    return {
        Material: materials.ever_published,
        Prompt: reading.prompts,
        Cohort: cohorts.listed_publicly,
        Organisation: reading.organisations,
    }[model]()


def _open_to(model: Any, who: Viewer) -> Select[Any]:
    return {
        Material: materials.editable_by,
        Prompt: library_access.readable_by,
        Cohort: cohorts.visible_to,
        Organisation: cohorts.organisations_editable_by,
    }[model](who)
