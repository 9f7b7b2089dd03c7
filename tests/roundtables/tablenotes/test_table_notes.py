"""Notes of tables: of their own people alone while the step goes on, of the whole cohort after it, lost by none."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peernet import live
from peernet.accounts.models import Person
from peernet.groups.models import Grouping, GroupSeat
from peernet.live import events
from peernet.prompts.models import Visibility
from peernet.roundtables.agendas import building
from peernet.roundtables.agendas.models import AgendaStep, StepGrouping, StepRule
from peernet.roundtables.running.listening import topic_of
from peernet.roundtables.tablenotes.models import TableNote
from peernet.web.viewer import NOBODY
from tests.roundtables.tablenotes.conftest import MakeStep, Sit
from tests.roundtables.test_pages import SERIES, words_of
from tests.world import World

SignIn = Callable[[Person], FlaskClient]
TYPED = {"X-Autosave": "1"}
PAGES = ("", "/room", "/room/now", "/room/notes", "/notes", "/notes.md", "/screen", "/screen/now")
AFTER = tuple(each for each in PAGES if each != "/room/notes")[:5]
CANARY = "canary-zq"


def at(world: World, more: str = "/notes/table") -> str:
    """An address of the world's roundtable."""
    return f"{SERIES}/{world.roundtable.id}{more}"


def note(step: AgendaStep, words: str, version: int = 0, table: int = 1, **more: str) -> dict[str, str]:
    """What the form sends."""
    return {
        "step": str(step.id), "round": "1", "table": str(table), "words": words, "version": str(version),
        "at": "room", **more,
    }  # fmt: skip


def go(client: FlaskClient, world: World, step: AgendaStep) -> None:
    """Begin a step."""
    assert client.post(at(world, "/room/step"), data={"step": step.id}).status_code == 303


def fields_in(page: str) -> list[str]:
    """The labels of the fields of one's tables, in a room."""
    part = page.split('id="room-table-notes"')[1].split('id="room-voices"')[0]
    return re.findall(r"<label[^>]*>(.*?table \d+)", part)


def fields_of(client: FlaskClient, world: World) -> list[str]:
    """The same in the room as somebody finds it."""
    return fields_in(client.get(at(world, "/room")).text)


def met(client: FlaskClient, world: World, word: str = CANARY) -> int:
    """How often a word stands in everything that somebody can open of the roundtable."""
    return sum(client.get(at(world, more)).text.count(word) for more in PAGES)


def test_nobody_of_another_table_meets_a_word_before_the_step_ends(
    db: Session, world: World, sign_in: SignIn, make_step: MakeStep, sit: Sit
) -> None:
    step, after = make_step(), make_step(StepGrouping.ALL)
    sit(step, [world.member, world.mate], [world.peer, world.facilitator])
    leads, member, mate = sign_in(world.organiser), sign_in(world.member), sign_in(world.mate)
    assert member.post(at(world), data=note(step, CANARY)).status_code == 422
    go(leads, world, step)
    assert member.post(at(world), data=note(step, f"{CANARY} and two more"), headers=TYPED).status_code == 204
    assert member.post(at(world), data=note(step, f"{CANARY} and three more words", 1)).status_code == 303
    assert (met(member, world), met(mate, world) > 0) == (met(mate, world), True)
    others = [sign_in(each) for each in (world.peer, world.facilitator, world.organiser, world.third, world.observer)]
    assert [met(each, world) for each in others] == [0, 0, 0, 0, 0]
    assert ["Table 1: 5 words" in each.get(at(world, "/room")).text for each in (leads, others[0])] == [True, False]
    # What open pages are told is that something happened, and nothing of what.
    told = events.since(db, topic_of(world.roundtable.id), 0)
    assert {kind for _number, kind in told} <= {"step", "note", "typed"}
    # Another table's people can neither write there nor make a lost race show its text.
    refused = others[0].post(at(world), data=note(step, "Mine.", 0))
    assert (refused.status_code, CANARY in refused.text, "Mine." in refused.text) == (422, False, True)
    go(leads, world, after)
    everybody = [*others, member, mate]
    assert [min(each.get(at(world, more)).text.count(CANARY) for more in AFTER) for each in everybody] == [1] * 7
    assert [met(sign_in(each), world) for each in (world.outsider, world.stranger)] == [0, 0]
    assert "What the tables noted: Step 1 Table 1 canary-zq" in words_of(others[0].get(at(world, "/room")))


