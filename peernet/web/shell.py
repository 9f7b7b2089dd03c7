"""The application class: rule, view, settle. The one place where a request's transaction ends.

A status below 400 commits, anything else leaves nothing: no mail, no ledger row, no file.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager
from werkzeug.routing import IntegerConverter, Map

from peernet.db import Database, settle
from peernet.web import once
from peernet.web.request import SAFE, close, roll_back, viewer
from peernet.web.rules import Rule, rule_of
from peernet.web.viewer import NOBODY, Viewer


class RowId(IntegerConverter):
    """A number in an address: what no database can hold as an id is no page, rather than an error of ours."""

    def __init__(self, url_map: Map, *arguments: Any, **options: Any) -> None:
        super().__init__(url_map, *arguments, **{"max": 2**53 - 1, **options})


class Shell(Flask):
    """Flask with peernet's commit rule around each view."""

    database: Database

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.url_map.converters["int"] = RowId

    def dispatch_request(self) -> ResponseReturnValue:
        """Check the rule, run the view and settle; an exception goes to the error pages, which roll back."""
        refused = _refuse_by_rule(self)
        if refused is not None:
            return refused
        if request.method in SAFE:
            return super().dispatch_request()
        return once.carry_out(self._view_and_settle)

    def _view_and_settle(self) -> Response:
        response = self.make_response(super().dispatch_request())
        if response.status_code >= 400:
            roll_back()
        elif "db" in g:
            once.remember(g.db, response)
            settle(g.db)
        return response


def install(app: Shell, database: Database, load_viewer: Callable[[str], Viewer | None]) -> None:
    """Give the application its database, and the function that turns a cookie's ticket into a viewer."""
    app.database = database
    manager = LoginManager()
    manager.session_protection = None
    manager.anonymous_user = lambda: NOBODY
    manager.user_loader(load_viewer)
    # Not init_app(): its hooks open the cookie's session after every request, also of pages that must not touch it.
    app.login_manager = manager  # type: ignore[attr-defined]
    app.teardown_request(close)


def _refuse_by_rule(app: Flask) -> ResponseReturnValue | None:
    if request.routing_exception is not None or request.endpoint is None:
        return None
    which = rule_of(app, request.endpoint)
    if which in (Rule.READER, Rule.ANYBODY, Rule.LINK):
        return None
    if not viewer().is_authenticated:
        return _to_sign_in()
    if which is Rule.ADMIN and not viewer().is_admin:
        abort(404)
    return None


def _to_sign_in() -> ResponseReturnValue:
    if request.headers.get("X-Autosave"):
        abort(401)
    following = request.path if request.method in SAFE else None
    return redirect(url_for("accounts.sign_in", next=following), code=303)
