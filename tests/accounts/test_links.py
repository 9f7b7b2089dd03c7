"""Links by mail: single use, expiring, and silent about who has an account."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import links, people
from peernet.db import Database
from peernet.mail.models import Mail
from peernet.tokens import tokens
from peernet.tokens.models import Token
from tests.world import World, make_person


def test_a_link_goes_to_the_account(db: Session, world: World, outbox: Callable[[], list[Mail]]) -> None:
    links.ask(db, email="MEMBER@example.org", following="/me/profile")
    (mail,) = outbox()
    assert (mail.to_address, mail.person_id, mail.kind) == (
        "member@example.org", world.member.id, "accounts/sign-in-link",
    )  # fmt: skip
    token = db.scalars(select(Token)).one()
    assert tokens.placeholder(token) in mail.text
    assert tokens.text_of(token) not in mail.text + mail.html


@pytest.mark.parametrize("who", ["unknown", "disabled", "demonstration"])
def test_nothing_is_left_for_others(db: Session, world: World, outbox: Callable[[], list[Mail]], who: str) -> None:
    world.member.disabled_at = clock.now() if who == "disabled" else None
    world.member.is_demonstration = who == "demonstration"
    db.flush()
    links.ask(db, email="unknown@example.org" if who == "unknown" else "member@example.org")
    assert (outbox(), db.scalar(select(func.count()).select_from(Token))) == ([], 0)


def test_known_and_unknown_take_the_same_statements(
    db: Session, world: World, count_queries: Callable[[], Any]
) -> None:
    seen = []
    for email in ("member@example.org", "unknown@example.org"):
        with count_queries() as statements:
            links.ask(db, email=email)
            db.flush()
        seen.append(statements)
    assert seen[0] == seen[1]
    assert len(seen[0]) == 4


def test_a_link_works_once(db: Session, world: World) -> None:
    text = tokens.text_of(links.make(db, world.member, lasts=timedelta(minutes=30)))
    assert links.holder(db, text) is world.member
    assert links.use_up(db, text) is world.member
    assert (links.holder(db, text), links.use_up(db, text)) == (None, None)


def test_a_link_expires(db: Session, world: World) -> None:
    text = tokens.text_of(links.make(db, world.member, lasts=timedelta(minutes=30)))
    with time_machine.travel(clock.now() + timedelta(minutes=30), tick=False):
        assert (links.holder(db, text), links.use_up(db, text)) == (None, None)


@pytest.mark.parametrize("text", ["", "1", "1-", "-", "1-x", "x-y", "9" * 30 + "-x", "\u0661-x", "1-\udcff"])
def test_what_is_no_token_is_nobody(db: Session, world: World, text: str) -> None:
    links.make(db, world.member, lasts=timedelta(minutes=30))
    assert links.use_up(db, text) is None


def test_a_token_for_something_else_signs_nobody_in(db: Session, world: World) -> None:
    text = tokens.text_of(links.stop_token(db, world.member, "news"))
    assert links.use_up(db, text) is None


@pytest.mark.concurrency
def test_of_many_who_spend_a_link_at_once_one_gets_in(own_database: Database) -> None:
    with own_database.writing() as db:
        person = make_person(db, "Member")
        text = tokens.text_of(links.make(db, person, lasts=timedelta(minutes=30)))
    together = Barrier(8)

    def spend(_number: int) -> bool:
        together.wait()
        with own_database.writing() as db:
            return links.use_up(db, text) is not None

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(spend, range(8))) == [False] * 7 + [True]


def test_a_stop_token_is_kept_for_each_kind(db: Session, world: World) -> None:
    first = links.stop_token(db, world.member, "news")
    assert links.stop_token(db, world.member, "news") is first
    assert links.stop_token(db, world.member, "prompts") is not first
    assert links.stop_token(db, world.mate, "news") is not first
    with time_machine.travel(clock.now() + timedelta(days=500), tick=False):
        assert links.stop_token(db, world.member, "news") is not first


def test_tickets_of_a_link_differ_by_browser(db: Session) -> None:
    tickets = {links.ticket_for("1-a", "one"), links.ticket_for("1-a", "two"), links.ticket_for("2-a", "one")}
    assert len(tickets) == 3
    assert links.ticket_for("1-a", "one") in tickets


def test_a_disabled_account_cannot_use_its_link(db: Session, world: World) -> None:
    text = tokens.text_of(links.make(db, world.member, lasts=timedelta(minutes=30)))
    world.member.disabled_at = clock.now()
    db.flush()
    assert links.use_up(db, text) is None
    people.enable(db, world.member)
    assert links.use_up(db, text) is world.member
