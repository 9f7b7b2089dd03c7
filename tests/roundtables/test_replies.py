"""Answers of calendars, read as they arrive; and words, which become their sender's own."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.jobs.models import Job
from peernet.mail import inbox, letters
from peernet.mail.models import IncomingMail, Mail, Outcome
from peernet.prompts import access as prompts
from peernet.prompts.models import Draft
from peernet.roundtables import access, attendance, guests, itip, planning, zones
from peernet.roundtables.models import Answer, Attendance, Roundtable, When
from peernet.worker import ANSWERS
from tests.conftest import NOW
from tests.mail.incoming import message
from tests.roundtables.answering import answer, invitation, opened
from tests.world import World, make_asking

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _answers_are_read(takes_answers: Any) -> None:
    """In all of these tests."""


@pytest.fixture
def arrive(db: Session) -> Callable[[bytes], Outcome | None]:
    """A message comes in and the worker does its work."""

    def take(data: bytes) -> Outcome | None:
        if not inbox.take(db, letters.read(data)):
            return None
        for job in db.scalars(select(Job).where(Job.kind == inbox.JOB, Job.done_at.is_(None))).all():
            inbox.handle(ANSWERS, db, job.payload)
            db.delete(job)
        db.flush()
        return db.scalars(select(IncomingMail).order_by(IncomingMail.id.desc())).first().outcome

    return take


@pytest.fixture
def latest(db: Session, outbox: Callable[[], list[Mail]]) -> Callable[..., EmailMessage]:
    """The last mail to somebody, as their program reads it."""

    def find(whom: Person | str) -> EmailMessage:
        address = whom if isinstance(whom, str) else whom.email
        return opened(db, [mail for mail in outbox() if mail.to_address == address][-1])

    return find


@pytest.fixture
def said(db: Session) -> Callable[[Roundtable, Person], Answer | None]:
    """What somebody has answered."""
    return lambda one, person: db.scalar(access.answer_of(one.id, person.id, None).with_only_columns(Attendance.answer))


@pytest.mark.parametrize(
    ("participation", "stands"),
    [("ACCEPTED", Answer.ACCEPTED), ("TENTATIVE", Answer.TENTATIVE), ("DECLINED", Answer.DECLINED)],
)
def test_a_calendars_answer_is_set(
    plan: Any, world: World, arrive: Any, latest: Any, said: Any, participation: str, stands: Answer
) -> None:
    one = plan()
    assert arrive(answer(latest(world.peer), participation)) is Outcome.TAKEN
    assert said(one, world.peer) is stands
    assert said(one, world.member) is None


def test_the_address_is_one_persons_and_the_same_through_the_whole_cycle(
    plan: Any, db: Session, world: World, latest: Any, outbox: Any
) -> None:
    """Calendars know an invitation by UID and organiser; SEQUENCE rises with each change and never with an answer."""
    one, actor = plan(), viewer_of(world.organiser)
    seen = [invitation(latest(world.peer))]
    attendance.rsvp(db, one, world.peer, Answer.ACCEPTED)
    seen.append(invitation(latest(world.peer)))
    planning.move(
        db, one, actor=actor, version=one.version, wall_start=datetime(2026, 12, 9, 15), zone=one.zone, minutes=60
    )
    seen.append(invitation(latest(world.peer)))
    planning.revise(db, one, actor=actor, version=one.version, place="Room 7")
    seen.append(invitation(latest(world.peer)))
    planning.cancel(db, one, actor=actor)
    seen.append(invitation(latest(world.peer)))
    planning.reinstate(db, one, actor=actor)
    seen.append(invitation(latest(world.peer)))
    events = [calendar.walk("VEVENT")[0] for calendar in seen]
    assert [calendar["METHOD"] for calendar in seen] == ["REQUEST"] * 4 + ["CANCEL", "REQUEST"]
    assert [event["SEQUENCE"] for event in events] == [0, 0, 1, 2, 3, 4]
    assert [event["STATUS"] for event in events] == ["CONFIRMED"] * 4 + ["CANCELLED", "CONFIRMED"]
    assert {event["UID"] for event in events} == {one.uid}
    assert [event["ATTENDEE"].params["PARTSTAT"] for event in events] == ["NEEDS-ACTION"] + ["ACCEPTED"] * 5
    assert {event["ATTENDEE"].params["RSVP"] for event in events} == {"TRUE"}
    (organiser,) = {str(event["ORGANIZER"]) for event in events}
    assert {f"mailto:{latest(world.peer)['Reply-To'].addresses[0].addr_spec}"} == {organiser}
    assert len(organiser.removeprefix("mailto:").partition("@")[0]) <= 64
    others = {str(invitation(opened(db, mail)).walk("VEVENT")[0]["ORGANIZER"]) for mail in outbox() if mail.attachments}
    assert len(others) == 6
    raw = opened(db, outbox()[-1]).as_string()
    assert [person.email in raw for person in (world.member, world.mate)] == [False, False]


def test_no_line_of_a_calendar_file_is_longer_than_it_may_be(plan: Any, world: World, latest: Any) -> None:
    plan()
    read = latest(world.peer)
    for part in read.walk():
        if part.get_content_type() in ("text/calendar", "application/ics"):
            text = part.get_payload(decode=True)
            assert max(len(line) for line in text.split(b"\r\n")) <= 75
            assert b"{{" not in text


def test_at_rest_no_address_is_usable(plan: Any, world: World, outbox: Any, latest: Any) -> None:
    plan()
    address = latest(world.peer)["Reply-To"].addresses[0].username.partition("+")[2]
    assert [address in f"{mail.text}{mail.html}{mail.attachments}" for mail in outbox()] == [False] * len(outbox())


def test_programs_may_change_the_case_of_the_address(
    plan: Any, world: World, arrive: Any, latest: Any, said: Any
) -> None:
    one = plan()
    data = answer(latest(world.peer), "ACCEPTED")
    to = next(line for line in data.split(b"\r\n") if line.startswith(b"To:"))
    assert arrive(data.replace(to, to.upper())) is Outcome.TAKEN
    assert said(one, world.peer) is Answer.ACCEPTED


# Who is believed


@pytest.mark.parametrize(
    "headers",
    [
        {"Authentication-Results": "mx.example.org; dmarc=fail header.from=example.org"},
        {"Authentication-Results": "mx.example.org; spf=fail smtp.mailfrom=example.org"},
        {"Authentication-Results": "mx.example.org; dkim=fail (bad signature; dkim=pass) header.d=example.org"},
    ],
)
def test_what_a_mail_server_found_forged_changes_nothing(
    plan: Any, world: World, arrive: Any, latest: Any, said: Any, headers: dict[str, str]
) -> None:
    one = plan()
    assert arrive(answer(latest(world.peer), "ACCEPTED", headers=headers)) is Outcome.STRANGER
    assert said(one, world.peer) is None


@pytest.mark.parametrize(
    "results",
    [
        "mx.example.org; dmarc=pass; spf=fail smtp.mailfrom=lists.example.net",
        "mx.example.org; spf=fail smtp.mailfrom=x; dkim=pass header.d=example.org",
        "mx.example.org; spf=neutral; dkim=none",
        "mx.example.org; none",
    ],
)
def test_what_was_only_forwarded_is_believed(plan: Any, world: World, arrive: Any, latest: Any, results: str) -> None:
    plan()
    data = answer(latest(world.peer), "ACCEPTED", headers={"Authentication-Results": results})
    assert arrive(data) is Outcome.TAKEN


@pytest.mark.parametrize(
    "sender",
    [
        "Member <member@example.org>",
        "peer@example.org.evil.example",
        "Peer <peer@example.org>, Member <member@example.org>",
        "peer@example.org@evil.example",
        "",
    ],
)
def test_only_their_own_address_with_their_own_token_is_believed(
    plan: Any, world: World, arrive: Any, latest: Any, said: Any, sender: str, outbox: Any
) -> None:
    one = plan()
    data = answer(latest(world.peer), "ACCEPTED").replace(b"From: peer@example.org", f"From: {sender}".encode())
    written = len(outbox())
    assert arrive(data) is Outcome.STRANGER
    assert (said(one, world.peer), said(one, world.member), len(outbox())) == (None, None, written)


def test_a_token_of_somebody_else_or_a_made_up_one_opens_nothing(
    plan: Any, world: World, arrive: Any, latest: Any, said: Any
) -> None:
    one = plan()
    read = latest(world.peer)
    address = str(invitation(read).walk("VEVENT")[0]["ORGANIZER"]).removeprefix("mailto:")
    token = address.partition("+")[2].partition("@")[0]
    for forged in (token[:-1] + ("a" if token[-1] != "a" else "b"), "1-" + "a" * 26, token + "a", "x"):
        data = answer(read, "ACCEPTED", number=hash(forged) % 10**6).replace(token.encode(), forged.encode())
        assert arrive(data) in (Outcome.STRANGER, Outcome.OTHER)
    assert said(one, world.peer) is None


def test_who_left_the_cohort_or_closed_their_account_is_not_heard(
    plan: Any, db: Session, world: World, arrive: Any, latest: Any, said: Any
) -> None:
    plan()
    read = latest(world.peer)
    world.peer.disabled_at = NOW
    db.flush()
    assert arrive(answer(read, "ACCEPTED")) is Outcome.STRANGER


def test_an_answer_to_another_event_is_none(plan: Any, world: World, arrive: Any, latest: Any, said: Any) -> None:
    one = plan()
    assert arrive(answer(latest(world.peer), "ACCEPTED", uid="another@example.org")) is Outcome.OTHER
    assert said(one, world.peer) is None


# Older and newer


def test_an_older_answer_never_overrides_a_newer_one(
    plan: Any, world: World, arrive: Any, latest: Any, said: Any
) -> None:
    """Both left in order and arrive the other way round."""
    one = plan()
    read = latest(world.peer)
    assert arrive(answer(read, "DECLINED", stamp=NOW - MINUTE, number=2)) is Outcome.TAKEN
    assert arrive(answer(read, "ACCEPTED", stamp=NOW - 2 * MINUTE, number=1)) is Outcome.RETURNED
    assert said(one, world.peer) is Answer.DECLINED
    told = latest(world.peer)
    assert "older than what you answered since" in told.get_body(("plain",)).get_content()
    assert told["Auto-Submitted"] == "auto-replied"
    assert told["In-Reply-To"] == "<1.abc@mail.example.org>"


def test_nor_one_on_the_page(plan: Any, db: Session, world: World, arrive: Any, latest: Any, said: Any) -> None:
    one = plan()
    read = latest(world.peer)
    attendance.rsvp(db, one, world.peer, Answer.WRITING)
    assert arrive(answer(read, "ACCEPTED", stamp=NOW - MINUTE, number=1)) is Outcome.RETURNED
    with time_machine.travel(NOW + MINUTE, tick=False):
        assert arrive(answer(read, "ACCEPTED", number=2)) is Outcome.TAKEN
    assert said(one, world.peer) is Answer.ACCEPTED


def test_a_later_answer_that_left_before_the_first_was_read_counts(
    plan: Any, world: World, arrive: Any, latest: Any, said: Any
) -> None:
    """The first is dated by when it was given, not by when its mail was read."""
    one = plan()
    read = latest(world.peer)
    with time_machine.travel(NOW + 10 * MINUTE, tick=False):
        arrive(answer(read, "ACCEPTED", stamp=NOW + MINUTE, number=1))
        assert arrive(answer(read, "DECLINED", stamp=NOW + 2 * MINUTE, number=2)) is Outcome.TAKEN
    assert said(one, world.peer) is Answer.DECLINED


def test_a_clock_that_is_ahead_does_not_shut_anybody_out(
    plan: Any, world: World, arrive: Any, latest: Any, said: Any
) -> None:
    one = plan()
    read = latest(world.peer)
    arrive(answer(read, "ACCEPTED", stamp=NOW + timedelta(days=900), number=1))
    with time_machine.travel(NOW + MINUTE, tick=False):
        assert arrive(answer(read, "DECLINED", number=2)) is Outcome.TAKEN
    assert said(one, world.peer) is Answer.DECLINED


def test_the_same_message_again_does_nothing(plan: Any, world: World, arrive: Any, latest: Any, outbox: Any) -> None:
    plan()
    data = answer(latest(world.peer), "ACCEPTED")
    arrive(data)
    written = len(outbox())
    assert (arrive(data), len(outbox())) == (None, written)


def test_a_calendar_knows_fewer_answers_than_we_do(
    plan: Any, db: Session, world: World, arrive: Any, latest: Any, said: Any
) -> None:
    """Who answers in writing has declined for a calendar; that it says so once more takes nothing back."""
    one = plan()
    attendance.rsvp(db, one, world.peer, Answer.WRITING)
    assert arrive(answer(latest(world.peer), "DECLINED", stamp=NOW + MINUTE)) is Outcome.TAKEN
    assert said(one, world.peer) is Answer.WRITING


def test_an_answer_to_another_time_is_told_the_present_one(
    plan: Any, db: Session, world: World, arrive: Any, latest: Any, said: Any
) -> None:
    one, actor = plan(), viewer_of(world.organiser)
    before = latest(world.peer)
    planning.revise(db, one, actor=actor, version=one.version, place="Room 7")
    assert arrive(answer(before, "TENTATIVE", number=1)) is Outcome.TAKEN
    planning.move(
        db, one, actor=actor, version=one.version, wall_start=datetime(2026, 12, 9, 15), zone=one.zone, minutes=60
    )
    db.refresh(one)
    assert (one.sequence, one.moved_sequence) == (2, 2)
    latest(world.peer)
    assert arrive(answer(before, "ACCEPTED", number=2)) is Outcome.RETURNED
    assert said(one, world.peer) is Answer.TENTATIVE
    told = latest(world.peer)
    assert "the roundtable has moved since" in told.get_body(("plain",)).get_content()
    (event,) = invitation(told).walk("VEVENT")
    assert (event["SEQUENCE"], event["DTSTART"].dt.day, event["ATTENDEE"].params["PARTSTAT"]) == (2, 9, "TENTATIVE")


def test_clocks_that_change_are_another_time_too(plan: Any, db: Session, world: World) -> None:
    one = plan()
    one.starts_at -= timedelta(hours=1)
    db.flush()
    zones.recompute(db)
    assert (one.sequence, one.moved_sequence) == (1, 1)


# What cannot be


def test_a_full_table_is_told_with_what_can_be_done(
    plan: Any, db: Session, world: World, arrive: Any, latest: Any, said: Any
) -> None:
    one = plan(capacity=1)
    read = latest(world.peer)
    attendance.rsvp(db, one, world.third, Answer.ACCEPTED)
    assert arrive(answer(read, "ACCEPTED")) is Outcome.RETURNED
    assert (said(one, world.peer), one.accepted) == (None, 1)
    told = latest(world.peer)
    text = told.get_body(("plain",)).get_content()
    assert "The table is full: its one place is taken." in text
    assert "You have not answered yet." in text
    assert "?answer=writing" in text
    assert invitation(told).walk("VEVENT")[0]["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"


def test_of_one_that_was_cancelled_the_calendar_is_told_again(
    plan: Any, db: Session, world: World, arrive: Any, latest: Any
) -> None:
    one = plan()
    read = latest(world.peer)
    planning.cancel(db, one, actor=viewer_of(world.organiser))
    latest(world.peer)
    assert arrive(answer(read, "ACCEPTED")) is Outcome.RETURNED
    told = latest(world.peer)
    assert invitation(told)["METHOD"] == "CANCEL"
    assert "It does not take place." in told.get_body(("plain",)).get_content()


def test_of_one_that_is_over_nothing_is_put_into_a_calendar(
    plan: Any, world: World, arrive: Any, latest: Any, said: Any
) -> None:
    one = plan()
    read = latest(world.peer)
    with time_machine.travel(one.ends_at + MINUTE, tick=False):
        assert arrive(answer(read, "ACCEPTED")) is Outcome.RETURNED
    told = latest(world.peer)
    assert "This roundtable is over." in told.get_body(("plain",)).get_content()
    assert [part.get_content_type() for part in told.walk() if "calendar" in part.get_content_type()] == []


@pytest.mark.parametrize(("participation", "method"), [("DELEGATED", "REPLY"), ("X-SOON", "REPLY"), ("", "COUNTER")])
def test_other_wishes_of_calendars_are_answered_in_words(
    plan: Any, world: World, arrive: Any, latest: Any, said: Any, participation: str, method: str
) -> None:
    one = plan()
    assert arrive(answer(latest(world.peer), participation, method=method)) is Outcome.RETURNED
    assert said(one, world.peer) is None


def test_answers_are_few_in_an_hour(plan: Any, world: World, arrive: Any, latest: Any, outbox: Any) -> None:
    """A calendar that answers our answers is left alone."""
    plan()
    read, before = latest(world.peer), len(outbox())
    for number in range(15):
        assert arrive(answer(read, "X-SOON", number=number)) is Outcome.RETURNED
    assert len(outbox()) - before == 10
    for hour in range(1, 9):
        with time_machine.travel(NOW + timedelta(hours=hour, minutes=hour), tick=False):
            for number in range(6):
                arrive(answer(read, "X-SOON", number=100 * hour + number))
    assert len(outbox()) - before == 30


def test_a_generated_answer_counts_but_one_by_itself_does_not(
    plan: Any, world: World, arrive: Any, latest: Any, said: Any
) -> None:
    """Large calendars mark what they send for their user as generated; an absence note answers nothing."""
    one = plan()
    read = latest(world.peer)
    assert arrive(answer(read, "ACCEPTED", headers={"Auto-Submitted": "auto-replied"}, number=1)) is Outcome.AUTOMATIC
    assert said(one, world.peer) is None
    assert arrive(answer(read, "ACCEPTED", headers={"Auto-Submitted": "auto-generated"}, number=2)) is Outcome.TAKEN
    assert said(one, world.peer) is Answer.ACCEPTED


def test_a_guest_answers_by_their_calendar_too(plan: Any, db: Session, world: World, arrive: Any, latest: Any) -> None:
    one = plan()
    guest = guests.invite(db, one, actor=viewer_of(world.facilitator), email="expert@example.net", name="An Expert")
    assert arrive(answer(latest("expert@example.net"), "ACCEPTED", number=1)) is Outcome.TAKEN
    assert db.scalars(access.answer_of(one.id, None, guest.id)).one().answer is Answer.ACCEPTED
    to = latest("expert@example.net")["Reply-To"].addresses[0].addr_spec
    data = message(to, "I would rather speak last.", sender="expert@example.net", number=2).as_bytes()
    assert arrive(data) is Outcome.RETURNED
    told = latest("expert@example.net").get_body(("plain",)).get_content()
    assert "nothing is asked of you here" in told
    assert "speak last" not in told
    guests.withdraw(db, one, guest, actor=viewer_of(world.facilitator))
    assert "STATUS" not in invitation(latest("expert@example.net")).walk("VEVENT")[0]
    assert arrive(answer(latest("expert@example.net"), "ACCEPTED", number=3)) is Outcome.STRANGER


# Words


def write(latest: Any, person: Person, text: str, **given: Any) -> bytes:
    to = latest(person)["Reply-To"].addresses[0].addr_spec
    return message(to, text, sender=f"{person.name} <{person.email}>", **given).as_bytes()


def test_words_become_a_draft_of_what_is_asked_before(
    plan: Any, db: Session, world: World, arrive: Any, latest: Any
) -> None:
    later = make_asking(db, world.cohort, "what-next", "What next?")
    plan(asked=[(later, When.AFTER), (world.asking, When.BEFORE)])
    assert arrive(write(latest, world.peer, "Everybody decides.\n")) is Outcome.TAKEN
    draft = db.scalars(prompts.own_draft(viewer_of(world.peer), world.asking.id)).one()
    assert draft.source == "Everybody decides."
    told = latest(world.peer)
    assert f"/prompts/{world.asking.id}" in told.get_body(("plain",)).get_content()
    assert "Everybody decides" not in told.as_string()


def test_where_nothing_is_asked_they_come_back_in_words(
    plan: Any, db: Session, world: World, arrive: Any, latest: Any
) -> None:
    plan()
    assert arrive(write(latest, world.peer, "Everybody decides.\n")) is Outcome.RETURNED
    assert db.scalars(select(Draft)).all() == []
    assert latest(world.peer)["Subject"] == "Your mail was not kept: What makes data worth trusting?"


def test_an_absence_note_is_no_draft(
    plan: Any, db: Session, world: World, arrive: Any, latest: Any, outbox: Any
) -> None:
    plan(asked=[(world.asking, When.BEFORE)])
    written = len(outbox())
    for number, headers in enumerate(
        ({"Auto-Submitted": "auto-replied (vacation)"}, {"Precedence": "bulk"}, {"X-Auto-Response-Suppress": "All"},
         {"Return-Path": "<>"}, {"X-Autoreply": "yes"}, {"List-Id": "<a.example.org>"})
    ):  # fmt: skip
        assert arrive(write(latest, world.peer, "I am away.", headers=headers, number=number)) is Outcome.AUTOMATIC
    assert (db.scalars(select(Draft)).all(), len(outbox())) == ([], written)


# Hostile


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 900), st.binary(max_size=30))
def test_a_damaged_answer_is_read_or_not_but_never_fails(at: int, damage: bytes) -> None:
    whole = _REPLY[:at] + damage.decode("latin-1") + _REPLY[at + len(damage) :]
    itip.read(whole, "peer@example.org")


@pytest.mark.parametrize(
    "line",
    [
        "X" + ";" * 59_000 + ":x",
        "X" + ";A=b" * 14_000 + ":x",
        "X;A=" + '"' * 59_000 + ":x",
        "CATEGORIES:" + "," * 59_000,
        "DESCRIPTION:" + "\\\\" * 29_000,
        "DESCRIPTION:x" + "\r\n x" * 14_000,
        "X:1\r\n" * 11_000 + "X:1",
        "RRULE:FREQ=DAILY;BYDAY=" + "MO," * 19_000,
        "DURATION:P" + "9" * 59_000 + "D",
    ],
)
def test_bombs_are_read_quickly(line: str) -> None:
    begun = time.process_time()
    found = itip.read(_REPLY.replace("END:VEVENT", f"{line}\r\nEND:VEVENT"), "peer@example.org")
    assert time.process_time() - begun < 3
    assert found == itip.read(_REPLY, "peer@example.org")


def test_bombs_are_no_answers() -> None:
    for text in (
        _REPLY.replace("END:VEVENT", "BEGIN:VALARM\r\nEND:VALARM\r\n" * 10_000 + "END:VEVENT"),
        _REPLY.replace("BEGIN:VEVENT", "BEGIN:VEVENT\r\n" * 30),
        _REPLY.replace("SEQUENCE:0", "SEQUENCE:" + "9" * 5_000),
        _REPLY.replace("DTSTAMP:20261123T120000Z", "DTSTAMP:99999999T999999Z"),
        _REPLY + _REPLY,
        "",
        "\x00" * 1000,
    ):
        assert itip.read(text, "peer@example.org") is None
    repeated = _REPLY.replace("END:VEVENT", "RRULE:FREQ=SECONDLY\r\nEND:VEVENT")
    assert itip.read(repeated, "peer@example.org") == itip.read(_REPLY, "peer@example.org")


_REPLY = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//Calendar//EN
METHOD:REPLY
BEGIN:VEVENT
UID:one@localhost
SEQUENCE:0
DTSTAMP:20261123T120000Z
ATTENDEE;PARTSTAT=ACCEPTED;CN="Peer":mailto:peer@example.org
ORGANIZER:mailto:replies@example.org
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
