"""One request: its database session and its viewer.

A session opens at its first use: reading for GET and HEAD, writing (BEGIN IMMEDIATE on SQLite) for the rest. Slow work
(hashing, rendering, decoding) comes before that.
"""

from collections.abc import Mapping
from typing import Any

from flask import abort, current_app, g, request
from flask_login import current_user
from sqlalchemy import Select
from sqlalchemy.orm import Session

from peernet.db import Database
from peernet.web.viewer import Viewer

SAFE = ("GET", "HEAD", "OPTIONS")


def database() -> Database:
    """The application's database, for a short transaction of its own."""
    app: Any = current_app
    found: Database = app.database
    return found


def db() -> Session:
    """The request's session, opened at the first call."""
    if "db" not in g:
        g.db = database().session(write=request.method not in SAFE and not g.get("only_reading", False))
    session: Session = g.db
    return session


def viewer() -> Viewer:
    """Who asks. Pages of the rule READER must not call this."""
    found: Viewer = current_user._get_current_object()
    return found


def load(statement: Select[Any], given: Mapping[str, Any] | None = None) -> Any:
    """The one row that the statement allows, or 404: what may not be seen does not exist. ``given``: what is bound in a
    statement that is built once."""
    found = db().scalars(statement, given).unique().one_or_none()
    if found is None:
        abort(404)
    return found


def roll_back() -> None:
    """Undo what the request did; what is still read (an error page) is read in a session that only reads."""
    if "db" in g:
        g.pop("db").close()
    g.only_reading = True


def close(_error: BaseException | None) -> None:
    """End of the request: an unsettled session is rolled back."""
    if "db" in g:
        g.pop("db").close()
