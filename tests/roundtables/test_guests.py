"""Guests: invited by mail to one roundtable, without an account; and as whom the holder of an account is a guest."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import Role
from peernet.db import Refused
from peernet.jobs.models import Job
from peernet.ledger.models import Event
from peernet.mail import bounces
from peernet.mail.models import Mail
from peernet.roundtables import access, attendance, guests, invitations, invitees, links, planning, reminders
from peernet.roundtables.models import Answer, Attendance, Guest, GuestRole, Roundtable
from peernet.tokens import tokens
from peernet.web.viewer import NOBODY, Viewer
from peernet.worker import HANDLERS
from tests.world import World, join

Plan = Callable[..., Roundtable]
Outbox = Callable[[], list[Mail]]
Invite = Callable[..., Guest]


@pytest.fixture
def invite(db: Session, world: World) -> Invite:
    """Let the facilitator invite an expert."""

    def do(one: Roundtable, email: str = "Expert@Example.org", name: str = "An Expert", **more: object) -> Guest:
        return guests.invite(db, one, actor=viewer_of(world.facilitator), email=email, name=name, **more)

    return do


def _kinds(mails: list[Mail]) -> list[tuple[str, str]]:
    return [(mail.kind.removeprefix("roundtables/"), mail.to_address.split("@")[0]) for mail in mails]


def test_a_guest_is_invited_by_mail_and_gets_no_account(
    plan: Plan, db: Session, invite: Invite, outbox: Outbox
) -> None:
    one = plan()
    people = db.scalar(select(func.count(Person.id)))
    guest = invite(one, organisation="Harbour", role=GuestRole.GUEST)
    assert (guest.email, guest.email_key, guest.name, guest.organisation, guest.role, guest.zone, guest.language) == (
        "Expert@Example.org", "expert@example.org", "An Expert", "Harbour", GuestRole.GUEST, "Europe/London", "en",
    )  # fmt: skip
    mail = outbox()[-1]
    assert (mail.kind, mail.to_address, mail.person_id) == ("roundtables/invited", "Expert@Example.org", None)
    assert "Facilitator invites you as a guest" in mail.text
    assert "sign" not in mail.text
    assert db.scalar(select(func.count(Person.id))) == people
    event = db.scalars(select(Event).where(Event.action == "roundtable.guest_invited")).one()
    assert event.data == {"guest_id": guest.id}


def test_a_guest_takes_a_place_like_everybody(plan: Plan, db: Session, world: World, invite: Invite) -> None:
    one = plan(capacity=1)
    guest = invite(one)
    attendance.rsvp(db, one, guest, Answer.ACCEPTED)
    with pytest.raises(Refused):
        attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    guests.withdraw(db, one, guest, actor=viewer_of(world.facilitator))
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    assert one.accepted == 1


def test_an_answer_is_a_persons_or_a_guests(plan: Plan, db: Session, world: World, invite: Invite) -> None:
    one = plan()
    guest = invite(one)
    for keys in ({}, {"person_id": world.member.id, "guest_id": guest.id}):
        with pytest.raises(IntegrityError), db.begin_nested():
            db.add(Attendance(roundtable_id=one.id, answer=Answer.ACCEPTED, answered_at=clock.now(), **keys))
    for _time in range(2):
        attendance.rsvp(db, one, guest, Answer.ACCEPTED)
    assert [invitees.key_of(given) for given in db.scalars(access.answers_to(one.id))] == [(None, guest.id)]
    answered = db.scalars(select(Event).where(Event.action == "roundtable.answered")).one()
    assert (answered.actor_id, answered.data) == (None, {"answer": "accepted", "guest_id": guest.id})


@pytest.mark.parametrize("email", ["peer@example.org", "OBSERVER@example.org", "twice@example.org", "no address"])
def test_who_is_in_the_cohort_or_invited_already_is_no_new_guest(plan: Plan, invite: Invite, email: str) -> None:
    one = plan()
    invite(one, "twice@example.org")
    with pytest.raises(Refused) as refusal:
        invite(one, email)
    assert refusal.value.field == "email"


def test_a_guest_has_a_name_because_the_others_never_see_the_address(plan: Plan, invite: Invite) -> None:
    with pytest.raises(Refused) as refusal:
        invite(plan(), name=" ")
    assert refusal.value.field == "name"


def test_whether_an_address_has_an_account_open_or_closed_is_not_told(
    plan: Plan, db: Session, world: World, invite: Invite
) -> None:
    world.stranger.disabled_at = clock.now()
    one = plan()
    guest = invite(one, "stranger@example.org", name="As they were called")
    assert guest.name == "As they were called"


def test_nobody_is_invited_to_what_is_cancelled_or_over(plan: Plan, db: Session, world: World, invite: Invite) -> None:
    cancelled = plan()
    planning.cancel(db, cancelled, actor=viewer_of(world.facilitator))
    for one in (cancelled, plan(wall_start=datetime(2026, 11, 3, 13, 0), held=True)):
        with pytest.raises(Refused):
            invite(one)


# News


def test_a_guest_hears_of_what_changes_like_everybody(
    plan: Plan, db: Session, world: World, invite: Invite, outbox: Outbox
) -> None:
    one = plan()
    for number in range(7):
        invite(one, f"g{number}@example.org")
    before = len(outbox())
    planning.revise(db, one, actor=viewer_of(world.organiser), version=one.version, place="Room 7")
    told = [mail.to_address for mail in outbox()[before:]]
    assert sorted(told) == sorted(
        [f"{name}@example.org" for name in ("organiser", "facilitator", "member", "mate", "peer", "third")]
        + [f"g{number}@example.org" for number in range(7)]
    )


def test_a_guest_is_reminded_and_has_nothing_to_stop_but_the_invitation(
    plan: Plan, db: Session, invite: Invite, outbox: Outbox
) -> None:
    one = plan()
    silent, declined = invite(one), invite(one, "declined@example.org")
    attendance.rsvp(db, one, declined, Answer.DECLINED)
    with time_machine.travel(one.starts_at - timedelta(hours=20), tick=False):
        reminders.send_due(db)
        reminded = [mail for mail in outbox() if mail.kind == "roundtables/reminder"]
    mine = [mail for mail in reminded if mail.person_id is None]
    assert [mail.to_address for mail in mine] == [silent.email]
    assert mine[0].stop_token_id is None
    assert "/mail/stop/" not in mine[0].text + mine[0].html


def test_where_mail_comes_back_a_guest_is_mailed_no_more_and_who_leads_sees_it(
    plan: Plan, db: Session, world: World, invite: Invite, outbox: Outbox, sign_in: Callable[[Person], FlaskClient]
) -> None:
    one = plan()
    guest, other = invite(one), invite(one, "other@example.org")
    bounces.note(db, outbox()[-2], "5.1.1 no such user")
    (job,) = db.scalars(select(Job).where(Job.kind == bounces.DEAD_ADDRESS))
    HANDLERS[job.kind](db, job.payload)
    assert (guest.mail_bounced_at, other.mail_bounced_at) == (clock.now(), None)
    before = len(outbox())
    planning.revise(db, one, actor=viewer_of(world.organiser), version=one.version, place="Room 7")
    told = {mail.to_address for mail in outbox()[before:]}
    assert (guest.email in told, other.email in told) == (False, True)
    db.commit()
    page = sign_in(world.facilitator).get(f"/c/practice-cohort/roundtables/{one.id}/guests")
    assert page.text.count("Mail to this address comes back") == 1


def test_the_address_of_a_guest_is_forgotten_three_months_after(plan: Plan, db: Session, invite: Invite) -> None:
    one = plan()
    guest = invite(one)
    for days, forgotten in ((90, 0), (91, 1), (92, 0)):
        with time_machine.travel(one.starts_at + timedelta(days=days), tick=False):
            assert guests.forget_addresses(db) == forgotten
    db.refresh(guest)
    assert (guest.name, guest.email, guest.email_key) == ("An Expert", "", f"forgotten:{guest.id}")


# Taken back


def test_an_invitation_that_is_taken_back_is_over(
    plan: Plan, db: Session, world: World, invite: Invite, outbox: Outbox
) -> None:
    one = plan()
    guest = invite(one, "stranger@example.org")
    text = tokens.text_of(links.token_for(db, one, invitees.of(guest)))
    assert links.behind(db, text) == (one, invitees.of(guest))
    guests.withdraw(db, one, guest, actor=viewer_of(world.facilitator))
    assert db.scalars(access.guests_of(one.id)).all() == []
    assert db.scalars(access.visible_to(viewer_of(world.stranger))).all() == []
    assert _kinds(outbox()[-1:]) == [("withdrawn", "stranger")]
    assert links.behind(db, text) is None


def test_who_was_taken_back_can_be_invited_again_with_another_link(
    plan: Plan, db: Session, world: World, invite: Invite, outbox: Outbox
) -> None:
    one = plan()
    guest = invite(one)
    attendance.rsvp(db, one, guest, Answer.ACCEPTED)
    first = tokens.text_of(links.token_for(db, one, invitees.of(guest)))
    guests.withdraw(db, one, guest, actor=viewer_of(world.facilitator))
    again = invite(one, name="The Expert")
    assert (again.id, again.name, again.withdrawn_at) == (guest.id, "The Expert", None)
    assert _kinds(outbox()[-1:]) == [("invited", "Expert")]
    assert db.scalar(access.answer_of(one.id, None, again.id)) is None
    second = tokens.text_of(links.token_for(db, one, invitees.of(again)))
    assert (links.behind(db, first), links.behind(db, second)) == (None, (one, invitees.of(again)))


# Guests who have an account


def test_the_holder_of_the_address_sees_it_signed_in_as_well(
    plan: Plan, db: Session, world: World, invite: Invite
) -> None:
    plan(title="Another")
    one = plan()
    guest = invite(one, "Stranger@example.org")
    viewer = viewer_of(world.stranger)
    assert [each.id for each in db.scalars(access.visible_to(viewer))] == [one.id]
    assert [each.id for each in db.scalars(access.upcoming_of(viewer))] == [one.id]
    assert db.scalars(access.led_by(viewer)).all() == []
    attendance.rsvp(db, one, invitees.invited_as(db, one, world.stranger.id), Answer.WRITING)
    (standing,) = access.standings(db, viewer, access.visible_to(viewer))
    assert standing == access.Standing(one, is_inside=False, leads=False, attends=True, answer=Answer.WRITING)
    assert [invitees.key_of(given) for given in db.scalars(access.answers_to(one.id))] == [(None, guest.id)]


@pytest.mark.parametrize("who", ["outsider", "member", "nobody"])
def test_nobody_else_is_that_guest(plan: Plan, db: Session, world: World, invite: Invite, who: str) -> None:
    one = plan()
    invite(one, "stranger@example.org")
    viewer = NOBODY if who == "nobody" else viewer_of(getattr(world, who))
    found = invitees.invited_as(db, one, viewer.person_id)
    assert (found.is_guest if found else None) == (False if who == "member" else None)


def test_an_address_that_still_waits_to_be_confirmed_opens_nothing(
    plan: Plan, db: Session, world: World, invite: Invite
) -> None:
    invite(plan(), "expert@example.org")
    world.stranger.new_email = "expert@example.org"
    db.flush()
    assert db.scalars(access.visible_to(viewer_of(world.stranger))).all() == []


def test_a_closed_account_opens_nothing_and_the_link_in_the_mail_still_does(
    plan: Plan, db: Session, world: World, invite: Invite
) -> None:
    one = plan()
    guest = invite(one, "stranger@example.org")
    world.stranger.disabled_at = clock.now()
    db.flush()
    assert db.scalars(access.visible_to(Viewer(person_id=world.stranger.id))).all() == []
    token = links.token_for(db, one, invitees.of(guest))
    assert links.behind(db, tokens.text_of(token)) == (one, invitees.of(guest))


def test_a_link_that_names_the_account_which_was_made_for_a_guest_goes_on_working(
    plan: Plan, db: Session, world: World, invite: Invite
) -> None:
    one = plan()
    guest = invite(one, "stranger@example.org")
    old = tokens.make(
        db, purpose=links.PURPOSE, subject=f"rsvp:{one.id}:{world.stranger.id}", lasts=timedelta(days=20),
        person_id=world.stranger.id,
    )  # fmt: skip
    assert links.behind(db, tokens.text_of(old)) == (one, invitees.of(guest))
    guests.withdraw(db, one, guest, actor=viewer_of(world.facilitator))
    assert links.behind(db, tokens.text_of(old)) is None


def test_a_guest_who_joins_the_cohort_takes_their_answer_along(
    plan: Plan, db: Session, world: World, invite: Invite, outbox: Outbox
) -> None:
    one = plan(capacity=2)
    guest = invite(one, "stranger@example.org")
    attendance.rsvp(db, one, guest, Answer.ACCEPTED)
    assert guests.welcome_inside(db) == 0
    join(db, world.cohort, world.stranger, Role.FACILITATOR)
    before = len(outbox())
    assert (guests.welcome_inside(db), guests.welcome_inside(db)) == (1, 0)
    invitations.release_places(db)
    assert [invitees.key_of(given) for given in db.scalars(access.answers_to(one.id))] == [(world.stranger.id, None)]
    assert (one.accepted, len(outbox())) == (1, before)
    invited = [invitee.key for invitee, _answer in invitees.everybody(db, one)]
    assert ((world.stranger.id, None) in invited, (None, guest.id) in invited) == (True, False)


def test_who_answered_both_as_a_guest_and_inside_holds_one_place(
    plan: Plan, db: Session, world: World, invite: Invite
) -> None:
    one = plan()
    guest = invite(one, "stranger@example.org")
    attendance.rsvp(db, one, guest, Answer.ACCEPTED)
    join(db, world.cohort, world.stranger, Role.FACILITATOR)
    attendance.rsvp(db, one, world.stranger, Answer.ACCEPTED)
    guests.welcome_inside(db)
    assert one.accepted == 1
    assert [invitees.key_of(given) for given in db.scalars(access.answers_to(one.id))] == [(world.stranger.id, None)]
