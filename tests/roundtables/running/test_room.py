"""The room: run by those who lead, followed by everybody who may open the roundtable, and by reloading alone."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peernet import clock, live
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.live import events
from peernet.roundtables.agendas import access as agendas
from peernet.roundtables.agendas import building
from peernet.roundtables.agendas.inputs import Step
from peernet.roundtables.agendas.models import AgendaStep
from peernet.roundtables.models import Presence
from peernet.roundtables.running import floor, steering
from peernet.roundtables.running.listening import topic_of
from peernet.roundtables.running.models import Heard, RaisedHand, Room
from tests.roundtables.test_pages import SERIES, words_of
from tests.world import World

SignIn = Callable[[Person], FlaskClient]


def with_steps(db: Session, world: World) -> list[int]:
    """The ids of three steps of the world's roundtable; the second asks its prompt."""
    plain = [Step(title=title, minutes=minutes) for title, minutes in (("Arrive", 10), ("Leave", 5))]
    write = Step(title="Write", minutes=20, facilitator="Keep silent.", member="Write what you think.")
    building.add(db, world.roundtable, plain[:1])
    building.add(db, world.roundtable, [write], asking_id=world.asking.id)
    building.add(db, world.roundtable, plain[1:])
    db.commit()
    return [step.id for step in db.scalars(agendas.steps_of(world.roundtable.id))]


def test_what_nobody_ended_is_over_after_a_day(db: Session, world: World) -> None:
    floor.raise_hand(db, world.roundtable, world.member.id, up=True)
    floor.note_heard(db, world.roundtable, world.peer.id, heard=True)
    with time_machine.travel(world.roundtable.starts_at + timedelta(hours=23), tick=False):
        assert floor.clear_over(db) == 0
    with time_machine.travel(world.roundtable.starts_at + timedelta(days=1, seconds=1), tick=False):
        assert floor.clear_over(db) == 2
    assert (db.scalars(select(RaisedHand)).all(), db.scalars(select(Heard)).all()) == ([], [])


def test_who_was_seen_in_the_room_was_there(db: Session, world: World) -> None:
    steps, leads = with_steps(db, world), viewer_of(world.facilitator)
    first = db.get_one(AgendaStep, steps[0])
    db.refresh(world.roundtable, ["cohort"])

    def seen() -> list[tuple[int | None, int | None]]:
        found = select(Presence.person_id, Presence.recorded_by_id).order_by(Presence.person_id)
        return [(person_id, by) for person_id, by in db.execute(found)]

    def meet() -> None:
        steering.go_to(db, world.roundtable, first, actor=leads)
        floor.raise_hand(db, world.roundtable, world.member.id, up=True)
        floor.note_heard(db, world.roundtable, world.peer.id, heard=True)

    # Tried out the day before, and ended: nobody was there.
    with time_machine.travel(world.roundtable.starts_at - timedelta(days=1), tick=False):
        meet()
        steering.end(db, world.roundtable, actor=leads)
        meet()
    with time_machine.travel(world.roundtable.starts_at + timedelta(days=1, seconds=1), tick=False):
        assert (floor.clear_over(db), seen()) == (2, [])
    with time_machine.travel(world.roundtable.starts_at, tick=False):
        meet()
        steering.end(db, world.roundtable, actor=leads)
    by = world.facilitator.id
    assert seen() == [(world.member.id, by), (world.peer.id, by)]
    # What is recorded already stays, also where nobody ends it.
    db.execute(update(Presence).where(Presence.person_id == world.peer.id).values(was_there=False))
    with time_machine.travel(world.roundtable.starts_at + timedelta(minutes=5), tick=False):
        meet()
        floor.note_heard(db, world.roundtable, world.third.id, heard=True)
    with time_machine.travel(world.roundtable.starts_at + timedelta(days=1, seconds=1), tick=False):
        assert floor.clear_over(db) == 3
    assert seen() == [(world.member.id, by), (world.peer.id, by), (world.third.id, None)]
    assert db.scalar(select(Presence.was_there).where(Presence.person_id == world.peer.id)) is False


