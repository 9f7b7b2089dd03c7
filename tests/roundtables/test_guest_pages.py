"""What a guest finds behind their link, and what they do not; whoever the mail is handed on to sees no more."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.roundtables import access, attendance, guests, planning
from peernet.roundtables.models import Answer, Guest, Presence, Roundtable, When
from tests.roundtables.test_pages import LINK, SERIES, words_of
from tests.world import World

Plan = Callable[..., Roundtable]
SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def one(plan: Plan, world: World) -> Roundtable:
    """A roundtable with everything."""
    return plan(
        link=LINK,
        place="Video call",
        summary="We talk about origin, care and mistakes.",
        agenda="Round",
        agenda_html="<p>Round of two minutes</p>",
        reading=[("The FAIR principles", "https://go-fair.org/")],
        asked=[(world.asking, When.BEFORE)],
    )


@pytest.fixture
def guest(one: Roundtable, db: Session, world: World) -> Guest:
    """An expert who is invited to it."""
    found = guests.invite(db, one, actor=viewer_of(world.organiser), email="expert@example.org", name="An Expert")
    db.commit()
    return found


@pytest.fixture
def link(one: Roundtable, guest: Guest, link_of: Callable[..., str], db: Session) -> str:
    """The path of the expert's link."""
    return link_of(one, guest)


def _before(one: Roundtable, minutes: float) -> time_machine.travel:
    return time_machine.travel(one.starts_at - timedelta(minutes=minutes), tick=False)


def test_the_page_holds_that_roundtable_and_nothing_else_of_the_cohort(
    link: str, one: Roundtable, db: Session, world: World, client: FlaskClient
) -> None:
    attendance.rsvp(db, access_to(db, one), world.member, Answer.ACCEPTED)
    db.commit()
    page = client.get(link)
    text = words_of(page)
    for said in (
        "Practice cohort · Roundtable",
        "What makes data worth trusting?",
        "We talk about origin, care and mistakes.",
        "Tuesday 8 December 2026, 15:00 London",
        "Video call",
        "The FAIR principles",
        "Before Who decides, and how does anybody notice?",
        "Round of two minutes",
        "Are you coming, An Expert?",
    ):
        assert said in text
    for kept in ("Member", "Organiser", "River Trust", "/c/practice-cohort", "/prompts/", LINK, "expert@example.org"):
        assert kept not in page.text
    assert '<meta name="robots" content="noindex">' in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in page.headers or "remember" not in page.headers["Set-Cookie"]


def access_to(db: Session, one: Roundtable) -> Roundtable:
    """The roundtable with its cohort."""
    return db.scalars(access.all_roundtables().where(Roundtable.id == one.id)).one()


def test_a_forwarded_link_opens_that_roundtable_alone(link: str, one: Roundtable, client: FlaskClient) -> None:
    assert client.get(link).status_code == 200
    for path in (SERIES, f"{SERIES}/{one.id}", f"{SERIES}/{one.id}/join", f"{SERIES}/{one.id}.ics", "/me"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, "/sign-in")


def test_the_way_in_is_shown_when_they_accepted_and_it_is_time(link: str, one: Roundtable, client: FlaskClient) -> None:
    with _before(one, 29):
        assert LINK not in client.get(link).text
    assert client.post(link, data={"answer": "accepted"}).status_code == 303
    with _before(one, 31):
        early = client.get(link)
        assert LINK not in early.text
        assert "The way in appears here at: Tuesday 8 December 2026, 14:30 London" in words_of(early)
    with _before(one, 29):
        assert f'href="{LINK}"' in client.get(link).text
    assert client.post(link, data={"answer": "declined"}).status_code == 303
    with _before(one, 29):
        assert LINK not in client.get(link).text


def test_a_guest_says_who_they_are_and_by_which_clocks_they_live(
    link: str, guest: Guest, db: Session, client: FlaskClient
) -> None:
    data = {"name": "The  Expert", "organisation": "Harbour", "zone": "Asia/Kathmandu"}
    sent = client.post(f"{link}/me", data=data)
    assert (sent.status_code, sent.headers["Location"]) == (303, link)
    db.refresh(guest)
    assert (guest.name, guest.organisation, guest.zone) == ("The Expert", "Harbour", "Asia/Kathmandu")
    assert "15:00 London · 20:45 Kathmandu, yours" in words_of(client.get(link))
    without = client.post(f"{link}/me", data={"name": "The Expert", "zone": "Asia/Kathmandu"})
    assert without.status_code == 303


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"organisation": "Harbour", "zone": "UTC"}, "Please fill this in."),
        ({"name": "The Expert", "organisation": "Harbour", "zone": "Middle/Earth"}, "This time zone is not known."),
        ({"name": "x" * 301, "organisation": "Harbour", "zone": "UTC"}, "This is too long"),
    ],
)
def test_what_was_typed_wrongly_comes_back(
    link: str, guest: Guest, db: Session, client: FlaskClient, data: dict[str, str], said: str
) -> None:
    answer = client.post(f"{link}/me", data=data)
    assert answer.status_code == 422
    assert said in words_of(answer)
    assert 'value="Harbour"' in answer.text
    db.refresh(guest)
    assert (guest.name, guest.organisation) == ("An Expert", "")


