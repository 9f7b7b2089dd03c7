"""Access rules: every view declares one, or the application does not start (default deny)."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask

View = TypeVar("View", bound=Callable[..., Any])


class Rule(StrEnum):
    """Who reaches a view at all. What they see of it is decided by loading through ``access``.

    READER: anybody; the page may be kept ready-made, so it must not touch the session.
    ANYBODY: anybody, with a session (signing in).
    LINK: whoever holds the link; the view checks its token.
    PERSON: somebody signed in.
    ADMIN: an administrator of the installation; others get 404.
    """

    READER = "reader"
    ANYBODY = "anybody"
    LINK = "link"
    PERSON = "person"
    ADMIN = "admin"


class NoRule(RuntimeError):
    """A route without an access rule."""


def rule(which: Rule) -> Callable[[View], View]:
    """Declare who reaches a view."""

    def declare(view: View) -> View:
        view.access_rule = which  # type: ignore[attr-defined]
        return view

    return declare


def rule_of(app: Flask, endpoint: str) -> Rule:
    """The rule of an endpoint. Raises NoRule if it has none."""
    declared = getattr(app.view_functions[endpoint], "access_rule", None)
    if not isinstance(declared, Rule):
        raise NoRule(f"The route {endpoint} has no access rule")
    return declared


def require_rules(app: Flask) -> None:
    """Refuse an application that has a route without a rule."""
    for route in app.url_map.iter_rules():
        rule_of(app, route.endpoint)
