"""Jobs: taken by one, tried again later, dead at last, revived by hand."""

from datetime import timedelta

import time_machine
from sqlalchemy.orm import Session

from peernet import clock
from peernet.jobs import jobs
from tests.conftest import NOW


def test_a_job_is_taken_by_one(db: Session) -> None:
    job = jobs.enqueue(db, "assemble", {"material": 1})
    assert job is not None
    assert jobs.due(db) == [job.id]
    assert jobs.take(db, job.id) is job
    assert jobs.take(db, job.id) is None
    assert jobs.due(db) == []


def test_a_lease_that_ran_out_is_taken_again(db: Session) -> None:
    job = jobs.enqueue(db, "assemble")
    assert job is not None
    jobs.take(db, job.id)
    with time_machine.travel(NOW + jobs.LEASE + timedelta(seconds=1), tick=False):
        assert jobs.take(db, job.id) is job
        assert job.attempts == 2


def test_a_key_is_enqueued_once(db: Session) -> None:
    first = jobs.enqueue(db, "assemble", key="assemble:1")
    assert first is not None
    assert jobs.enqueue(db, "assemble", key="assemble:1") is None


def test_a_later_job_waits(db: Session) -> None:
    job = jobs.enqueue(db, "assemble", run_at=clock.now() + timedelta(hours=1))
    assert job is not None
    assert jobs.due(db) == []
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert jobs.due(db) == [job.id]


def test_failures_back_off_until_the_job_is_dead_and_can_be_revived(db: Session) -> None:
    job = jobs.enqueue(db, "assemble")
    assert job is not None
    waits = []
    for _attempt in range(len(jobs.BACK_OFF) + 1):
        with time_machine.travel(job.run_at, tick=False):
            assert jobs.take(db, job.id) is job
            jobs.fail(db, job, "no ink")
            waits.append(job.run_at - clock.now())
    assert tuple(waits[:-1]) == jobs.BACK_OFF
    assert job.dead_at is not None
    assert job.error == "no ink"
    jobs.revive(db, job)
    db.flush()
    assert jobs.due(db) == [job.id]


def test_a_finished_job_is_done(db: Session) -> None:
    job = jobs.enqueue(db, "assemble")
    assert job is not None
    jobs.take(db, job.id)
    jobs.finish(db, job)
    db.flush()
    with time_machine.travel(NOW + timedelta(days=9), tick=False):
        assert jobs.due(db) == []


def test_a_lease_that_is_renewed_is_not_taken_by_another(db: Session) -> None:
    job = jobs.enqueue(db, "x")
    assert jobs.take(db, job.id) is job
    with time_machine.travel(NOW + jobs.LEASE - timedelta(minutes=1), tick=False):
        jobs.renew(db, job.id)
    with time_machine.travel(NOW + 2 * jobs.LEASE - timedelta(minutes=2), tick=False):
        assert jobs.take(db, job.id) is None
    jobs.finish(db, job)
    db.flush()
    jobs.renew(db, job.id)
    assert (job.done_at, job.lease_until) == (NOW, None)
