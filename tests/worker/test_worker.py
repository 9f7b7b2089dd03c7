"""The worker: rows are the truth, huey only carries their ids."""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from peernet import clock, worker
from peernet.db import Database
from peernet.jobs import jobs
from peernet.jobs.models import Job
from peernet.roundtables import access, telling
from peernet.settings import Settings
from peernet.site import turning
from peernet.web import logs
from tests.conftest import NOW
from tests.worker.conftest import wait_until


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


@pytest.mark.concurrency
def test_nobody_else_begins_a_long_job_that_outlasts_its_lease(
    settings: Settings, own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work = worker.Worker(settings, own_database)
    with own_database.writing() as db:
        job_id = enqueue(db, "long").id
    monkeypatch.setattr(jobs, "LEASE", timedelta(seconds=3))
    meanwhile = []

    def work(database: Database, _payload: dict[str, Any]) -> Any:
        def lease() -> Any:
            with database.reading() as db:
                return db.get_one(Job, job_id).lease_until

        first = lease()
        wait_until(lambda: clock.now() > first + jobs.LEASE)
        meanwhile.append(at_work.do(job_id))
        return lambda _db: None

    monkeypatch.setitem(worker.LONG, "long", work)
    assert (at_work.do(job_id), meanwhile) == (True, [False])


def test_a_job_that_nobody_knows_is_noted(at_work: worker.Worker, db: Session) -> None:
    job = enqueue(db, "of another release")
    assert at_work.do(job.id) is False
    db.refresh(job)
    assert job.error == "KeyError: 'of another release'"


def test_the_sweep_finds_what_was_lost(at_work: worker.Worker, db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[Any] = []
    monkeypatch.setitem(worker.HANDLERS, "count", lambda _db, payload: done.append(payload))
    job = enqueue(db, "count")
    jobs.take(db, job.id)
    db.commit()
    assert (at_work.sweep(), done) == (0, [])
    with time_machine.travel(NOW + jobs.LEASE + timedelta(seconds=1), tick=False):
        assert (at_work.sweep(), done) == (1, [{"n": 1}])


def test_one_sweep_at_a_time(at_work: worker.Worker, db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    inside: list[int] = []
    monkeypatch.setitem(worker.HANDLERS, "sweep", lambda _db, _payload: inside.append(at_work.sweep()))
    enqueue(db, "sweep")
    assert (at_work.sweep(), inside) == (1, [0])


def test_a_worker_that_is_to_stop_begins_nothing(
    at_work: worker.Worker, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[Any] = []

    def stop(_db: Session, _payload: dict[str, Any]) -> None:
        done.append(1)
        at_work.stopping = True

    monkeypatch.setitem(worker.HANDLERS, "stop", stop)
    for _job in range(3):
        enqueue(db, "stop")
    at_work.sweep()
    assert done == [1]


def test_a_storage_that_is_away_fails_nothing(at_work: worker.Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_arguments: Any) -> None:
        raise ConnectionError("no storage")

    monkeypatch.setattr(at_work, "_carry", away)
    at_work.wake([("mail", 1)])


def test_the_request_s_id_travels_along(at_work: worker.Worker, db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setitem(worker.HANDLERS, "look", lambda _db, _payload: seen.append(logs.request_id.get()))
    job = enqueue(db, "look")
    at_work.huey.flush()
    with logs.on_behalf_of("abcdefgh"):
        at_work.wake([("job", job.id)])
    at_work.huey.execute(at_work.huey.dequeue())
    assert (seen, logs.request_id.get()) == (["abcdefgh"], "-")


def test_what_is_swept_has_an_id_of_its_own(
    at_work: worker.Worker, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: set[str] = set()
    monkeypatch.setitem(worker.HANDLERS, "look", lambda _db, _payload: seen.add(logs.request_id.get()))
    enqueue(db, "look")
    enqueue(db, "look")
    at_work.sweep()
    assert [len(each) for each in seen] == [16, 16]


def test_nothing_is_unpickled(at_work: worker.Worker) -> None:
    class Hostile:
        def __reduce__(self) -> tuple[Any, ...]:
            return exec, ("raise SystemExit('unpickled')",)

    at_work.huey.flush()
    at_work.huey.storage.enqueue(pickle.dumps(Hostile()))
    with pytest.raises(ValueError):
        at_work.huey.dequeue()


# By the clock


@contextmanager
def timetable(monkeypatch: pytest.MonkeyPatch, *verbs: Any) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(worker, "TIMETABLE", {"every-minute": ({"minute": "*"}, verbs)})
        yield


def test_what_fails_by_the_clock_leaves_nothing_and_holds_nobody_up(
    at_work: worker.Worker, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(session: Session) -> int:
        enqueue_in(session, "left behind")
        raise ZeroDivisionError

    def works(session: Session) -> int:
        enqueue_in(session, "kept")
        return 1

    def enqueue_in(session: Session, kind: str) -> None:
        jobs.enqueue(session, kind, run_at=NOW + timedelta(days=1))

    with timetable(monkeypatch, fails, works):
        at_work.start()
    assert [job.kind for job in db.query(Job)] == ["kept"]


def test_the_whole_timetable_may_run_twice(at_work: worker.Worker, db: Session, world: Any, outbox: Any) -> None:
    """On a cohort with a roundtable to come: the second time there is nothing left to do."""
    telling.tell(db, db.scalars(access.all_roundtables()).one(), telling.News.INVITED)
    db.commit()
    at_work.start()
    at_work.sweep()
    first = [(mail.kind, mail.to_address) for mail in outbox()]
    assert first
    at_work.start()
    at_work.sweep()
    assert [(mail.kind, mail.to_address) for mail in outbox()] == first
    assert db.query(Job).filter(Job.error != "").count() == 0


def test_what_the_rooms_leave_to_the_worker_is_known_to_it() -> None:
    told = {"roundtables.tell", "roundtables.recap", "roundtables.tell_partners", "polls.tell"}
    assert set(worker.HANDLERS) == told | {
        "agreements.tell",
        "cohorts.mail_invitations",
        "mail.dead_address",
        "mail.incoming",
        "prompt.public",
        "recordings.unnamed",
    }
    assert {"roundtables.form_partners", "roundtables.repair_partners"} <= set(worker.LONG)
    assert set(worker.ANSWERS) == {"roundtable", "asking"}
    verbs = [verb for _when, verbs in worker.TIMETABLE.values() for verb in verbs]
    assert len(verbs) == len(set(verbs))
    assert turning.turn in verbs
