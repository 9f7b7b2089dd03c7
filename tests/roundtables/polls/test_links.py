"""The link that answers a poll from a mail."""

from datetime import timedelta

import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import Membership
from peernet.roundtables.polls import links, proposing
from peernet.roundtables.polls.models import Poll, PollAnswer
from peernet.tokens import tokens
from tests.roundtables.polls.conftest import CLOSES, Ask, options, said
from tests.roundtables.test_pages import words_of
from tests.world import World


def _link(db: Session, poll: Poll, person: Person) -> str:
    token = links.token_for(db, poll, person)
    db.commit()
    return f"/p/{tokens.text_of(token)}"


def _form(db: Session, poll: Poll, *words: str) -> dict[str, str]:
    return {f"o{option.id}": word for option, word in zip(options(db, poll), words, strict=False)}


def test_it_answers_without_signing_in(ask: Ask, db: Session, world: World, client: FlaskClient) -> None:
    poll = ask()
    link = _link(db, poll, world.peer)
    page = words_of(client.get(link))
    assert "Which can you, Peer?" in page
    assert "Tuesday 8 December 2026, 20:30 Kolkata · 15:00 London" in page
    # In Kolkata it is the next day by then, so both dates stand there.
    assert "Thursday 10 December 2026, 03:30 Kolkata · Wednesday 9 December 2026, 22:00 London" in page
    answer = client.post(link, data=_form(db, poll, "no", "yes", "maybe"))
    assert (answer.status_code, answer.location) == (303, link)
    assert said(db, poll, world.peer) == ["no", "yes", "maybe"]
    assert "Your answer is saved. You can change it until the poll closes." in words_of(client.get(link))
    client.post(link, data=_form(db, poll, "yes"))
    assert said(db, poll, world.peer) == ["yes", "", ""]


def test_looking_changes_nothing(ask: Ask, db: Session, world: World, client: FlaskClient) -> None:
    """A mail scanner follows every link, with whatever is behind a question mark."""
    poll = ask()
    link = _link(db, poll, world.peer)
    first = options(db, poll)[0].id
    for address in (link, f"{link}?o{first}=yes", link):
        assert client.get(address).status_code == 200
        assert client.head(address).status_code == 200
    assert db.scalar(select(func.count()).select_from(PollAnswer)) == 0


def test_it_is_for_one_person_and_one_poll(ask: Ask, db: Session, world: World, client: FlaskClient) -> None:
    other, poll = ask(title="Another"), ask()
    link = _link(db, poll, world.peer)
    refused = client.post(link, data=_form(db, other, "yes"))
    assert refused.status_code == 409
    client.post(link, data=_form(db, poll, "yes", "yes", "yes"))
    assert [(row.poll_id, row.person_id) for row in db.scalars(select(PollAnswer))] == [(poll.id, world.peer.id)]
    # A token of another purpose, and one whose number was changed, open nothing.
    foreign = tokens.make(db, purpose="rsvp", subject=f"poll:{poll.id}:{world.peer.id}", lasts=timedelta(days=1))
    db.commit()
    number, _dash, signature = link.removeprefix("/p/").partition("-")
    for wrong in (tokens.text_of(foreign), f"{int(number) + 1}-{signature}", "0-none", "x", "1-"):
        assert client.get(f"/p/{wrong}").status_code == 410


def test_it_opens_nothing_for_who_left(ask: Ask, db: Session, world: World, client: FlaskClient) -> None:
    poll = ask()
    link, mates, thirds = (_link(db, poll, one) for one in (world.peer, world.mate, world.third))
    seat = db.scalars(select(Membership).where(Membership.person_id == world.peer.id)).one()
    seat.left_at = clock.now()
    world.mate.disabled_at = clock.now()
    links.revoke(db, poll.id, world.third.id)
    db.commit()
    for over in (link, mates, thirds):
        assert client.get(over).status_code == 410
        assert client.post(over, data=_form(db, poll, "yes")).status_code == 410
    assert db.scalar(select(func.count()).select_from(PollAnswer)) == 0


def test_after_the_deadline_it_shows_and_takes_nothing(
    ask: Ask, db: Session, world: World, client: FlaskClient
) -> None:
    poll = ask()
    link = _link(db, poll, world.peer)
    with time_machine.travel(CLOSES + timedelta(days=1), tick=False):
        page = words_of(client.get(link))
        assert "This poll is closed. Those who lead the cohort choose now" in page
        assert "You did not answer this poll." in page
        refused = client.post(link, data=_form(db, poll, "yes"))
        assert refused.status_code == 422
        assert "This poll is over, so it takes no answers any more." in words_of(refused)
    with time_machine.travel(CLOSES + timedelta(days=31), tick=False):
        assert client.get(link).status_code == 410


def test_it_lasts_as_long_as_a_later_deadline(ask: Ask, db: Session, world: World, client: FlaskClient) -> None:
    poll = ask()
    before = links.token_for(db, poll, world.peer)
    poll.closes_at += timedelta(days=3)
    after = links.token_for(db, poll, world.peer)
    assert (before.id, after.expires_at) == (after.id, CLOSES + timedelta(days=33))


def test_a_withdrawn_poll_says_so(ask: Ask, db: Session, world: World, client: FlaskClient) -> None:
    poll = ask()
    link = _link(db, poll, world.peer)
    proposing.withdraw(db, poll, actor=viewer_of(world.organiser))
    db.commit()
    assert "This poll was withdrawn, so there is nothing to answer." in words_of(client.get(link))
    assert client.post(link, data=_form(db, poll, "yes")).status_code == 422
