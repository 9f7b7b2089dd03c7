"""Many people answer at once: as many accept as there are places, and nobody's request fails."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from peernet import clock
from peernet.accounts import sessions
from peernet.app import make_app
from peernet.cohorts.models import Role
from peernet.db import Database
from peernet.mail.models import Mail
from peernet.roundtables.models import Answer, Attendance, Roundtable
from peernet.settings import Settings
from tests.world import join, make_cohort, make_organisation, make_person, make_roundtable

PEOPLE, PLACES = 200, 12

pytestmark = pytest.mark.concurrency


def _furnish(database: Database, people: int, capacity: int) -> tuple[int, list[str]]:
    """A roundtable in ten days and the tickets of ``people`` members."""
    with database.writing() as db:
        cohort, (seat,) = make_cohort(db, "crowd", [make_organisation(db, "crowd")])
        wall = datetime.combine(clock.today() + timedelta(days=10), datetime.min.time()).replace(hour=15)
        roundtable = make_roundtable(db, cohort, "The crowd", wall, capacity=capacity)
        tickets = []
        for number in range(people):
            person = make_person(db, f"Member {number}")
            join(db, cohort, person, Role.MEMBER, seat)
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
    """Places counted, and people who accepted."""
    with database.reading() as db:
        accepted = select(func.count()).where(Attendance.answer == Answer.ACCEPTED)
        return db.get_one(Roundtable, roundtable_id).accepted, db.scalar(accepted) or 0


def test_two_hundred_people_accept_twelve_places(settings: Settings, own_database: Database) -> None:
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
