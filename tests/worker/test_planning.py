"""kill -9 of the worker in the middle of planning a series."""

import os
import signal
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from peernet.accounts.sessions import viewer_of
from peernet.db import Database
from peernet.jobs.models import Job
from peernet.roundtables.plans import access, drafting
from peernet.roundtables.plans.models import PlanState, SeriesPlan
from tests.roundtables.plans.conftest import WISHES, say
from tests.worker.conftest import Running, wait_until
from tests.world import make_world

pytestmark = [pytest.mark.concurrency, pytest.mark.once]

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
# So many starts that the planner is still at work when it is looked for.
MANY = replace(WISHES, number=3, weekdays=tuple(range(7)), earliest=0, latest=1440, step=30)


def test_killed_while_it_plans_the_series_is_planned_again(own_database: Database, start_worker: Any) -> None:
    plan_id = _draft(own_database)
    worker, _settings = start_worker()
    stopped: list[int] = []
    wait_until(lambda: stopped or _stop_planner(worker, stopped))
    child = stopped[0]
    worker.kill()
    assert _plan(own_database, plan_id).state is PlanState.WAITING
    os.kill(child, signal.SIGCONT)
    # With nobody left to tell, it ends by itself.
    wait_until(lambda: not _is_planner(child))
    with own_database.writing() as db:  # Ten minutes later.
        db.execute(update(Job).values(lease_until=LONG_AGO))
    start_worker()
    wait_until(lambda: _plan(own_database, plan_id).state is PlanState.READY)
    with own_database.reading() as db:
        assert db.scalars(select(Job.attempts).where(Job.kind == drafting.JOB)).all() == [2]


def _draft(database: Database) -> int:
    with database.writing() as db:
        world = make_world(db)
        for person in (world.member, world.mate, world.peer):
            say(db, person, 540, 1080)
        plan = drafting.draft(db, world.cohort, actor=viewer_of(world.organiser), wished=MANY)
        return plan.id


def _plan(database: Database, plan_id: int) -> SeriesPlan:
    with database.reading() as db:
        found = db.scalars(access.by_id(plan_id)).one()
        db.expunge(found)
        return found


def _stop_planner(worker: Running, stopped: list[int]) -> None:
    """Stop the planner that a worker has started, if it has one."""
    for children in Path(f"/proc/{worker.process.pid}/task").glob("*/children"):
        for child in map(int, children.read_text().split()):
            if _is_planner(child):
                os.kill(child, signal.SIGSTOP)
                stopped.append(child)


def _is_planner(process: int) -> bool:
    try:
        return b"plans.child" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False
