"""Drafts: asked for, worked out in another process, chosen among, changed by hand, stale, and put away."""

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import CohortState, Membership
from peernet.db import Conflict, Database, Refused
from peernet.jobs.models import Job
from peernet.ledger.models import Event
from peernet.roundtables import planning
from peernet.roundtables.models import Roundtable, RoundtableKind
from peernet.roundtables.plans import access, drafting, posing, process
from peernet.roundtables.plans.models import Objective, PlanState, SeriesPlan
from peernet.roundtables.plans.wishes import of_json
from peernet.roundtables.series import files
from peernet.settings import Settings
from peernet.worker import Worker
from tests.roundtables.plans.conftest import WISHES, say
from tests.world import World

Draft = Callable[..., SeriesPlan]


def posed_now(db: Session, plan: SeriesPlan) -> posing.Posed:
    return posing.pose(db, plan.cohort, of_json(plan.wishes))


def test_a_draft_is_a_job_that_finds_three_plans(make_draft: Draft, db: Session, cast: World) -> None:
    plan = make_draft()
    assert (plan.state, plan.progress, plan.objective) == (PlanState.READY, 100, "balanced")
    assert sorted(plan.found) == ["balanced", "strict", "weekly"]
    # Only 15:00 to 16:30 in London is before ten in Kolkata and after seven in Los Angeles.
    assert {start.hour for start in drafting.starts_of(plan)} == {15}
    assert plan.slots == plan.found["balanced"]["slots"]
    people = {str(person.id) for person in (cast.member, cast.peer, cast.third)}
    assert [set(ids) for ids in plan.found["balanced"]["attend"]] == [people] * 3
    job = db.scalars(select(Job).where(Job.kind == drafting.JOB)).one()
    assert job.payload == {"plan_id": plan.id}
    assert db.scalars(select(Event.action).where(Event.subject == f"series_plan:{plan.id}")).all() == ["series.drafted"]


def test_nothing_of_weekly_hours_is_kept_in_a_draft(make_draft: Draft, cast: World) -> None:
    plan = make_draft()
    kept = str([plan.wishes, plan.inputs, plan.found, plan.slots])
    assert "420" not in kept
    assert "maybe" not in kept
    assert "weekly'" not in str(plan.inputs)


def test_working_it_out_twice_changes_nothing(make_draft: Draft, db: Session, database: Database) -> None:
    plan = make_draft()
    drafting.work_out(database, {"plan_id": plan.id})(db)
    drafting.work_out(database, {"plan_id": plan.id + 1})(db)
    db.flush()
    assert plan.version == 2


def test_what_cannot_be_planned_is_refused(db: Session, cast: World) -> None:
    organiser = viewer_of(cast.organiser)
    with pytest.raises(Refused, match="no start left"):
        drafting.draft(
            db, cast.cohort, actor=organiser, wished=replace(WISHES, first_on=WISHES.first_on - timedelta(weeks=60))
        )
    everything = replace(WISHES, weekdays=tuple(range(7)), earliest=0, latest=1440, step=10)
    with pytest.raises(Refused, match="over 400 starts"):
        drafting.draft(db, cast.cohort, actor=organiser, wished=everything)
    with pytest.raises(Refused, match="At most 40"):
        drafting.draft(db, cast.cohort, actor=organiser, wished=replace(WISHES, number=41))
    cast.cohort.state = CohortState.CLOSED
    with pytest.raises(Refused, match="closed"):
        drafting.draft(db, cast.cohort, actor=organiser, wished=WISHES)


def test_without_anybodys_hours_there_is_nothing_to_plan_with(db: Session, world: World) -> None:
    with pytest.raises(Refused, match="At least 3 people must have said their hours"):
        drafting.draft(db, world.cohort, actor=viewer_of(world.organiser), wished=WISHES)


def test_a_draft_whose_wishes_no_longer_hold_fails_in_words(
    db: Session, cast: World, work_out: Callable[[SeriesPlan], SeriesPlan]
) -> None:
    plan = drafting.draft(db, cast.cohort, actor=viewer_of(cast.organiser), wished=WISHES)
    with time_machine.travel(datetime(2027, 1, 12, tzinfo=UTC), tick=False):
        assert work_out(plan).state is PlanState.FAILED


def test_rules_that_no_starts_keep_are_said(make_draft: Draft, db: Session) -> None:
    plan = make_draft(min_gap_days=8)
    assert (plan.state, plan.slots) == (PlanState.FAILED, [])
    assert plan.found == {"loosened": [{"help": "shorter-gap", "start": None, "number": 7}]}


def test_a_quorum_out_of_reach_is_planned_and_said(make_draft: Draft, db: Session, cast: World) -> None:
    say(db, cast.mate, 1140, 1200)
    plan = make_draft(quorum=4)
    assert plan.state is PlanState.READY
    short = plan.found["balanced"]["short"]
    assert [(each["number"], each["most"]) for each in short] == [(0, 3), (1, 3), (2, 3)]
    assert [(way["help"], way["number"]) for way in short[0]["remedies"]] == [
        ("open-hours", 1),
        ("lower-quorum", 3),
    ]
    assert all("members" not in way for way in short[0]["remedies"])


