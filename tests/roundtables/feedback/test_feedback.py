"""Three short questions: who is asked, whose answers they stay, and how they are told without anybody."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.db import Conflict, Refused
from peernet.ledger.models import Event
from peernet.privacy import shared
from peernet.privacy.rows import Subject
from peernet.roundtables import access, attendance, checkins, guests, invitees
from peernet.roundtables.feedback import closing, giving, showing
from peernet.roundtables.feedback.models import Feedback
from peernet.roundtables.invitees import Whoever
from peernet.roundtables.models import Answer, Guest, Roundtable
from peernet.tokens import tokens
from tests.roundtables.test_pages import SERIES, words_of
from tests.world import World

SignIn = Callable[[Person], FlaskClient]
HOUR = timedelta(hours=1)


@pytest.fixture
def one(db: Session, world: World) -> Roundtable:
    """The world's roundtable, with its cohort."""
    db.commit()
    return db.scalars(access.all_roundtables().where(Roundtable.id == world.roundtable.id)).one()


@pytest.fixture
def guest(db: Session, world: World, one: Roundtable) -> Guest:
    return guests.invite(db, one, actor=viewer_of(world.organiser), email="expert@example.org", name="An Expert")


def be_there(db: Session, one: Roundtable, *some: Whoever) -> None:
    with time_machine.travel(one.starts_at, tick=False):
        for each in some:
            checkins.check_in(db, one, each)
    db.commit()


def after(one: Roundtable, *, days: float = 0) -> time_machine.travel:
    return time_machine.travel(one.ends_at + HOUR + timedelta(days=days), tick=False)


def say(db: Session, one: Roundtable, who: Whoever, text: str, *, version: int = 0, worth: int | None = 4) -> None:
    giving.give(db, one, invitees.of(who), version=version, worth=worth, will=text, change=text.upper())


def stored(db: Session) -> list[tuple[int | None, int | None, str]]:
    db.expire_all()
    rows = db.execute(select(Feedback.person_id, Feedback.guest_id, Feedback.will).order_by(Feedback.will))
    return [(person_id, guest_id, will) for person_id, guest_id, will in rows]


# Who is asked


def test_who_was_there_and_does_not_lead_is_asked(db: Session, world: World, one: Roundtable, guest: Guest) -> None:
    attendance.rsvp(db, one, world.third, Answer.ACCEPTED)
    everybody = (world.member, world.peer, world.third, guest, world.facilitator)

    def asked() -> list[bool]:
        return [giving.may_give(db, one, invitees.of(each)) for each in everybody]

    with after(one):
        # Nothing is recorded yet: who had accepted counts.
        assert asked() == [False, False, True, False, False]
    be_there(db, one, world.member, guest, world.facilitator)
    assert asked() == [False] * 5
    for days, expected in ((0, True), (13.9, True), (14, False)):
        with after(one, days=days):
            assert asked() == [expected, False, False, expected, False]
            if not expected:
                with pytest.raises(Refused):
                    say(db, one, world.member, "late")


def test_one_changes_ones_own_and_takes_it_back(db: Session, world: World, one: Roundtable) -> None:
    be_there(db, one, world.member)
    with after(one):
        for _click in range(2):
            say(db, one, world.member, "listen")
        with pytest.raises(Conflict):
            say(db, one, world.member, "talk")
        say(db, one, world.member, "talk", version=1)
        assert stored(db) == [(world.member.id, None, "talk")]
        giving.give(db, one, invitees.of(world.member), version=2, worth=None, will="", change="")
    assert stored(db) == []
    assert db.scalars(select(Event).where(Event.action.contains("feedback"))).all() == []


# How it is told


def test_it_is_told_together_and_of_nobody_once_it_cannot_be_changed(
    db: Session, world: World, one: Roundtable, guest: Guest
) -> None:
    leads = viewer_of(world.facilitator)
    be_there(db, one, world.member, world.peer, guest)
    with after(one):
        for who, text, worth in ((world.member, "a", 5), (world.peer, "b", 2), (guest, "c", 5)):
            say(db, one, who, text, worth=worth)
    with after(one, days=13.9):
        assert (closing.close_over(db), showing.results(db, leads, one)) == (0, None)
    with after(one, days=14):
        # Not before names are off it, however late the worker is.
        assert showing.results(db, leads, one) is None
        assert [closing.close_over(db), closing.close_over(db)] == [1, 0]
        assert stored(db) == [(None, None, "a"), (None, None, "b"), (None, None, "c")]
        told = showing.results(db, leads, one)
        assert told is not None
        assert (told.number, told.marks) == (3, [(1, 0), (2, 1), (3, 0), (4, 0), (5, 2)])
        assert (sorted(told.will), sorted(told.change)) == (["a", "b", "c"], ["A", "B", "C"])
        assert [showing.results(db, viewer_of(each), one) for each in (world.member, world.observer, world.admin)] == [
            None, None, None,
        ]  # fmt: skip