@pytest.mark.parametrize(
    ("widest", "leads_read", "kept"),
    [
        (Visibility.PRIVATE, False, "The note is kept. Only your table reads it."),
        (
            Visibility.FACILITATORS,
            True,
            "The note is kept. Your table reads it now, and those who lead after the step.",
        ),
    ],
)
def test_what_stays_at_a_table_is_read_by_nobody_else_after_the_step(
    db: Session, world: World, sign_in: SignIn, make_step: MakeStep, sit: Sit,
    widest: Visibility, leads_read: bool, kept: str,
) -> None:  # fmt: skip
    step, after = make_step(visibility=widest), make_step(StepGrouping.ALL)
    sit(step, [world.member, world.mate], [world.peer, world.third])
    leads, member = sign_in(world.organiser), sign_in(world.member)
    go(leads, world, step)
    assert kept in member.post(at(world), data=note(step, CANARY), follow_redirects=True).text
    # That the agenda changes its mind afterwards opens nothing.
    step.visibility = Visibility.PUBLIC
    go(leads, world, after)
    read = {each.name: met(sign_in(each), world) > 0 for each in (world.mate, world.peer, world.observer)}
    assert read == {world.mate.name: True, world.peer.name: False, world.observer.name: False}
    assert (met(leads, world) > 0, met(sign_in(world.facilitator), world) > 0) == (leads_read, leads_read)
    building.remove(db, world.roundtable, step.id, actor=NOBODY)
    db.commit()
    assert [met(sign_in(each), world) > 0 for each in (world.mate, world.peer)] == [True, False]


def test_who_was_second_at_a_table_finds_both_texts(
    db: Session, world: World, sign_in: SignIn, make_step: MakeStep, sit: Sit
) -> None:
    step = make_step()
    sit(step, [world.member, world.mate], [world.peer])
    go(sign_in(world.facilitator), world, step)
    member, mate = sign_in(world.member), sign_in(world.mate)
    for _twice in range(2):
        assert member.post(at(world), data=note(step, "One.\nAnd.\nTwo.")).status_code == 303
    assert member.post(at(world), data=note(step, "One, at last.\nAnd.\nTwo.", 1)).status_code == 303
    late = note(step, "One.\nAnd.\nTwo, and more.", 1, base="One.\nAnd.\nTwo.")
    assert mate.post(at(world), data=late, headers=TYPED).status_code == 409
    lost = mate.post(at(world), data=late)
    assert (lost.status_code, ">\nOne, at last.\nAnd.\nTwo, and more.</textarea>" in lost.text) == (409, True)
    assert mate.post(at(world), data=note(step, "One, at last.\nAnd.\nTwo, and more.", 2)).status_code == 303
    bad = [note(step, "x") | {"table": "0"}, note(step, "x") | {"round": "9" * 30}, {"step": "1"}, {"words": "\x00"}]
    assert [member.post(at(world), data=each).status_code for each in bad] == [422] * 4
    assert member.post(at(world), data=note(step, "x") | {"step": "999999"}).status_code == 404
    assert sign_in(world.observer).post(at(world), data=note(step, "x")).status_code == 404
    assert db.scalars(select(TableNote.source)).one() == "One, at last.\nAnd.\nTwo, and more."


def test_under_the_rule_nobody_is_named_and_no_text_tells_its_table(
    db: Session, world: World, sign_in: SignIn, make_step: MakeStep, sit: Sit
) -> None:
    step, after = make_step(rule=StepRule.CHATHAM_HOUSE), make_step(StepGrouping.ALL)
    sit(step, [world.member, world.mate], [world.peer, world.third])
    leads = sign_in(world.facilitator)
    go(leads, world, step)
    member, peer = sign_in(world.member), sign_in(world.peer)
    refused = member.post(at(world), data=note(step, f"{world.peer.name} fears it."))
    assert (refused.status_code, f"These words may be names: {world.peer.name}" in refused.text) == (422, True)
    assert member.post(at(world), data=note(step, f"{world.peer.name} fears it.", dismiss="yes")).status_code == 303
    assert peer.post(at(world), data=note(step, "All fear it.", table=2)).status_code == 303
    go(leads, world, after)
    texts = f"A table All fear it. A table {world.peer.name} fears it."
    assert texts in words_of(leads.get(at(world, "/room")))
    assert f"At the tables: Step 1 {texts}" in words_of(leads.get(at(world, "")))
    assert "Table 2" not in words_of(leads.get(at(world, "/notes")))


