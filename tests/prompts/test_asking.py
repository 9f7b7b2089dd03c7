"""Asking a cohort: asked, revised, ordered, closed, opened again, withdrawn, called to mind."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock, search
from peernet.cohorts.access import audiences
from peernet.cohorts.models import Cohort, CohortState
from peernet.db import Conflict, Refused
from peernet.ledger.models import Event
from peernet.mail.models import Mail
from peernet.pages import touched
from peernet.prompts import access, done, drafts, library, responses
from peernet.prompts import asking as verbs
from peernet.prompts.models import Asking, Attribution, Draft, Moment, Prompt
from peernet.web.viewer import NOBODY
from tests.conftest import NOW
from tests.prompts.conftest import as_viewer, asked, give
from tests.world import World

UNATTRIBUTED = Attribution.UNATTRIBUTED


@pytest.fixture
def prompt(db: Session, world: World) -> Prompt:
    """Another prompt of the library."""
    return library.add(db, actor=NOBODY, text="What would you stop doing?", moment=Moment.CLOSING, topic=world.topic)


def test_a_prompt_is_asked_last_in_the_librarys_words(db: Session, world: World, prompt: Prompt) -> None:
    made = verbs.ask(db, prompt, world.cohort, actor=as_viewer(world.organiser), is_focus=True)
    assert (made.text, made.opens_at, made.closes_at, made.position) == (prompt.text, NOW, None, 1)
    assert made.admits_unattributed is True
    assert touched(db) >= {f"cohort:{world.cohort.id}", f"prompt:{prompt.id}"}
    event = db.scalars(select(Event).where(Event.action == "prompt.asked")).one()
    assert (event.subject, event.scope) == (f"asking:{made.id}", f"cohort:{world.cohort.id}")
    assert event.actor_id == world.organiser.id


def test_a_prompt_is_asked_once_in_a_cohort_and_not_in_a_closed_one(db: Session, world: World, prompt: Prompt) -> None:
    with pytest.raises(Refused, match="already"):
        verbs.ask(db, world.prompt, world.cohort, actor=NOBODY)
    world.cohort.state = CohortState.CLOSED
    with pytest.raises(Refused, match="closed"):
        verbs.ask(db, prompt, world.cohort, actor=NOBODY)


def test_another_cohorts_own_prompt_and_a_past_date_are_refused(db: Session, world: World, prompt: Prompt) -> None:
    with pytest.raises(Refused) as refusal:
        verbs.ask(db, prompt, world.cohort, actor=NOBODY, closes_at=NOW)
    assert refusal.value.field == "closes_on"
    prompt.cohort_id = world.other_cohort.id
    with pytest.raises(Refused, match="own"):
        verbs.ask(db, prompt, world.cohort, actor=NOBODY)


def test_members_are_told_in_one_mail(
    db: Session, world: World, prompt: Prompt, outbox: Callable[[], list[Mail]]
) -> None:
    world.mate.mail_prompts = False
    world.third.disabled_at = clock.now()
    db.flush()
    made = verbs.ask(db, prompt, world.cohort, actor=NOBODY)
    verbs.announce(db, [asked(db, world.asking.id), made])
    assert [(mail.to_address, mail.kind) for mail in outbox()] == [
        ("member@example.org", "prompts/asked"),
        ("peer@example.org", "prompts/asked"),
    ]
    verbs.announce(db, [])
    assert len(outbox()) == 2


def test_revising_says_whether_anything_changed_and_refuses_a_stale_version(db: Session, world: World) -> None:
    asking, actor = asked(db, world.asking.id), as_viewer(world.organiser)
    assert verbs.revise(db, asking, actor=actor, version=1, text=asking.text) is False
    assert verbs.revise(db, asking, actor=actor, version=1, text="Who decides?", is_focus=False) is True
    with pytest.raises(Conflict) as conflict:
        verbs.revise(db, asking, actor=actor, version=1, text="Mine")
    assert conflict.value.theirs == "Who decides?"


def test_what_is_admitted_stays_once_somebody_is_done(db: Session, world: World) -> None:
    asking = asked(db, world.asking.id)
    assert verbs.revise(db, asking, actor=NOBODY, version=1, admits_unattributed=False)
    assert verbs.revise(db, asking, actor=NOBODY, version=2, admits_unattributed=True)
    done.say(db, asking, actor=as_viewer(world.member))
    with pytest.raises(Refused) as refusal:
        verbs.revise(db, asking, actor=NOBODY, version=3, admits_unattributed=False)
    assert refusal.value.field == "admits_unattributed"


def test_order_leaves_focus_questions_first(db: Session, world: World, prompt: Prompt) -> None:
    second = verbs.ask(db, prompt, world.cohort, actor=NOBODY)
    askings = [asked(db, world.asking.id), second]
    verbs.order(db, world.cohort, askings, actor=NOBODY, places={world.asking.id: 2, second.id: 1})
    assert (second.position, askings[0].position) == (1, 2)
    listed = db.scalars(access.asked_in(as_viewer(world.member), world.cohort.id)).unique().all()
    assert [one.id for one in listed] == [world.asking.id, second.id]


def test_what_is_due_is_closed_once(db: Session, world: World, outbox: Callable[[], list[Mail]]) -> None:
    assert verbs.close_due(db) == 0
    with time_machine.travel(datetime(2026, 11, 30, 12, 0, tzinfo=UTC), tick=False):
        assert (verbs.close_due(db), verbs.close_due(db)) == (1, 0)
        asking = asked(db, world.asking.id)
        assert (asking.closed_at, asking.released_at) == (clock.now(), None)
        assert verbs.close(db, asking, actor=NOBODY) is False
    assert len(outbox()) == 4


def test_a_prompt_without_unattributed_answers_closes_without_a_mail(
    db: Session, world: World, outbox: Callable[[], list[Mail]]
) -> None:
    world.asking.admits_unattributed = False
    db.flush()
    assert verbs.close(db, asked(db, world.asking.id), actor=NOBODY) is True
    assert outbox() == []


def test_what_was_not_released_can_be_opened_again_and_then_released(db: Session, world: World) -> None:
    asking, later = asked(db, world.asking.id), NOW + timedelta(days=20)
    with pytest.raises(Refused, match="not closed"):
        verbs.reopen(db, asking, actor=NOBODY, closes_at=later)
    for person in (world.member, world.peer):
        give(db, world.asking, person, attribution=UNATTRIBUTED)
    verbs.close(db, asking, actor=NOBODY)
    with pytest.raises(Refused):
        give(db, world.asking, world.third, attribution=UNATTRIBUTED)
    with pytest.raises(Refused, match="over"):
        verbs.reopen(db, asking, actor=NOBODY, closes_at=NOW)
    verbs.reopen(db, asking, actor=NOBODY, closes_at=later)
    give(db, world.asking, world.third, attribution=UNATTRIBUTED)
    verbs.close(db, asking, actor=NOBODY)
    assert asking.released_at == NOW
    with pytest.raises(Refused, match="released"):
        verbs.reopen(db, asking, actor=NOBODY, closes_at=later)
    responses.erase(db, db.scalars(access.own_response(as_viewer(world.peer), asking.id)).one(), asking=asking)
    with pytest.raises(Refused, match="released"):
        verbs.reopen(db, asking, actor=NOBODY, closes_at=later)


def test_withdrawing_keeps_what_somebody_typed_and_can_be_asked_again(
    db: Session, world: World, rows: Callable[[Any], list[Any]]
) -> None:
    drafts.save(db, world.asking, actor=as_viewer(world.member), version=0, text="Half a thought")
    asking = asked(db, world.asking.id)
    verbs.withdraw(db, asking, actor=NOBODY)
    there = Asking.id == asking.id
    may_open = {
        name: db.scalars(access.asked_to(as_viewer(getattr(world, name))).where(there)).unique().all()
        for name in ("member", "peer", "organiser")
    }
    assert may_open == {"member": [asking], "peer": [], "organiser": []}
    assert db.scalars(access.focus_of([world.cohort.id])).unique().all() == []
    again = verbs.ask(db, world.prompt, world.cohort, actor=NOBODY)
    assert (again.id, again.withdrawn_at) == (asking.id, None)
    assert [draft.source for draft in rows(Draft)] == ["Half a thought"]


def test_withdrawing_is_refused_once_somebody_is_done(db: Session, world: World) -> None:
    done.say(db, asked(db, world.asking.id), actor=as_viewer(world.member))
    with pytest.raises(Refused):
        verbs.withdraw(db, asked(db, world.asking.id), actor=NOBODY)


def test_who_is_not_done_is_reminded_once(db: Session, world: World, outbox: Callable[[], list[Mail]]) -> None:
    done.say(db, asked(db, world.asking.id), actor=as_viewer(world.member))
    assert verbs.remind_due(db) == 0
    with time_machine.travel(datetime(2026, 11, 28, 12, 0, tzinfo=UTC), tick=False):
        assert (verbs.remind_due(db), verbs.remind_due(db)) == (3, 0)
    assert [mail.to_address for mail in outbox()] == ["mate@example.org", "peer@example.org", "third@example.org"]


def test_what_was_asked_today_is_not_called_to_mind(db: Session, world: World, prompt: Prompt) -> None:
    verbs.ask(db, prompt, world.cohort, actor=NOBODY, closes_at=NOW + timedelta(hours=30))
    assert verbs.remind_due(db) == 0
    with time_machine.travel(NOW + timedelta(hours=25), tick=False):
        assert verbs.remind_due(db) == 4


def test_the_cohort_finds_what_has_no_public_page(db: Session, world: World, prompt: Prompt) -> None:
    verbs.ask(db, prompt, world.cohort, actor=NOBODY)
    found = {
        name: [hit.url for hit in search.find(db, audiences(db, as_viewer(getattr(world, name))), "stop doing").hits]
        for name in ("member", "outsider", "admin")
    }
    inside = f"/c/practice-cohort/prompts/{asked_id(db, world.cohort)}"
    assert found == {"member": [inside], "outsider": [], "admin": []}
    library.revise(db, prompt, actor=NOBODY, version=prompt.version, is_public=True)
    hits = search.find(db, audiences(db, as_viewer(world.outsider)), "stop doing").hits
    assert [hit.url for hit in hits] == ["/questions/what-would-you-stop-doing"]
    assert len(search.find(db, audiences(db, as_viewer(world.member)), "stop doing").hits) == 1


def asked_id(db: Session, cohort: Cohort) -> int:
    """The id of the newest asking of a cohort."""
    found = db.scalars(select(Asking.id).where(Asking.cohort_id == cohort.id).order_by(Asking.id.desc())).first()
    assert found is not None
    return found
