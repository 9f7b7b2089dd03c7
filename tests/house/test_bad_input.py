"""No address answers bad input with an error of ours: what no column holds, in its path, its query and its form."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peernet.db import Database
from peernet.web import limits
from tests.house.test_routes import arguments, furnish
from tests.world import World

# A zero byte, bytes that are no UTF-8, a number that no column holds, the last day there is.
HOSTILE = (b"a\x00b", b"\xff\xfe\xed\xa0\x80", b"9" * 25, b"9999-12-31")
_FORM = "application/x-www-form-urlencoded"


class Forms(HTMLParser):
    """The names of the fields of a page's forms, by the address that each form posts to ("" is the page's own)."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, set[str]] = {}
        self._names: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a form, or add a field to it."""
        given = dict(attrs)
        if tag == "form":
            self._names = self.found.setdefault(given.get("action") or "", set()) if "method" in given else set()
        elif tag in ("input", "select", "textarea", "button") and given.get("name"):
            self._names.add(str(given["name"]))


class Tried:
    """Requests of one person, each undone; those that were answered with an error of ours are kept."""

    def __init__(self, client: FlaskClient, database: Database) -> None:
        self.client, self.database = client, database
        self.wrong: list[str] = []

    def __call__(self, method: str, address: str, **how: Any) -> str:
        """The page that is answered."""
        limits.limiter.reset()
        before = self.database._connection.begin_nested()
        answer = self.client.open(address, method=method, **how)
        before.rollback()
        if answer.status_code >= 500:
            self.wrong.append(f"{answer.status_code} {method} {address} {how}")
        return answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""


def test_an_address_that_no_column_holds(
    app: Flask, db: Session, database: Database, world: World, sign_in: Callable[..., FlaskClient]
) -> None:
    tried = Tried(sign_in(world.organiser), database)
    for route in app.url_map.iter_rules():
        for value in HOSTILE[:3] if route.arguments else ():
            tried("GET", re.sub(r"<[^<>]+>", quote_from_bytes(value), route.rule))
    for name in ("q", "page", "topic"):
        for value in HOSTILE:
            tried("GET", f"/prompts?{name}={quote_from_bytes(value)}")
            tried("GET", f"/library?{name}={quote_from_bytes(value)}")
    assert tried.wrong == []


def test_a_form_whose_every_field_is_hostile(
    app: Flask, db: Session, database: Database, world: World, sign_in: Callable[..., FlaskClient]
) -> None:
    things = furnish(db, world)
    tried = Tried(sign_in(world.organiser), database)
    adapter = app.url_map.bind("localhost")
    forms: dict[str, set[str]] = {}
    for route in app.url_map.iter_rules():
        if "GET" in (route.methods or ()):
            page = adapter.build(route.endpoint, arguments(route, things), method="GET")
            for action, names in Forms(tried("GET", page)).found.items():
                forms.setdefault(action or page, set()).update(names)
    for address, names in forms.items():
        for value in HOSTILE:
            tried("POST", address, data=urlencode(dict.fromkeys(names, value)).encode(), content_type=_FORM)
    assert len(forms) > 30
    assert tried.wrong == []
