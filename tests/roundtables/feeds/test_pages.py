"""Calendars that are subscribed to: what stands in them for whom, how they are fetched, and how they end."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import update
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import CohortState, Membership, Role
from peernet.i18n import use_language
from peernet.prompts.models import Done
from peernet.roundtables import access, attendance, planning, words
from peernet.roundtables.models import Answer, Roundtable
from peernet.settings import current
from peernet.settings import use as use_settings
from tests.world import World, join, make_asking, make_roundtable

Plan = Callable[..., Roundtable]
Events = Callable[[str], dict[str, tuple[str, str, str]]]
PathOf = Callable[..., str]
DEADLINE = "Answers until now: Who decides, and how does anybody notice?"


def test_it_holds_what_one_was_invited_to_with_the_answer(
    plan: Plan, db: Session, world: World, path_of: PathOf, events: Events
) -> None:
    titles = {Answer.ACCEPTED: "Coming", Answer.DECLINED: "Not coming", Answer.WRITING: "In writing", None: "Silent"}
    titles[Answer.TENTATIVE] = "Perhaps"
    for answer, title in titles.items():
        one = plan(title=title)
        if answer:
            attendance.rsvp(db, one, world.member, answer)
    cancelled = plan(title="Off")
    planning.cancel(db, cancelled, actor=viewer_of(world.organiser))
    assert events(path_of(world.member)) == {
        "First table": ("TENTATIVE", "OPAQUE", ""),
        "Coming": ("CONFIRMED", "OPAQUE", "ACCEPTED"),
        "Not coming": ("CONFIRMED", "TRANSPARENT", "DECLINED"),
        "In writing": ("CONFIRMED", "TRANSPARENT", "WRITING"),
        "Silent": ("TENTATIVE", "OPAQUE", ""),
        "Perhaps": ("TENTATIVE", "OPAQUE", "TENTATIVE"),
        "Cancelled: Off": ("CANCELLED", "TRANSPARENT", ""),
        DEADLINE: ("CONFIRMED", "TRANSPARENT", ""),
    }


def test_it_says_the_same_as_the_invitation(plan: Plan, world: World, path_of: PathOf, fetch: Any, outbox: Any) -> None:
    one = plan()
    invitation = next(mail for mail in outbox() if mail.person_id == world.member.id).attachments[0]["text"]
    (asked,) = Calendar.from_ical(invitation).walk("VEVENT")
    feed = Calendar.from_ical(fetch(path_of(world.member)).get_data(as_text=True))
    (own,) = [each for each in feed.walk("VEVENT") if each["UID"] == one.uid]
    for name in ("UID", "SEQUENCE", "DTSTART", "DURATION", "SUMMARY", "URL"):
        assert own[name] == asked[name]


def test_nobody_is_named_in_it_and_it_invites_to_nothing(plan: Plan, world: World, path_of: PathOf, fetch: Any) -> None:
    plan()
    text = fetch(path_of(world.member)).get_data(as_text=True)
    assert [word for word in ("ATTENDEE", "ORGANIZER", "METHOD", "@example.org") if word in text] == []
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in text
    assert "X-PUBLISHED-TTL:PT1H\r\n" in text


def test_the_way_in_stands_there_for_who_accepted(db: Session, world: World, path_of: PathOf, fetch: Any) -> None:
    path = path_of(world.member)
    assert "meet.example.org" not in fetch(path).get_data(as_text=True)
    attendance.rsvp(db, _first(db, world), world.member, Answer.ACCEPTED)
    db.commit()
    assert "meet.example.org" in fetch(path).get_data(as_text=True)


def test_one_description_of_each_zone(plan: Plan, world: World, path_of: PathOf, fetch: Any) -> None:
    plan(title="There", zone="Asia/Kolkata")
    plan(title="There again", zone="Asia/Kolkata")
    read = Calendar.from_ical(fetch(path_of(world.member)).get_data(as_text=True))
    assert [str(zone["TZID"]) for zone in read.walk("VTIMEZONE")] == ["Asia/Kolkata", "Europe/London"]


def test_a_deadline_goes_when_one_is_done(db: Session, world: World, path_of: PathOf, events: Events) -> None:
    path = path_of(world.member)
    assert DEADLINE in events(path)
    db.add(Done(asking_id=world.asking.id, person_id=world.member.id))
    db.commit()
    assert DEADLINE not in events(path)
    assert DEADLINE in events(path_of(world.peer))


def test_all_cohorts_stand_in_one_calendar_and_others_in_none(
    db: Session, world: World, path_of: PathOf, events: Events
) -> None:
    make_roundtable(db, world.other_cohort, "Elsewhere", world.roundtable.wall_start)
    make_asking(db, world.other_cohort, "elsewhere", "Elsewhere?")
    assert set(events(path_of(world.member))) == {"First table", DEADLINE}
    join(db, world.other_cohort, world.member, Role.OBSERVER)
    assert events(path_of(world.member))["Elsewhere"] == ("CONFIRMED", "TRANSPARENT", "")
    assert set(events(path_of(world.stranger))) == set()


def test_who_leaves_a_cohort_finds_it_gone_at_the_next_fetch(
    db: Session, world: World, path_of: PathOf, events: Events
) -> None:
    path = path_of(world.member)
    db.execute(update(Membership).where(Membership.person_id == world.member.id).values(left_at=clock.now()))
    db.commit()
    assert events(path) == {}


def test_a_draft_is_in_the_calendars_of_those_who_lead_it(
    db: Session, world: World, path_of: PathOf, events: Events
) -> None:
    world.cohort.state = CohortState.DRAFT
    assert "First table" not in events(path_of(world.member))
    assert "First table" in events(path_of(world.organiser))


def test_what_has_long_been_leaves_it(world: World, path_of: PathOf, events: Events) -> None:
    path = path_of(world.member)
    with time_machine.travel(world.roundtable.ends_at + timedelta(days=401), tick=False):
        assert events(path) == {}


def test_an_organisers_calendar_is_the_whole_series_and_ends_with_the_role(
    plan: Plan, db: Session, world: World, path_of: PathOf, events: Events, fetch: Any
) -> None:
    cancelled = plan(title="Off")
    planning.cancel(db, cancelled, actor=viewer_of(world.organiser))
    path = path_of(world.facilitator, world.cohort)
    assert set(events(path)) == {"First table", "Cancelled: Off", DEADLINE}
    mine = Membership.person_id == world.facilitator.id
    db.execute(update(Membership).where(mine).values(role=Role.OBSERVER))
    db.commit()
    assert fetch(path).status_code == 410


# How it is fetched


def test_what_did_not_change_is_not_sent_again(
    plan: Plan, db: Session, world: World, path_of: PathOf, fetch: Any
) -> None:
    path = path_of(world.member)
    first = fetch(path)
    etag = first.headers["ETag"]
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        again = fetch(path, etag)
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
        assert fetch(path).data == first.data
    one = plan()
    changed = fetch(path, etag)
    assert changed.status_code == 200
    planning.move(
        db, one, actor=viewer_of(world.organiser), version=one.version, wall_start=one.wall_start + timedelta(days=1),
        zone=one.zone, minutes=one.minutes,
    )  # fmt: skip
    db.commit()
    assert fetch(path, changed.headers["ETag"]).status_code == 200


def test_what_others_answer_does_not_show_in_it(db: Session, world: World, path_of: PathOf, fetch: Any) -> None:
    path = path_of(world.member)
    etag = fetch(path).headers["ETag"]
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        attendance.rsvp(db, _first(db, world), world.peer, Answer.ACCEPTED)
        db.commit()
        assert fetch(path, etag).status_code == 304
        attendance.rsvp(db, _first(db, world), world.member, Answer.DECLINED)
        db.commit()
        assert fetch(path, etag).status_code == 200


def test_many_roundtables_take_no_more_queries(
    db: Session, world: World, path_of: PathOf, fetch: Any, count_queries: Any
) -> None:
    path = path_of(world.member)
    with count_queries() as few:
        fetch(path)
    for number in range(30):
        make_roundtable(db, world.cohort, f"Table {number}", world.roundtable.wall_start)
        make_asking(db, world.cohort, f"question-{number}", f"Question {number}?")
    db.commit()
    with count_queries() as many:
        fetch(path)
    assert len(many) == len(few) <= 6


def test_its_headers(world: World, path_of: PathOf, fetch: Any) -> None:
    headers = fetch(path_of(world.member)).headers
    names = ("Content-Type", "Cache-Control", "Referrer-Policy", "X-Robots-Tag")
    assert [headers[name] for name in names] == [
        "text/calendar; charset=utf-8",
        "private, no-cache",
        "no-referrer",
        "noindex",
    ]
    assert "Set-Cookie" not in headers


def test_its_address_is_never_logged(
    world: World, path_of: PathOf, fetch: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = path_of(world.member)
    with caplog.at_level(logging.DEBUG):
        assert fetch(path).status_code == 200
        assert fetch(path.replace("roundtables.ics", "else")).status_code == 404
        monkeypatch.setattr("peernet.roundtables.feeds.files.write", lambda feed: 1 / 0)
        assert fetch(path).status_code == 500
    secret = path.split("/")[2]
    assert secret not in caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert "GET /calendar/<token>/roundtables.ics 200" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_one_address_is_fetched_so_often_and_no_more(app: Flask, world: World, path_of: PathOf, fetch: Any) -> None:
    limits = current().limits.model_copy(update={"calendar": "2 per minute"})
    use_settings(current().model_copy(update={"limits": limits}))
    one, other = path_of(world.member), path_of(world.peer)
    assert [fetch(one).status_code for _again in range(3)] == [200, 200, 429]
    assert fetch(other).status_code == 200


# How it begins and ends


def test_an_address_is_made_replaced_and_taken_back(
    sign_in: Callable[[Person], FlaskClient], world: World, fetch: Any
) -> None:
    browser = sign_in(world.member)

    def shown() -> str:
        page = browser.get("/me/calendar").get_data(as_text=True)
        _before, found, rest = page.partition('value="http://localhost:8000')
        return rest.partition('"')[0] if found else ""

    assert shown() == ""
    assert browser.post("/me/calendar").status_code == 303
    first = shown()
    assert f'href="webcal://localhost:8000{first}"' in browser.get("/me/calendar").get_data(as_text=True)
    browser.post("/me/calendar")
    second = shown()
    assert [fetch(path).status_code for path in (first, second)] == [410, 200]
    assert browser.post("/me/calendar/remove").status_code == 303
    assert browser.post("/me/calendar/remove").status_code == 303
    assert (shown(), fetch(second).status_code) == ("", 410)


def test_a_double_click_makes_one_address(sign_in: Any, world: World, fetch: Any, db: Session) -> None:
    browser = sign_in(world.member)
    browser.post("/me/calendar", data={"_once": "the-same"})
    first = browser.get("/me/calendar").get_data(as_text=True)
    assert browser.post("/me/calendar", data={"_once": "the-same"}).status_code == 303
    address = first.partition('value="http://localhost:8000')[2].partition('"')[0]
    assert fetch(address).status_code == 200


def test_only_who_leads_a_cohort_gets_its_calendar(sign_in: Any, world: World) -> None:
    sent = {"cohort": world.cohort.slug}
    assert sign_in(world.member).post("/me/calendar", data=sent).status_code == 404
    browser = sign_in(world.facilitator)
    assert browser.post("/me/calendar", data=sent).status_code == 303
    assert browser.get("/me/calendar").get_data(as_text=True).count('value="http://localhost:8000/calendar/') == 1


def test_a_closed_account_has_no_calendar(db: Session, world: World, path_of: PathOf, fetch: Any) -> None:
    path = path_of(world.member)
    world.member.disabled_at = clock.now()
    db.commit()
    answer = fetch(path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (410, "private, no-store")


def test_a_token_of_another_purpose_opens_nothing(db: Session, world: World, fetch: Any, path_of: PathOf) -> None:
    token = path_of(world.member).split("/")[2]
    assert fetch("/calendar/1-forged/roundtables.ics").status_code == 410
    for path in (f"/r/{token}", f"/mail/stop/{token}", f"/sign-in/link/{token}"):
        assert fetch(path).status_code in (404, 410)


def test_it_is_written_in_its_readers_language(db: Session, world: World, path_of: PathOf, fetch: Any) -> None:
    path = path_of(world.member)
    attendance.rsvp(db, _first(db, world), world.member, Answer.ACCEPTED)
    world.member.language = "fr"
    db.commit()
    with use_language("fr"):
        said = str(words.SAID[Answer.ACCEPTED])
    assert said != "You are coming."
    (own,) = [
        each
        for each in Calendar.from_ical(fetch(path).get_data(as_text=True)).walk("VEVENT")
        if each["UID"] == world.roundtable.uid
    ]
    assert str(own["DESCRIPTION"]).split("\n\n")[0] == said


def _first(db: Session, world: World) -> Roundtable:
    """The world's roundtable, loaded as verbs want it."""
    return db.scalars(access.all_roundtables().where(Roundtable.id == world.roundtable.id)).one()
