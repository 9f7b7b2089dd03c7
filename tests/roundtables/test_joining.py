"""The way in: hidden until somebody accepts, shown when it is time, and told by mails and calendars as a page."""

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
from peernet.mail.message import build
from peernet.mail.models import Mail
from peernet.roundtables import access, attendance, guests, joining, planning
from peernet.roundtables.feeds import entries
from peernet.roundtables.models import Answer, Roundtable
from peernet.search.models import SearchRow
from tests.roundtables.test_pages import LINK, SERIES, words_of
from tests.world import World

Plan = Callable[..., Roundtable]
SignIn = Callable[[Person], FlaskClient]
Outbox = Callable[[], list[Mail]]


@pytest.fixture
def one(plan: Plan) -> Roundtable:
    """A roundtable whose way in is shown from 30 minutes before the start."""
    return plan(link=LINK)


def _accept(db: Session, one: Roundtable, *people: Person) -> None:
    for person in people:
        attendance.rsvp(db, one, person, Answer.ACCEPTED)
    db.commit()


def _before(one: Roundtable, minutes: float) -> time_machine.travel:
    return time_machine.travel(one.starts_at - timedelta(minutes=minutes), tick=False)


def test_thirty_minutes_before_unless_told_otherwise(one: Roundtable, plan: Plan) -> None:
    assert joining.opens_at(one) == one.starts_at - timedelta(minutes=30)
    at_once = plan(link=LINK, link_minutes=None)
    assert (joining.opens_at(at_once), joining.is_open(at_once, at_once.created_at)) == (None, True)


@pytest.mark.parametrize(("minutes", "is_open"), [(31, False), (30, True), (0, True), (-89, True), (-90, False)])
def test_it_is_open_from_then_until_the_end(one: Roundtable, minutes: int, is_open: bool) -> None:
    assert joining.is_open(one, one.starts_at - timedelta(minutes=minutes)) is is_open


def test_nothing_leads_into_what_is_cancelled(one: Roundtable, db: Session, world: World) -> None:
    planning.cancel(db, one, actor=viewer_of(world.organiser))
    assert not joining.is_open(one, one.starts_at)


@pytest.mark.parametrize("more", ["", "/join"])
def test_before_that_the_page_says_when_in_the_readers_zone(
    one: Roundtable, db: Session, world: World, sign_in: SignIn, more: str
) -> None:
    _accept(db, one, world.peer)
    client, path = sign_in(world.peer), f"{SERIES}/{one.id}{more}"
    early = client.get(path)
    assert LINK not in early.text
    said = "The way in appears here at: Tuesday 8 December 2026, 14:30 London · 20:00 Kolkata, yours"
    assert said in words_of(early)
    with _before(one, 30):
        assert f'href="{LINK}"' in sign_in(world.peer).get(path).text


@pytest.mark.parametrize(("who", "status"), [("member", 200), ("observer", 404), ("outsider", 404), ("stranger", 404)])
def test_who_has_not_accepted_is_never_shown_it(
    one: Roundtable, world: World, sign_in: SignIn, who: str, status: int
) -> None:
    with _before(one, 5):
        client = sign_in(getattr(world, who))
        answer = client.get(f"{SERIES}/{one.id}/join")
        assert answer.status_code == status
        assert LINK not in answer.text + client.get(f"{SERIES}/{one.id}").text + client.get(SERIES).text
        assert (client.get("/me").status_code, LINK in client.get("/me").text) == (200, False)


def test_who_leads_sees_it_always(one: Roundtable, world: World, sign_in: SignIn) -> None:
    client = sign_in(world.facilitator)
    assert LINK in client.get(f"{SERIES}/{one.id}").text
    assert LINK in client.get(f"{SERIES}/{one.id}/join").text


@pytest.mark.parametrize(("state", "said"), [("cancelled", "was cancelled"), ("over", "This roundtable is over.")])
def test_afterwards_the_page_says_why_there_is_none(
    one: Roundtable, db: Session, world: World, sign_in: SignIn, state: str, said: str
) -> None:
    _accept(db, one, world.member)
    if state == "cancelled":
        one = db.scalars(access.all_roundtables().where(Roundtable.id == one.id)).one()
        planning.cancel(db, one, actor=viewer_of(world.organiser))
        db.commit()
    with _before(one, 5 if state == "cancelled" else -91):
        answer = sign_in(world.member).get(f"{SERIES}/{one.id}/join")
    assert said in words_of(answer)
    assert LINK not in answer.text


