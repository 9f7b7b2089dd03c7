"""Accounts: made once for an address, closed, opened, put in charge."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts import links, people, sessions
from peernet.db import Refused
from peernet.ledger.models import Event
from peernet.tokens import tokens
from tests.world import World


def _make(db: Session, **values: str) -> people.Person:
    given = {"email": "New@Example.org ", "name": " New  Person ", "zone": "Europe/London", "language": "en"}
    return people.create(db, **{**given, **values})


def test_an_account_keeps_the_address_as_typed(db: Session) -> None:
    made = _make(db)
    assert (made.email, made.email_key, made.name) == ("New@Example.org", "new@example.org", "New Person")
    assert (made.is_admin, made.is_demonstration, made.password_hash) == (False, False, None)
    events = db.scalars(select(Event.action).where(Event.subject == f"person:{made.id}")).all()
    assert events == ["account.created"]


@pytest.mark.parametrize("email", ["member@example.org", "MEMBER@Example.ORG", " member@example.org"])
def test_an_address_has_one_account(db: Session, world: World, email: str) -> None:
    with pytest.raises(Refused) as refusal:
        _make(db, email=email)
    assert refusal.value.field == "email"
    assert db.get_one(people.Person, world.member.id).name == "Member"


@pytest.mark.parametrize(
    "email",
    [
        "",
        "nobody",
        "a@b@c",
        "a b@example.org",
        "a@example.org\nBcc: all@example.org",
        "a@example.org\r\nBcc: all@example.org",
        "a@exam\x00ple.org",
        "a@example.org, b@example.org",
        "<a@example.org>",
        "a" * 250 + "@example.org",
    ],
)
def test_what_is_no_address_is_refused(db: Session, email: str) -> None:
    with pytest.raises(Refused) as refusal:
        _make(db, email=email)
    assert refusal.value.field == "email"


@pytest.mark.parametrize("name", ["", "  ", "x" * 301, "bad\x07bell"])
def test_what_is_no_name_is_refused(db: Session, name: str) -> None:
    with pytest.raises(Refused) as refusal:
        _make(db, name=name)
    assert refusal.value.field == "name"


def test_find_or_create(db: Session, world: World) -> None:
    given = {"name": "", "zone": "Asia/Kolkata", "language": "fr"}
    assert people.find_or_create(db, email="Member@example.org", **given) is world.member
    made = people.find_or_create(db, email="fresh@example.org", **given)
    assert (made.name, made.zone, made.language) == ("fresh", "Asia/Kolkata", "fr")


def test_disabling_ends_sessions_and_links_and_enabling_brings_neither_back(db: Session, world: World) -> None:
    begun = sessions.begin(db, world.member, way="link", agent="")
    token = tokens.text_of(links.make(db, world.member, lasts=timedelta(hours=1)))
    people.disable(db, world.member, actor_id=world.admin.id)
    assert (sessions.load(db, begun.ticket), links.holder(db, token)) == (None, None)
    people.enable(db, world.member, actor_id=world.admin.id)
    assert world.member.disabled_at is None
    assert (sessions.load(db, begun.ticket), links.holder(db, token)) == (None, None)


def test_somebody_always_runs_the_installation(db: Session, world: World) -> None:
    for verb in (people.end_admin, people.disable):
        with pytest.raises(Refused):
            verb(db, world.admin)
    people.make_admin(db, world.member, actor_id=world.admin.id)
    people.end_admin(db, world.admin, actor_id=world.member.id)
    assert (world.member.is_admin, world.admin.is_admin) == (True, False)
    with pytest.raises(Refused):
        people.disable(db, world.member)


def test_a_disabled_account_is_not_put_in_charge(db: Session, world: World) -> None:
    people.disable(db, world.member)
    with pytest.raises(Refused):
        people.make_admin(db, world.member)


def test_a_link_of_before_is_no_key_to_the_installation(db: Session, world: World) -> None:
    token = tokens.text_of(links.make(db, world.member, lasts=timedelta(days=21)))
    people.make_admin(db, world.member)
    assert links.holder(db, token) is None
