"""Every mail of this room, word for word; the same links in both of its forms; the calendar file that goes along."""

import json
import os
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
import time_machine
from icalendar import Calendar
from sqlalchemy import update
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import Membership, Role
from peernet.mail.letters import Letter
from peernet.mail.message import build
from peernet.mail.models import Mail, MailState
from peernet.roundtables import (
    attendance,
    emails,
    guests,
    invitations,
    invitees,
    links,
    planning,
    quorum,
    reminders,
    zones,
)  # fmt: skip
from peernet.roundtables.models import Answer, Roundtable, When
from peernet.settings import current, use
from peernet.tokens import tokens
from tests.roundtables.conftest import by_other_rules
from tests.world import World, join, make_roundtable

EXPECTED = Path(__file__).parents[1] / "emails" / "roundtables"

Do = Callable[[Session, World, Roundtable], None]


def _invited(_db: Session, _world: World, _one: Roundtable) -> None:
    """Planning it has done so."""


def _guest(db: Session, world: World, one: Roundtable) -> None:
    guests.invite(db, one, actor=viewer_of(world.facilitator), email="peer2@example.org", name="An Expert")


def _welcome(db: Session, world: World, one: Roundtable) -> None:
    make_roundtable(db, world.cohort, "And after that", datetime(2026, 12, 15, 19, 0))
    make_roundtable(db, world.cohort, "The last", datetime(2026, 12, 22, 19, 0))
    world.stranger.zone = "Asia/Kolkata"
    db.delete(world.roundtable)
    join(db, world.cohort, world.stranger, Role.FACILITATOR)
    with time_machine.travel(datetime(2026, 11, 23, 13, 0), tick=False):
        invitations.invite_late_joiners(db)


def _moved(db: Session, world: World, one: Roundtable) -> None:
    attendance.rsvp(db, one, world.peer, Answer.ACCEPTED)
    planning.move(
        db, one, actor=viewer_of(world.organiser), version=1, wall_start=datetime(2026, 12, 8, 20, 0),
        zone="Europe/London", minutes=60,
    )  # fmt: skip


def _rules_moved(db: Session, world: World, one: Roundtable) -> None:
    by_other_rules(db, one)
    attendance.rsvp(db, one, world.peer, Answer.WRITING)
    zones.recompute(db)


def _changed(db: Session, world: World, one: Roundtable) -> None:
    planning.revise(db, one, actor=viewer_of(world.organiser), version=1, place="Room 7")


def _cancelled(db: Session, world: World, one: Roundtable) -> None:
    planning.cancel(db, one, actor=viewer_of(world.organiser), note="The speaker is ill. We are sorry.")


def _reinstated(db: Session, world: World, one: Roundtable) -> None:
    attendance.rsvp(db, one, world.peer, Answer.ACCEPTED)
    planning.cancel(db, one, actor=viewer_of(world.organiser))
    planning.reinstate(db, one, actor=viewer_of(world.organiser))


def _confirmed(db: Session, world: World, one: Roundtable) -> None:
    attendance.rsvp(db, one, world.peer, Answer.ACCEPTED)


def _full(db: Session, world: World, one: Roundtable) -> None:
    world.organiser.zone = "Asia/Kolkata"
    one.capacity = 1
    db.flush()
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)


def _waiting(db: Session, world: World, one: Roundtable) -> None:
    _fill(db, world, one)
    for person in (world.third, world.peer):
        attendance.rsvp(db, one, person, Answer.WAITING)


def _offered(db: Session, world: World, one: Roundtable) -> None:
    _fill(db, world, one)
    attendance.rsvp(db, one, world.peer, Answer.WAITING)
    attendance.rsvp(db, one, world.member, Answer.DECLINED)


def _passed_on(db: Session, world: World, one: Roundtable) -> None:
    _offered(db, world, one)
    db.execute(update(Mail).values(state=MailState.SENT))
    with time_machine.travel(datetime(2026, 11, 24, 12, 0), tick=False):
        attendance.pass_on_due(db)


def _deputy_asked(db: Session, world: World, one: Roundtable) -> None:
    world.mate.zone = "Asia/Kolkata"
    attendance.rsvp(db, one, world.member, Answer.DEPUTY)


def _deputy_comes(db: Session, world: World, one: Roundtable) -> None:
    attendance.rsvp(db, one, world.member, Answer.DEPUTY)
    attendance.rsvp(db, one, world.mate, Answer.ACCEPTED)


def _deputy_cannot_come(db: Session, world: World, one: Roundtable) -> None:
    attendance.rsvp(db, one, world.member, Answer.DEPUTY)
    attendance.rsvp(db, one, world.mate, Answer.DECLINED)


def _taken_over(db: Session, world: World, one: Roundtable) -> None:
    planning.revise(db, one, actor=viewer_of(world.organiser), version=1, one_each=True)
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    attendance.rsvp(db, one, world.mate, Answer.ACCEPTED, take_over=True)


