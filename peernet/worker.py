"""The worker: what must be done later, and what is done by the clock.

Rows are the truth: a mail or job is done when its row says so. huey only carries their ids from the web processes, so
that nothing waits, and keeps the timetable; whatever it loses (kill -9, a storage that is away) the sweep of each
minute finds. All of this may run twice at once: leases and keys make it happen once.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey, crontab
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from peernet import pages
from peernet.cohorts import invitations
from peernet.db import Database
from peernet.jobs import jobs
from peernet.jobs.models import Job
from peernet.mail import delivery
from peernet.prompts import asking
from peernet.roundtables import invitations as roundtable_invitations
from peernet.roundtables import reminders, telling, zones
from peernet.settings import Settings
from peernet.site import turning

log = logging.getLogger("peernet.worker")

# What each kind of job calls. A handler gets a session and the payload, and must stand being called twice.
HANDLERS: dict[str, Callable[[Session, dict[str, Any]], None]] = {
    invitations.MAIL_JOB: invitations.mail_waiting,
    telling.JOB: telling.carry_on,
}

# What is done by the clock, each in a transaction of its own: name, crontab minutes and hours, verb.
TIMETABLE: list[tuple[str, dict[str, str], Callable[[Session], object]]] = []


class Worker:
    """Everything that the worker does, and the huey that tells it when."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings = settings
        self.database = database
        self.huey = make_huey(settings)
        self._carry = self.huey.task(name="carry")(self.carry_out)
        self.huey.periodic_task(crontab(minute="*"), name="sweep")(self.sweep)
        for name, hours, verb in TIMETABLE:
            self.huey.periodic_task(crontab(**hours), name=name)(self._by_the_clock(name, verb))

    def wake(self, outgoing: Sequence[tuple[str, int]]) -> None:
        """Tell the worker which rows are waiting. A storage that is away is logged: the sweep will find the rows."""
        try:
            for kind, row_id in outgoing:
                self._carry(kind, row_id)
        except Exception as error:  # The request is committed already; nothing may fail it now.
            log.warning("The worker could not be woken: %s", error)

    def carry_out(self, kind: str, row_id: int) -> None:
        """Deliver one mail or do one job."""
        if kind == "mail":
            delivery.deliver(self.database, row_id)
        else:
            self.do(row_id)

    def do(self, job_id: int) -> bool:
        """Do one job under its lease; True when it is done. A failure is noted on its row and tried again later."""
        with self.database.writing() as db:
            job = jobs.take(db, job_id)
            if job is None:
                return False
            kind, payload = job.kind, job.payload
        try:
            with self.database.writing() as db:
                HANDLERS[kind](db, payload)
                jobs.finish(db, db.get_one(Job, job_id))
        except Exception as error:
            log.exception("Job %s (%s) failed", job_id, kind)
            with self.database.writing() as db:
                jobs.fail(db, db.get_one(Job, job_id), f"{type(error).__name__}: {error}")
            return False
        return True

    def sweep(self) -> int:
        """Do whatever is due and was not carried here; the number of rows looked at."""
        with self.database.reading() as db:
            mails, open_jobs = delivery.due(db), jobs.due(db)
        for row_id in mails:
            delivery.deliver(self.database, row_id)
        for row_id in open_jobs:
            self.do(row_id)
        return len(mails) + len(open_jobs)

    def start(self) -> None:
        """Do what may have been missed while nothing ran: the whole timetable, then the sweep."""
        for name, _hours, verb in TIMETABLE:
            self._by_the_clock(name, verb)()
        self.sweep()

    def run(self) -> None:
        """Work until told to stop (SIGINT or SIGTERM)."""
        self.start()
        self.huey.create_consumer(
            workers=self.settings.jobs.threads, max_delay=1.0, check_worker_health=True, graceful_signal="INT"
        ).run()

    def _by_the_clock(self, name: str, verb: Callable[[Session], object]) -> Callable[[], None]:
        def run() -> None:
            try:
                with self.database.writing() as db:
                    verb(db)
            except Exception:
                log.exception("%s failed; it is tried again at its next time", name)

        return run


def make_huey(settings: Settings) -> Huey:
    """The carrier of ids, in the storage that the settings name."""
    options: dict[str, Any] = {"results": False, "utc": True}
    storage = settings.jobs.storage
    if storage == "redis":
        return RedisHuey("peernet", url=settings.redis.url, **options)
    if storage == "postgresql":
        url = make_url(settings.database_url).set(drivername="postgresql")
        return PostgresHuey("peernet", dsn=url.render_as_string(hide_password=False), **options)
    settings.data.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("peernet", filename=str(settings.data / "worker.db"), **options)


TIMETABLE.append(("turn-pages", {"minute": "*/5"}, turning.turn))
TIMETABLE.append(("prune-pages", {"minute": "17", "hour": "3"}, pages.prune))
TIMETABLE.append(("roundtable-zones", {"minute": "43", "hour": "2"}, zones.recompute))
TIMETABLE.append(("roundtable-reminders", {"minute": "*/10"}, reminders.send_due))
TIMETABLE.append(("late-joiners", {"minute": "*/10"}, roundtable_invitations.invite_late_joiners))
TIMETABLE.append(("places-of-leavers", {"minute": "*/10"}, roundtable_invitations.release_places))
TIMETABLE.append(("prompts-closing", {"minute": "*"}, asking.close_due))
TIMETABLE.append(("prompts-reminders", {"minute": "*/10"}, asking.remind_due))