# What is told outside of the pages


def _event(text: str) -> dict[str, str]:
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    return {name: str(event.get(name, "")) for name in ("DESCRIPTION", "LOCATION", "URL")}


def test_mails_and_calendars_lead_to_the_page(
    one: Roundtable, db: Session, world: World, sign_in: SignIn, outbox: Outbox
) -> None:
    _accept(db, one, world.member)
    mail = outbox()[-1]
    assert mail.kind == "roundtables/confirmed"
    assert LINK not in f"{mail.text}{mail.html}{mail.attachments}"
    assert "The page shows it from Tuesday 8 December 2026, 14:30 London." in mail.text
    page = f"http://localhost:8000{SERIES}/{one.id}"
    for text in (mail.attachments[0]["text"], sign_in(world.member).get(f"{SERIES}/{one.id}.ics").text):
        event = _event(text)
        assert (event["URL"], event["LOCATION"]) == (page, f"{page}/join")
        assert LINK not in text
    (meeting,) = [each for each in entries.own(db, viewer_of(world.member)).entries if each.uid == one.uid]
    assert (meeting.place, LINK in "".join(meeting.lines)) == (f"{page}/join", False)


def test_who_has_not_accepted_finds_no_way_in_in_their_calendar(one: Roundtable, db: Session, world: World) -> None:
    (meeting,) = [each for each in entries.own(db, viewer_of(world.mate)).entries if each.uid == one.uid]
    assert (meeting.place, "/join" in "".join(meeting.lines)) == ("", False)


def test_where_it_is_shown_at_once_mails_and_calendars_hold_it(
    plan: Plan, db: Session, world: World, outbox: Outbox
) -> None:
    one = plan(link=LINK, link_minutes=None)
    _accept(db, one, world.member)
    mail = outbox()[-1]
    assert LINK in mail.text
    assert "The page shows it" not in mail.text
    assert _event(mail.attachments[0]["text"])["LOCATION"] == LINK


def test_a_guests_calendar_leads_to_the_page_behind_their_link(
    one: Roundtable, db: Session, world: World, outbox: Outbox, link_of: Callable[..., str]
) -> None:
    guest = guests.invite(db, one, actor=viewer_of(world.organiser), email="expert@example.org", name="An Expert")
    attendance.rsvp(db, one, guest, Answer.ACCEPTED)
    own = f"http://localhost:8000{link_of(one, guest)}"
    mail = outbox()[-1]
    assert own not in str(mail.attachments)
    parts = [part for part in build(db, mail).walk() if part.get_content_type() == "text/calendar"]
    for part in parts:
        data = part.get_payload(decode=True)
        assert all(len(line) <= 75 for line in data.splitlines())
        assert (_event(data.decode())["URL"], _event(data.decode())["LOCATION"]) == (own, own)


def test_the_search_does_not_know_it(one: Roundtable, db: Session) -> None:
    rows = db.scalars(select(SearchRow).where(SearchRow.kind == "roundtable", SearchRow.ref == str(one.id))).all()
    assert [LINK in f"{row.title}{row.text}{row.url}" for row in rows] == [False]


def test_whoever_leads_chooses_when_it_is_shown(one: Roundtable, db: Session, world: World, sign_in: SignIn) -> None:
    client = sign_in(world.facilitator)
    page = client.get(f"{SERIES}/{one.id}/edit")
    assert '<option value="30" selected>' in page.text
    fields = {"title": one.title, "kind": "roundtable", "version": str(one.version), "link": LINK}
    for chosen, minutes in (("accepted", None), ("60", 60), ("", 30)):
        db.refresh(one)
        data = fields | {"version": str(one.version), "link_minutes": chosen}
        assert client.post(f"{SERIES}/{one.id}/edit", data=data).status_code == 303
        db.expire_all()
        assert db.get_one(Roundtable, one.id).link_minutes == minutes
    wrong = client.post(f"{SERIES}/{one.id}/edit", data=fields | {"link_minutes": "7"})
    assert (wrong.status_code, "Please choose one of the options." in words_of(wrong)) == (422, True)
