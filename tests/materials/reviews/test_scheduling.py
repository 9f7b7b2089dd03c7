"""Publishing at a chosen moment: everything is looked at once more, and nothing that changed goes out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.cohorts.models import Membership
from peernet.db import Conflict, Database, Refused
from peernet.jobs.models import Job
from peernet.mail.models import Mail
from peernet.materials import manuscripts, writing
from peernet.materials.models import Material, MaterialDraft, MaterialState, MaterialVersion
from peernet.materials.quotations.models import Word
from peernet.materials.reviews import rounds, scheduling
from peernet.materials.reviews.models import Outcome, Schedule, Verdict
from peernet.prompts.models import Response
from peernet.settings import Settings
from peernet.web.viewer import Viewer
from peernet.worker import Worker
from tests.conftest import NOW
from tests.materials.conftest import TEXT, reload
from tests.materials.quotations.conftest import WORDS, Decide, Quote, ask, fresh
from tests.materials.reviews.conftest import Send, change, decide, prepared
from tests.prompts.conftest import give
from tests.world import World

WALL = datetime(2026, 12, 1, 9, 30)
Plan = Callable[..., Schedule]
Pass = Callable[..., None]


@pytest.fixture
def plan(db: Session, organiser: Viewer, draft: Material) -> Plan:
    """Plan the publication of the draft, as the organiser, by London's clocks."""

    def carry_out(wall: datetime = WALL, zone: str = "Europe/London", note: str = "") -> Schedule:
        material = reload(db, organiser, draft)
        rendered, passages = prepared(db, organiser, material)
        made = scheduling.plan(
            db, organiser, material, draft_version=material.draft.version, rendered=rendered, passages=passages,
            wall=wall, zone=zone, note=note,
        )  # fmt: skip
        db.commit()
        return made

    return carry_out


@pytest.fixture
def let_pass(db: Session, database: Database, settings: Settings, app: Flask) -> Pass:
    """Let the worker do what it does in the minute of a moment."""
    worker = Worker(settings, database)

    def carry_out(moment: datetime) -> None:
        with time_machine.travel(moment, tick=False):
            worker._do_in_time(scheduling.start_due)
            for number in db.scalars(select(Job.id).where(Job.kind == scheduling.JOB, Job.done_at.is_(None))).all():
                worker.do(number)
        db.expire_all()

    return carry_out


def outcomes(db: Session) -> list[Outcome | None]:
    """What became of every plan."""
    return list(db.scalars(select(Schedule.outcome).order_by(Schedule.id)))


def reasons(db: Session) -> list[tuple[str, list[str]]]:
    """Who was told that something is not published, and why."""
    mails = db.scalars(select(Mail).where(Mail.kind == "materials/publication-failed").order_by(Mail.id))
    return [(each.to_address, [line[2:] for line in each.text.splitlines() if line.startswith("- ")]) for each in mails]


def state_of(db: Session, material: Material) -> tuple[MaterialState, int]:
    """State and version of the material."""
    found = db.get_one(Material, material.id)
    return found.state, found.number


def test_it_is_published_in_its_minute_and_not_before_and_once(
    db: Session, draft: Material, plan: Plan, let_pass: Pass
) -> None:
    made = plan()
    assert made.at == datetime(2026, 12, 1, 9, 30, tzinfo=NOW.tzinfo)
    let_pass(made.at - timedelta(minutes=1))
    assert state_of(db, draft) == (MaterialState.DRAFT, 0)
    let_pass(made.at)
    assert state_of(db, draft) == (MaterialState.PUBLISHED, 1)
    let_pass(made.at + timedelta(minutes=1))
    assert state_of(db, draft) == (MaterialState.PUBLISHED, 1)
    assert (outcomes(db), reasons(db)) == ([Outcome.PUBLISHED], [])
    version = db.scalars(select(MaterialVersion)).one()
    assert (version.published_by_id, version.published_at) == (made.made_by_id, made.at)


def test_the_job_done_twice_publishes_once(
    db: Session, database: Database, draft: Material, plan: Plan, let_pass: Pass
) -> None:
    made = plan()
    let_pass(made.at)
    with time_machine.travel(made.at, tick=False), database.writing() as session:
        scheduling.work_out(database, {"schedule_id": made.id})(session)
    assert db.scalars(select(MaterialVersion.number)).all() == [1]


