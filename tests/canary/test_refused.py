"""What is answered to those who send a form that is refused, empty or stale: no word that is not theirs to meet."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser

import pytest
from flask import Flask
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from peernet.web.rules import Rule
from tests.canary import marked
from tests.canary.marked import Marked
from tests.canary.walking import Seen, addresses, ask, client_of, values
from tests.sizes import sized
from tests.world import World

pytestmark = [pytest.mark.lengthy, pytest.mark.once]
RULES = tuple(rule for rule in Rule if rule is not Rule.LINK)
# Where each kind of person stands: in the cohort, beside it, leading it, outside.
ROLES = ("member", "peer", "observer", "facilitator", "outsider", "nobody")
WRITING = ("facilitator", "peer")
Found = Mapping[str, Sequence[object]]
Form = tuple[str, dict[str, str]]
# Pages with a form on which two can write at once.
EDITED = re.compile(r"/edit$|/notes$|^/write/[^/]+$|^/write/[^/]+/(review|assets|files)|/prompts/\d+$")


@pytest.fixture
def made(db: Session, world: World) -> Marked:
    return marked.make(db, world)


class _Forms(HTMLParser):
    """The forms of a page that carry a version: where they go, and what is typed in them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self._typing = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        name, is_chosen = given.get("name", ""), given.get("type") not in ("radio", "checkbox") or "checked" in given
        if tag == "form":
            self.forms.append((given.get("action", ""), {}))
        elif self.forms and tag in ("input", "textarea", "button") and name and is_chosen:
            self._typing = name if tag == "textarea" else ""
            self.forms[-1][1].setdefault(name, given.get("value", ""))
        elif self.forms and tag == "select":
            self._select = name
        elif self.forms and tag == "option" and "selected" in given:
            self.forms[-1][1][self._select] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._typing:
            self.forms[-1][1][self._typing] += data

    def handle_endtag(self, tag: str) -> None:
        self._typing = ""

    @property
    def versioned(self) -> Iterator[tuple[str, dict[str, str]]]:
        return ((action, typed) for action, typed in self.forms if "version" in typed)


def _sent(app: Flask, connection: Connection, cookie: str, path: str, data: dict[str, str]) -> Seen:
    """One form, of which nothing stays: neither in the database nor in the browser."""
    attempt = connection.begin_nested()
    seen = _met(app, cookie, path, **data)
    attempt.rollback()
    return seen


def _met(app: Flask, cookie: str, path: str, **data: str) -> Seen:
    client = app.test_client(use_cookies=False)
    client.environ_base["HTTP_COOKIE"] = cookie
    return ask(client, path, **data)


def _cookie(app: Flask, db: Session, made: Marked, role: str) -> str:
    client = client_of(app, db, made.person(role) if role != "nobody" else None)
    kept = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    return f"{kept.key}={kept.value}" if kept else "none=1"


def test_what_is_refused_is_answered_with_nothing_of_others(app: Flask, db: Session, made: Marked) -> None:
    """An empty form by each role at each address that takes one, at another thing than the role before (of the usual
    size at every third address); and what stands in a form, as if somebody had saved it since."""
    found = values(db, made)
    db.commit()
    for which, roles in ((_empty, ROLES), (_stale, WRITING)):
        leaks, statuses = [], set()
        for number, role in enumerate(roles):
            cookie = _cookie(app, db, made, role)
            for path, typed in which(app, found, cookie, number):
                seen = _sent(app, db.connection(), cookie, path, typed)
                leaks += [
                    f"{made.names[one]} met by {role} at {path}" for one in seen.marks if role not in made.may[one]
                ]
                statuses.add(seen.status)

        assert leaks == []
        assert {404, 422} <= statuses if which is _empty else 409 in statuses


def _empty(app: Flask, found: Found, cookie: str, number: int) -> Iterator[Form]:
    for place, some in enumerate(filter(None, addresses(app, found, *RULES, method="POST"))):
        if (place + number) % sized(1, 3) == 0:
            yield some[number % len(some)], {"version": "0"}


def _stale(app: Flask, found: Found, cookie: str, number: int) -> Iterator[Form]:
    for some in filter(lambda some: some and EDITED.search(some[0]), addresses(app, found, Rule.PERSON)):
        path = some[number % len(some)]
        page = _met(app, cookie, path).said
        for action, typed in _Forms(page).versioned:
            yield action or path, typed | {"version": str(int(typed["version"] or 0) + 7)}
