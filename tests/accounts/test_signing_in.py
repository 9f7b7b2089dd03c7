"""Signing in and out in the browser: who gets in, what strangers can learn, and how often they may try."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, g, url_for
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import passwords
from peernet.accounts.models import Person, SignIn
from peernet.app import make_app
from peernet.db import Database
from peernet.ledger.models import Event
from peernet.mail.models import Mail
from peernet.settings import Settings
from tests.accounts.conftest import PASSWORD, QUICK
from tests.world import World, make_person

Give = Callable[[Person], Person]


def _sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **values: str) -> Any:
    return client.post("/sign-in", data={"email": email, "password": password, **values})


def _is_in(client: FlaskClient) -> bool:
    return client.get("/me/sessions").status_code == 200


def _words(page: Any) -> str:
    """A page without what differs between any two: the keys of its forms."""
    return re.sub(r'(name="(?:csrf_token|_once)" value=)"[^"]*"', r"\1", page.text)


def test_the_page_offers_both_ways(client: FlaskClient) -> None:
    page = client.get("/sign-in")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "private, no-store"
    assert 'formaction="/sign-in/link"' in page.text
    assert "demonstration" not in page.text


def test_a_password_signs_in(client: FlaskClient, db: Session, world: World, with_password: Give) -> None:
    with_password(world.member)
    answer = _sign_in(client, "Member@Example.org")
    with client.application.test_request_context():
        assert (answer.status_code, answer.headers["Location"]) == (303, url_for("desk.me"))
    assert _is_in(client)
    row = db.scalars(select(SignIn)).one()
    assert (row.person_id, row.way) == (world.member.id, "password")


def test_the_cookie_is_made_anew_and_lasts(client: FlaskClient, world: World, with_password: Give) -> None:
    with_password(world.member)
    client.get("/sign-in")
    with client.session_transaction() as before:
        planted = before["csrf_token"]
        before["planted"] = "by somebody else"
    answer = _sign_in(client, "member@example.org")
    with client.session_transaction() as after:
        assert "planted" not in after
        assert after.get("csrf_token") != planted
        assert after.permanent
    cookie = answer.headers["Set-Cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/", "Expires="))


def test_a_second_sign_in_ends_the_first_session_of_the_browser(
    client: FlaskClient, db: Session, world: World, with_password: Give
) -> None:
    with_password(world.member)
    _sign_in(client, "member@example.org")
    with_password(world.mate)
    _sign_in(client, "mate@example.org")
    rows = db.execute(select(SignIn.person_id, SignIn.revoked_at.is_not(None)).order_by(SignIn.id)).all()
    assert [tuple(row) for row in rows] == [(world.member.id, True), (world.mate.id, False)]


@pytest.mark.parametrize("who", ["wrong", "unknown", "disabled", "none", "demonstration"])
def test_who_does_not_get_in_learns_nothing(
    client: FlaskClient, db: Session, world: World, with_password: Give, count_queries: Callable[[], Any], who: str
) -> None:
    """The same status, the same words and the same statements, whatever the reason."""
    for person in (world.member, world.mate, world.peer):
        with_password(person)
    with count_queries() as expected:
        refused = _sign_in(client, "peer@example.org", "a wrong password")
    world.member.disabled_at = clock.now() if who == "disabled" else None
    world.member.password_hash = None if who == "none" else world.member.password_hash
    world.member.is_demonstration = who == "demonstration"
    db.commit()
    email = "unknown@example.org" if who == "unknown" else "member@example.org"
    with count_queries() as seen:
        answer = _sign_in(client, email, "a wrong password" if who == "wrong" else PASSWORD)
    assert (answer.status_code, _words(answer).replace(email, "")) == (
        422,
        _words(refused).replace("peer@example.org", ""),
    )
    assert seen == expected
    assert not _is_in(client)


def test_failures_are_counted_without_what_was_typed(
    client: FlaskClient, db: Session, world: World, with_password: Give
) -> None:
    with_password(world.member)
    _sign_in(client, "member@example.org", "a wrong password")
    _sign_in(client, "typed@example.org", "a wrong password")
    events = db.execute(select(Event.action, Event.subject, Event.data).order_by(Event.id)).all()
    assert [tuple(event) for event in events] == [
        ("account.sign_in_failed", f"person:{world.member.id}", {}),
        ("account.sign_in_failed", "sign-in", {}),
    ]


def test_a_link_is_asked_for_with_the_same_answer_and_the_same_work(
    client: FlaskClient, db: Session, world: World, outbox: Callable[[], list[Mail]], count_queries: Callable[[], Any]
) -> None:
    answers, statements = [], []
    for email in ("member@example.org", "unknown@example.org"):
        with count_queries() as seen:
            answer = client.post("/sign-in/link", data={"email": email, "password": ""})
        answers.append(
            (answer.status_code, answer.headers["Location"], answer.data, _words(client.get("/sign-in/link")))
        )
        statements.append(seen)
    assert answers[0] == answers[1]
    assert statements[0] == statements[1]
    assert [mail.to_address for mail in outbox()] == ["member@example.org"]


@pytest.mark.parametrize(
    "email",
    [
        "a@example.org\r\nBcc: all@example.org",
        "a@example.org\nSubject: x",
        "a@example.org,b@example.org",
        "A <a@example.org>",
        "a@example.org\x00",
        "not an address",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/link"])
def test_no_address_carries_a_header(
    client: FlaskClient, db: Session, outbox: Callable[[], list[Mail]], path: str, email: str
) -> None:
    answer = client.post(path, data={"email": email, "password": PASSWORD})
    assert (answer.status_code, outbox()) == (422, [])


@pytest.mark.parametrize(
    ("following", "reached"),
    [
        ("/me/profile", "/me/profile"),
        ("/me/sessions?page=2", "/me/sessions?page=2"),
        ("https://evil.example", None),
        ("//evil.example", None),
        ("/\\evil.example", None),
        ("\\\\evil.example", None),
        ("/\t/evil.example", None),
        ("/%2Fevil.example", None),
        ("///evil.example/me/profile", None),
        ("javascript:alert(1)", None),
        ("/nowhere", None),
        ("/sign-out", None),
        ("/sign-in", None),
        ("me/profile", None),
        ("/me/profile\r\nSet-Cookie: a=b", None),
        ("http://localhost/me/profile", None),
    ],
)
def test_next_leads_nowhere_else(
    client: FlaskClient, world: World, with_password: Give, following: str, reached: str | None
) -> None:
    with_password(world.member)
    home = _sign_in(client, "member@example.org").headers["Location"]
    client.post("/sign-out")
    shown = client.get("/sign-in", query_string={"next": following}).text
    assert ('name="next"' in shown) is (reached is not None)
    answer = _sign_in(client, "member@example.org", next=following)
    assert (answer.status_code, answer.headers["Location"]) == (303, reached or home)


def test_next_keeps_the_language(client: FlaskClient, world: World, with_password: Give) -> None:
    with_password(world.member)
    data = {"email": "member@example.org", "password": PASSWORD, "next": "/me/profile"}
    assert client.post("/fr/sign-in", data=data).headers["Location"] == "/fr/me/profile"


def test_a_page_for_people_leads_to_signing_in_and_back(client: FlaskClient, world: World, with_password: Give) -> None:
    with_password(world.member)
    sent = client.get("/me/profile")
    assert sent.headers["Location"] == "/sign-in?next=/me/profile"
    assert 'name="next" value="/me/profile"' in client.get(sent.headers["Location"]).text
    _sign_in(client, "member@example.org", next="/me/profile")
    assert client.get("/sign-in?next=/me/profile").headers["Location"] == "/me/profile"


def test_signing_out_ends_the_session_on_the_server(
    client: FlaskClient, app: Flask, db: Session, world: World, with_password: Give
) -> None:
    with_password(world.member)
    _sign_in(client, "member@example.org")
    copied = app.test_client()
    with client.session_transaction() as cookie, copied.session_transaction() as copy:
        copy.update(cookie)
    assert _is_in(copied)
    answer = client.post("/sign-out", follow_redirects=True)
    assert "You are signed out." in answer.text
    assert (_is_in(client), _is_in(copied)) == (False, False)
    assert client.post("/sign-out").status_code == 303


def test_a_disabled_account_is_out_at_once(client: FlaskClient, db: Session, world: World, with_password: Give) -> None:
    with_password(world.member)
    _sign_in(client, "member@example.org")
    world.member.disabled_at = clock.now()
    db.commit()
    assert not _is_in(client)


def test_tries_of_one_network_address_are_limited(client: FlaskClient, db: Session) -> None:
    answers = [_sign_in(client, f"try{number}@example.org") for number in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert "Too many tries in a short time" in answers[-1].text
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 61
    elsewhere = client.post(
        "/sign-in",
        data={"email": "try@example.org", "password": PASSWORD},
        environ_overrides={"REMOTE_ADDR": "203.0.113.9"},
    )
    assert elsewhere.status_code == 422


@pytest.mark.parametrize("email", ["member@example.org", "unknown@example.org"])
def test_tries_on_one_account_are_limited(client: FlaskClient, world: World, with_password: Give, email: str) -> None:
    with_password(world.member)
    statuses = [
        client.post(
            "/sign-in",
            data={"email": email.upper() if number % 2 else email, "password": "a wrong password"},
            environ_overrides={"REMOTE_ADDR": f"203.0.113.{number}"},
        ).status_code
        for number in range(6)
    ]
    assert statuses == [422] * 5 + [429]


def test_a_limited_try_is_not_hashed(client: FlaskClient, db: Session) -> None:
    for _number in range(5):
        _sign_in(client, "try@example.org")
    with _spied(lambda: None) as calls:
        assert _sign_in(client, "try@example.org").status_code == 429
    assert calls == []


def test_links_are_limited(client: FlaskClient, world: World, outbox: Callable[[], list[Mail]]) -> None:
    statuses = [client.post("/sign-in/link", data={"email": "member@example.org"}).status_code for _number in range(6)]
    assert (statuses, len(outbox())) == ([303] * 5 + [429], 5)


def test_an_ipv6_household_is_one_address(client: FlaskClient, db: Session) -> None:
    statuses = [
        client.post(
            "/sign-in",
            data={"email": f"try{number}@example.org", "password": PASSWORD},
            environ_overrides={"REMOTE_ADDR": f"2001:db8:1:2::{number:x}"},
        ).status_code
        for number in range(11)
    ]
    assert statuses == [422] * 10 + [429]


def test_forms_need_their_token(app: Flask, client: FlaskClient, world: World, with_password: Give) -> None:
    with_password(world.member)
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert _sign_in(client, "member@example.org").status_code == 400
        assert client.post("/sign-out").status_code == 400
        page = client.get("/sign-in").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token is not None
        assert _sign_in(client, "member@example.org", csrf_token=token[1]).status_code == 303
        # The token of before is worth nothing in the session that begins.
        assert client.post("/me/sessions/end", data={"csrf_token": token[1]}).status_code == 400
        assert _is_in(client)
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_a_form_of_another_site_is_refused(client: FlaskClient, world: World, with_password: Give) -> None:
    with_password(world.member)
    data = {"email": "member@example.org", "password": PASSWORD}
    assert client.post("/sign-in", data=data, headers={"Origin": "https://evil.example"}).status_code == 400


class _Spy:
    """A hasher that looks around before it works."""

    def __init__(self, look: Callable[[], object]) -> None:
        self.look = look
        self.calls: list[str] = []

    def hash(self, password: str, /) -> str:
        self.calls.append("hash")
        self.look()
        return QUICK.hash(password)

    def verify(self, hashed: str, password: str, /) -> bool:
        self.calls.append("verify")
        self.look()
        return QUICK.verify(hashed, password)

    def check_needs_rehash(self, hashed: str, /) -> bool:
        return QUICK.check_needs_rehash(hashed)


class _spied:  # noqa: N801 - reads as a function
    def __init__(self, look: Callable[[], object]) -> None:
        self.spy = _Spy(look)

    def __enter__(self) -> list[str]:
        passwords.use(self.spy)
        return self.spy.calls

    def __exit__(self, *_error: object) -> None:
        passwords.use(QUICK)


def test_hashing_comes_before_any_write_transaction(settings: Settings, own_database: Database) -> None:
    """While a password is hashed, others write."""
    with own_database.writing() as db:
        make_person(db, "Member").password_hash = passwords.hash_of(PASSWORD)
    app = make_app(settings, own_database)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()

    def write() -> None:
        assert "db" not in g
        with own_database.writing() as db:
            db.execute(text("UPDATE person SET seen_at = NULL"))

    with _spied(write) as calls:
        assert _sign_in(client, "member@example.org", "a wrong password").status_code == 422
        assert _sign_in(client, "member@example.org").status_code == 303
        data = {"current": PASSWORD, "password": "another four words"}
        assert client.post("/me/password", data=data).status_code == 303
    assert calls == ["verify", "verify", "verify", "hash"]


@pytest.fixture
def demonstration(settings_with: Callable[..., Settings], db: Session, world: World) -> World:
    """The facilitator's and the administrator's accounts are demonstration accounts, and these are switched on."""
    settings_with(demonstration=True)
    world.facilitator.is_demonstration = world.admin.is_demonstration = True
    db.commit()
    return world


def test_demonstration_accounts_are_one_click_away(client: FlaskClient, demonstration: World) -> None:
    page = client.get("/sign-in?next=/me/profile").text
    assert re.findall(r'<button type="submit" class="quiet">([^<]+)', page) == ["Facilitator", "Admin"]
    data = {"person": str(demonstration.facilitator.id), "next": "/me/profile"}
    answer = client.post("/sign-in/demonstration", data=data)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me/profile")
    assert "Facilitator" in client.get("/me/profile").text


def test_others_are_not_one_click_away(client: FlaskClient, demonstration: World) -> None:
    assert client.post("/sign-in/demonstration", data={"person": str(demonstration.member.id)}).status_code == 404


@pytest.mark.parametrize(
    "request_values",
    [
        {"environ_overrides": {"REMOTE_ADDR": "203.0.113.9"}},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Forwarded": "for=127.0.0.1"}},
        {"headers": {"Via": "1.1 proxy"}},
    ],
)
def test_demonstration_accounts_are_closed_to_the_outside(
    client: FlaskClient, demonstration: World, request_values: dict[str, Any]
) -> None:
    data = {"person": str(demonstration.facilitator.id)}
    assert "Try it out" not in client.get("/sign-in", **request_values).text
    assert client.post("/sign-in/demonstration", data=data, **request_values).status_code == 404


@pytest.mark.parametrize(
    "values", [{"demonstration": False}, {"demonstration": True, "public_url": "https://a.example"}]
)
def test_demonstration_accounts_are_closed_elsewhere(
    client: FlaskClient, demonstration: World, settings_with: Callable[..., Settings], values: dict[str, Any]
) -> None:
    settings_with(**values)
    data = {"person": str(demonstration.facilitator.id)}
    assert "Try it out" not in client.get("/sign-in").text
    assert client.post("/sign-in/demonstration", data=data).status_code == 404


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"email": "member@example.org"},
        {"password": PASSWORD},
        {"email": "member@example.org", "password": "x" * 201},
        {"email": ["member@example.org", "mate@example.org"], "password": PASSWORD},
        {"email": "member@example.org", "password": PASSWORD, "is_admin": "yes"},
        {"email": "member@example.org", "password": PASSWORD, "next": "/" + "x" * 3000},
    ],
)
def test_bad_input_is_a_422(client: FlaskClient, world: World, data: dict[str, Any]) -> None:
    answer = client.post("/sign-in", data=data)
    assert answer.status_code == 422
    assert PASSWORD not in answer.text
