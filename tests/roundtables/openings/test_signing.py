"""Signing up by mail: confirmed, forgotten, never oversold, and telling nobody anything of an address."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.db import Refused
from peernet.mail.models import Mail
from peernet.roundtables import access, attendance, guests, planning, reminders
from peernet.roundtables.models import Answer, Guest, GuestRole, Opening, Told
from peernet.roundtables.openings import access as openings
from peernet.roundtables.openings import signing
from peernet.roundtables.openings.models import SignUp
from peernet.settings import current, use
from peernet.web.viewer import Viewer
from peernet.worker import TIMETABLE
from tests.world import World

Open = Callable[..., Opening]
Come = Callable[..., Guest]
Outbox = Callable[[], list[Mail]]


def _later(**more: float) -> time_machine.travel:
    return time_machine.travel(clock.now() + timedelta(**more), tick=False)


def _said(db: Session, guest: Guest) -> Answer | None:
    given = db.scalar(access.answer_of(guest.roundtable_id, None, guest.id))
    return given.answer if given else None


def _kinds(mails: list[Mail]) -> list[tuple[str, str]]:
    return [(mail.kind.removeprefix("roundtables/"), mail.to_address.split("@")[0]) for mail in mails]


def test_nobody_is_a_guest_before_they_confirm(opened: Open, db: Session, outbox: Outbox) -> None:
    which = opened(capacity=3)
    signing.ask(db, which, email="Ada@Example.net", name="Buy  now", organisation="Cheap pills")
    assert (db.scalar(select(func.count(Guest.id))), which.roundtable.accepted) == (0, 0)
    mail = outbox()[-1]
    assert (mail.kind, mail.to_address, mail.person_id) == ("roundtables/sign_up", "Ada@Example.net", None)
    assert not {"Buy", "pills"} & set((mail.subject + mail.text + mail.html).split())


def test_who_confirms_is_a_guest_with_a_place_and_the_calendar(
    opened: Open, come: Come, db: Session, outbox: Outbox, world: World
) -> None:
    people = db.scalar(select(func.count(Person.id)))
    which = opened(capacity=3, asks_needs=True)
    guest = come(which, "Ada@Example.net", organisation="Harbour", needs="Captions", is_listed=True, language="fr")
    found = (guest.email, guest.email_key, guest.name, guest.organisation, guest.role, guest.zone, guest.language)
    assert found == (
        "Ada@Example.net", "ada@example.net", "Ada of Harbour", "Harbour", GuestRole.GUEST, "Europe/London", "fr",
    )  # fmt: skip
    assert (guest.needs, guest.is_listed, guest.signed_up_at) == ("Captions", True, clock.now())
    assert (_said(db, guest), which.roundtable.accepted) == (Answer.ACCEPTED, 1)
    assert db.scalar(select(func.count(Person.id))) == people
    mail = outbox()[-1]
    assert (mail.kind, [one["method"] for one in mail.attachments]) == ("roundtables/confirmed", ["REQUEST"])
    assert db.scalar(select(func.count(Told.id)).where(Told.guest_id == guest.id)) == 1


def test_needs_are_kept_only_where_they_are_asked_for(opened: Open, come: Come) -> None:
    assert come(opened(), "ada@example.net", needs="Captions").needs == ""


def test_confirmed_twice_it_is_one_guest(
    opened: Open, come: Come, db: Session, token_of: Callable[[str], str], outbox: Outbox
) -> None:
    guest = come(opened(), "ada@example.net")
    number = len(outbox())
    row = signing.behind(db, token_of("ada@example.net"))
    assert row is not None
    assert signing.confirm(db, row).id == guest.id
    assert len(outbox()) == number


def test_after_two_days_who_did_not_confirm_is_forgotten(
    opened: Open, db: Session, token_of: Callable[[str], str]
) -> None:
    signing.ask(db, opened(), email="ada@example.net", name="Ada")
    token = token_of("ada@example.net")
    with _later(hours=47):
        assert (signing.forget_unconfirmed(db), signing.behind(db, token) is None) == (0, False)
    with _later(hours=49):
        assert (signing.behind(db, token), signing.forget_unconfirmed(db)) == (None, 1)
    assert db.scalar(select(func.count(SignUp.id))) == 0
    assert any(signing.forget_unconfirmed in verbs for _when, verbs in TIMETABLE.values())


def test_an_address_is_mailed_once_an_hour_about_one_roundtable(opened: Open, db: Session, outbox: Outbox) -> None:
    which, other = opened(), opened()
    for _time in range(3):
        signing.ask(db, which, email="ada@example.net", name="Ada")
        signing.ask(db, which, email="ADA@example.net", name="Another")
    assert [mail.to_address for mail in outbox() if mail.kind == "roundtables/sign_up"] == ["ada@example.net"]
    signing.ask(db, other, email="ada@example.net", name="Ada")
    with _later(minutes=61):
        signing.ask(db, which, email="ada@example.net", name="Ada")
    assert _kinds(outbox())[-2:] == [("sign_up", "ada"), ("sign_up", "ada")]
    assert db.scalar(openings.pending(which.roundtable_id)) == 1


def test_so_it_is_after_it_was_confirmed(opened: Open, come: Come, db: Session, outbox: Outbox) -> None:
    which = opened()
    come(which, "ada@example.net")
    number = len(outbox())
    signing.ask(db, which, email="ada@example.net", name="Ada")
    assert len(outbox()) == number


def test_only_so_many_may_wait_to_be_confirmed(opened: Open, db: Session) -> None:
    few = current().roundtables.model_copy(update={"most_unconfirmed": 2})
    use(current().model_copy(update={"roundtables": few}))
    which = opened()
    for number in range(2):
        signing.ask(db, which, email=f"a{number}@example.net", name="Ada")
    # Also for an address that is known: the answer must not tell that it is.
    for email in ("a1@example.net", "new@example.net"):
        with pytest.raises(Refused):
            signing.ask(db, which, email=email, name="Ada")


@pytest.mark.parametrize("email", ["no address", "a@b\nBcc: all@example.org", "a@example.org\r\nX: y", "a@b,c@d", ""])
def test_what_is_no_address_is_refused(opened: Open, db: Session, email: str) -> None:
    with pytest.raises(Refused):
        signing.ask(db, opened(), email=email, name="Ada")


def test_who_is_in_the_cohort_answers_there(
    opened: Open, db: Session, token_of: Callable[[str], str], outbox: Outbox, world: World
) -> None:
    which = opened()
    signing.ask(db, which, email="peer@example.org", name="Somebody")
    signing.ask(db, which, email="stranger@example.org", name="Somebody")
    assert _kinds(outbox())[-2:] == [("sign_up", "peer"), ("sign_up", "stranger")]
    inside, outside = (signing.behind(db, token_of(f"{who}@example.org")) for who in ("peer", "stranger"))
    assert inside is not None
    assert outside is not None
    with pytest.raises(Refused):
        signing.confirm(db, inside)
    guest = signing.confirm(db, outside)
    db.commit()
    # An account with that address is told nothing: what they see, they see behind the link.
    seen = access.visible_to(Viewer(person_id=world.stranger.id))
    assert (guest.name, db.scalars(seen).all()) == ("Somebody", [])


def test_who_is_invited_already_keeps_that(opened: Open, db: Session, world: World, come: Come) -> None:
    which = opened()
    invited = guests.invite(
        db, which.roundtable, actor=viewer_of(world.organiser), email="expert@example.org", name="An Expert"
    )
    again = come(which, "expert@example.org", name="Somebody else")
    assert (again.id, again.name, again.signed_up_at, _said(db, again)) == (invited.id, "An Expert", None, None)


def test_when_all_places_are_taken_the_next_waits_and_is_called(
    opened: Open, come: Come, db: Session, outbox: Outbox
) -> None:
    which = opened(capacity=1)
    first, second, third = (come(which, f"{name}@example.net") for name in ("first", "second", "third"))
    assert [_said(db, each) for each in (first, second, third)] == [Answer.ACCEPTED, Answer.WAITING, Answer.WAITING]
    attendance.rsvp(db, which.roundtable, first, Answer.DECLINED)
    assert _kinds(outbox())[-1] == ("offered", "second")
    attendance.rsvp(db, which.roundtable, second, Answer.ACCEPTED)
    assert (_kinds(outbox())[-1], which.roundtable.accepted) == (("confirmed", "second"), 1)


def test_the_public_takes_no_more_than_its_places(
    opened: Open, come: Come, db: Session, world: World, outbox: Outbox, set_up: Open
) -> None:
    which = opened(capacity=4, places=1)
    one = which.roundtable
    first, second = come(which, "first@example.net"), come(which, "second@example.net")
    assert (_said(db, second), one.accepted) == (Answer.WAITING, 1)
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    with pytest.raises(Refused) as refusal:
        attendance.rsvp(db, one, second, Answer.ACCEPTED)
    assert refusal.value.message == "All places for the public are taken. You can wait for one."
    attendance.rsvp(db, one, world.member, Answer.DECLINED)
    assert (_said(db, second), _kinds(outbox())[-1][0]) == (Answer.WAITING, "confirmed")
    set_up(one, places=2)
    assert _kinds(outbox())[-1] == ("offered", "second")
    assert (one.accepted, _said(db, first)) == (2, Answer.ACCEPTED)


def test_members_behind_in_line_are_called_where_only_the_public_has_no_place(
    opened: Open, come: Come, db: Session, world: World, outbox: Outbox
) -> None:
    which = opened(capacity=2, places=1)
    one = which.roundtable
    come(which, "first@example.net")
    come(which, "second@example.net")
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    attendance.rsvp(db, one, world.peer, Answer.WAITING)
    attendance.rsvp(db, one, world.member, Answer.DECLINED)
    assert _kinds(outbox())[-1] == ("offered", "peer")


def test_who_signed_up_hears_that_it_is_moved_reminded_and_cancelled(
    opened: Open, come: Come, db: Session, world: World, outbox: Outbox, work: Callable[[], int]
) -> None:
    which = opened()
    one = which.roundtable
    come(which, "ada@example.net")
    moved = {"wall_start": one.wall_start + timedelta(hours=1), "zone": one.zone, "minutes": 60}
    planning.move(db, one, actor=viewer_of(world.organiser), version=one.version, **moved)
    work()
    with time_machine.travel(one.starts_at - timedelta(hours=24), tick=False):
        reminders.send_due(db)
        work()
    # A cancellation calls back what has not left.
    assert [name for kind, name in _kinds(outbox()) if kind == "reminder"].count("ada") == 1
    planning.cancel(db, one, actor=viewer_of(world.organiser))
    work()
    mine = [mail for mail in outbox() if mail.to_address == "ada@example.net"]
    assert _kinds(mine) == [
        ("sign_up", "ada"), ("confirmed", "ada"), ("moved", "ada"), ("cancelled", "ada"),
    ]  # fmt: skip
    assert [[each["method"] for each in mail.attachments] for mail in mine] == [
        [], ["REQUEST"], ["REQUEST"], ["CANCEL"],
    ]  # fmt: skip


def _event(mail: Mail) -> tuple[str, int, str, str]:
    """What a mail asks a calendar to do: method, number, who asks, and the state of the whole."""
    calendar = Calendar.from_ical(mail.attachments[0]["text"])
    event = calendar.walk("VEVENT")[0]
    return (str(calendar["METHOD"]), int(event["SEQUENCE"]), str(event["ORGANIZER"]), str(event.get("STATUS", "")))


def test_who_gives_the_place_back_has_it_taken_out_of_the_calendar(
    opened: Open, come: Come, client: FlaskClient, db: Session, outbox: Outbox, link_of: Callable[..., str]
) -> None:
    which = opened(capacity=2)
    one = which.roundtable
    version = one.version
    at = link_of(one, come(which, "ada@example.net"))
    asker = _event(outbox()[-1])[2]
    for _twice in range(2):
        client.post(at, data={"answer": "declined"})
    db.expire_all()
    mail = outbox()[-1]
    assert (_kinds(outbox())[-2:], _event(mail)) == (
        [("confirmed", "ada"), ("given_back", "ada")], ("CANCEL", 1, asker, ""),
    )  # fmt: skip
    assert "UID:" + one.uid in mail.attachments[0]["text"]
    assert "PARTSTAT=DECLINED" in mail.attachments[0]["text"].replace("\r\n ", "")
    # Coming after all is newer than that, and no form of those who lead is overtaken by it.
    with _later(minutes=1):
        client.post(at, data={"answer": "accepted"})
    db.expire_all()
    assert (_kinds(outbox())[-1], _event(outbox()[-1])) == (("confirmed", "ada"), ("REQUEST", 2, asker, "CONFIRMED"))
    assert (one.version, one.accepted) == (version, 1)


def test_who_gave_the_place_back_hears_nothing_more_of_it(
    opened: Open, come: Come, db: Session, world: World, outbox: Outbox, work: Callable[[], int]
) -> None:
    which = opened()
    one = which.roundtable
    gone, here = come(which, "ada@example.net"), come(which, "bob@example.net")
    attendance.rsvp(db, one, gone, Answer.DECLINED)
    number, actor = len(outbox()), viewer_of(world.organiser)
    moved = {"wall_start": one.wall_start + timedelta(hours=1), "zone": one.zone, "minutes": 60}
    planning.move(db, one, actor=actor, version=one.version, **moved)
    work()
    planning.cancel(db, one, actor=actor)
    work()
    planning.reinstate(db, one, actor=actor)
    work()
    assert [kind for kind, name in _kinds(outbox()[number:]) if name == "ada"] == []
    mine = [mail for mail in outbox()[number:] if mail.to_address == here.email]
    assert [_event(mail)[:2] for mail in mine] == [("REQUEST", 2), ("CANCEL", 3), ("REQUEST", 4)]


def test_members_who_decline_keep_it_in_the_calendar(opened: Open, db: Session, world: World, outbox: Outbox) -> None:
    one = opened().roundtable
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    number = len(outbox())
    attendance.rsvp(db, one, world.member, Answer.DECLINED)
    assert (outbox()[number:], one.sequence) == ([], 0)


def test_nobody_signs_up_for_what_has_begun_or_is_not_open(
    opened: Open, db: Session, token_of: Callable[[str], str], set_up: Open
) -> None:
    which = opened()
    signing.ask(db, which, email="ada@example.net", name="Ada")
    row = signing.behind(db, token_of("ada@example.net"))
    assert row is not None
    with time_machine.travel(which.roundtable.starts_at, tick=False):
        with pytest.raises(Refused):
            signing.ask(db, which, email="b@example.net", name="B")
        assert signing.obstacle(db, row) == "This roundtable has begun."
    set_up(which.roundtable, is_open=False)
    row = signing.behind(db, token_of("ada@example.net"))
    assert row is not None
    with pytest.raises(Refused):
        signing.confirm(db, row)


def test_who_signed_up_keeps_the_place_when_it_closes(opened: Open, come: Come, db: Session, set_up: Open) -> None:
    which = opened()
    guest = come(which, "ada@example.net")
    set_up(which.roundtable, is_open=False)
    assert _said(db, guest) is Answer.ACCEPTED


def test_whose_place_was_taken_back_does_not_sign_up_anew(
    opened: Open, come: Come, db: Session, world: World, outbox: Outbox, token_of: Callable[[str], str]
) -> None:
    which = opened()
    guest = come(which, "ada@example.net")
    guests.withdraw(db, which.roundtable, guest, actor=viewer_of(world.organiser))
    mail = outbox()[-1]
    assert (mail.kind, "took your place back" in mail.text) == ("roundtables/withdrawn", True)
    assert _event(mail)[:2] == ("CANCEL", 1)
    row = signing.behind(db, token_of("ada@example.net"))
    assert row is not None
    with pytest.raises(Refused):
        signing.confirm(db, row)
    assert which.roundtable.accepted == 0


def test_an_address_that_is_only_compared_as_the_same_is_not_that_guest(
    opened: Open, come: Come, db: Session, token_of: Callable[[str], str], outbox: Outbox, client: FlaskClient
) -> None:
    which = opened()
    known = come(which, "strasse@example.net", needs="Secret")
    mails = len(outbox())
    with _later(hours=2):
        # As long as what the first signed up with is there, the other neither reads nor changes it.
        signing.ask(db, which, email="straße@example.net", name="Other")
        assert (len(outbox()), db.scalars(select(SignUp.email)).all()) == (mails, ["strasse@example.net"])
    with _later(hours=49):
        assert signing.forget_unconfirmed(db) == 1
        signing.ask(db, which, email="straße@example.net", name="Other")
        row = signing.behind(db, token_of("strasse@example.net"))
        assert row is not None
        with pytest.raises(Refused, match="Please write to"):
            signing.confirm(db, row)
        db.commit()
        assert client.post(f"/sign-up/{token_of('strasse@example.net')}").status_code == 422
    assert db.scalars(select(Guest.email)).all() == ["strasse@example.net"]
    assert known.email == "strasse@example.net"


def test_nor_is_it_somebody_of_the_cohort(
    opened: Open, db: Session, token_of: Callable[[str], str], world: World
) -> None:
    which = opened()
    world.member.email, world.member.email_key = "gross@example.org", "gross@example.org"
    signing.ask(db, which, email="groß@example.org", name="Other")
    row = signing.behind(db, token_of("gross@example.org"))
    assert row is not None
    assert "cohort" not in signing.obstacle(db, row)
    assert signing.obstacle(db, row) != ""
