"""Many people answer at once: as many accept as there are places, and nobody's request fails."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from random import Random
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from peernet import clock
from peernet.accounts import sessions
from peernet.accounts.models import Person
from peernet.app import make_app
from peernet.cohorts.models import Role
from peernet.db import Database
from peernet.ledger.models import Event
from peernet.mail.models import Mail
from peernet.roundtables import access_places
from peernet.roundtables.models import Attendance, Presence, Roundtable
from peernet.settings import Settings
from tests.sizes import sized
from tests.world import join, make_cohort, make_organisation, make_person, make_roundtable

PEOPLE, PLACES = sized(200, 40), 12

pytestmark = pytest.mark.concurrency


def _furnish(database: Database, people: int, capacity: int, organisations: int = 1) -> tuple[int, list[str]]:
    """A roundtable in ten days and the tickets of ``people`` members; one of each organisation is its deputy."""
    with database.writing() as db:
        made = [make_organisation(db, f"crowd-{number}") for number in range(organisations)]
        cohort, seats = make_cohort(db, "crowd", made)
        wall = datetime.combine(clock.today() + timedelta(days=10), datetime.min.time()).replace(hour=15)
        roundtable = make_roundtable(db, cohort, "The crowd", wall, capacity=capacity)
        tickets = []
        for number in range(people):
            person = make_person(db, f"Member {number}")
            join(db, cohort, person, Role.MEMBER, seats[number % organisations], deputy=number < organisations)
            tickets.append(sessions.begin(db, person, way="test", agent="test").ticket)
        return roundtable.id, tickets


def _app(settings: Settings, database: Database) -> Flask:
    app = make_app(settings, database)
    app.config.update(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    return app


def _all_at_once(app: Flask, address: str, sent: list[tuple[str, str]]) -> list[int]:
    """Send each (ticket, answer) from a thread of its own, all released together; the statuses."""
    gate = Barrier(len(sent))

    def send(one: tuple[str, str]) -> int:
        ticket, answer = one
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = ticket
            cookie["_fresh"] = True
        gate.wait()
        return client.post(address, data={"answer": answer}).status_code

    with ThreadPoolExecutor(len(sent)) as threads:
        return list(threads.map(send, sent))


def _state(database: Database, roundtable_id: int) -> tuple[int, int]:
    """Places counted, and people who have one or for whom one is held."""
    with database.reading() as db:
        accepted = select(func.count()).where(access_places.takes_place())
        return db.get_one(Roundtable, roundtable_id).accepted, db.scalar(accepted) or 0


def test_twelve_of_a_crowd_get_the_twelve_places(settings: Settings, own_database: Database) -> None:
    roundtable_id, tickets = _furnish(own_database, PEOPLE, PLACES)
    app = _app(settings, own_database)
    address = f"/c/crowd/roundtables/{roundtable_id}/rsvp"
    statuses = _all_at_once(app, address, [(ticket, "accepted") for ticket in tickets])
    assert Counter(statuses) == {303: PLACES, 422: PEOPLE - PLACES}
    assert _state(own_database, roundtable_id) == (PLACES, PLACES)
    with own_database.reading() as db:
        told = select(func.count()).where(Mail.kind == "roundtables/confirmed")
        assert db.scalar(told) == PLACES


def test_double_clicks_take_one_place_each(settings: Settings, own_database: Database) -> None:
    roundtable_id, tickets = _furnish(own_database, 10, 12)
    app = _app(settings, own_database)
    address = f"/c/crowd/roundtables/{roundtable_id}/rsvp"
    statuses = _all_at_once(app, address, [(ticket, "accepted") for ticket in tickets for _again in range(4)])
    assert Counter(statuses) == {303: 40}
    assert _state(own_database, roundtable_id) == (10, 10)


def test_places_that_become_free_are_taken_once(settings: Settings, own_database: Database) -> None:
    roundtable_id, tickets = _furnish(own_database, 40, 12)
    app = _app(settings, own_database)
    address = f"/c/crowd/roundtables/{roundtable_id}/rsvp"
    _all_at_once(app, address, [(ticket, "accepted") for ticket in tickets[:12]])
    leaving = [(ticket, "declined") for ticket in tickets[:6]]
    statuses = _all_at_once(app, address, leaving + [(ticket, "accepted") for ticket in tickets[12:]])
    places, people = _state(own_database, roundtable_id)
    assert statuses[:6] == [303] * 6
    assert set(statuses[6:]) <= {303, 422}
    assert (places, people) == (6 + statuses[6:].count(303),) * 2
    assert places <= PLACES


def _rounds(settings: Settings, database: Database, people: int, rounds: int) -> None:
    """In each round some who have a place give it up with a double click, others confirm theirs or ask to wait."""
    roundtable_id, tickets = _furnish(database, people, PLACES)
    app = _app(settings, database)
    address = f"/c/crowd/roundtables/{roundtable_id}/rsvp"
    _all_at_once(app, address, [(ticket, "waiting") for ticket in tickets])
    assert _state(database, roundtable_id) == (PLACES, PLACES)
    chance, cancelled = Random(12), 0
    for _round in range(rounds):
        seated = _seated(database, tickets)
        leaving = chance.sample(sorted(seated), 4)
        sent = [(ticket, "declined") for ticket in leaving for _double_click in range(2)]
        sent += [(ticket, "accepted") for ticket in seated if ticket not in leaving]
        waiting = [ticket for ticket in tickets if ticket not in seated]
        sent += [(ticket, "waiting") for ticket in chance.sample(waiting, sized(60, 20))]
        chance.shuffle(sent)
        statuses = _all_at_once(app, address, sent)
        cancelled += len(leaving)
        assert Counter(statuses) == {303: len(sent)}
        assert _state(database, roundtable_id) == (PLACES, PLACES)
        assert _promotions(database) == cancelled


def _seated(database: Database, tickets: list[str]) -> set[str]:
    """The tickets of those who have a place, or one held for them."""
    with database.reading() as db:
        held = (
            select(Person.name).join(Attendance, Attendance.person_id == Person.id).where(access_places.takes_place())
        )
        return {tickets[int(name.removeprefix("Member "))] for name in db.scalars(held)}


def _promotions(database: Database) -> int:
    """How often somebody in line was called; each time with one mail."""
    with database.reading() as db:
        called = db.scalar(select(func.count()).where(Event.action == "roundtable.place_held"))
        assert db.scalar(select(func.count()).where(Mail.kind == "roundtables/offered")) == called
        return called or 0


def test_over_rounds_each_cancellation_calls_one_and_twelve_sit(settings: Settings, own_database: Database) -> None:
    _rounds(settings, own_database, PEOPLE, sized(20, 3))


def test_one_of_each_organisation_comes_however_many_answer_at_once(settings: Settings, own_database: Database) -> None:
    """Colleagues accept, take over, stand in and send their deputy all at the same time."""
    roundtable_id, tickets = _furnish(own_database, sized(60, 40), PLACES, organisations=15)
    with own_database.writing() as db:
        db.get_one(Roundtable, roundtable_id).one_each = True
    app = _app(settings, own_database)
    address = f"/c/crowd/roundtables/{roundtable_id}/rsvp"
    chance = Random(5)
    for _round in range(sized(4, 2)):
        answers = ["accepted", "take-over", "waiting", "deputy", "declined"]
        statuses = _all_at_once(app, address, [(ticket, chance.choice(answers)) for ticket in tickets])
        assert set(statuses) <= {303, 422}
        with own_database.reading() as db:
            seats = list(db.scalars(select(Attendance.seat_id).where(access_places.takes_place())))
            counted = db.get_one(Roundtable, roundtable_id).accepted
        assert len(seats) == len(set(seats)) == counted <= PLACES
        assert None not in seats


def test_twenty_clicks_are_there_once(settings: Settings, own_database: Database) -> None:
    roundtable_id, tickets = _furnish(own_database, 1, PLACES)
    with own_database.writing() as db:
        one = db.get_one(Roundtable, roundtable_id)
        one.starts_at, one.ends_at = clock.now(), clock.now() + timedelta(hours=1)
    app = _app(settings, own_database)
    gate = Barrier(20)

    def click(number: int) -> int:
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = tickets[0], True
        gate.wait()
        return client.post(f"/c/crowd/roundtables/{roundtable_id}/here").status_code

    with ThreadPoolExecutor(20) as threads:
        assert list(threads.map(click, range(20))) == [303] * 20
    with own_database.reading() as db:
        assert [row.was_there for row in db.scalars(select(Presence))] == [True]
