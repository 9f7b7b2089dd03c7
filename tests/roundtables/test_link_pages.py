"""The link in a mail: one click there, one on the page, and nothing for whoever else comes by."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import Membership
from peernet.ledger.models import Event
from peernet.roundtables import access, attendance, guests, links, planning
from peernet.roundtables.models import Answer, Roundtable, When
from peernet.tokens import tokens
from tests.roundtables.test_pages import LINK, words_of
from tests.world import World

Plan = Callable[..., Roundtable]
LinkOf = Callable[[Roundtable, Person], str]


@pytest.fixture
def one(plan: Plan, world: World) -> Roundtable:
    """A roundtable with a way in, two places, a reading and a prompt."""
    return plan(link=LINK, capacity=2, reading=[("FAIR", "https://go-fair.org")], asked=[(world.asking, When.BEFORE)])


@pytest.fixture
def link(one: Roundtable, world: World, link_of: LinkOf) -> str:
    """The link of the peer, who sits in Kolkata."""
    return link_of(one, world.peer)


def _answers(db: Session) -> dict[int, Answer]:
    db.expire_all()
    return {row.person_id: row.answer for row in db.scalars(select(access.Attendance))}


@pytest.mark.parametrize("answer", ["", "accepted", "declined", "writing", "nonsense"])
def test_looking_changes_nothing_however_often_a_scanner_looks(
    link: str, client: FlaskClient, db: Session, answer: str
) -> None:
    before = db.scalars(select(Event.id)).all()
    for method in ("get", "head", "get"):
        assert getattr(client, method)(f"{link}?answer={answer}").status_code == 200
    assert (_answers(db), db.scalars(select(Event.id)).all()) == ({}, before)


def test_the_page_shows_that_roundtable_and_no_more(link: str, client: FlaskClient) -> None:
    page = client.get(f"{link}?answer=declined")
    text = words_of(page)
    for said in (
        "Practice cohort · Roundtable",
        "What makes data worth trusting?",
        "Tuesday 8 December 2026, 15:00 London · 20:30 Kolkata, yours",
        "Are you coming, Peer?",
        "FAIR",
        "Who decides, and how does anybody notice?",
    ):
        assert said in text
    # Neither the way in nor who comes, nor a link further into the cohort.
    assert LINK not in page.text
    assert "Member" not in text
    assert "/prompts/" not in page.text
    assert page.headers["Cache-Control"] == "private, no-store"


def test_the_answer_of_the_mails_link_is_the_first_button(link: str, client: FlaskClient) -> None:
    page = client.get(f"{link}?answer=writing").text
    buttons = [page.index(f'value="{answer}"') for answer in ("writing", "accepted", "declined")]
    assert buttons == sorted(buttons)
    assert 'class="primary" name="answer" value="writing"' in page


def test_one_click_answers_and_minds_may_change(
    link: str, one: Roundtable, client: FlaskClient, db: Session, world: World
) -> None:
    person = world.peer.id
    for answer in (Answer.ACCEPTED, Answer.WRITING, Answer.ACCEPTED, Answer.DECLINED):
        sent = client.post(link, data={"answer": answer.value})
        assert (sent.status_code, sent.headers["Location"]) == (303, link)
        assert _answers(db) == {person: answer}
    assert db.get_one(Roundtable, one.id).accepted == 0
    assert "You are not coming." in words_of(client.get(link))


def test_a_full_table_is_said_on_the_page(
    link: str, one: Roundtable, client: FlaskClient, db: Session, world: World
) -> None:
    for person in (world.member, world.mate):
        attendance.rsvp(db, one, person, Answer.ACCEPTED)
    db.commit()
    full = "The table is full: all 2 places are taken. You can wait for one, or answer in writing."
    assert full in words_of(client.get(f"{link}?answer=accepted"))
    late = client.post(link, data={"answer": "accepted"})
    assert late.status_code == 422
    assert full in words_of(late)
    assert client.post(link, data={"answer": "writing"}).status_code == 303


@pytest.mark.parametrize("data", [{}, {"answer": "maybe"}, {"answer": "accepted", "person_id": "1"}])
def test_an_answer_that_is_none_is_refused(link: str, client: FlaskClient, db: Session, data: dict[str, str]) -> None:
    assert client.post(link, data=data).status_code == 422
    assert _answers(db) == {}


@pytest.mark.parametrize("token", ["1-x", "0-none", "x", "1-" + "é" * 20, "9" * 30 + "-x", "-", "1"])
def test_a_link_that_was_never_given_is_over(client: FlaskClient, world: World, token: str) -> None:
    assert client.get(f"/r/{token}").status_code == 410
    assert client.post(f"/r/{token}", data={"answer": "accepted"}).status_code == 410


def test_a_token_of_another_purpose_opens_nothing(
    one: Roundtable, client: FlaskClient, db: Session, world: World
) -> None:
    other = tokens.make(
        db,
        purpose="sign-in",
        subject=f"rsvp:{one.id}:{world.peer.id}",
        lasts=timedelta(days=1),
        person_id=world.peer.id,
    )
    db.commit()
    assert client.get(f"/r/{tokens.text_of(other)}").status_code == 410


@pytest.mark.parametrize("how", ["revoked", "left", "disabled", "ended", "deleted"])
def test_a_link_is_over_when_its_person_or_time_is(
    link: str, one: Roundtable, client: FlaskClient, db: Session, world: World, how: str
) -> None:
    moment = clock.now()
    if how == "revoked":
        links.revoke(db, one.id, (world.peer.id, None))
    elif how == "left":
        db.execute(update(Membership).where(Membership.person_id == world.peer.id).values(left_at=moment))
    elif how == "disabled":
        world.peer.disabled_at = moment
    elif how == "ended":
        moment = one.ends_at
    else:
        db.delete(one)
    db.commit()
    with time_machine.travel(moment, tick=False):
        page = client.get(link)
        assert page.status_code == 410
        assert "This link is over" in words_of(page)
        assert "What makes data worth trusting?" not in page.text
        assert client.post(link, data={"answer": "accepted"}).status_code == 410
    assert _answers(db) == {}


def test_a_cancelled_roundtable_says_so(
    link: str, one: Roundtable, client: FlaskClient, db: Session, world: World
) -> None:
    planning.cancel(db, one, actor=viewer_of(world.organiser))
    db.commit()
    assert "This roundtable was cancelled, so there is nothing to answer." in words_of(client.get(link))
    assert client.post(link, data={"answer": "accepted"}).status_code == 422


def test_a_guest_answers_by_link_without_an_account_of_theirs(
    one: Roundtable, client: FlaskClient, db: Session, world: World, link_of: LinkOf
) -> None:
    guest = guests.invite(db, one, actor=viewer_of(world.organiser), email="expert@example.org", name="An Expert")
    path = link_of(one, guest)
    db.commit()
    assert "Are you coming, An Expert?" in words_of(client.get(path))
    assert client.post(path, data={"answer": "accepted"}).status_code == 303
    (given,) = db.scalars(select(access.Attendance))
    assert (given.person_id, given.guest_id, given.answer) == (None, guest.id, Answer.ACCEPTED)


def test_a_link_answers_for_its_person_whoever_is_signed_in(
    link: str, db: Session, world: World, sign_in: Callable[[Person], FlaskClient]
) -> None:
    person_id = world.peer.id
    assert sign_in(world.member).post(link, data={"answer": "accepted"}).status_code == 303
    assert _answers(db) == {person_id: Answer.ACCEPTED}


def test_the_form_is_guarded_against_other_sites(link: str, client: FlaskClient, db: Session) -> None:
    answer = client.post(link, data={"answer": "accepted"}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 400
    assert _answers(db) == {}