def _below_quorum(db: Session, world: World, one: Roundtable) -> None:
    _need(db, one, 2)
    attendance.rsvp(db, one, world.peer, Answer.ACCEPTED)
    with time_machine.travel(one.starts_at - timedelta(hours=48), tick=False):
        quorum.warn_due(db)


def _fell_below_quorum(db: Session, world: World, one: Roundtable) -> None:
    _need(db, one, 1)
    with time_machine.travel(one.starts_at - timedelta(hours=40), tick=False):
        for answer in (Answer.ACCEPTED, Answer.DECLINED):
            attendance.rsvp(db, one, world.peer, answer)


def _fill(db: Session, world: World, one: Roundtable) -> None:
    one.capacity = 1
    db.flush()
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)


def _need(db: Session, one: Roundtable, quorum: int) -> None:
    one.quorum = quorum
    db.flush()


def _withdrawn(db: Session, world: World, one: Roundtable) -> None:
    _guest(db, world, one)
    guest = guests.access.guests_of(one.id)
    guests.withdraw(db, one, db.scalars(guest).one(), actor=viewer_of(world.facilitator))


def _left(db: Session, world: World, one: Roundtable) -> None:
    db.execute(update(Membership).where(Membership.person_id == world.peer.id).values(left_at=clock.now()))
    invitations.release_places(db)


def _reminder(db: Session, world: World, one: Roundtable) -> None:
    reminders.send_due(db)


def _to_read(db: Session, world: World, one: Roundtable) -> None:
    reminders.send_due(db)


def _soon(db: Session, world: World, one: Roundtable) -> None:
    world.peer.mail_hour = True
    attendance.rsvp(db, one, world.peer, Answer.ACCEPTED)
    reminders.send_due(db)


def _reminder_coming(db: Session, world: World, one: Roundtable) -> None:
    attendance.rsvp(db, one, world.peer, Answer.ACCEPTED)
    reminders.send_due(db)


def _invited_by_mail(db: Session, world: World, one: Roundtable) -> None:
    takes = current().inbound.model_copy(update={"address": "replies+{token}@peers.example.org"})
    use(current().model_copy(update={"inbound": takes}))
    token = tokens.make(db, purpose="rsvp", subject="again", lasts=timedelta(days=1))
    emails.invited(db, one, invitees.of(world.peer), token=token)


def _standing(db: Session, world: World, one: Roundtable) -> None:
    invitee, letter = invitees.of(world.peer), Letter(key="1")
    token = links.token_for(db, one, invitee)
    emails.standing(db, one, invitee, answer=None, token=token, reason="It has moved since.", letter=letter)


def _recording_withheld(db: Session, world: World, one: Roundtable) -> None:
    emails.recording_withheld(db, one, invitees.of(world.organiser))


def _recording_due(db: Session, world: World, one: Roundtable) -> None:
    emails.recording_due(db, one, invitees.of(world.organiser), until=date(2027, 3, 8))


# Whose mail is read where it is not the peer's.
OTHERS = {
    "_deputy_asked": "mate", "_deputy_comes": "member", "_deputy_cannot_come": "member", "_taken_over": "member",
    "_recording_withheld": "organiser", "_recording_due": "organiser",
    "_welcome": "stranger", "_below_quorum": "organiser", "_fell_below_quorum": "organiser",
}  # fmt: skip
MAILS = (
    _invited, _welcome, _guest, _moved, _rules_moved, _changed, _cancelled, _reinstated, _confirmed, _full, _withdrawn,
    _left,
    _waiting, _offered, _passed_on, _deputy_asked, _deputy_comes, _deputy_cannot_come, _taken_over, _below_quorum,
    _fell_below_quorum, _recording_withheld, _recording_due,
    _reminder, _reminder_coming, _invited_by_mail, _standing,
    _reminder, _reminder_coming, _to_read, _soon,
)  # fmt: skip


@pytest.mark.parametrize("do", MAILS, ids=lambda do: do.__name__.strip("_"))
def test_a_mail_reads_as_expected(
    do: Do, plan: Callable[..., Roundtable], db: Session, world: World, outbox: Callable[[], list[Mail]]
) -> None:
    one = plan(
        link="https://meet.example.org/trust",
        summary="We talk about origin, care and mistakes.",
        reading=[("The FAIR principles", "https://go-fair.org/"), ("CARE", "https://gida-global.org/care")],
        asked=[(world.asking, When.BEFORE)],
    )
    before = {"_reminder": 20, "_reminder_coming": 20, "_to_read": 160, "_soon": 1}.get(do.__name__)
    moment = one.starts_at - timedelta(hours=before) if before else datetime(2026, 11, 23, 12, 0)
    with time_machine.travel(moment, tick=False):
        do(db, world, one)
        wanted = {"_full": "organiser", **OTHERS, "_guest": "peer2", "_withdrawn": "peer2"}.get(do.__name__, "peer")
        mail = [each for each in outbox() if each.to_address == f"{wanted}@example.org"][-1]
    text = f"To: {mail.to_address}\nSubject: {mail.subject}\n\n{mail.text}"
    text = re.sub(r"\{\{token:[\w:-]+\}\}", "{{token}}", text).replace(f"/roundtables/{one.id}", "/roundtables/7")
    expected = EXPECTED / f"{do.__name__.strip('_').replace('_', '-')}.txt"
    if os.environ.get("PEERNET_TEST_WRITE"):
        expected.write_text(text)
    assert text == expected.read_text()
    compare(mail)


