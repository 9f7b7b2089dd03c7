"""Guests in the room: marked like members, counted among those who are here, asked before a recording runs."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.prompts.models import Visibility
from peernet.roundtables import access as roundtables
from peernet.roundtables import guests, invitees, links
from peernet.roundtables.agendas.models import AgendaStep, StepGrouping, StepKind, StepRule
from peernet.roundtables.models import Guest, Presence, Roundtable, Source
from peernet.roundtables.recordings import access as recordings
from peernet.roundtables.recordings import asking, consenting
from peernet.roundtables.recordings.models import Recording, Says, Seen
from peernet.roundtables.running import floor
from peernet.roundtables.running.models import GuestHeard
from tests.roundtables.test_pages import SERIES, words_of
from tests.world import World

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def guest(db: Session, world: World) -> Guest:
    """An expert who is invited to the world's roundtable, which goes on now with two steps."""
    one = db.scalars(roundtables.all_roundtables().where(Roundtable.id == world.roundtable.id)).one()
    one.starts_at, one.ends_at = clock.now() - timedelta(minutes=5), clock.now() + timedelta(minutes=85)
    db.add_all(
        AgendaStep(
            roundtable_id=one.id, position=number, title=f"Step {number}", minutes=10, kind=StepKind.TALK,
            grouping=StepGrouping.ALL, attribution=StepRule.OPEN, visibility=Visibility.COHORT, member="For everybody.",
            facilitator="For who leads.",
        )
        for number in (1, 2)
    )  # fmt: skip
    found = guests.invite(db, one, actor=viewer_of(world.organiser), email="expert@example.org", name="An Expert")
    db.commit()
    return found


@pytest.fixture
def asked(db: Session, world: World, guest: Guest) -> Recording:
    """It is asked whether it may be recorded."""
    until = clock.today() + timedelta(days=30)
    asking.ask(db, world.roundtable, actor=viewer_of(world.facilitator), audience=Seen.COHORT, until=until, version=0)
    db.commit()
    return db.scalars(recordings.asked_at(world.roundtable.id)).one()


@pytest.fixture
def link(db: Session, world: World, guest: Guest, link_of: Callable[..., str]) -> str:
    """The path of the guest's link."""
    return link_of(world.roundtable, guest)


def room(world: World, more: str = "") -> str:
    """The address of the room."""
    return f"{SERIES}/{world.roundtable.id}/room{more}"


def test_a_guest_is_marked_by_those_who_lead_and_counts(
    db: Session, world: World, sign_in: SignIn, guest: Guest
) -> None:
    leads, member = sign_in(world.facilitator), sign_in(world.member)
    assert "An Expert · guest" in words_of(leads.get(room(world)))
    assert "An Expert" not in member.get(room(world)).text
    mark = {"guest": guest.id, "what": "here"}
    assert [each.post(room(world, "/person"), data=mark).status_code for each in (member, leads, leads)] == [
        404,
        303,
        303,
    ]
    found = db.scalars(select(Presence)).one()
    assert (found.person_id, found.guest_id, found.was_there) == (None, guest.id, True)
    assert "1 person is here. 1 of them is a guest." in words_of(leads.get(room(world)))
    bad = [{"what": "here"}, {"guest": 10**6, "what": "heard"}, {"person": guest.id + 10**6, "what": "heard"}]
    assert [leads.post(room(world, "/person"), data=each).status_code for each in bad] == [404, 404, 404]
    assert leads.post(room(world, "/person"), data={"guest": "x", "what": "here"}).status_code == 422


def test_a_guest_who_was_heard_was_there_and_it_is_forgotten(
    db: Session, world: World, sign_in: SignIn, guest: Guest
) -> None:
    leads = sign_in(world.facilitator)
    step = db.scalars(select(AgendaStep).order_by(AgendaStep.id)).first()
    assert step is not None
    leads.post(room(world, "/step"), data={"step": step.id})
    for what, left in (("heard", 1), ("heard", 1), ("unheard", 0), ("heard", 1)):
        leads.post(room(world, "/person"), data={"guest": guest.id, "what": what})
        assert len(db.scalars(select(GuestHeard)).all()) == left
    assert leads.post(room(world, "/end")).status_code == 303
    assert db.scalars(select(GuestHeard)).all() == []
    found = db.scalars(select(Presence)).one()
    assert (found.guest_id, found.source) == (guest.id, Source.FACILITATOR)


def test_whom_nobody_ended_is_forgotten_by_the_clock(db: Session, world: World, guest: Guest) -> None:
    floor.note_guest_heard(db, world.roundtable, guest.id, heard=True)
    with time_machine.travel(world.roundtable.starts_at + timedelta(days=1, minutes=1), tick=False):
        assert floor.clear_over(db) == 1
    assert db.scalars(select(GuestHeard)).all() == []


def test_the_link_shows_a_guest_the_agenda_and_nothing_of_how_to_lead(client: FlaskClient, link: str) -> None:
    page = client.get(link).text
    assert ["Step 1" in page, "Step 2" in page, "For everybody." in page, "For who leads." in page] == [
        True, True, True, False,
    ]  # fmt: skip


def test_a_guest_answers_behind_the_link_and_recording_stays_off_until_they_agree(
    db: Session, world: World, sign_in: SignIn, client: FlaskClient, guest: Guest, link: str, asked: Recording
) -> None:
    leads = sign_in(world.facilitator)
    leads.post(room(world, "/person"), data={"person": world.member.id, "what": "here"})
    consenting.answer(db, world.roundtable, (world.member.id, None), Says.YES, terms=asked.terms)
    db.commit()
    assert "Recording may start" in leads.get(room(world)).text
    leads.post(room(world, "/person"), data={"guest": guest.id, "what": "here"})
    running = f"{SERIES}/{world.roundtable.id}/recording/running"
    assert "1 who is here has not answered yet" in leads.get(room(world)).text
    assert leads.post(running, data={"on": "yes"}).status_code == 422
    assert "Yes, record it" in client.get(link).text
    say = {"terms": asked.terms, "at": "page"}
    for says, status in (("no", 422), ("yes", 303)):
        for _twice in range(2):
            assert client.post(f"{link}/recording", data=say | {"says": says}).status_code == 303
        assert leads.post(running, data={"on": "yes"}).status_code == status
    assert client.post(f"{link}/recording", data=say | {"says": "yes", "terms": 99}).status_code == 422
    assert client.post(f"{link}/recording", data={"says": "maybe"}).status_code == 422
    assert client.post("/r/no-such-link/recording", data=say | {"says": "yes"}).status_code == 410
    # Their link is over with the roundtable; then those who lead note that they take it back.
    assert "Takes it back" in leads.get(f"{SERIES}/{world.roundtable.id}/recording").text


def test_a_member_answers_in_the_room_and_not_behind_a_link(
    db: Session, world: World, client: FlaskClient, asked: Recording, link_of: Callable[..., str]
) -> None:
    links.token_for(db, world.roundtable, invitees.of(world.member))
    db.commit()
    answered = client.post(f"{link_of(world.roundtable, world.member)}/recording", data={"says": "yes", "terms": 1})
    assert answered.status_code == 404
