"""Many confirm at once: as many come as there are places, and the others wait."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from peernet import clock
from peernet.app import make_app
from peernet.db import Database
from peernet.mail.models import Mail
from peernet.roundtables.models import Attendance, Guest, Opening, Roundtable
from peernet.roundtables.openings import access, signing
from peernet.settings import Settings
from peernet.tokens import tokens
from peernet.tokens.models import Token
from tests.world import make_cohort, make_organisation, make_roundtable

pytestmark = pytest.mark.concurrency


def _furnish(database: Database, people: int, **limits: int) -> tuple[int, list[str]]:
    """A roundtable in ten days, and so many who have signed up: their links."""
    with database.writing() as db:
        cohort, _seats = make_cohort(db, "crowd", [make_organisation(db, "crowd")])
        wall = datetime.combine(clock.today() + timedelta(days=10), datetime.min.time()).replace(hour=15)
        one = make_roundtable(db, cohort, "The crowd", wall, capacity=limits.get("capacity"))
        one.is_public = True
        db.add(Opening(roundtable_id=one.id, slug="the-crowd", language="en", places=limits.get("places")))
        db.flush()
        which = db.scalars(access.shown()).one()
        for number in range(people):
            signing.ask(db, which, email=f"a{number}@example.net", name=f"Ada {number}")
        return one.id, [tokens.text_of(each) for each in db.scalars(select(Token).order_by(Token.id))]


def _confirm_all(settings: Settings, database: Database, links: list[str]) -> list[int]:
    app: Flask = make_app(settings, database)
    app.config.update(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    gate = Barrier(len(links))

    def send(link: str) -> int:
        client = app.test_client()
        gate.wait()
        return client.post(f"/sign-up/{link}").status_code

    with ThreadPoolExecutor(len(links)) as threads:
        return list(threads.map(send, links))


@pytest.mark.parametrize("limits", [{"capacity": 3}, {"capacity": 10, "places": 3}, {"places": 3}])
def test_twenty_confirm_at_once_for_three_places(
    settings: Settings, own_database: Database, limits: dict[str, int]
) -> None:
    number, links = _furnish(own_database, 20, **limits)
    assert Counter(_confirm_all(settings, own_database, links)) == {303: 20}
    with own_database.reading() as db:
        answers = Counter(db.scalars(select(Attendance.answer)))
        mails = Counter(db.scalars(select(Mail.kind)))
        assert (db.get_one(Roundtable, number).accepted, answers) == (3, {"accepted": 3, "waiting": 17})
        assert (mails["roundtables/confirmed"], mails["roundtables/waiting"]) == (3, 17)


def test_a_double_click_is_one_guest(settings: Settings, own_database: Database) -> None:
    _number, links = _furnish(own_database, 2, capacity=5)
    assert Counter(_confirm_all(settings, own_database, links * 4)) == {303: 8}
    with own_database.reading() as db:
        assert (db.scalar(select(func.count(Guest.id))), db.scalar(select(func.count(Attendance.id)))) == (2, 2)
