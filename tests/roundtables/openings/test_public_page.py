"""The public page of a roundtable that everybody can sign up for."""

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peernet import pages
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import CohortState
from peernet.roundtables import access, attendance, guests, planning
from peernet.roundtables.models import Answer, Guest, Opening, When
from peernet.roundtables.openings import opening
from tests.roundtables.test_pages import words_of
from tests.world import World

Open = Callable[..., Opening]
Come = Callable[..., Guest]
AT = "/roundtables/an-open-table"


def _told(page: Any) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.DOTALL)
    assert found is not None
    return dict(json.loads(found[1]))


def test_it_says_what_it_is_when_and_for_how_many(opened: Open, client: FlaskClient) -> None:
    opened(capacity=3, closes_on=date(2026, 12, 6))
    page = client.get(AT)
    text = words_of(page)
    for said in (
        "An open table",
        "We ask whom data serves.",
        "90 minutes",
        "English",
        "A Facilitator",
        "3 places are left.",
    ):
        assert said in text
    assert ("London" in text, "UTC" in text) == (True, True)
    assert _told(page) == {
        "@context": "https://schema.org", "@type": "EducationEvent", "@id": "http://localhost:8000/roundtables/an-open-table",
        "url": "http://localhost:8000/roundtables/an-open-table", "name": "An open table",
        "description": "We ask whom data serves.", "startDate": "2026-12-08T15:00:00Z",
        "endDate": "2026-12-08T16:30:00Z", "eventStatus": "https://schema.org/EventScheduled", "inLanguage": "en",
        "isAccessibleForFree": True, "performer": {"@type": "Person", "name": "A Facilitator"},
        "organizer": {"@type": "Organization", "name": "Peer learning network", "url": "http://localhost:8000/"},
        "remainingAttendeeCapacity": 3,
    }  # fmt: skip
    assert '<meta property="og:title" content="An open table' in page.text


def test_home_cohort_and_sitemap_lead_to_it(opened: Open, client: FlaskClient, world: World) -> None:
    opened()
    for path in ("/", f"/cohorts/{world.cohort.slug}", "/sitemap.xml"):
        assert AT in client.get(path).text


def test_it_changes_with_the_places(
    opened: Open,
    come: Come,
    client: FlaskClient,
    db: Session,
    world: World,
) -> None:
    which = opened(capacity=1)
    assert "1 place is left." in words_of(client.get(AT))
    guest = come(which, "ada@example.net")
    text = words_of(client.get(AT))
    assert ("All places are taken." in text, "Sign up for the waiting list" in text) == (True, True)
    guests.withdraw(db, which.roundtable, guest, actor=viewer_of(world.organiser))
    db.commit()
    assert "1 place is left." in words_of(client.get(AT))


def test_what_changes_places_or_names_makes_it_stale(opened: Open, come: Come, db: Session, world: World) -> None:
    which = opened(capacity=3)
    guest = come(which, "ada@example.net")
    attendance.rsvp(db, which.roundtable, world.member, Answer.ACCEPTED)
    assert f"roundtable:{which.roundtable_id}" in pages.touched(db)
    db.commit()
    guests.introduce(db, guest, name="Ada", organisation="", zone="UTC")
    assert pages.touched(db) == {f"roundtable:{guest.roundtable_id}"}


def test_it_names_nobody_unless_both_want_it(
    opened: Open,
    come: Come,
    client: FlaskClient,
    set_up: Open,
) -> None:
    which = opened()
    come(which, "ada@example.net", name="Ada Listed", is_listed=True)
    come(which, "bob@example.net", name="Bob Unlisted")
    assert ["Ada Listed" in client.get(AT).text, "Bob" in client.get(AT).text] == [False, False]
    set_up(which.roundtable, shows_list=True)
    assert ["Ada Listed" in client.get(AT).text, "Bob" in client.get(AT).text] == [True, False]


def test_what_is_asked_is_said_only_where_it_was_chosen(
    opened: Open,
    client: FlaskClient,
    db: Session,
    world: World,
    set_up: Open,
) -> None:
    one = opened().roundtable
    asked = [(world.asking, When.DURING)]
    planning.revise(db, one, actor=viewer_of(world.organiser), version=one.version, asked=asked)
    db.commit()
    assert world.asking.text not in client.get(AT).text
    one = db.scalars(access.behind_link(one.id)).one()
    set_up(one, shows_asked=True)
    assert world.asking.text in client.get(AT).text


@pytest.mark.parametrize("way", ["shut", "not public"])
def test_what_is_not_open_any_more_says_so_and_nothing_of_itself(
    opened: Open,
    client: FlaskClient,
    db: Session,
    world: World,
    set_up: Open,
    way: str,
) -> None:
    one = opened().roundtable
    if way == "shut":
        set_up(one, is_open=False)
    else:
        planning.revise(db, one, actor=viewer_of(world.organiser), version=one.version, is_public=False)
        db.commit()
    page = client.get(AT)
    assert (page.status_code, "An open table" in page.text) == (410, False)
    assert "keeps their place" in words_of(page)
    assert AT not in client.get("/sitemap.xml").text


def test_of_a_draft_nothing_is_known(opened: Open, client: FlaskClient, db: Session, world: World) -> None:
    opened()
    world.cohort.state = CohortState.DRAFT
    db.commit()
    assert [client.get(AT).status_code, client.get("/roundtables/none").status_code] == [404, 404]


def test_when_it_is_shut_over_or_cancelled_it_says_so(
    opened: Open,
    client: FlaskClient,
    db: Session,
    world: World,
) -> None:
    which = opened(closes_on=date(2026, 12, 6))
    for moment, said in (
        (opening.closes_at(which), "Signing up for this roundtable is over."),
        (which.roundtable.ends_at, "This roundtable is over."),
    ):
        with time_machine.travel(moment, tick=False):
            assert said in words_of(client.get(AT))
    planning.cancel(db, which.roundtable, actor=viewer_of(world.organiser))
    db.commit()
    page = client.get(AT)
    assert "This roundtable was cancelled." in words_of(page)
    assert _told(page)["eventStatus"] == "https://schema.org/EventCancelled"
