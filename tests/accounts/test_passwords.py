"""Passwords: hashed with argon2id, refused when weak, and what setting one ends."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from peernet.accounts import links, passwords, sessions
from peernet.db import Conflict, Refused
from peernet.tokens import tokens
from tests.accounts.conftest import PASSWORD
from tests.world import World


@pytest.fixture(autouse=True)
def _hashed_quickly() -> None:
    """Not here."""


def test_a_hash_is_argon2id_and_salted() -> None:
    first, second = passwords.hash_of(PASSWORD), passwords.hash_of(PASSWORD)
    assert first.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert first != second
    assert passwords.matches(first, PASSWORD)
    assert not passwords.matches(first, PASSWORD + "x")


def test_a_missing_hash_costs_the_same_and_never_matches() -> None:
    assert not passwords.ARGON2.check_needs_rehash(passwords.DUMMY)
    assert not passwords.matches(None, PASSWORD)
    assert not passwords.matches("not a hash", PASSWORD)


def test_a_password_is_the_same_on_every_keyboard() -> None:
    composed, decomposed = "caf\u00e9 au lait", "cafe\u0301 au lait"
    assert passwords.matches(passwords.hash_of(composed), decomposed)


def test_old_parameters_are_replaced_after_a_check() -> None:
    old = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$0000000000000000000000"
    newer = passwords.newer_hash(old, PASSWORD)
    assert newer is not None
    assert passwords.matches(newer, PASSWORD)
    assert passwords.newer_hash(newer, PASSWORD) is None
    assert passwords.newer_hash(None, PASSWORD) is None


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "ninechars",
        "password123",
        "P@ssw0rd2024!",
        "1234567890",
        "0987654321",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "qwertyuiop",
        "qwertyuiop1",
        "abcdefghijkl",
        "letmeinwelcome",
        "Administrator1",
        "member.example",
        "member@example.org",
        "Maria Lopez",
        "marialopez12",
    ],
)
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(Refused) as refusal:
        passwords.refuse_weak(password, name="Maria Lopez", email="member@example.org")
    assert refusal.value.field == "password"


@pytest.mark.parametrize(
    "password", [PASSWORD, "Tr0ub4dor&3x", "correcthorsebattery", "pässwörter sind gut", "9fK2-xLq7Zb"]
)
def test_other_passwords_are_taken(password: str) -> None:
    passwords.refuse_weak(password, name="Maria Lopez", email="member@example.org")


def test_setting_a_password_ends_other_sessions_and_links(db: Session, world: World) -> None:
    here = sessions.begin(db, world.member, way="link", agent="")
    there = sessions.begin(db, world.member, way="link", agent="")
    other = sessions.begin(db, world.mate, way="link", agent="")
    token = tokens.text_of(links.make(db, world.member, lasts=timedelta(hours=1)))
    passwords.set_password(db, world.member, password_hash="new", replaces=None, keep_sign_in_id=here.sign_in_id)
    assert world.member.password_hash == "new"
    live = [sessions.load(db, each.ticket) is not None for each in (here, there, other)]
    assert live == [True, False, True]
    assert links.holder(db, token) is None


def test_a_password_that_was_changed_meanwhile_is_a_conflict(db: Session, world: World) -> None:
    world.member.password_hash = "theirs"
    with pytest.raises(Conflict):
        passwords.set_password(db, world.member, password_hash="mine", replaces=None, keep_sign_in_id=None)
