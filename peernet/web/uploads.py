"""Room for large files: a view says how much it takes, and of whom; nobody else may send it that much.

The body is read when the form's token is checked, before the view; so the room is made before that check.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

from peernet.web.request import SAFE, viewer

View = TypeVar("View", bound=Callable[..., Any])
# What a form has beside its file.
_BESIDE = 1_000_000


def takes(most: Callable[[], int], *, of: Callable[..., bool]) -> Callable[[View], View]:
    """Declare how many bytes a file may have that is sent to a view, and by whom: ``of`` is asked with what the address
    names, before a byte of the file is read."""

    def declare(view: View) -> View:
        view.takes = (most, of)  # type: ignore[attr-defined]
        return view

    return declare


def install(app: Flask) -> None:
    """Make room before anything reads a body."""
    app.before_request(_make_room)


def _make_room() -> None:
    if request.method in SAFE or request.endpoint is None:
        return
    declared = getattr(current_app.view_functions[request.endpoint], "takes", None)
    if declared is None:
        return
    most, of = declared
    if viewer().is_authenticated and of(**(request.view_args or {})):
        request.max_content_length = most() + _BESIDE
