"""`peernet worker` as it runs: killed at the worst moment, stopped, and woken through each storage."""

import json
import os
import signal
import subprocess
from typing import Any

import pytest
from redis import Redis, RedisError
from sqlalchemy import update

from peernet.db import Database
from peernet.mail import compose
from peernet.mail.compose import Recipient
from peernet.mail.models import Mail, MailState
from peernet.settings import use
from peernet.web import logs
from peernet.worker import Worker
from tests.worker.conftest import wait_until

pytestmark = pytest.mark.concurrency

# One of Redis' databases for each process, since suites may run side by side.
REDIS = os.environ.get("PEERNET_TEST_REDIS_URL", f"redis://127.0.0.1:6379/{9 + os.getpid() % 7}")


def write(database: Database) -> Mail:
    """A mail in the outbox, committed; who listens to the database is woken."""
    with database.writing() as db:
        mail = compose.send(db, to=Recipient(address="reader@example.org"), template="mail/trial", context={})
        assert mail is not None
        db.flush()
        db.expunge(mail)
    return mail


def state_of(database: Database, mail: Mail) -> MailState:
    with database.reading() as db:
        return db.get_one(Mail, mail.id).state


def test_killed_while_it_delivers_it_delivers_again_and_recognisably(
    own_database: Database, start_worker: Any, postbox: Any
) -> None:
    mail = write(own_database)
    postbox.hold.clear()
    first, _settings = start_worker()
    wait_until(lambda: len(postbox.received) == 1)
    first.kill()
    assert state_of(own_database, mail) is MailState.WAITING
    postbox.hold.set()
    with own_database.writing() as db:  # Five minutes later.
        db.execute(update(Mail).values(lease_until=mail.created_at))
    start_worker()
    wait_until(lambda: state_of(own_database, mail) is MailState.SENT)
    assert [message["Message-ID"] for message in postbox.received] == [mail.message_id] * 2


@pytest.mark.once
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_told_to_stop_it_finishes_what_it_does(
    own_database: Database, start_worker: Any, postbox: Any, number: int
) -> None:
    mail, late = write(own_database), write(own_database)
    postbox.hold.clear()
    worker, _settings = start_worker()
    wait_until(lambda: len(postbox.received) == 1)
    worker.process.send_signal(number)
    with pytest.raises(subprocess.TimeoutExpired):
        worker.process.wait(1)
    postbox.hold.set()
    assert worker.process.wait(30) == 0
    assert [state_of(own_database, one) for one in (mail, late)] == [MailState.SENT, MailState.WAITING]
    assert "Traceback" not in worker.log


@pytest.mark.parametrize(
    "storage",
    [pytest.param("sqlite", marks=pytest.mark.once), pytest.param("redis", marks=pytest.mark.once), "postgresql"],
)
def test_each_storage_carries_an_id_to_it(
    own_database: Database, start_worker: Any, postbox: Any, storage: str
) -> None:
    if storage == "postgresql" and own_database.is_sqlite:
        pytest.skip("The rows are in SQLite")
    if storage == "redis":
        try:
            Redis.from_url(REDIS).flushdb()
        except RedisError:
            pytest.skip("No Redis answers")
    worker, settings = start_worker(storage=storage, redis=REDIS if storage == "redis" else "")
    wait_until(lambda: "woken through" in worker.log)
    carrier = Worker(use(settings), own_database)
    own_database.on_outgoing.append(carrier.wake)
    with logs.on_behalf_of("the-request"):
        # Of two, the sweep of the minute takes at most one before it is carried there.
        mails = [write(own_database), write(own_database)]
        wait_until(lambda: all(state_of(own_database, mail) is MailState.SENT for mail in mails))
    assert worker.stop() == 0
    carrier.huey.storage.close()
    assert "peernet.mail [the-request] Mail" in worker.log


@pytest.mark.once
def test_its_log_is_json_where_that_is_wanted(own_database: Database, start_worker: Any, postbox: Any) -> None:
    mail = write(own_database)
    worker, _settings = start_worker(log="json")
    wait_until(lambda: state_of(own_database, mail) is MailState.SENT)
    worker.stop()
    lines = [json.loads(line) for line in worker.log.splitlines() if line.startswith("{")]
    left = next(line for line in lines if line["message"] == f"Mail {mail.id} left")
    assert (left["level"], left["logger"], len(left["request_id"])) == ("INFO", "peernet.mail", 16)
    assert [line for line in worker.log.splitlines() if not line.startswith("{")] == [
        "The worker is at work. Ctrl-C stops it."
    ]