def test_only_a_guest_introduces_themselves_by_link(
    one: Roundtable, world: World, db: Session, client: FlaskClient, link_of: Callable[..., str]
) -> None:
    path = link_of(one, world.member)
    db.commit()
    assert "You, at this table" not in client.get(path).text
    assert client.post(f"{path}/me", data={"name": "Another", "zone": "UTC"}).status_code == 404
    db.expire_all()
    assert world.member.name == "Member"


def test_the_calendar_file_leads_to_the_link(link: str, client: FlaskClient) -> None:
    (event,) = Calendar.from_ical(client.get(f"{link}.ics").data).walk("VEVENT")
    assert (event["URL"], event["LOCATION"]) == (f"http://localhost:8000{link}", "Video call")
    assert event["DESCRIPTION"].count(link) == 1
    client.post(link, data={"answer": "accepted"})
    answer = client.get(f"{link}.ics")
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert event["DESCRIPTION"].count(link) == 2
    assert (LINK in answer.text, answer.headers["X-Robots-Tag"]) == (False, "noindex")
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_guest_checks_in(link: str, one: Roundtable, guest: Guest, db: Session, client: FlaskClient) -> None:
    assert client.post(f"{link}/here").status_code == 422
    with _before(one, 1):
        for _click in range(2):
            assert client.post(f"{link}/here").status_code == 303
        assert "It is noted that you are here" in words_of(client.get(link))
        assert [(row.person_id, row.guest_id) for row in db.scalars(select(Presence))] == [(None, guest.id)]


@pytest.mark.parametrize("more", ["", ".ics"])
def test_after_the_invitation_was_taken_back_the_page_says_so_and_no_more(
    link: str, one: Roundtable, guest: Guest, db: Session, world: World, client: FlaskClient, more: str
) -> None:
    guests.withdraw(db, access_to(db, one), guest, actor=viewer_of(world.facilitator))
    db.commit()
    page = client.get(f"{link}{more}")
    assert page.status_code == 410
    assert "Your invitation to this roundtable was taken back." in words_of(page)
    for kept in ("What makes data worth trusting?", "Practice cohort", "An Expert", LINK):
        assert kept not in page.text
    for path, data in ((link, {"answer": "accepted"}), (f"{link}/here", {}), (f"{link}/me", {"name": "X"})):
        assert client.post(path, data=data).status_code == 410
    assert db.scalars(access.answers_to(one.id)).all() == []


def test_a_cancelled_roundtable_leads_nowhere(
    link: str, one: Roundtable, db: Session, world: World, client: FlaskClient
) -> None:
    client.post(link, data={"answer": "accepted"})
    planning.cancel(db, access_to(db, one), actor=viewer_of(world.organiser))
    db.commit()
    with _before(one, 5):
        page = client.get(link)
        assert "This roundtable was cancelled, so there is nothing to answer." in words_of(page)
        assert LINK not in page.text
        assert client.post(f"{link}/here").status_code == 422


# What others see of a guest


@pytest.mark.parametrize("who", ["member", "observer", "facilitator"])
def test_the_others_see_the_name_and_never_the_address(
    one: Roundtable, guest: Guest, db: Session, world: World, sign_in: SignIn, who: str
) -> None:
    guest.organisation = "Harbour Board"
    db.commit()
    client = sign_in(getattr(world, who))
    page = client.get(f"{SERIES}/{one.id}")
    assert "An Expert · Harbour Board · has not answered" in words_of(page).replace(" An Expert Harbour", "")
    for path in (f"{SERIES}/{one.id}", f"{SERIES}/{one.id}.ics", SERIES, "/c/practice-cohort", "/me"):
        assert guest.email not in client.get(path).text


def test_only_who_leads_sees_the_address(one: Roundtable, guest: Guest, world: World, sign_in: SignIn) -> None:
    path = f"{SERIES}/{one.id}/guests"
    assert guest.email in sign_in(world.facilitator).get(path).text
    for who in ("member", "observer", "outsider", "stranger", "admin"):
        assert sign_in(getattr(world, who)).get(path).status_code == 404
