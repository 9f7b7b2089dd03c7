"""Logs: one line for each request, with its id, and never with a live link."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from peernet.accounts import links
from peernet.settings import Settings
from peernet.tokens import tokens
from peernet.web import logs
from peernet.web.rules import Rule, rule_of


@pytest.fixture
def lines(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., list[str]]]:
    """Log in a format, and give the lines so far."""
    root, own = logging.getLogger(), logging.getLogger("peernet")
    before = root.handlers[:], root.level, own.level
    written = io.StringIO()

    def configure(kind: str) -> Callable[[], list[str]]:
        monkeypatch.setattr("sys.stderr", written)
        logs.configure(settings.model_copy(update={"log": settings.log.model_copy(update={"format": kind})}))
        return lambda: written.getvalue().splitlines()

    yield configure
    root.handlers[:], root.level = before[0], before[1]
    own.setLevel(before[2])


def test_a_request_is_one_plain_line(lines, client) -> None:
    seen = lines("plain")
    client.get("/sign-in", headers={"X-Request-Id": "abc-123"})
    (line,) = seen()
    assert line.startswith("2026-11-23T12:00:00Z INFO peernet.access [abc-123] GET /sign-in 200 ")
    assert line.endswith(" ms")


def test_or_one_json_object(lines, client) -> None:
    seen = lines("json")
    client.get("/sign-in", headers={"X-Request-Id": "abc-123"})
    (line,) = [json.loads(line) for line in seen()]
    message = line.pop("message")
    assert message.startswith("GET /sign-in 200 ")
    assert line == {
        "time": "2026-11-23T12:00:00+00:00",
        "level": "INFO",
        "logger": "peernet.access",
        "request_id": "abc-123",
    }


@pytest.mark.parametrize("kind", ["plain", "json"])
def test_a_line_stays_one_line(lines, kind: str) -> None:
    seen = lines(kind)
    logging.getLogger("peernet.test").warning("one\ntwo\r\n2026-01-01 INFO forged\x1b[31m")
    assert len(seen()) == 1
    assert "\x1b" not in seen()[0]


def test_an_error_keeps_its_trace(lines) -> None:
    seen = lines("json")
    try:
        raise ZeroDivisionError("by zero")
    except ZeroDivisionError:
        logging.getLogger("peernet.test").exception("It failed")
    (line,) = [json.loads(line) for line in seen()]
    assert line["message"] == "It failed"
    assert line["error"].endswith("ZeroDivisionError: by zero")


def test_other_libraries_speak_the_same_way_from_warnings_on(lines) -> None:
    seen = lines("json")
    logging.getLogger("huey.consumer").info("not of interest")
    logging.getLogger("huey.consumer").warning("of interest")
    assert [json.loads(line)["message"] for line in seen()] == ["of interest"]


def test_what_is_done_on_behalf_of_a_request_has_its_id(lines) -> None:
    seen = lines("plain")
    with logs.on_behalf_of("abc-123"):
        logging.getLogger("peernet.test").info("inside")
    logging.getLogger("peernet.test").info("outside")
    assert [line.split(" ", 3)[3] for line in seen()] == ["[abc-123] inside", "[-] outside"]


def test_a_live_link_is_logged_by_its_pattern(lines, client, db: Session, world) -> None:
    text = tokens.text_of(links.make(db, world.member, lasts=timedelta(minutes=5)))
    db.commit()
    seen = lines("plain")
    assert client.get(f"/sign-in/link/{text}").status_code == 200
    assert client.post(f"/sign-in/link/{text}").status_code == 303
    assert [line.split()[4:7] for line in seen()] == [
        ["GET", "/sign-in/link/<token>", "200"],
        ["POST", "/sign-in/link/<token>", "303"],
    ]
    assert text not in "".join(seen())


def test_every_address_with_a_token_is_a_link(app) -> None:
    holding = [rule for rule in app.url_map.iter_rules() if "token" in rule.arguments]
    assert len(holding) >= 10
    assert {rule_of(app, rule.endpoint) for rule in holding} == {Rule.LINK}


def test_nor_is_one_that_leads_nowhere(lines, client) -> None:
    seen = lines("plain")
    client.get("/sign-in/1-abcdef/more")
    (line,) = seen()
    assert "GET (no such address) 404" in line
    assert "abcdef" not in line
