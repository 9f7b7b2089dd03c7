"""The worker: rows are the truth, huey only carries their ids."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from peernet import clock, worker
from peernet.db import Database
from peernet.jobs import jobs
from peernet.jobs.models import Job
from peernet.settings import Settings
from tests.conftest import NOW


@pytest.fixture
def at_work(settings: Settings, database: Database, db: Session) -> worker.Worker:
    return worker.Worker(settings, database)


def enqueue(db: Session, kind: str) -> Job:
    job = jobs.enqueue(db, kind, {"n": 1})
    assert job is not None
    db.commit()
    return job


def test_a_job_is_done_once(at_work: worker.Worker, db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[Any] = []
    monkeypatch.setitem(worker.HANDLERS, "count", lambda _db, payload: done.append(payload))
    job = enqueue(db, "count")
    assert [at_work.do(job.id), at_work.do(job.id)] == [True, False]
    assert done == [{"n": 1}]


def test_a_failing_job_leaves_nothing_but_its_error(
    at_work: worker.Worker, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(session: Session, _payload: dict[str, Any]) -> None:
        session.add(Job(kind="left behind", payload={}, run_at=clock.now(), created_at=clock.now()))
        session.flush()
        raise ValueError("no ink")

    monkeypatch.setitem(worker.HANDLERS, "fail", fail)
    job = enqueue(db, "fail")
    assert at_work.do(job.id) is False
    db.refresh(job)
    assert (job.error, job.run_at) == ("ValueError: no ink", NOW + timedelta(minutes=1))
    assert db.query(Job).filter_by(kind="left behind").count() == 0


def test_the_sweep_finds_what_was_lost(at_work: worker.Worker, db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[Any] = []
    monkeypatch.setitem(worker.HANDLERS, "count", lambda _db, payload: done.append(payload))
    job = enqueue(db, "count")
    jobs.take(db, job.id)
    db.commit()
    assert (at_work.sweep(), done) == (0, [])
    with time_machine.travel(NOW + jobs.LEASE + timedelta(seconds=1), tick=False):
        assert (at_work.sweep(), done) == (1, [{"n": 1}])


def test_a_storage_that_is_away_fails_nothing(at_work: worker.Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_arguments: Any) -> None:
        raise ConnectionError("no storage")

    monkeypatch.setattr(at_work, "_carry", away)
    at_work.wake([("mail", 1)])


def test_every_storage_carries_an_id(settings: Settings, database: Database) -> None:
    redis = settings.redis.model_copy(update={"url": "redis://127.0.0.1:6379/9"})
    names = []
    for storage in ("sqlite", "redis"):
        changed = settings.model_copy(
            update={"jobs": settings.jobs.model_copy(update={"storage": storage}), "redis": redis}
        )
        carrier = worker.Worker(changed, database)
        carrier.huey.flush()
        carrier.wake([("mail", 7)])
        task = carrier.huey.dequeue()
        names.append((storage, task.name, task.args))
    assert names == [("sqlite", "carry", ("mail", 7)), ("redis", "carry", ("mail", 7))]
