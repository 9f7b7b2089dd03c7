"""Fixtures of the calendars' tests."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from peernet.accounts.models import Person
from peernet.cohorts.models import Cohort
from peernet.roundtables.feeds import addresses
from peernet.settings import current


@pytest.fixture
def path_of(db: Session) -> Callable[..., str]:
    """The path of a new address of somebody's calendar."""

    def make(person: Person, cohort: Cohort | None = None) -> str:
        made = addresses.address_of(addresses.renew(db, person.id, cohort))
        db.commit()
        return made.removeprefix(current().public_url)

    return make


@pytest.fixture
def fetch(client: FlaskClient) -> Callable[..., TestResponse]:
    """Fetch a calendar as a program does: without a cookie."""

    def get(path: str, etag: str = "") -> TestResponse:
        return client.get(path, headers={"If-None-Match": etag} if etag else {})

    return get


@pytest.fixture
def events(fetch: Callable[..., TestResponse]) -> Callable[[str], dict[str, tuple[str, str, str]]]:
    """What a calendar says: for each title its status, whether it takes time, and the answer."""

    def read(path: str) -> dict[str, tuple[str, str, str]]:
        found = Calendar.from_ical(fetch(path).get_data(as_text=True)).walk("VEVENT")
        return {
            str(one["SUMMARY"]): (str(one["STATUS"]), str(one["TRANSP"]), str(one.get("X-PEERNET-ANSWER", "")))
            for one in found
        }

    return read