def path(world: World, more: str = "") -> str:
    """The address of the room of the world's roundtable."""
    return f"{SERIES}/{world.roundtable.id}/room{more}"


def test_an_agenda_is_run_from_begin_to_end(db: Session, world: World, sign_in: SignIn) -> None:
    first, second, _third = with_steps(db, world)
    leads, member = sign_in(world.facilitator), sign_in(world.member)
    before, told = words_of(leads.get(path(world))), live.reached(db, topic_of(world.roundtable.id))
    assert ("Begin: Arrive" in before, "It has not begun yet" in before) == (True, True)
    with time_machine.travel(world.roundtable.starts_at, tick=False):
        assert leads.post(path(world, "/step"), data={"step": first}).status_code == 303
        assert "If what comes keeps to its time, it ends at 15:35 London. That is 55 minutes early." in words_of(
            leads.get(path(world))
        )
        # Two who lead press "next" at once: it is one step, and both find it done.
        for person in (world.facilitator, world.organiser):
            sign_in(person).post(path(world, "/step"), data={"step": second})
        leads.post(path(world, "/minute"))
        now = words_of(member.get(path(world)))
        assert ["until 15:21" in now, "Write what you think." in now, world.asking.text in now] == [True] * 3
        assert ["Keep silent." in now, "Add a minute" in now, "Then comes: Leave" in now] == [False, False, True]
        page = words_of(leads.get(path(world)))
        assert ["Keep silent." in page, "0 of 4 are done with the prompt." in page, "Back: Arrive" in page] == [
            True
        ] * 3
        assert "The last command was given by Facilitator at" in page
        screen = words_of(member.get(f"{SERIES}/{world.roundtable.id}/screen"))
        assert ["Write what you think." in screen, "Facilitator" in screen] == [True, False]
        leads.post(path(world, "/end"))
        assert "It has ended" in words_of(member.get(path(world)))
        assert leads.post(path(world, "/minute")).status_code == 422
    db.expire_all()
    room = db.scalars(select(Room)).one()
    assert (room.step_id, room.extra_minutes) == (second, 1)
    assert world.roundtable.ended_at == world.roundtable.starts_at
    assert live.reached(db, topic_of(world.roundtable.id)) == told + 4


def test_a_command_for_a_step_that_is_over_changes_nothing_in_the_next(
    db: Session, world: World, sign_in: SignIn
) -> None:
    first, second, _third = with_steps(db, world)
    leads, other = sign_in(world.facilitator), sign_in(world.organiser)
    leads.post(path(world, "/step"), data={"step": first})
    # Both press at once: one that it goes on, the other for a minute more and a call, as they saw the step before.
    other.post(path(world, "/step"), data={"step": second})
    for command in ("/minute", "/closing"):
        late = leads.post(path(world, command), data={"step": first})
        assert (late.status_code, "Somebody else went on to another step meanwhile." in late.text) == (409, True)
        assert "Back: Arrive" in words_of(late)
    room = db.scalars(select(Room)).one()
    assert (room.step_id, room.extra_minutes, room.closing_at) == (second, 0, None)
    assert "The last command was given by Organiser at" in words_of(leads.get(path(world)))
    # Two at the same step at once are two minutes, and what was called before is called no more.
    assert leads.post(path(world, "/closing"), data={"step": second}).status_code == 303
    assert [each.post(path(world, "/minute"), data={"step": second}).status_code for each in (leads, other)] == [
        303
    ] * 2
    db.expire_all()
    assert (room.extra_minutes, room.closing_at, room.changed_by_id) == (2, None, world.organiser.id)


