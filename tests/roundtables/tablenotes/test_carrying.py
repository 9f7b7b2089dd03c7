"""1-2-4-All: a text goes from one to the pair by its author's hand, from pairs to fours by itself, each once."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.groups.models import GroupSeat
from peernet.prompts.models import Attribution, Visibility
from peernet.roundtables.agendas.models import AgendaStep, StepGrouping, StepKind, StepRule
from peernet.roundtables.running import steering
from peernet.roundtables.tablenotes import carrying
from peernet.roundtables.tablenotes.models import TableNote
from tests.roundtables.tablenotes.conftest import MakeStep, Sit
from tests.roundtables.tablenotes.test_table_notes import at, go, met, note
from tests.world import World

SignIn = Callable[[Person], FlaskClient]
PARTED = "\n\n---\n\n"
Agenda = list[AgendaStep]


@pytest.fixture
def agenda(make_step: MakeStep) -> Agenda:
    """Alone, in pairs, in fours, all."""
    silence = {"kind": StepKind.SILENCE, "question": "What do we fear?"}
    return [
        make_step(StepGrouping.ALONE, **silence), make_step(StepGrouping.PAIRS), make_step(StepGrouping.FOURS),
        make_step(StepGrouping.ALL),
    ]  # fmt: skip


def give(client: FlaskClient, world: World, step: AgendaStep, text: str) -> None:
    """Answer what a step asks."""
    data: dict[str, Any] = {
        "text": text,
        "visibility": Visibility.COHORT.value,
        "attribution": Attribution.PERSON.value,
    }
    assert client.post(at(world, f"/room/answer/{step.asking_id}"), data=data).status_code == 303


def texts(db: Session, step: AgendaStep) -> list[str]:
    """What the tables of a step noted."""
    db.expire_all()
    of_step = select(TableNote.source).where(TableNote.step_id == step.id)
    return list(db.scalars(of_step.order_by(TableNote.table_number, TableNote.id)))


def test_own_words_are_put_into_the_notes_of_the_pair_once_by_their_author(
    db: Session, world: World, sign_in: SignIn, agenda: Agenda, sit: Sit
) -> None:
    one, two, _four, _all = agenda
    sit(two, [world.member, world.mate], [world.peer, world.third])
    leads, member, mate, peer = (sign_in(each) for each in (world.facilitator, world.member, world.mate, world.peer))
    go(leads, world, one)
    db.refresh(one)
    give(member, world, one, "Storms.\r\nAnd floods.")
    mine = {"step": two.id, "into": 1, "at": "room"}
    assert member.post(at(world, "/notes/table/mine"), data=mine).status_code == 422
    go(leads, world, two)
    pages = [each.get(at(world, "/room")).text for each in (member, mate, leads)]
    assert ["Put mine into our notes" in page for page in pages] == [True, False, False]
    for _twice in range(2):
        assert member.post(at(world, "/notes/table/mine"), data=mine).status_code == 303
    assert "Put mine into our notes" not in member.get(at(world, "/room")).text
    assert texts(db, two) == ["Storms.\nAnd floods."]
    # Who has nothing of their own puts nothing in, and no one does it for another.
    assert [each.post(at(world, "/notes/table/mine"), data=mine).status_code for each in (mate, leads)] == [422, 404]
    assert met(peer, world, "Storms.") == 0
    assert member.post(at(world, "/notes/table/mine"), data=mine | {"into": 7}).status_code == 404


def test_where_nothing_was_asked_it_is_ones_note_to_oneself(
    db: Session, world: World, sign_in: SignIn, make_step: MakeStep, sit: Sit
) -> None:
    make_step(StepGrouping.ALONE, kind=StepKind.SILENCE)
    two, three = make_step(StepGrouping.PAIRS), make_step(StepGrouping.TRIOS)
    for step in (two, three):
        sit(step, [world.member, world.mate])
    member, mate = sign_in(world.member), sign_in(world.mate)
    member.post(at(world, "/room/note"), data={"text": "For me.", "version": 0})
    go(sign_in(world.facilitator), world, two)
    assert [met(each, world, "For me.") > 0 for each in (member, mate)] == [True, False]
    mine = {"step": two.id, "into": 1, "at": "room"}
    assert member.post(at(world, "/notes/table/mine"), data=mine).status_code == 303
    assert (texts(db, two), "For me." in mate.get(at(world, "/room")).text) == (["For me."], True)
    # After another step in groups it is behind.
    assert member.post(at(world, "/notes/table/mine"), data=mine | {"step": three.id}).status_code == 422


def test_under_the_rule_a_text_with_a_name_is_put_in_only_if_that_is_none(
    db: Session, world: World, sign_in: SignIn, agenda: Agenda, sit: Sit
) -> None:
    one, two, _four, _all = agenda
    two.attribution = StepRule.CHATHAM_HOUSE
    sit(two, [world.member, world.mate])
    leads, member = sign_in(world.facilitator), sign_in(world.member)
    go(leads, world, one)
    db.refresh(one)
    give(member, world, one, f"Ask {world.peer.name}.")
    go(leads, world, two)
    mine = {"step": two.id, "into": 1, "at": "room"}
    refused = member.post(at(world, "/notes/table/mine"), data=mine)
    assert (refused.status_code, "These words name nobody here: put it in" in refused.text) == (422, True)
    assert member.post(at(world, "/notes/table/mine"), data=mine | {"dismiss": "yes"}).status_code == 303
    assert texts(db, two) == [f"Ask {world.peer.name}."]


def test_notes_of_pairs_go_into_those_of_their_four_once(
    db: Session, world: World, sign_in: SignIn, agenda: Agenda, sit: Sit
) -> None:
    _one, two, four, after = agenda
    sit(two, [world.member, world.mate], [world.peer, world.third], [world.facilitator, world.organiser])
    leads, member, peer = sign_in(world.facilitator), sign_in(world.member), sign_in(world.peer)
    go(leads, world, two)
    for client, table, words in ((member, 1, "Of one."), (peer, 2, "Of two."), (leads, 3, "Of three.")):
        assert client.post(at(world), data=note(two, words, table=table)).status_code == 303
    sit(four, [world.peer, world.third, world.organiser], [world.member, world.mate, world.facilitator])
    assert texts(db, four) == []
    for step in (four, two, four):
        go(leads, world, step)
    # A pair that was parted is carried to the first of its tables.
    assert texts(db, four) == [f"Of two.{PARTED}Of three.", "Of one."]
    moved = db.scalars(select(GroupSeat).where(GroupSeat.person_id == world.organiser.id)).all()[-1]
    moved.table_number = 2
    carrying.carry(db, world.roundtable, four.id)
    db.commit()
    assert texts(db, four) == [f"Of two.{PARTED}Of three.", "Of one."]
    assert met(member, world, "Of one.") > 0
    assert "Of one." not in peer.get(at(world, "/room")).text
    go(leads, world, after)
    page = peer.get(at(world, "/room")).text
    assert (page.count("Of one."), page.count("Of two."), page.count("Of three.")) == (1, 1, 1)


def test_fours_that_are_formed_late_take_in_what_is_there(
    db: Session, world: World, sign_in: SignIn, agenda: Agenda, sit: Sit
) -> None:
    _one, two, four, _all = agenda
    sit(two, [world.member, world.mate], [world.peer, world.third])
    leads, member, peer = sign_in(world.facilitator), sign_in(world.member), sign_in(world.peer)
    go(leads, world, two)
    assert member.post(at(world), data=note(two, "Of one.")).status_code == 303
    assert peer.post(at(world), data=note(two, "Of two.", table=2)).status_code == 303
    go(leads, world, four)
    here = [world.member, world.mate, world.peer, world.third]
    for person in here:
        leads.post(at(world, "/room/person"), data={"person": person.id, "what": "here"})
    for _twice in range(2):
        assert leads.post(at(world, "/room/groups"), data={"step": four.id, "seen": 0}).status_code == 303
    assert texts(db, four) == [f"Of one.{PARTED}Of two."]


def test_what_may_name_somebody_goes_into_no_notes_that_may_not(
    db: Session, world: World, sign_in: SignIn, agenda: Agenda, sit: Sit
) -> None:
    _one, two, four, _all = agenda
    four.attribution = StepRule.CHATHAM_HOUSE
    sit(two, [world.member, world.mate])
    sit(four, [world.member, world.mate])
    go(sign_in(world.facilitator), world, two)
    assert sign_in(world.member).post(at(world), data=note(two, f"{world.peer.name} said.")).status_code == 303
    steering.go_to(db, world.roundtable, four, actor=viewer_of(world.facilitator))
    assert (texts(db, two), texts(db, four)) == ([f"{world.peer.name} said."], [])


@pytest.mark.parametrize(
    ("pairs", "fours", "is_carried"),
    [
        (Visibility.PRIVATE, Visibility.COHORT, False),
        (Visibility.PRIVATE, Visibility.PRIVATE, False),
        (Visibility.FACILITATORS, Visibility.COHORT, False),
        (Visibility.FACILITATORS, Visibility.FACILITATORS, True),
        (Visibility.COHORT, Visibility.PRIVATE, True),
    ],
)
def test_what_stays_at_a_table_or_is_for_fewer_is_not_carried(
    db: Session, world: World, sign_in: SignIn, agenda: Agenda, sit: Sit,
    pairs: Visibility, fours: Visibility, is_carried: bool,
) -> None:  # fmt: skip
    _one, two, four, _all = agenda
    two.visibility, four.visibility = pairs, fours
    sit(two, [world.member, world.mate])
    sit(four, [world.member, world.mate])
    go(sign_in(world.facilitator), world, two)
    assert sign_in(world.member).post(at(world), data=note(two, "Of one.")).status_code == 303
    steering.go_to(db, world.roundtable, four, actor=viewer_of(world.facilitator))
    assert texts(db, four) == (["Of one."] if is_carried else [])