@pytest.mark.parametrize(
    ("wall", "field"),
    [
        (datetime(2026, 11, 23, 12, 0), "day"),
        (datetime(2027, 12, 1, 12, 0), "day"),
        (datetime(2027, 3, 28, 1, 30), "time"),
    ],
)
def test_a_moment_is_to_come_and_exists(plan: Plan, wall: datetime, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        plan(wall)
    assert refusal.value.field == field


def test_the_moment_is_by_the_organisers_clocks(plan: Plan) -> None:
    assert plan(WALL, "Asia/Kolkata").at == datetime(2026, 12, 1, 4, 0, tzinfo=NOW.tzinfo)


def test_what_could_not_be_published_now_is_not_planned(
    db: Session, world: World, organiser: Viewer, draft: Material, send: Send, plan: Plan
) -> None:
    send([world.peer])
    with pytest.raises(Refused, match="in review, and not approved"):
        plan()
    db.rollback()
    decide(db, world.peer)
    plan()
    found = reload(db, organiser, draft)
    writing.save(
        db, organiser, found, version=found.draft.version,
        manuscript=replace(manuscripts.of_draft(found.draft), summary=""),
    )  # fmt: skip
    db.commit()
    with pytest.raises(Refused, match="It has no summary yet"):
        plan()


def test_another_moment_takes_the_place_of_the_first(db: Session, draft: Material, plan: Plan, let_pass: Pass) -> None:
    first = plan()
    second = plan(WALL + timedelta(days=1))
    let_pass(first.at)
    assert state_of(db, draft) == (MaterialState.DRAFT, 0)
    let_pass(second.at)
    assert outcomes(db) == [Outcome.CANCELLED, Outcome.PUBLISHED]


def test_what_is_cancelled_is_not_published(
    db: Session, organiser: Viewer, draft: Material, plan: Plan, let_pass: Pass
) -> None:
    made = plan()
    assert scheduling.cancel(db, organiser, reload(db, organiser, draft)) is True
    assert scheduling.cancel(db, organiser, reload(db, organiser, draft)) is False
    db.commit()
    let_pass(made.at)
    assert (outcomes(db), reasons(db)) == ([Outcome.CANCELLED], [])


def test_a_change_calls_it_off_at_once_and_its_organisers_are_told_once(
    db: Session, facilitator: Viewer, draft: Material, plan: Plan, let_pass: Pass
) -> None:
    made = plan()
    change(db, facilitator, draft, TEXT)
    assert (outcomes(db), reasons(db)) == ([None], [])
    change(db, facilitator, draft, f"{TEXT} And more.")
    change(db, facilitator, draft, f"{TEXT} And yet more.")
    told = [("organiser@example.org", ["The text was changed after the moment was chosen."])]
    assert (outcomes(db), reasons(db)) == ([Outcome.CHANGED], told)
    let_pass(made.at)
    assert (state_of(db, draft), reasons(db)) == ((MaterialState.DRAFT, 0), told)


def test_consent_that_was_taken_back_meanwhile_keeps_it_from_going_out(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, consent: Decide,
    plan: Plan, let_pass: Pass,
) -> None:  # fmt: skip
    made = quote()
    ask(db, facilitator, draft)
    consent(made, world.peer)
    planned = plan()
    consent(made, world.peer, Word.WITHDRAWN)
    let_pass(planned.at)
    assert (state_of(db, draft), outcomes(db)) == ((MaterialState.DRAFT, 0), [Outcome.FAILED])
    assert reasons(db) == [
        ("organiser@example.org", ["Not every quotation has a yes to its present wording."]),
    ]
    assert db.get(MaterialDraft, draft.id) is not None
    assert fresh(db, made).withdrawn_at == NOW
    mail = db.scalars(select(Mail).where(Mail.kind == "materials/publication-failed")).one()
    assert WORDS not in mail.text + mail.html


def test_a_review_that_was_opened_meanwhile_keeps_it_from_going_out(
    db: Session, world: World, draft: Material, plan: Plan, send: Send, let_pass: Pass
) -> None:
    made = plan()
    send([world.peer])
    let_pass(made.at)
    assert reasons(db) == [("organiser@example.org", ["It is in review, and not approved yet."])]


def test_an_approval_that_was_taken_back_keeps_it_from_going_out(
    db: Session, world: World, draft: Material, plan: Plan, send: Send, let_pass: Pass
) -> None:
    send([world.peer])
    decide(db, world.peer)
    made = plan()
    decide(db, world.peer, Verdict.CHANGES)
    let_pass(made.at)
    assert outcomes(db) == [Outcome.FAILED]


def test_an_answer_that_came_meanwhile_and_has_the_same_words_keeps_it_from_going_out(
    db: Session, world: World, draft: Material, plan: Plan, facilitator: Viewer, let_pass: Pass
) -> None:
    change(db, facilitator, draft, f"{TEXT}\n\n{WORDS}")
    made = plan()
    give(db, world.asking, world.peer, text=WORDS)
    db.commit()
    let_pass(made.at)
    assert (state_of(db, draft)[1], len(reasons(db))) == (0, 1)
    assert reasons(db)[0][1][0].startswith("Words of answers stand outside a quotation")


def test_who_organises_no_more_publishes_no_more(
    db: Session, world: World, draft: Material, plan: Plan, let_pass: Pass
) -> None:
    made = plan()
    db.scalars(select(Membership).where(Membership.person_id == world.organiser.id)).one().left_at = NOW
    facilitates = db.scalars(select(Membership).where(Membership.person_id == world.facilitator.id)).one()
    facilitates.role = "organiser"
    db.commit()
    let_pass(made.at)
    assert (state_of(db, draft)[1], [who for who, _why in reasons(db)]) == (0, ["facilitator@example.org"])


def test_what_the_worker_comes_to_late_is_published_all_the_same(
    db: Session, draft: Material, plan: Plan, let_pass: Pass
) -> None:
    let_pass(plan().at + timedelta(days=3))
    assert (outcomes(db), state_of(db, draft)[1]) == ([Outcome.PUBLISHED], 1)


def test_when_its_job_is_given_up_its_organisers_are_told(
    db: Session, draft: Material, plan: Plan, let_pass: Pass
) -> None:
    made = plan()
    with time_machine.travel(made.at, tick=False):
        assert (scheduling.start_due(db), scheduling.start_due(db)) == (1, 0)
    job = db.scalars(select(Job).where(Job.kind == scheduling.JOB)).one()
    job.dead_at = made.at
    db.commit()
    let_pass(made.at + timedelta(minutes=1))
    why = ["It was tried for hours and could not be done. Your operator can see why."]
    assert (outcomes(db), reasons(db)) == ([Outcome.FAILED], [("organiser@example.org", why)])
    assert state_of(db, draft)[1] == 0


def test_publishing_by_hand_ends_the_plan(
    db: Session, draft: Material, plan: Plan, publish: Callable[..., Any], let_pass: Pass
) -> None:
    made = plan()
    publish(draft)
    let_pass(made.at)
    assert (outcomes(db), state_of(db, draft)[1], reasons(db)) == ([Outcome.PUBLISHED], 1, [])


def test_throwing_the_draft_away_ends_plan_and_round(
    db: Session, world: World, organiser: Viewer, facilitator: Viewer, draft: Material, publish: Callable[..., Any],
    plan: Plan, send: Send, let_pass: Pass,
) -> None:  # fmt: skip
    publish(draft)
    found = reload(db, organiser, draft)
    text = replace(manuscripts.of_published(db, found, found.current), source=f"{TEXT} Again.")
    writing.save(db, organiser, found, version=0, manuscript=text)
    db.commit()
    with pytest.raises(Refused, match="Say in a sentence what is changed"):
        plan()
    db.rollback()
    made = plan(note="More")
    send([world.peer])
    found = reload(db, organiser, draft)
    writing.discard(db, organiser, found, version=found.draft.version)
    db.commit()
    let_pass(made.at)
    assert (outcomes(db), state_of(db, draft)[1], reasons(db)) == ([Outcome.CANCELLED], 1, [])
    assert rounds.remind_due(db) == 0


def test_a_correction_goes_out_with_its_note(
    db: Session, organiser: Viewer, draft: Material, publish: Callable[..., Any], plan: Plan, let_pass: Pass
) -> None:
    publish(draft)
    found = reload(db, organiser, draft)
    text = replace(manuscripts.of_published(db, found, found.current), source=f"{TEXT} Again.")
    writing.save(db, organiser, found, version=0, manuscript=text)
    db.commit()
    let_pass(plan(note="One sentence more").at)
    notes = db.scalars(select(MaterialVersion.note).order_by(MaterialVersion.number)).all()
    assert notes == ["", "One sentence more"]


def test_the_draft_that_the_page_showed_is_planned_or_none(db: Session, organiser: Viewer, draft: Material) -> None:
    material = reload(db, organiser, draft)
    rendered, passages = prepared(db, organiser, material)
    with pytest.raises(Conflict, match="The text was changed"):
        scheduling.plan(
            db, organiser, material, draft_version=1, rendered=rendered, passages=passages, wall=WALL, zone="UTC"
        )
    assert outcomes(db) == []
