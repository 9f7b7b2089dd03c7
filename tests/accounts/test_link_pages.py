"""The pages behind the links of mails: opening changes nothing, the button does, once."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import links, profiles
from peernet.accounts.models import SignIn
from peernet.mail.models import Mail
from peernet.tokens import tokens
from tests.world import World


@pytest.fixture
def link(client: FlaskClient, world: World, outbox: Callable[[], list[Mail]], link_in: Callable[[Mail], str]) -> str:
    """A sign-in link as it was mailed to the member, who wants to go on to their profile."""
    client.post("/sign-in/link", data={"email": "member@example.org", "next": "/me/profile"})
    return link_in(outbox()[0])


def _path(link: str) -> str:
    return link.partition("?")[0]


def test_a_link_shows_one_button_and_signs_in(client: FlaskClient, db: Session, world: World, link: str) -> None:
    page = client.get(link)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "private, no-store")
    assert "Sign in as Member" in page.text
    assert 'name="next" value="/me/profile"' in page.text
    assert db.scalars(select(SignIn)).all() == []
    answer = client.post(_path(link), data={"next": "/me/profile"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me/profile")
    row = db.scalars(select(SignIn)).one()
    assert (row.person_id, row.way) == (world.member.id, "link")


def test_a_scanner_of_mail_spends_nothing(client: FlaskClient, app: Flask, link: str) -> None:
    for _time in range(3):
        assert app.test_client().get(link).status_code == 200
        assert app.test_client().head(link).status_code == 200
    assert client.post(_path(link)).status_code == 303


def test_somebody_else_cannot_spend_it_again(client: FlaskClient, app: Flask, db: Session, link: str) -> None:
    client.get(link)
    client.post(_path(link))
    other = app.test_client()
    for answer in (other.get(link), other.post(_path(link))):
        assert answer.status_code == 410
        assert "This link is over" in answer.text
        assert "Ask for a new link" in answer.text
    assert other.get("/me/sessions").status_code == 303
    assert len(db.scalars(select(SignIn)).all()) == 1


def test_a_double_click_signs_in_once(client: FlaskClient, app: Flask, db: Session, link: str) -> None:
    """A browser drops the answer to the first click, cookie and all, and shows the one to the second."""
    client.get(link)
    with client.session_transaction() as cookie:
        before = dict(cookie)
    assert client.post(_path(link)).status_code == 303
    second = app.test_client()
    with second.session_transaction() as cookie:
        cookie.update(before)
    answer = second.post(_path(link), data={"next": "/me/profile"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me/profile")
    assert second.get("/me/sessions").status_code == 200
    assert len(db.scalars(select(SignIn)).all()) == 1


@pytest.mark.parametrize("case", ["late", "signed out"])
def test_a_double_click_is_no_second_key(client: FlaskClient, app: Flask, link: str, case: str) -> None:
    client.get(link)
    with client.session_transaction() as cookie:
        before = dict(cookie)
    client.post(_path(link))
    second = app.test_client()
    with second.session_transaction() as cookie:
        cookie.update(before)
    if case == "signed out":
        client.post("/sign-out")
        assert second.post(_path(link)).status_code == 410
        return
    with time_machine.travel(clock.now() + timedelta(minutes=3), tick=False):
        assert second.post(_path(link)).status_code == 410


def test_an_expired_link_says_so(client: FlaskClient, link: str) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        assert (client.get(link).status_code, client.post(_path(link)).status_code) == (410, 410)


def test_a_forged_link_says_so(client: FlaskClient, link: str) -> None:
    for path in (_path(link) + "x", "/sign-in/link/1-x", "/sign-in/link/\u0661-x", "/sign-in/link/%ff-"):
        assert client.get(path).status_code == 410


@pytest.mark.parametrize("following", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_a_link_leads_nowhere_else(client: FlaskClient, link: str, following: str) -> None:
    assert 'name="next"' not in client.get(_path(link), query_string={"next": following}).text
    assert "evil" not in client.post(_path(link), data={"next": following}).headers["Location"]


def test_a_forgotten_password_is_set_after_a_link(client: FlaskClient, world: World, db: Session, link: str) -> None:
    world.member.password_hash = "forgotten"
    db.commit()
    client.post(_path(link))
    assert "Present password" not in client.get("/me/password").text
    assert client.post("/me/password", data={"password": "four words make sense"}).status_code == 303
    client.post("/sign-out")
    data = {"email": "member@example.org", "password": "four words make sense"}
    assert client.post("/sign-in", data=data).status_code == 303


def test_a_new_address_is_confirmed_in_any_browser(
    client: FlaskClient, db: Session, world: World, outbox: Callable[[], list[Mail]], link_in: Callable[[Mail], str]
) -> None:
    profiles.ask_new_address(db, world.member, email="new@example.org")
    db.commit()
    path = link_in(outbox()[0])
    assert "Use new@example.org" in client.get(path).text
    db.refresh(world.member)
    assert world.member.email == "member@example.org"
    answer = client.post(path, follow_redirects=True)
    assert "Your address is now new@example.org." in answer.text
    db.refresh(world.member)
    assert world.member.email == "new@example.org"
    assert (client.get(path).status_code, client.post(path).status_code) == (410, 410)


def test_an_address_that_was_taken_meanwhile_is_said_at_its_link(
    client: FlaskClient, db: Session, world: World, outbox: Callable[[], list[Mail]], link_in: Callable[[Mail], str]
) -> None:
    profiles.ask_new_address(db, world.member, email="new@example.org")
    world.mate.email = world.mate.email_key = "new@example.org"
    db.commit()
    answer = client.post(link_in(outbox()[0]))
    assert answer.status_code == 422
    assert "This address already belongs to an account." in answer.text


@pytest.fixture
def stop(db: Session, world: World) -> str:
    """The link that stops news to the member."""
    path = f"/mail/stop/{tokens.text_of(links.stop_token(db, world.member, 'news'))}"
    db.commit()
    return path


ALL = ["reading", "day", "roundtables", "prompts", "news"]
BUT_NEWS = ALL[:-1]


def _wishes(db: Session, world: World) -> list[str]:
    db.refresh(world.member)
    return [kind for kind in links.KINDS if getattr(world.member, f"mail_{kind}")]


@pytest.mark.parametrize("kind", [*links.KINDS, links.DIGEST])
def test_each_stop_link_says_what_it_stops_and_stops_it(
    client: FlaskClient, db: Session, world: World, kind: str
) -> None:
    path = f"/mail/stop/{tokens.text_of(links.stop_token(db, world.member, kind))}"
    db.commit()
    page = client.get(path).text
    button = re.search(r'<button[^>]*value="this"[^>]*>([^<]+)<', page)
    assert button is not None
    assert button[1].strip().startswith("Stop ")
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    stopped = links.IN_DIGEST if kind == links.DIGEST else (kind,)
    assert _wishes(db, world) == [each for each in ALL if each not in stopped]


def test_opening_a_stop_link_stops_nothing(client: FlaskClient, db: Session, world: World, stop: str) -> None:
    page = client.get(stop)
    assert "Stop mail to member@example.org" in page.text
    assert _wishes(db, world) == ALL


@pytest.mark.parametrize(
    ("data", "left"),
    [
        ({"List-Unsubscribe": "One-Click"}, BUT_NEWS),
        ({"which": "this"}, BUT_NEWS),
        ({"which": "all"}, []),
        ({}, BUT_NEWS),
    ],
)
def test_mail_programs_stop_mail_with_one_click(
    app: Flask, db: Session, world: World, stop: str, data: dict[str, Any], left: list[str]
) -> None:
    """RFC 8058: no cookie, no token of a form, form data in either encoding, and again without harm."""
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        for kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
            answer = app.test_client().post(stop, data=data, content_type=kind)
            assert answer.status_code == 200
            assert "stopped" in answer.text
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert _wishes(db, world) == left


def test_bad_stop_links(client: FlaskClient, db: Session, world: World, stop: str) -> None:
    assert client.post(stop, data={"which": "everything"}).status_code == 422
    assert client.post(stop + "x").status_code == 410
    assert client.get("/mail/stop/nothing").status_code == 410
    world.member.disabled_at = clock.now()
    db.commit()
    assert client.get(stop).status_code == 410
    assert _wishes(db, world) == ALL