def test_open_pages_hear_that_the_agenda_was_changed(db: Session, world: World, sign_in: SignIn) -> None:
    first, _second, third = with_steps(db, world)
    leads, member = sign_in(world.facilitator), sign_in(world.member)
    leads.post(path(world, "/step"), data={"step": first})
    before = live.reached(db, topic_of(world.roundtable.id))
    assert leads.post(f"{SERIES}/{world.roundtable.id}/agenda/{third}/remove").status_code == 303
    assert leads.post(f"{SERIES}/{world.roundtable.id}/agenda/{first}/remove").status_code == 303
    told = events.since(db, topic_of(world.roundtable.id), before)
    assert told == [(before + 1, "agenda"), (before + 2, "agenda")]
    # What is taken out while it goes on is worked on no more.
    assert "Between two steps" in words_of(member.get(path(world)))
    assert "Begin: Write" in words_of(leads.get(path(world)))


def test_hands_are_in_order_and_whoever_spoke_has_theirs_down(db: Session, world: World, sign_in: SignIn) -> None:
    with_steps(db, world)
    member, leads = sign_in(world.member), sign_in(world.facilitator)
    for person, seconds in ((world.peer, 0), (world.member, 5)):
        with time_machine.travel(clock.now().timestamp() + seconds, tick=False):
            for _twice in range(2):
                sign_in(person).post(path(world, "/hand"), data={"up": "yes"})
    assert f"Take my hand down {world.peer.name} {world.member.name}" in words_of(member.get(path(world)))
    leads.post(path(world, "/person"), data={"person": world.peer.id, "what": "heard"})
    db.expire_all()
    assert list(db.scalars(select(RaisedHand.person_id))) == [world.member.id]
    assert list(db.scalars(select(Heard.person_id))) == [world.peer.id]
    assert "has spoken" not in member.get(path(world, "/now")).text
    leads.post(path(world, "/person"), data={"person": world.peer.id, "what": "unheard"})
    assert list(db.scalars(select(Heard.person_id))) == []
    assert leads.post(path(world, "/person"), data={"person": world.outsider.id, "what": "heard"}).status_code == 404
    assert sign_in(world.observer).post(path(world, "/hand"), data={"up": "yes"}).status_code == 404


def test_who_is_here_is_said_by_oneself_or_by_one_tap(db: Session, world: World, sign_in: SignIn) -> None:
    with_steps(db, world)
    member, leads = sign_in(world.member), sign_in(world.facilitator)
    assert member.post(path(world, "/here")).status_code == 422
    with time_machine.travel(world.roundtable.starts_at, tick=False):
        assert member.post(path(world, "/here")).status_code == 303
        for _twice in range(2):
            assert leads.post(path(world, "/person"), data={"person": world.peer.id, "what": "here"}).status_code == 303
        page = words_of(leads.get(path(world)))
        assert [f"{person.name} here" in page for person in (world.member, world.peer, world.third)] == [
            True, True, False,
        ]  # fmt: skip
        assert "I am here" not in words_of(member.get(path(world)))


def test_a_note_to_oneself_is_read_by_nobody_else_and_not_lost(db: Session, world: World, sign_in: SignIn) -> None:
    member, scripted = sign_in(world.member), {"X-Autosave": "1"}
    kept = member.post(path(world, "/note"), data={"text": "Ask Anna"}, headers=scripted)
    assert (kept.status_code, kept.headers["X-Version"]) == (204, "1")
    late = member.post(path(world, "/note"), data={"text": "Ask Ben"}, headers=scripted)
    assert (late.status_code, late.json["title"]) == (409, "You have typed something else here, in another window.")
    lost = member.post(path(world, "/note"), data={"text": "Ask Ben", "version": "0"})
    assert (lost.status_code, "Ask Anna" in lost.text, "Ask Ben" in lost.text) == (409, True, True)
    assert member.post(path(world, "/note"), data={"text": "Ask Ben", "version": "1"}).status_code == 303
    assert "Ask Ben" in member.get(path(world)).text
    assert "Ask Ben" not in sign_in(world.facilitator).get(path(world)).text