def test_another_plan_is_chosen(make_draft: Draft, db: Session) -> None:
    plan = make_draft()
    drafting.choose(db, plan, version=plan.version, objective=Objective.WEEKLY)
    assert (plan.objective, plan.slots) == ("weekly", plan.found["weekly"]["slots"])
    with pytest.raises(Conflict):
        drafting.choose(db, plan, version=plan.version - 1, objective=Objective.STRICT)
    plan.found = {"balanced": plan.found["balanced"]}
    db.flush()
    with pytest.raises(Refused):
        drafting.choose(db, plan, version=plan.version, objective=Objective.STRICT)


def test_one_is_moved_by_hand(make_draft: Draft, db: Session) -> None:
    plan = make_draft()
    start = datetime(2027, 1, 11, 10, tzinfo=UTC)
    drafting.move(db, plan, posed_now(db, plan), version=plan.version, number=1, start=start)
    assert drafting.starts_of(plan)[1] == start
    with pytest.raises(Refused):
        drafting.move(db, plan, posed_now(db, plan), version=plan.version, number=1, start=start + timedelta(minutes=1))
    with pytest.raises(Conflict):
        drafting.move(db, plan, posed_now(db, plan), version=plan.version - 1, number=1, start=start)


def test_what_changed_is_said(make_draft: Draft, db: Session, cast: World) -> None:
    plan = make_draft()
    assert posing.changes(plan.inputs, posed_now(db, plan).inputs) == []
    say(db, cast.peer, 540, 1290)
    say(db, cast.mate, 540, 1290)
    db.scalars(select(Membership).where(Membership.person_id == cast.third.id)).one().left_at = clock.now()
    planning.plan(
        db,
        cast.cohort,
        actor=viewer_of(cast.organiser),
        title="New",
        kind=RoundtableKind.ROUNDTABLE,
        wall_start=datetime(2027, 1, 20, 15),
        zone="Europe/London",
        minutes=60,
    )
    db.flush()
    with pytest.raises(Conflict) as stale:
        drafting.refuse_stale(plan, posed_now(db, plan))
    assert stale.value.theirs.splitlines() == [
        "1 person more can be planned with.",
        "1 person is no longer there.",
        "1 person changed their hours, or took part since.",
        "A roundtable was announced, moved, cancelled or held.",
    ]


def test_what_is_announced_keeps_its_time_and_is_carried(make_draft: Draft, db: Session, cast: World) -> None:
    early = planning.plan(
        db,
        cast.cohort,
        actor=viewer_of(cast.organiser),
        title="Early",
        kind=RoundtableKind.ROUNDTABLE,
        wall_start=datetime(2027, 1, 13, 9),
        zone="Europe/London",
        minutes=60,
    )
    plan = make_draft()
    assert [start.day for start in drafting.starts_of(plan)] == [4, 13, 18]
    assert drafting.starts_of(plan)[1] == early.starts_at
    weekly = [datetime.fromisoformat(text) for text in plan.found["weekly"]["slots"]]
    assert weekly[1] == early.starts_at
    assert weekly[0] + timedelta(weeks=2) == weekly[2]


def test_drafts_that_nobody_announces_are_put_away(make_draft: Draft, db: Session) -> None:
    kept, old = make_draft(), make_draft()
    old.created_at = clock.now() - timedelta(days=61)
    db.flush()
    assert drafting.prune(db) == 1
    assert db.scalars(select(SeriesPlan.id)).all() == [kept.id]
    drafting.discard(db, kept)
    assert db.scalars(select(SeriesPlan.id)).all() == []


def test_the_process_says_how_far_it_is(make_draft: Draft, db: Session) -> None:
    seen: list[int] = []
    problem = files.text_of_problem(posed_now(db, make_draft()).problem)
    found = process.plan(problem, seed=1, progress=seen.append)
    assert found == process.plan(problem, seed=1, progress=seen.append)
    assert all(0 <= percent <= 100 for percent in seen)


def test_a_process_that_ends_early_is_a_failure() -> None:
    with pytest.raises(process.Failed):
        process.plan("{}", seed=1, progress=lambda _percent: None)


def test_the_worker_plans_with_no_lock_held(settings: Settings, own_database: Database) -> None:
    """While the planner is at work (here: stopped by a signal) somebody else writes."""
    from tests.world import make_world

    with own_database.writing() as db:
        world = make_world(db)
        for person in (world.member, world.mate, world.peer):
            say(db, person, 540, 1080)
        plan = drafting.draft(db, world.cohort, actor=viewer_of(world.organiser), wished=WISHES)
        plan_id, job_id = plan.id, db.scalars(select(Job.id).where(Job.kind == drafting.JOB)).one()
    work = threading.Thread(target=lambda: Worker(settings, own_database).do(job_id))
    work.start()
    child = _child(work)
    os.kill(child, signal.SIGSTOP)
    with own_database.writing() as db:
        db.scalars(select(Roundtable)).one().title = "Written meanwhile"
    os.kill(child, signal.SIGCONT)
    work.join(60)
    with own_database.reading() as db:
        assert db.scalars(access.by_id(plan_id)).one().state is PlanState.READY


def _child(work: threading.Thread) -> int:
    """The process that plans, as soon as there is one."""
    task = Path("/proc/self/task")
    while work.is_alive():
        for children in task.glob("*/children"):
            for child in children.read_text().split():
                if b"plans.child" in Path(f"/proc/{child}/cmdline").read_bytes():
                    return int(child)
        time.sleep(0.005)
    raise AssertionError("The planner did not start")
