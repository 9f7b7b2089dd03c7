"""Errors in words: what happened, what was kept, what to do. Nothing of a refused request stays in the database."""

import logging
from collections.abc import Callable, Sequence

from flask import Flask, Response, jsonify, make_response, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, IntegrityError, InternalError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound, RequestEntityTooLarge, SecurityError

from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.i18n import said
from peernet.media.bucket import Unreachable
from peernet.web.inputs import InvalidInput
from peernet.web.pages import render
from peernet.web.request import roll_back

log = logging.getLogger("peernet.web")

# Of PostgreSQL: read_only_sql_transaction.
_READ_ONLY = "25006"
# Names of fields that are not repeated in a page.
_SECRET = ("password", "current", "secret")


def install(app: Flask, elsewhere: Callable[[], Response | None]) -> None:
    """Register an answer for everything that can go wrong. ``elsewhere`` gives a redirect for what is not found at the
    address of the request because it was moved."""
    app.register_error_handler(NotFound, lambda error: _not_found(error, elsewhere))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, lambda _error: _answer(400, _stale()))
    app.register_error_handler(Refused, lambda error: _answer(422, said(error.message)))
    app.register_error_handler(InvalidInput, _invalid)
    app.register_error_handler(Conflict, lambda error: _answer(409, error.message, theirs=error.theirs))
    app.register_error_handler(StaleDataError, lambda _error: _answer(409, _overtaken()))
    app.register_error_handler(IntegrityError, lambda _error: _answer(409, _overtaken()))
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(InternalError, _read_only)
    app.register_error_handler(Unreachable, _files)
    app.register_error_handler(Exception, _unexpected)


def _overtaken() -> str:
    return _("Somebody else changed this at the same moment. Nothing of yours was stored; please look and try again.")


def _stale() -> str:
    return _(
        "This form stood open for too long, or you signed in or out meanwhile. Go back, where your text still is, keep "
        "a copy of it, and load the page anew."
    )


def _not_found(error: NotFound, elsewhere: Callable[[], Response | None]) -> Response:
    roll_back()
    return elsewhere() or _http(error)


def _http(error: HTTPException) -> Response:
    if isinstance(error, InternalServerError) or error.code is None:
        return _unexpected(error)
    if isinstance(error, SecurityError):
        # A request for another host: no page of ours can be built for it.
        return Response("This server does not answer for that host.\n", 400, content_type="text/plain; charset=utf-8")
    if error.code < 400:
        return make_response(error.get_response())
    if isinstance(error, RequestEntityTooLarge):
        return _answer(413, _("What you sent is too large. Go back, where your text still is, and shorten it."))
    response = _answer(error.code, _words(error.code) or error.description or error.name)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After", "Content-Range"):
            response.headers[name] = value
    return response


def _words(status: int) -> str | None:
    return {
        404: _("There is no such page, or it is not open to you."),
        416: _("This part of the file is not there: it is shorter."),
        405: _("This address does not take that kind of request."),
        429: _("Too many tries in a short time. Please wait a minute and try again."),
    }.get(status)


def _invalid(error: InvalidInput) -> Response:
    messages = [f"{name}: {text}" if name else text for name, texts in error.form.errors.items() for text in texts]
    return _answer(422, " ".join(messages), fields=error.form.errors)


def _database(error: DBAPIError) -> Response:
    """It is away, locked, full or may not be written: the page has what was typed, and a button to send it again."""
    log.error("The database did not answer: %s", error.orig)
    response = _answer(503, _("The database does not answer just now. Please try again in a minute."), typed=_typed())
    response.headers["Retry-After"] = "30"
    return response


def _read_only(error: InternalError) -> Response:
    """What PostgreSQL says of a write to a database that may only be read comes under another name than all else."""
    is_that = getattr(error.orig, "sqlstate", None) == _READ_ONLY
    return _database(error) if is_that else _unexpected(error)


def _typed() -> list[tuple[str, str]]:
    """The fields of a form that was sent. None of one that holds a secret or brings a file: those are chosen again."""
    fields = list(request.form.items(multi=True)) if request.method == "POST" and not request.files else []
    return [] if any(secret in name for name, _value in fields for secret in _SECRET) else fields


def _files(error: Unreachable) -> Response:
    log.error("%s", error)
    response = _answer(503, _("The store of files does not answer just now. Please try again in a minute."))
    response.headers["Retry-After"] = "30"
    return response


def _unexpected(error: Exception) -> Response:
    original = getattr(error, "original_exception", None) or error
    log.error("A request failed", exc_info=original)
    return _answer(500, _("Something went wrong on our side. Nothing was stored; the operators can see it in the log."))


def _answer(
    status: int,
    message: str,
    *,
    theirs: str | None = None,
    fields: object = None,
    typed: Sequence[tuple[str, str]] = (),
) -> Response:
    roll_back()
    if request.headers.get("X-Autosave") or request.accept_mimetypes.best == "application/json":
        response = jsonify({"status": status, "title": message, "errors": fields})
        response.content_type = "application/problem+json"
    else:
        response = make_response(render("web/error.html", status=status, message=message, theirs=theirs, typed=typed))
    response.status_code = status
    return response
