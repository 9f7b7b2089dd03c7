"""What a step says to each: their own first and large, that of others folded, to those who lead by role."""

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import live
from peernet.accounts.models import Person
from peernet.groups.models import Duty
from peernet.live import events
from peernet.roundtables.agendas.models import StepGrouping, StepKind
from peernet.roundtables.running.listening import topic_of
from peernet.roundtables.running.models import Room
from tests.roundtables.tablenotes.conftest import MakeStep, Sit
from tests.roundtables.test_pages import SERIES, words_of
from tests.world import World

SignIn = Callable[[Person], FlaskClient]
TROIKA = {"member": "Ask.", "case_giver": "Tell.", "facilitator": "Call the time."}
CAFE = {"member": "Go on.", "host": "Stay."}


def room(world: World, more: str = "") -> str:
    """The address of the room of the world's roundtable."""
    return f"{SERIES}/{world.roundtable.id}/room{more}"


def mine(client: FlaskClient, world: World) -> tuple[str, str]:
    """Who one is in the step, and what is said to them large."""
    page = client.get(room(world, "/now")).text
    found = [re.search(f'<p class="{name}">(.*?)</p>', page) for name in ("room-role", "room-mine")]
    who, text = (each.group(1) if each else "" for each in found)
    return who, text


def told(client: FlaskClient, address: str) -> list[tuple[str, str]]:
    """What a page says by role, or to others."""
    return re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", client.get(address).text)


def folded(client: FlaskClient, world: World) -> bool:
    """Whether what is said to others is folded."""
    return "What the step says to others" in client.get(room(world, "/now")).text


def test_in_threes_each_in_turn_is_told_that_they_bring_the_case(
    db: Session, world: World, sign_in: SignIn, make_step: MakeStep, sit: Sit
) -> None:
    steps = [make_step(StepGrouping.TRIOS, **TROIKA) for _case in range(2)]
    leads, member, mate = sign_in(world.facilitator), sign_in(world.member), sign_in(world.mate)
    leads.post(room(world, "/step"), data={"step": steps[0].id})
    # Before there are groups nobody has a part of their own.
    assert [mine(each, world) for each in (member, mate)] == [("", "Ask.")] * 2
    assert told(member, room(world)) == [("Who brings the case", "Tell.")]
    sit(steps[0], [world.member, world.mate, world.peer], [world.third, world.facilitator], duty=Duty.CASE)
    sit(steps[1], [world.mate, world.member, world.peer], [world.facilitator, world.third], duty=Duty.CASE)
    brings = ("You bring the case now", "Tell.")
    assert [mine(each, world) for each in (member, mate)] == [brings, ("", "Ask.")]
    assert (told(member, room(world)), folded(member, world)) == ([("Everybody", "Ask.")], True)
    assert told(mate, room(world)) == [("Member brings the case", "Tell.")]
    leads.post(room(world, "/step"), data={"step": steps[1].id})
    assert [mine(each, world) for each in (member, mate)] == [("", "Ask."), brings]
    # Who leads and brings one as well reads that first, and all the rest by role.
    assert mine(leads, world) == brings
    assert told(leads, room(world)) == [("Those who lead", "Call the time."), ("Everybody", "Ask.")]
    assert "Call the time." not in member.get(room(world)).text


def test_those_who_lead_are_told_by_role_and_the_screen_says_what_is_for_all(
    world: World, sign_in: SignIn, make_step: MakeStep, sit: Sit
) -> None:
    step = make_step(StepGrouping.TRIOS, **TROIKA)
    sit(step, [world.member, world.mate, world.peer], duty=Duty.CASE)
    leads = sign_in(world.organiser)
    leads.post(room(world, "/step"), data={"step": step.id})
    for_all = [("Everybody", "Ask."), ("Who brings the case", "Tell.")]
    assert (mine(leads, world), folded(leads, world)) == (("", ""), False)
    assert told(leads, room(world)) == [("Those who lead", "Call the time."), *for_all]
    for reader in (world.organiser, world.member, world.observer):
        for more in ("/screen", "/screen/now"):
            assert told(sign_in(reader), f"{SERIES}/{world.roundtable.id}{more}") == for_all
    observer = sign_in(world.observer)
    assert (mine(observer, world), told(observer, room(world))) == (("", "Ask."), for_all[1:])


