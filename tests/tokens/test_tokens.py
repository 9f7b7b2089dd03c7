"""Tokens: for one purpose, for a time, once, and never at rest in a usable form."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Database
from peernet.tokens import tokens
from peernet.tokens.models import Token
from tests.conftest import NOW

HOUR = timedelta(hours=1)


def test_a_token_is_found_for_its_purpose_only(db: Session) -> None:
    token = tokens.make(db, purpose="sign-in", subject="person:1", lasts=HOUR)
    words = tokens.text_of(token)
    assert tokens.look_up(db, words, purpose="sign-in") is token
    assert tokens.look_up(db, words, purpose="invitation") is None


def test_an_expired_token_is_worthless(db: Session) -> None:
    words = tokens.text_of(tokens.make(db, purpose="sign-in", subject="person:1", lasts=HOUR))
    with time_machine.travel(NOW + HOUR, tick=False):
        assert tokens.look_up(db, words, purpose="sign-in") is None


def test_a_token_is_spent_once(db: Session) -> None:
    token = tokens.make(db, purpose="sign-in", subject="person:1", lasts=HOUR)
    assert [tokens.spend(db, token), tokens.spend(db, token)] == [True, False]
    db.refresh(token)
    assert tokens.look_up(db, tokens.text_of(token), purpose="sign-in") is None


def test_revoking_takes_every_token_of_the_subject(db: Session) -> None:
    mine, theirs = (tokens.make(db, purpose="sign-in", subject=f"person:{n}", lasts=HOUR) for n in (1, 2))
    tokens.revoke(db, purpose="sign-in", subject="person:1")
    db.expire_all()
    assert tokens.look_up(db, tokens.text_of(mine), purpose="sign-in") is None
    assert tokens.look_up(db, tokens.text_of(theirs), purpose="sign-in") is theirs


@pytest.mark.parametrize("forged", ["", "-", "1", "1-", "x-y", "1-AAAA", "٣-AAAA", "9" * 40 + "-A", "1-\x00", "²-x"])
def test_a_forged_token_is_nobody(db: Session, forged: str) -> None:
    tokens.make(db, purpose="sign-in", subject="person:1", lasts=HOUR)
    assert tokens.look_up(db, forged, purpose="sign-in") is None


def test_a_changed_row_makes_its_token_worthless(db: Session) -> None:
    token = tokens.make(db, purpose="sign-in", subject="person:1", lasts=HOUR)
    words = tokens.text_of(token)
    token.subject = "person:2"
    db.flush()
    assert tokens.look_up(db, words, purpose="sign-in") is None


def test_filling_in_gives_live_tokens_and_nothing_for_dead_ones(db: Session) -> None:
    live, dead = (tokens.make(db, purpose="x", subject="y", lasts=HOUR) for _ in range(2))
    dead.revoked_at = clock.now()
    mail = f"a {tokens.placeholder(live)} b {tokens.placeholder(dead)} c {{{{token:999:x}}}} d"
    assert tokens.fill_in(db, mail) == f"a {tokens.text_of(live)} b  c  d"


def test_what_a_member_types_is_never_filled_in(db: Session) -> None:
    token = tokens.make(db, purpose="sign-in", subject="person:1", lasts=HOUR)
    for typed in (f"{{{{token:{token.id}}}}}", f"{{{{token:{token.id}:guess}}}}", f"{{{{token:{token.id}:}}}}"):
        assert tokens.text_of(token) not in tokens.fill_in(db, f"Our agenda: {typed}")


def test_nothing_at_rest_is_usable(db: Session, database: Database) -> None:
    token = tokens.make(db, purpose="sign-in", subject="person:1", lasts=HOUR)
    signature = tokens.text_of(token).partition("-")[2]
    rows = db.execute(text("SELECT * FROM token")).all()
    assert [signature in str(row) for row in rows] == [False]
    assert db.get(Token, token.id) is token
