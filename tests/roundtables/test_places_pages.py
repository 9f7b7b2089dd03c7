"""Places at one roundtable in pages: waiting for one, colleagues who share one, and a quorum."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.roundtables import access, attendance
from peernet.roundtables.models import Answer, Roundtable
from tests.roundtables.test_pages import SERIES, words_of
from tests.world import World

Plan = Callable[..., Roundtable]
SignIn = Callable[[Person], FlaskClient]


def _path(one: Roundtable, more: str = "") -> str:
    return f"{SERIES}/{one.id}{more}"


def _answer_of(db: Session, one: Roundtable, person: Person) -> Answer | None:
    db.expire_all()
    return next((each.answer for each in db.scalars(access.answers_to(one.id)) if each.person_id == person.id), None)


@pytest.fixture
def full(plan: Plan, db: Session, world: World) -> Roundtable:
    """A table whose one place the member has, where the peer and the third wait, and which needs two."""
    made = plan(capacity=1)
    attendance.rsvp(db, made, world.member, Answer.ACCEPTED)
    for person in (world.peer, world.third):
        attendance.rsvp(db, made, person, Answer.WAITING)
    db.commit()
    return made


def test_a_full_table_is_refused_with_the_waiting_list_beside_it(
    plan: Plan, db: Session, world: World, sign_in: SignIn
) -> None:
    one = plan(capacity=1)
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    db.commit()
    client = sign_in(world.peer)
    late = client.post(_path(one, "/rsvp"), data={"answer": "accepted"})
    assert late.status_code == 422
    assert "You can wait for it, or answer in writing." in words_of(late)
    assert 'value="waiting"' in late.text
    for _double_click in range(2):
        assert client.post(_path(one, "/rsvp"), data={"answer": "waiting"}).status_code == 303
    assert "You are next in line for a place." in words_of(client.get(_path(one)))
    assert _answer_of(db, one, world.peer) is Answer.WAITING


def test_a_position_is_for_who_waits_and_the_list_for_those_who_lead(
    full: Roundtable, world: World, sign_in: SignIn
) -> None:
    behind = "You are on the waiting list, with 1 person before you."
    assert behind in words_of(sign_in(world.third).get(_path(full)))
    for other in (world.member, world.mate, world.observer):
        page = words_of(sign_in(other).get(_path(full)))
        assert "before you" not in page
        assert "Waiting list" not in page
    page = words_of(sign_in(world.facilitator).get(_path(full)))
    assert "Waiting list Peer Third" in page


def test_who_is_called_confirms_with_one_click_from_page_and_link(
    full: Roundtable, db: Session, world: World, sign_in: SignIn
) -> None:
    sign_in(world.member).post(_path(full, "/rsvp"), data={"answer": "declined"})
    client = sign_in(world.peer)
    page = client.get(_path(full))
    assert "A place is held for you." in words_of(page)
    assert "Held until: Tuesday 24 November 2026, 12:00 London · 17:30 Kolkata, yours" in words_of(page)
    assert "Confirm that I come" in words_of(client.get("/me"))
    leads = sign_in(world.organiser).get(_path(full))
    assert "Waiting list Peer · a place is held until Tuesday 24 November 2026, 12:00 London Third" in words_of(leads)
    assert sign_in(world.peer).post(_path(full, "/rsvp"), data={"answer": "accepted"}).status_code == 303
    assert _answer_of(db, full, world.peer) is Answer.ACCEPTED


def test_a_colleague_takes_over_on_the_page(plan: Plan, db: Session, world: World, sign_in: SignIn) -> None:
    one = plan(one_each=True)
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    db.commit()
    client = sign_in(world.mate)
    refused = client.post(_path(one, "/rsvp"), data={"answer": "accepted"})
    assert refused.status_code == 422
    assert "Member has the place of River Trust at this table." in words_of(refused)
    assert client.post(_path(one, "/rsvp"), data={"answer": "take-over"}).status_code == 303
    assert [_answer_of(db, one, person) for person in (world.member, world.mate)] == [Answer.DEPUTY, Answer.ACCEPTED]
    assert "Mate is to come in your stead." in words_of(sign_in(world.member).get(_path(one)))


def test_who_has_no_deputy_and_sends_one_is_told_so(plan: Plan, world: World, sign_in: SignIn) -> None:
    one = plan()
    refused = sign_in(world.peer).post(_path(one, "/rsvp"), data={"answer": "deputy"})
    assert refused.status_code == 422
    assert "Your seat has no deputy who could be asked." in words_of(refused)


def test_a_quorum_is_warned_of_where_those_who_lead_look(
    plan: Plan, db: Session, world: World, sign_in: SignIn
) -> None:
    db.delete(world.roundtable)
    one = plan(quorum=2)
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    attendance.rsvp(db, one, world.peer, Answer.TENTATIVE)
    db.commit()
    warning = "Below its quorum: 1 has accepted, 2 are needed"
    client = sign_in(world.facilitator)
    page = words_of(client.get(_path(one)))
    assert f"{warning}. Not yet answered: Organiser, Facilitator, Mate, Third" in page
    assert warning in words_of(client.get(SERIES))
    assert warning in words_of(client.get("/c/practice-cohort"))
    client = sign_in(world.member)
    for path in (_path(one), SERIES, "/c/practice-cohort"):
        assert "quorum" not in words_of(client.get(path))


def test_the_form_says_who_may_come(plan: Plan, db: Session, world: World, sign_in: SignIn) -> None:
    one = plan()
    client = sign_in(world.organiser)
    data = {"version": "1", "title": one.title, "kind": "roundtable", "capacity": "4", "quorum": "5", "one_each": "yes"}
    refused = client.post(_path(one, "/edit"), data=data)
    assert refused.status_code == 422
    assert "There are fewer places than that; it could never be reached." in words_of(refused)
    assert client.post(_path(one, "/edit"), data=data | {"quorum": "3"}).status_code == 303
    db.expire_all()
    kept = db.get_one(Roundtable, one.id)
    assert (kept.capacity, kept.quorum, kept.one_each) == (4, 3, True)
    page = client.get(_path(one, "/edit")).text
    assert re.search(r'name="one_each"[^>]* checked', page)
    assert re.search(r'name="quorum"[^>]* value="3"|value="3"[^>]*name="quorum"', page)