def test_tables_correct_their_notes_for_a_time_and_these_stand_then(
    db: Session, world: World, sign_in: SignIn, make_step: MakeStep, sit: Sit
) -> None:
    step, after = make_step(), make_step(StepGrouping.ALL)
    sit(step, [world.member], [world.peer])
    leads, member, peer = sign_in(world.facilitator), sign_in(world.member), sign_in(world.peer)
    go(leads, world, step)
    assert member.post(at(world), data=note(step, "Said.")).status_code == 303
    go(leads, world, after)
    assert "Correct what your table noted" in member.get(at(world, "/notes")).text
    assert "Correct what your table noted" not in peer.get(at(world, "/notes")).text
    assert member.post(at(world), data=note(step, "Said it.", 1, at="notes")).location.endswith("/notes")
    # Who noted nothing begins no more, and what another table noted is not theirs to correct.
    assert peer.post(at(world), data=note(step, "Late.", table=2)).status_code == 422
    assert peer.post(at(world), data=note(step, "Other.", 2)).status_code == 422
    building.remove(db, world.roundtable, step.id, actor=NOBODY)
    db.commit()
    assert "At the tables: Step 1 Table 1 Said it." in words_of(member.get(at(world, "/notes")))
    assert "Said it." in member.get(at(world, "/notes.md")).text


@pytest.mark.parametrize("nobody_ended_it", [True, False])
def test_after_the_window_nothing_changes(
    world: World, sign_in: SignIn, make_step: MakeStep, sit: Sit, nobody_ended_it: bool
) -> None:
    step = make_step()
    sit(step, [world.member], [world.peer])
    leads, member, peer = sign_in(world.facilitator), sign_in(world.member), sign_in(world.peer)
    go(leads, world, step)
    assert member.post(at(world), data=note(step, "Said.")).status_code == 303
    if not nobody_ended_it:
        leads.post(at(world, "/room/end"))
    assert met(peer, world, "Said.") == (0 if nobody_ended_it else 5)
    with time_machine.travel(world.roundtable.ends_at + timedelta(days=7, minutes=1), tick=False):
        assert member.post(at(world), data=note(step, "Other.", 1)).status_code == 422
        assert peer.get(at(world, "/notes.md")).text.count("Said.") == 1


def test_a_text_stays_with_its_table_when_people_move_and_when_groups_are_formed_anew(
    db: Session, world: World, sign_in: SignIn, make_step: MakeStep, sit: Sit
) -> None:
    step, after = make_step(), make_step(StepGrouping.ALL)
    first = sit(step, [world.member, world.mate], [world.peer, world.third])
    leads, member, mate = sign_in(world.facilitator), sign_in(world.member), sign_in(world.mate)
    go(leads, world, step)
    assert member.post(at(world), data=note(step, CANARY)).status_code == 303
    moved = db.scalars(select(GroupSeat).where(GroupSeat.person_id == world.member.id)).one()
    moved.table_number, moved.duty = 2, None
    db.commit()
    astray = member.post(at(world), data=note(step, "What I typed.", 1))
    assert (astray.status_code, "What I typed." in astray.text, CANARY in astray.text) == (422, True, False)
    assert (met(member, world), met(mate, world) > 0) == (0, True)
    db.execute(delete(Grouping).where(Grouping.id == first))
    db.commit()
    sit(step, [world.peer, world.member], [world.mate, world.third])
    assert [met(sign_in(each), world) for each in (world.peer, world.member, world.mate)] == [0, 0, 0]
    assert sign_in(world.peer).post(at(world), data=note(step, "Anew.")).status_code == 303
    go(leads, world, after)
    assert "Table 1 Anew. Table 1, before other groups were formed canary-zq" in words_of(leads.get(at(world, "")))


