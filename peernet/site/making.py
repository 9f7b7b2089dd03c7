"""A public page is made once for everybody: kept in the store, answered with an ETag, never with a cookie.

Only addresses without a query are kept; the others (a search, a filtered library) could be without number.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import unquote

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import NotFound

from peernet import pages
from peernet.pages import Copy, Making, Sweeper
from peernet.site import moved
from peernet.web import copying
from peernet.web.language import asked_path
from peernet.web.request import database

View = TypeVar("View", bound=Callable[..., Any])

_EXTENSION = "peernet.sweeper"
# A withdrawn material keeps its page, which says so; an old address leads on.
_KEPT = (200, 301, 410)
# Beside what every answer has.
_CARRIED = ("Content-Disposition", "Link", "Location", "X-Robots-Tag")


def install(app: Flask, sweeper: Sweeper | None) -> None:
    """Give the application the store of ready-made pages. Without one every page is made for each request."""
    app.extensions[_EXTENSION] = sweeper


def sweeper() -> Sweeper | None:
    """Whatever keeps the store of ready-made pages true in this process."""
    found: Sweeper | None = current_app.extensions[_EXTENSION]
    return found


def ready_made(view: View) -> View:
    """For a GET view of the rule READER, under its rule: keep what it makes, with all that it said it depends on.

    The view must not touch the session, the viewer or a cookie: what it makes is for everybody.
    """

    @wraps(view)
    def wrapped(**arguments: Any) -> Response:
        note = copying.note()
        if note is not None:
            return copying.noted(note, lambda: _answered(view, arguments))
        ours = sweeper()
        if ours is None or request.query_string:
            response = _answered(view, arguments)
            return _answer(_copy(response)) if response.status_code in _KEPT else response
        with pages.making(database(), known=ours.number) as made:
            response = _answered(view, arguments)
            return _answer(_keep(made, ours, response)) if response.status_code in _KEPT else response

    return wrapped  # type: ignore[return-value]


def _answered(view: View, arguments: Mapping[str, Any]) -> Response:
    try:
        return current_app.make_response(view(**arguments))
    except NotFound:
        led_on = moved.elsewhere()
        if led_on is None:
            raise
        return led_on


def size_of_kept(address: str) -> int | None:
    """Bytes of the copy that is ready at an address of this site, as ``url_for`` gives it; None if there is none yet.
    The page being made is made anew as soon as there is one."""
    path = unquote(address)
    pages.depend(_arrival(path))
    ours = sweeper()
    copy = ours.store.look_up(path) if ours is not None else None
    return copy.length if copy is not None and copy.status == HTTPStatus.OK else None


def _arrival(path: str) -> str:
    """What a page depends on that says how large another one is."""
    return f"copy:{path}"


def _keep(made: Making, sweeper: Sweeper, response: Response) -> Copy:
    path = asked_path()
    copy = made.keep(
        sweeper.store,
        path=path,
        body=response.get_data(),
        content_type=response.content_type or "",
        status=response.status_code,
        headers=_carried(response),
    )
    sweeper.drop([_arrival(path)])
    return copy


def _copy(response: Response) -> Copy:
    return Copy.of(
        response.get_data(),
        path="",
        content_type=response.content_type or "",
        status=response.status_code,
        headers=_carried(response),
    )


def _carried(response: Response) -> tuple[tuple[str, str], ...]:
    """What a view says of its answer that the next reader is told as well."""
    return tuple((name, response.headers[name]) for name in _CARRIED if name in response.headers)


def _answer(copy: Copy) -> Response:
    """The copy as the front answers it, so that the first reader gets the same ETag as the next."""
    coding = copy.coding_for(request.headers.get("Accept-Encoding", ""))
    response = Response(copy.coded(coding), copy.status, headers=list(copy.headers), content_type=copy.content_type)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Encoding"
    if coding:
        response.headers["Content-Encoding"] = coding
    response.set_etag(copy.etag_of(coding))
    response.make_conditional(request)
    return response