def test_what_two_organisations_said_is_deleted_unread(db: Session, world: World, one: Roundtable) -> None:
    some = (world.member, world.mate, world.peer)
    be_there(db, one, *some)
    with after(one):
        for who in some:
            say(db, one, who, who.name)
    with after(one, days=14):
        assert (closing.close_over(db), stored(db)) == (1, [])


def test_guests_count_as_one_since_who_leads_can_invite_themselves(db: Session, world: World, one: Roundtable) -> None:
    invited = [
        guests.invite(db, one, actor=viewer_of(world.organiser), email=f"{name}@example.org", name=name)
        for name in ("first", "second")
    ]
    be_there(db, one, world.member, *invited)
    with after(one):
        for who in (world.member, *invited):
            say(db, one, who, "More time.")
    with after(one, days=14):
        assert (closing.close_over(db), stored(db)) == (1, [])


def test_who_is_forgotten_goes_with_theirs_and_by_name_out_of_that_of_nobody(
    db: Session, world: World, one: Roundtable
) -> None:
    db.add(Feedback(id=1, roundtable_id=one.id, will="Hear Peer out", change="Let peer speak of peers"))
    db.add(Feedback(id=2, roundtable_id=one.id, person_id=world.peer.id, will="Sleep", change=""))
    db.flush()
    shared.take_out(db, Subject.of(world.peer))
    found = db.execute(select(Feedback.will, Feedback.change).where(Feedback.id == 1)).one()
    assert tuple(found) == ("Hear somebody out", "Let peer speak of peers")
    db.execute(delete(Person).where(Person.id == world.peer.id))
    assert [row[2] for row in stored(db)] == ["Hear somebody out"]


# The pages


def test_a_member_answers_on_the_page_and_nobody_else_sees_it(
    db: Session, world: World, one: Roundtable, sign_in: SignIn
) -> None:
    be_there(db, one, world.member)
    path = f"{SERIES}/{one.id}"
    given = {"worth": "4", "will": "Ask <more>", "seen": "0"}
    before = sign_in(world.member)
    assert before.post(f"{path}/feedback", data=given).status_code == 422
    with after(one):
        member = sign_in(world.member)
        assert "What will you do differently?" in words_of(member.get(path))
        sent = [member.post(f"{path}/feedback", data=given) for _click in range(2)]
        assert [each.status_code for each in sent] == [303, 303]
        assert "Ask <more>" in words_of(member.get(path))
        lost = member.post(f"{path}/feedback", data=given | {"will": "Ask less"})
        assert (lost.status_code, "Ask less" in lost.text) == (409, True)
        assert member.post(f"{path}/feedback", data=given | {"worth": "6"}).status_code == 422
        for person in (world.peer, world.facilitator):
            client = sign_in(person)
            page = words_of(client.get(path))
            assert ("Ask <more>" in page, "What will you do differently?" in page) == (False, False)
            assert client.post(f"{path}/feedback", data=given).status_code == 422
        for person in (world.observer, world.outsider, world.admin):
            assert sign_in(person).post(f"{path}/feedback", data=given).status_code == 404
    assert stored(db) == [(world.member.id, None, "Ask <more>")]


def test_a_guest_answers_by_the_link_and_looking_changes_nothing(
    db: Session, world: World, one: Roundtable, guest: Guest, client: FlaskClient
) -> None:
    be_there(db, one, guest)
    with after(one):
        token = giving.token_for(db, one, invitees.of(guest))
        assert giving.token_for(db, one, invitees.of(guest)) is token
        db.commit()
        path = f"/r/{tokens.text_of(token)}/feedback"
        page = client.get(path)
        assert (page.status_code, world.asking.text in page.text, stored(db)) == (200, False, [])
        assert client.post(path, data={"worth": "5", "seen": "0"}).status_code == 303
        assert client.post(path, data={"will": "\x00", "seen": "0"}).status_code == 422
        # The link to an invitation opens something else, and this one nothing of it.
        assert client.get(f"/r/{tokens.text_of(token)}").status_code == 410
        checkins.record(db, one, [checkins.Mark((None, guest.id), False, 1)], actor=viewer_of(world.facilitator))
        db.commit()
        assert [client.get(path).status_code, client.post(path, data={"seen": "0"}).status_code] == [410, 410]
    with after(one, days=14):
        assert client.get(path).status_code == 410


def test_who_leads_reads_it_at_last(db: Session, world: World, one: Roundtable, sign_in: SignIn) -> None:
    some = (world.member, world.peer, world.third)
    be_there(db, one, *some)
    with after(one):
        for who in some:
            say(db, one, who, f"Thing of {who.id}.")
        db.commit()
        page = words_of(sign_in(world.facilitator).get(f"{SERIES}/{one.id}"))
        assert ("Thing of" in page, "stands here, without names" in page) == (False, True)
    with after(one, days=14):
        closing.close_over(db)
        db.commit()
        page = words_of(sign_in(world.facilitator).get(f"{SERIES}/{one.id}"))
        assert [f"Thing of {who.id}." in page for who in some] == [True] * 3
        assert "3 answered." in page
        assert "Thing of" not in words_of(sign_in(world.member).get(f"{SERIES}/{one.id}"))