def test_who_comes_to_a_hosts_table_sees_what_was_noted_there_before(
    db: Session, world: World, sign_in: SignIn, make_step: MakeStep, sit: Sit
) -> None:
    one, two, three = [make_step(host="Stay.") for _each in range(3)]
    sit(one, [world.organiser, world.member], [world.facilitator, world.peer])
    sit(two, [world.organiser, world.peer], [world.facilitator, world.member], hosts=one.id)
    leads, member, peer = sign_in(world.facilitator), sign_in(world.member), sign_in(world.peer)
    go(leads, world, one)
    assert member.post(at(world), data=note(one, "With the first host.")).status_code == 303
    go(leads, world, two)
    assert "Noted at this table before: Step 1 With the first host." in words_of(peer.get(at(world, "/room")))
    assert "Noted at this table before" not in member.get(at(world, "/room")).text
    assert peer.post(at(world), data=note(two, "The second.")).status_code == 303
    # The host sits at another table by now, and takes what was noted along.
    sit(three, [world.facilitator, world.peer], [world.organiser, world.member], hosts=two.id)
    go(leads, world, three)
    before = "Noted at this table before: Step 1 With the first host. Noted at this table before: Step 2 The second."
    assert before in words_of(member.get(at(world, "/room")))
    assert "Noted at this table before" not in peer.get(at(world, "/room")).text


def test_tables_of_the_whole_roundtable_note_in_its_steps_round_by_round(
    world: World, sign_in: SignIn, make_step: MakeStep, sit: Sit
) -> None:
    step, alone = make_step(), make_step(StepGrouping.ALONE)
    sit(None, [world.member], [world.peer], rounds=2)
    leads, member = sign_in(world.facilitator), sign_in(world.member)
    go(leads, world, step)
    assert member.post(at(world), data=note(step, "First.")).status_code == 303
    assert fields_of(member, world) == ["Round 1, table 1"]
    # In the second round there is one field, and what was noted in the first is folded above it.
    leads.post(at(world, "/room/step"), data={"step": step.id, "round": 2})
    assert fields_of(member, world) == ["Round 2, table 1"]
    assert "Noted before: Round 1, table 1 First." in words_of(member.get(at(world, "/room")))
    assert "Noted before" not in sign_in(world.peer).get(at(world, "/room")).text
    # What is typed in the first until the page follows is not lost, nor what is refused of it.
    assert member.post(at(world), data=note(step, "First, longer.", 1), headers=TYPED).status_code == 204
    assert "First, longer." in member.get(at(world, "/room/notes")).text
    refused = member.post(at(world), data=note(step, "Mine.", 1) | {"base": "First."})
    assert (refused.status_code, fields_in(refused.text)) == (409, ["Round 1, table 1", "Round 2, table 1"])
    leads.post(at(world, "/room/step"), data={"step": step.id, "round": 1})
    assert fields_of(member, world) == ["Round 1, table 1"]
    go(leads, world, alone)
    assert "Notes of your table" not in member.get(at(world, "/room")).text
    assert member.post(at(world), data=note(alone, "First.")).status_code == 422


def test_what_is_noted_is_told_to_open_pages(
    db: Session, world: World, sign_in: SignIn, make_step: MakeStep, sit: Sit
) -> None:
    step = make_step()
    sit(step, [world.member], [world.peer])
    go(sign_in(world.facilitator), world, step)
    member, peer, before = sign_in(world.member), sign_in(world.peer), live.reached(db, topic_of(world.roundtable.id))
    assert member.post(at(world), data=note(step, CANARY), headers=TYPED).status_code == 204
    assert member.post(at(world), data=note(step, f"{CANARY}!", 1)).status_code == 303
    told = events.since(db, topic_of(world.roundtable.id), before)
    assert told == [(before + 1, "typed"), (before + 2, "note")]
    # The page asks for the text, and is given what its viewer may read.
    assert [each.get(at(world, "/room/notes")).text.count(f"{CANARY}!") for each in (member, peer)] == [2, 0]
    assert sign_in(world.stranger).get(at(world, "/room/notes")).status_code == 404