def compare(mail: Mail) -> None:
    """Text and HTML hold the same addresses and the same words of the essence."""
    addresses = r"https?://[^\s\"<]+"
    html = re.sub(r"<script.*?</script>", "", mail.html, flags=re.DOTALL)
    in_html = set(re.findall(addresses, unescape(html)))
    assert in_html == set(re.findall(addresses, mail.text))
    words = unescape(re.sub(r"<[^>]+>", " ", html))
    for line in mail.text.split("-- ")[0].splitlines():
        plain = line.strip(" -:").rstrip(":")
        if plain and not plain.startswith("http") and plain != "You can give it more places":
            assert " ".join(plain.split()) in " ".join(words.split())


def test_the_calendar_file_stands_in_the_message_as_itip_wants_it(
    plan: Callable[..., Roundtable], db: Session, world: World, outbox: Callable[[], list[Mail]]
) -> None:
    """RFC 6047, 2.4: the method parameter is that of the file."""
    one = plan(title="Über Öffnung")
    planning.cancel(db, one, actor=viewer_of(world.organiser))
    for mail, method in ((outbox()[0], "REQUEST"), (outbox()[-1], "CANCEL")):
        parts = [part for part in build(db, mail).walk() if part.get_content_type() == "text/calendar"]
        parts += [part for part in build(db, mail).walk() if part.get_content_type() == "application/ics"]
        assert [part.get_param("method") for part in parts] == [method, None]
        assert parts[1].get_filename() == "roundtable.ics"
        for part in parts:
            read = Calendar.from_ical(part.get_payload(decode=True))
            (event,) = read.walk("VEVENT")
            assert (read["METHOD"], event["SUMMARY"]) == (method, "Über Öffnung")
            assert event["ATTENDEE"] == f"mailto:{mail.to_address}"


def test_a_mail_is_written_in_the_language_of_its_reader(
    plan: Callable[..., Roundtable], db: Session, world: World, outbox: Callable[[], list[Mail]]
) -> None:
    world.peer.language = "fr"
    plan()
    mail = next(each for each in outbox() if each.person_id == world.peer.id)
    assert "http://localhost:8000/fr/r/{{token:" in mail.text


def test_who_has_a_deputy_can_send_them_from_the_mail(
    plan: Callable[..., Roundtable], world: World, outbox: Callable[[], list[Mail]]
) -> None:
    plan()
    offered = {mail.person_id for mail in outbox() if "?answer=deputy" in mail.text and "?answer=deputy" in mail.html}
    assert offered == {world.member.id}


def test_a_link_in_the_outbox_is_no_live_one(
    plan: Callable[..., Roundtable], outbox: Callable[[], list[Mail]], world: World, link_of: Callable[..., str]
) -> None:
    one = plan()
    live = link_of(one, world.peer)
    for mail in outbox():
        assert live not in f"{mail.text}{mail.html}{mail.attachments}"


def test_mail_programs_are_offered_the_answers_as_events_of_schema_org(
    plan: Callable[..., Roundtable], db: Session, world: World, outbox: Callable[[], list[Mail]]
) -> None:
    """Each button leads to the page that asks once more. The way in to the meeting is not told."""
    plan(title="Why </script> & how", link="https://meet.example.org/trust")
    mail = next(each for each in outbox() if each.person_id == world.peer.id)
    html = build(db, mail).get_body(("html",)).get_content()
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    event = json.loads(text)
    path = event["location"]["url"].removeprefix("http://localhost:8000")
    assert (event["@type"], event["name"]) == ("Event", "Why </script> & how")
    assert (event["startDate"], event["endDate"]) == ("2026-12-08T15:00:00+00:00", "2026-12-08T16:30:00+00:00")
    assert [
        (action["@type"], action["rsvpResponse"].rpartition("/")[2], action["target"]["urlTemplate"])
        for action in event["potentialAction"]
    ] == [
        ("RsvpAction", "RsvpResponseYes", f"http://localhost:8000{path}?answer=accepted"),
        ("RsvpAction", "RsvpResponseMaybe", f"http://localhost:8000{path}?answer=tentative"),
        ("RsvpAction", "RsvpResponseNo", f"http://localhost:8000{path}?answer=declined"),
    ]
    assert "meet.example.org" not in html
    assert "HttpActionHandler" not in html
    assert path.startswith("/r/")
    assert "{{" not in path
