"""Calendars of public roundtables, for everybody."""

from datetime import datetime
from typing import Any

from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import CohortState
from peernet.roundtables import access
from peernet.roundtables.openings import opening
from tests.world import World, make_roundtable

ALL, ONE = "/feeds/roundtables.ics", "/feeds/cohort/practice-cohort.ics"


def titles(client: FlaskClient, path: str) -> list[str]:
    answer = client.get(path)
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    return [str(event["SUMMARY"]) for event in Calendar.from_ical(answer.get_data(as_text=True)).walk("VEVENT")]


def test_they_hold_public_roundtables_and_of_them_what_the_public_knows(
    client: FlaskClient, db: Session, world: World
) -> None:
    world.roundtable.is_public, world.roundtable.place = True, "Room 7"
    make_roundtable(db, world.cohort, "Behind doors", datetime(2026, 12, 8, 15, 0))
    elsewhere = make_roundtable(db, world.other_cohort, "Elsewhere", datetime(2026, 12, 9, 15, 0))
    elsewhere.is_public, elsewhere.cancelled_at = True, clock.now()
    db.commit()
    assert titles(client, ALL) == ["First table", "Cancelled: Elsewhere"]
    assert titles(client, ONE) == ["First table"]
    text = client.get(ALL).get_data(as_text=True)
    assert [word for word in ("meet.example.org", "Room 7", "ATTENDEE", "ANSWER", "/c/") if word in text] == []
    assert "URL:http://localhost:8000/cohorts/practice-cohort\r\n" in text


def test_what_can_be_signed_up_for_leads_to_the_page_where_one_does(
    client: FlaskClient, db: Session, world: World
) -> None:
    def addresses() -> list[list[str]]:
        found = (Calendar.from_ical(client.get(path).get_data(as_text=True)) for path in (ALL, ONE))
        return [[str(event["URL"]) for event in each.walk("VEVENT")] for each in found]

    facts: dict[str, Any] = {
        "is_open": True, "places": None, "closes_on": None, "facilitator": "", "language": "en", "asks_needs": False,
        "shows_asked": False, "shows_list": False,
    }  # fmt: skip
    actor = viewer_of(world.organiser)
    one = db.scalars(access.all_roundtables()).one()
    made = opening.set_up(db, one, actor=actor, version=0, **facts)
    db.commit()
    assert addresses() == [["http://localhost:8000/roundtables/first-table"]] * 2
    assert "http://localhost:8000/roundtables/first-table" in client.get(ALL).get_data(as_text=True)
    assert client.get("/roundtables/first-table").status_code == 200
    one = db.scalars(access.all_roundtables()).one()
    opening.set_up(db, one, actor=actor, version=made.version, **{**facts, "is_open": False})
    db.commit()
    assert addresses() == [["http://localhost:8000/cohorts/practice-cohort"]] * 2


def test_a_draft_has_none(client: FlaskClient, db: Session, world: World) -> None:
    world.roundtable.is_public, world.cohort.state = True, CohortState.DRAFT
    db.commit()
    assert titles(client, ALL) == []
    assert client.get(ONE).status_code == 404


def test_they_are_empty_calendars_before_anything_is_public(client: FlaskClient, world: World) -> None:
    assert (titles(client, ALL), titles(client, ONE)) == ([], [])


def test_an_unchanged_one_is_not_sent_again(client: FlaskClient, world: World) -> None:
    etag = client.get(ALL).headers["ETag"]
    assert client.get(ALL, headers={"If-None-Match": etag}).status_code == 304


def test_a_public_cohort_leads_to_its_calendar(client: FlaskClient, db: Session, world: World) -> None:
    assert ONE not in client.get("/cohorts/practice-cohort").get_data(as_text=True)
    world.roundtable.is_public = True
    db.commit()
    assert client.get("/cohorts/practice-cohort").get_data(as_text=True).count(f'href="{ONE}"') == 2
