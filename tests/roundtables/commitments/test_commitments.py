"""What people took on: seen by their cohort, finished by themselves, put again before the next roundtable."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.desk import digests
from peernet.mail.models import Held, Mail
from peernet.roundtables import guests, reminders
from peernet.roundtables.commitments import reminding
from peernet.roundtables.commitments.models import Commitment, CommitmentState
from peernet.roundtables.models import Roundtable
from peernet.tokens.models import Token
from tests.roundtables.test_pages import SERIES, words_of
from tests.world import World

SignIn = Callable[[Person], FlaskClient]


def next_one(db: Session, world: World) -> Roundtable:
    """The roundtable a week after the world's."""
    week, now = timedelta(days=7), world.roundtable
    one = Roundtable(
        cohort_id=now.cohort_id, title="The next one", kind=now.kind, wall_start=now.wall_start + week, zone=now.zone,
        minutes=60, starts_at=now.starts_at + week, ends_at=now.ends_at + week, zone_rules=now.zone_rules,
        uid="next@localhost", created_at=now.created_at,
    )  # fmt: skip
    db.add(one)
    db.commit()
    return one


def test_what_was_taken_on_comes_back_until_it_is_done(db: Session, world: World, sign_in: SignIn) -> None:
    member, leads = sign_in(world.member), sign_in(world.facilitator)
    later = next_one(db, world)
    at, due = f"{SERIES}/{world.roundtable.id}/commitments", world.roundtable.wall_start.date()
    taken = {"who": str(world.member.id), "what": "Ask the city", "due": due.isoformat(), "at": "room"}
    assert leads.post(at, data=taken).status_code == 303
    seen = [f"{SERIES}/{later.id}", f"{SERIES}/{later.id}/room", f"{SERIES}/{later.id}/commitments", "/me"]
    assert [f"Ask the city {world.member.name} · until" in words_of(member.get(page)) for page in seen] == [True] * 4
    assert "Ask the city" in words_of(sign_in(world.observer).get(at))
    assert "Ask the city" not in words_of(sign_in(world.peer).get("/me"))
    one = db.scalars(select(Commitment)).one()
    done = [client.post(f"{at}/{one.id}/state", data={"state": "done", "at": "me"}) for client in (leads, member)]
    assert [each.status_code for each in done] == [404, 303]
    db.expire_all()
    assert one.state is CommitmentState.DONE
    assert ["Ask the city" in words_of(member.get(page)) for page in seen] == [False] * 4
    assert f"Ask the city {world.member.name} · until" in words_of(member.get(at))
    # Those who lead take out what was noted by mistake; others do not.
    peer = sign_in(world.peer)
    assert [client.post(f"{at}/{one.id}/remove").status_code for client in (peer, leads, leads)] == [404, 303, 404]


def _taken(db: Session, world: World, days: int, what: str = "Ask the city") -> Commitment:
    due = clock.today() + timedelta(days=days)
    made = Commitment(roundtable_id=world.roundtable.id, person_id=world.member.id, text=what, due_on=due)
    db.add(made)
    db.flush()
    return made


def _held(db: Session) -> list[tuple[int, str, str]]:
    found = db.execute(select(Held.person_id, Held.kind, Held.key).order_by(Held.id))
    return [(person_id, kind, key) for person_id, kind, key in found]


@pytest.mark.parametrize(("days", "when"), [(-8, ""), (-7, "late"), (-1, "late"), (0, "soon"), (2, "soon"), (3, "")])
def test_each_is_reminded_of_their_own_once_when_it_comes_near_and_once_when_it_is_late(
    db: Session, world: World, days: int, when: str
) -> None:
    made = _taken(db, world, days)
    for _twice in range(2):
        reminding.hold_due(db)
    expected = [(world.member.id, reminding.KIND, f"commitment:{made.id}:{when}")] if when else []
    assert _held(db) == expected


def test_nobody_is_reminded_of_what_is_done_or_against_their_wish(db: Session, world: World) -> None:
    _taken(db, world, 1).state = CommitmentState.DONE
    world.member.mail_roundtables = False
    _taken(db, world, 1)
    assert (reminding.hold_due(db), _held(db)) == (0, [])


def test_the_daily_mail_says_it_once_and_not_what_was_done_meanwhile(db: Session, world: World) -> None:
    world.member.mail_news = False
    kept, done = _taken(db, world, 1), _taken(db, world, 1, "Write it down")
    _taken(db, world, -1, "Call the river")
    reminding.hold_due(db)
    done.state = CommitmentState.DONE
    mails = select(Mail.to_address, Mail.text).where(Mail.kind == "desk/digest")
    for days in (0, 1, 1):
        with time_machine.travel(clock.now() + timedelta(days=days, hours=1), tick=False):
            while digests.send_due(db):
                pass
    ((address, text),) = db.execute(mails).all()
    assert address == "member@example.org"
    late, soon = f"{kept.due_on.day - 2} November 2026", f"{kept.due_on.day} November 2026"
    assert f"- Call the river (it was due on {late})\n- Ask the city (until {soon})\n" in text
    assert "Write it down" not in text
    stop = select(Token.subject).where(Token.purpose == "stop-mail", Token.person_id == world.member.id)
    assert list(db.scalars(stop)) == ["roundtables"]


def test_what_is_open_stands_in_the_invitation_and_over_the_agenda(
    db: Session, world: World, sign_in: SignIn, plan: Callable[..., Roundtable], outbox: Callable[[], list[Mail]]
) -> None:
    taken = _taken(db, world, 3)
    one = plan()
    guests.invite(db, one, actor=viewer_of(world.organiser), email="guest@example.org", name="Guest")
    line = "- Member, until 26 November 2026: Ask the city"
    invited = {mail.to_address: line in mail.text for mail in outbox() if mail.kind == "roundtables/invited"}
    assert (invited.pop("guest@example.org"), set(invited.values())) == (False, {True})
    with time_machine.travel(one.starts_at - timedelta(hours=20), tick=False):
        reminders.send_due(db)
    reminded = {mail.to_address: line in mail.text for mail in outbox() if mail.kind == "roundtables/reminder"}
    assert (reminded.pop("guest@example.org"), set(reminded.values())) == (False, {True})
    db.commit()
    agenda, page = f"{SERIES}/{one.id}/agenda", f"{SERIES}/{one.id}"
    leads = words_of(sign_in(world.facilitator).get(agenda))
    assert 0 < leads.find("Ask the city") < leads.find("Steps")
    assert "Ask the city" in words_of(sign_in(world.member).get(page))
    taken.state = CommitmentState.DROPPED
    db.commit()
    assert "Ask the city" not in words_of(sign_in(world.facilitator).get(agenda))


def test_only_who_is_invited_takes_on_and_nobody_from_elsewhere_sees_it(
    db: Session, world: World, sign_in: SignIn
) -> None:
    at, due = f"{SERIES}/{world.roundtable.id}/commitments", world.roundtable.wall_start.date()
    taken = {"who": str(world.member.id), "what": "Ask the city", "due": due.isoformat()}
    wrong = (
        {"who": str(world.outsider.id)},
        {"due": (due - timedelta(days=1)).isoformat()},
        {"due": "soon"},
        {"what": ""},
    )
    member = sign_in(world.member)
    assert [member.post(at, data=taken | each).status_code for each in wrong] == [422] * 4
    assert sign_in(world.observer).post(at, data=taken).status_code == 404
    for person in (world.outsider, world.stranger):
        assert [sign_in(person).get(at).status_code, sign_in(person).post(at, data=taken).status_code] == [404, 404]
    assert db.scalars(select(Commitment)).all() == []