def test_rounds_of_a_step_are_gone_through_and_each_brings_the_case_in_theirs(
    db: Session, world: World, sign_in: SignIn, make_step: MakeStep, sit: Sit
) -> None:
    step, after = make_step(StepGrouping.TRIOS, **TROIKA), make_step(StepGrouping.ALL)
    sit(step, [world.member, world.mate, world.peer], rounds=2, duty=Duty.CASE)
    leads, member, mate = sign_in(world.facilitator), sign_in(world.member), sign_in(world.mate)
    leads.post(room(world, "/step"), data={"step": step.id})
    page = words_of(leads.get(room(world)))
    assert ["Next: round 2" in page, "Next: Step 2" in page, "Round 1 of 2" in page] == [True] * 3
    began = db.scalars(select(Room.step_began_at)).one()
    assert member.post(room(world, "/step"), data={"step": step.id, "round": 2}).status_code == 404
    before = live.reached(db, topic_of(world.roundtable.id))
    # Two who lead press it at once: it is one round, and open pages hear of it once.
    for person in (world.facilitator, world.organiser):
        sign_in(person).post(room(world, "/step"), data={"step": step.id, "round": 2})
    assert events.since(db, topic_of(world.roundtable.id), before) == [(before + 1, "round")]
    assert [mine(each, world)[0] for each in (member, mate)] == ["", "You bring the case now"]
    assert db.scalars(select(Room.step_began_at)).one() == began
    page = words_of(leads.get(room(world)))
    assert ["Back: round 1" in page, "Next: round" in page, "Round 2 of 2" in page] == [True, False, True]
    # There is no third one: the last stands.
    leads.post(room(world, "/step"), data={"step": step.id, "round": 3})
    db.expire_all()
    assert db.scalars(select(Room.round)).one() == 2
    assert leads.post(room(world, "/step"), data={"step": step.id, "round": 7}).status_code == 422
    leads.post(room(world, "/step"), data={"step": step.id, "round": 1})
    assert mine(member, world)[0] == "You bring the case now"
    leads.post(room(world, "/step"), data={"step": after.id})
    assert "Round" not in leads.get(room(world, "/now")).text


def test_who_hosts_a_table_is_told_so_and_asked_for_its_harvest_afterwards(
    world: World, sign_in: SignIn, make_step: MakeStep, sit: Sit
) -> None:
    cafe = make_step(**CAFE)
    harvest = make_step(StepGrouping.ALL, kind=StepKind.TALK, member="Say.", host="What kept coming back?")
    sit(cafe, [world.peer, world.third], [world.member, world.mate])
    leads, member, mate = sign_in(world.facilitator), sign_in(world.member), sign_in(world.mate)
    leads.post(room(world, "/step"), data={"step": cafe.id})
    assert [mine(each, world) for each in (member, mate)] == [("You host table 2", "Stay."), ("", "Go on.")]
    assert told(mate, room(world)) == [("Member hosts the table", "Stay.")]
    leads.post(room(world, "/step"), data={"step": harvest.id})
    assert [mine(each, world) for each in (member, mate)] == [
        ("You hosted table 2", "What kept coming back?"),
        ("", "Say."),
    ]


def test_tables_of_the_whole_roundtable_say_who_hosts_and_not_whose_case_it_is(
    world: World, sign_in: SignIn, make_step: MakeStep, sit: Sit
) -> None:
    step = make_step(StepGrouping.TRIOS, **TROIKA)
    sit(None, [world.member, world.mate], duty=Duty.CASE)
    sign_in(world.facilitator).post(room(world, "/step"), data={"step": step.id})
    member = sign_in(world.member)
    assert (mine(member, world), told(member, room(world))) == (("", "Ask."), [("Who brings the case", "Tell.")])
