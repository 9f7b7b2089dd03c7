"""Notes: written by several, lost by none; naming nobody where the rule says so; corrected for a time, then fixed."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.live import events
from peernet.roundtables.agendas import access as agendas
from peernet.roundtables.agendas import building
from peernet.roundtables.agendas.inputs import Step
from peernet.roundtables.agendas.models import AgendaStep, StepRule
from peernet.roundtables.notes import writing
from peernet.roundtables.running.listening import topic_of
from peernet.web.viewer import NOBODY
from tests.roundtables.test_pages import SERIES, words_of
from tests.world import World

SignIn = Callable[[Person], FlaskClient]
TYPED = {"X-Autosave": "1"}


def at(world: World, more: str = "notes") -> str:
    """The address of the notes of the world's roundtable."""
    return f"{SERIES}/{world.roundtable.id}/{more}"


def step_of(db: Session, world: World, rule: StepRule = StepRule.OPEN) -> AgendaStep:
    """A step of its agenda."""
    building.add(db, world.roundtable, [Step(title="Talk", minutes=9, attribution=rule)])
    db.commit()
    return list(db.scalars(agendas.steps_of(world.roundtable.id)))[-1]


def note(step: AgendaStep | None, words: str, version: int = 0, base: str = "", **more: str) -> dict[str, str]:
    """What the form sends."""
    of = str(step.id) if step else "0"
    return {"step": of, "part": "said", "words": words, "version": str(version), "base": base, **more}


def test_several_write_and_nobody_overwrites(db: Session, world: World, sign_in: SignIn) -> None:
    step = step_of(db, world)
    member, peer = sign_in(world.member), sign_in(world.peer)
    first = member.post(at(world), data=note(step, "One.\nAnd.\nTwo.\n"), headers=TYPED)
    assert (first.status_code, first.headers["X-Version"]) == (204, "1")
    assert member.post(at(world), data=note(step, "One, at last.\nAnd.\nTwo.\n", 1)).status_code == 303
    # Open pages are told of both at once, and of what is typed so that they look at the notes alone.
    told = events.since(db, topic_of(world.roundtable.id), 0)
    assert told == [(1, "agenda"), (2, "typed"), (3, "note")]
    late = note(step, "One.\nAnd.\nTwo, and more.\n", 1, "One.\nAnd.\nTwo.\n", at="room")
    typed = peer.post(at(world), data=late, headers=TYPED)
    assert (typed.status_code, typed.json["title"]) == (409, "Somebody else wrote here meanwhile.")
    lost = peer.post(at(world), data=late | {"at": "notes"})
    assert (lost.status_code, ">\nOne, at last.\nAnd.\nTwo, and more.</textarea>" in lost.text) == (409, True)
    assert 'name="version" value="2"' in lost.text
    kept = peer.post(at(world), data=note(step, "One, at last.\nAnd.\nTwo, and more.", 2))
    page = words_of(sign_in(world.observer).get(at(world)))
    assert (kept.status_code, "Talk What was said One, at last. And. Two, and more." in page) == (303, True)
    assert "Keep the note" not in page
    assert sign_in(world.observer).post(at(world), data=note(step, "x", 3)).status_code == 404
    assert [sign_in(each).get(at(world)).status_code for each in (world.outsider, world.stranger)] == [404, 404]


def test_under_the_rule_a_name_is_removed_or_said_to_be_none(db: Session, world: World, sign_in: SignIn) -> None:
    step, member = step_of(db, world, StepRule.CHATHAM_HOUSE), sign_in(world.member)
    words = f"{world.peer.name} fears the {world.library.name}."
    for headers in ({}, TYPED):
        refused = member.post(at(world), data=note(step, words), headers=headers)
        assert (refused.status_code, f"{world.peer.name}, {world.library.name}" in refused.text) == (422, True)
    # The notes of the whole are bound as well, what was agreed is not.
    assert member.post(at(world), data=note(None, words)).status_code == 422
    assert member.post(at(world), data=note(step, words) | {"part": "agreed"}).status_code == 303
    assert member.post(at(world), data=note(step, words, dismiss="yes")).status_code == 303
    assert member.post(at(world), data=note(step, words + " All of it.", 1), headers=TYPED).status_code == 204
    file = member.get(at(world, "notes.md")).text
    assert file.startswith(f"# {world.roundtable.title}\n\n## Talk\n\n**What was said**\n\n{words} All of it.\n")


def test_notes_are_corrected_for_a_time_and_stand_then(db: Session, world: World, sign_in: SignIn) -> None:
    step, member, leads = step_of(db, world), sign_in(world.member), sign_in(world.facilitator)
    assert member.post(at(world), data=note(step, "Said.")).status_code == 303
    days = at(world, "notes/days")
    assert [client.post(days, data={"days": "2"}).status_code for client in (member, leads)] == [404, 303]
    db.expire_all()
    # A step that is taken out leaves its notes, which are read and not written.
    building.remove(db, world.roundtable, step.id, actor=NOBODY)
    db.commit()
    page = words_of(member.get(at(world)))
    assert ("Talk What was said Said." in page, "Keep the note" in page) == (True, True)
    assert member.post(at(world), data=note(None, "All.")).status_code == 303
    with time_machine.travel(world.roundtable.ends_at + timedelta(days=2), tick=False):
        assert not writing.is_open(world.roundtable)
        assert member.post(at(world), data=note(None, "Other.", 1)).status_code == 422
        assert leads.post(days, data={"days": "9"}).status_code == 422
        page = words_of(member.get(at(world)))
        assert ("These notes stand as they are" in page, "The whole roundtable What was said All." in page) == (
            True, True,
        )  # fmt: skip
