"""The worker: what must be done later, and what is done by the clock.

Rows are the truth: a mail or job is done when its row says so. huey only carries their ids from the web processes, so
that nothing waits, and keeps the timetable; whatever it loses (kill -9, a storage that is away) the sweep of each
minute finds. All of this may run twice at once: leases and keys make it happen once.
"""

import json
import logging
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from threading import Event, Lock, Thread
from typing import Any

from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey, crontab
from huey.registry import Message
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from peernet import live, pages
from peernet.accounts import people, sessions
from peernet.admin import watching
from peernet.agreements import agreeing
from peernet.backups import schedule as backups
from peernet.cohorts import invitations as cohort_invitations
from peernet.db import Database, take_turn
from peernet.desk import digests
from peernet.jobs import beats, jobs
from peernet.jobs.models import Job
from peernet.ledger import ledger
from peernet.mail import bounces, delivery, holding, inbox, mailbox, retention
from peernet.materials import related
from peernet.materials.contributors import asking as naming
from peernet.materials.earlier import keeping as earlier
from peernet.materials.quotations import asking as consent
from peernet.materials.quotations import passages
from peernet.materials.reviews import rounds as reviews
from peernet.materials.reviews import scheduling
from peernet.media import store
from peernet.privacy import requests as erasures
from peernet.privacy import taking
from peernet.privacy.retention import carrying as retained
from peernet.prompts import asking
from peernet.prompts import library as prompts
from peernet.prompts import replies as prompt_replies
from peernet.roundtables import attendance, guests, invitations, quorum, reminders, telling, zones
from peernet.roundtables import replies as roundtable_replies
from peernet.roundtables.commitments import reminding as commitments
from peernet.roundtables.feedback import closing as feedback
from peernet.roundtables.groupings import ahead
from peernet.roundtables.groupings import drafting as groupings
from peernet.roundtables.openings import forgetting, signing
from peernet.roundtables.partners import forming as partners_forming
from peernet.roundtables.partners import rhythm as partners_rhythm
from peernet.roundtables.partners import telling as partners_telling
from peernet.roundtables.plans import drafting
from peernet.roundtables.polls import closing as polls
from peernet.roundtables.polls import joining as poll_joining
from peernet.roundtables.polls import telling as poll_telling
from peernet.roundtables.polls import zones as poll_zones
from peernet.roundtables.questions import closing as questions
from peernet.roundtables.recaps import sending as recaps
from peernet.roundtables.recordings import clipping
from peernet.roundtables.recordings import keeping as recordings
from peernet.roundtables.running import floor
from peernet.settings import Settings
from peernet.site import turning
from peernet.tokens import tokens
from peernet.web import logs, once

log = logging.getLogger("peernet.worker")

# What takes an answer by mail, by the kind of what was written about: the first word of the address's token.
ANSWERS: Mapping[str, inbox.Verb] = {"roundtable": roundtable_replies.receive, "asking": prompt_replies.receive}


def _address_failed(db: Session, payload: dict[str, Any]) -> None:
    people.address_failed(db, payload)
    guests.address_failed(db, payload)


# What each kind of job calls. A handler gets a session and the payload, and must stand being called twice.
HANDLERS: dict[str, Callable[[Session, dict[str, Any]], None]] = {
    cohort_invitations.MAIL_JOB: cohort_invitations.mail_waiting,
    telling.JOB: telling.carry_on,
    recaps.JOB: recaps.carry_on,
    clipping.JOB: passages.follow,
    prompts.JOB: related.follow,
    agreeing.JOB: agreeing.tell,
    poll_telling.JOB: poll_telling.carry_on,
    partners_telling.JOB: partners_telling.carry_on,
    bounces.DEAD_ADDRESS: _address_failed,
    inbox.JOB: partial(inbox.handle, ANSWERS),
}
# Work that takes longer than a lock may be held: it gets the database, does its work with no transaction open, and
# gives back the handler that stores what came of it.
LONG: dict[str, Callable[[Database, dict[str, Any]], Callable[[Session], None]]] = {
    drafting.JOB: drafting.work_out,
    backups.JOB: backups.work_out,
    groupings.JOB: groupings.work_out,
    ahead.JOB: ahead.work_out,
    partners_rhythm.FORM: partners_forming.work_out,
    partners_rhythm.REPAIR: partners_forming.work_out_repair,
    scheduling.JOB: scheduling.work_out,
    passages.JOB: passages.work_out,
    watching.JOB: watching.work_out,
    taking.JOB: taking.work_out,
}

# What is done by the clock, each in a transaction of its own. Whatever is late, is done when the worker starts.
_EVERY_MINUTE = (
    beats.note,
    turning.turn,
    asking.close_due,
    guests.welcome_inside,
    invitations.release_places,
    attendance.pass_on_due,
    quorum.warn_due,
    invitations.invite_late_joiners,
    reminders.send_due,
    recaps.send_due,
    polls.remind_due,
    polls.close_due,
    poll_joining.ask_late_joiners,
    digests.send_due,
    consent.tell_due,
    consent.agree_due,
    naming.tell_due,
    backups.ask_for_due,
    scheduling.start_due,
    erasures.carry_out_due,
)
_EVERY_HOUR = (
    watching.ask_for_due,
    asking.remind_due,
    consent.remind_due,
    naming.remind_due,
    reviews.remind_due,
    zones.recompute,
    poll_zones.recompute,
    partners_rhythm.leave_due,
    partners_forming.leave_repairs,
    questions.close_over,
    feedback.close_over,
    commitments.hold_due,
    floor.clear_over,
    earlier.thin,
    taking.prune,
    retained.carry_out_due,
    recordings.remove_due,
    signing.forget_unconfirmed,
    passages.forget_due,
)
_EVERY_NIGHT = (
    retained.announce_due,
    recordings.announce_due,
    pages.prune,
    live.prune,
    store.sweep,
    tokens.prune,
    sessions.prune,
    ledger.prune,
    once.prune,
    jobs.prune,
    retention.prune,
    inbox.prune,
    drafting.prune,
    groupings.prune,
    guests.forget_addresses,
    forgetting.forget_due,
    reviews.forget_addresses,
    holding.prune,
)
TIMETABLE: dict[str, tuple[dict[str, str], tuple[Callable[[Session], object], ...]]] = {
    "every-minute": ({"minute": "*"}, _EVERY_MINUTE),
    "every-hour": ({"minute": "7"}, _EVERY_HOUR),
    "every-night": ({"minute": "17", "hour": "3"}, _EVERY_NIGHT),
}

# Seconds between two looks at whether the worker is to stop, and between two at the health of its threads.
_LOOK, _HEALTH = 0.2, 10.0


class Worker:
    """Everything that the worker does, and the huey that tells it when."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings = settings
        self.database = database
        self.stopping = False
        self._sweeping, self._collecting = Lock(), Lock()
        self.huey = make_huey(settings, database)
        self._carry = self.huey.task(name="carry")(self.carry_out)
        self.huey.periodic_task(crontab(minute="*"), name="sweep")(self.sweep)
        if settings.inbound.host:
            every = crontab(minute=f"*/{settings.inbound.minutes}")
            self.huey.periodic_task(every, name="collect")(self.collect)
        for name, (when, verbs) in TIMETABLE.items():
            self.huey.periodic_task(crontab(**when), name=name)(self._by_the_clock(verbs))

    def wake(self, outgoing: Sequence[tuple[str, int]]) -> None:
        """Tell the worker which rows are waiting. A storage that is away is logged: the sweep will find the rows."""
        try:
            for kind, row_id in outgoing:
                self._carry(kind, row_id, logs.request_id.get())
        except Exception as error:  # The request is committed already; nothing may fail it now.
            log.warning("The worker could not be woken: %s", error)

    def carry_out(self, kind: str, row_id: int, request_id: str = "-") -> None:
        """Deliver one mail or do one job. What is logged of it has the id of the request that it comes from."""
        with logs.on_behalf_of(request_id):
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
            finish = self._work_out(job_id, kind, payload) if kind in LONG else None
            with self.database.writing() as db:
                finish(db) if finish is not None else HANDLERS[kind](db, payload)
                jobs.finish(db, db.get_one(Job, job_id))
        except Exception as error:
            log.exception("Job %s (%s) failed", job_id, kind)
            with self.database.writing() as db:
                jobs.fail(db, db.get_one(Job, job_id), f"{type(error).__name__}: {error}")
            return False
        return True

    def _work_out(self, job_id: int, kind: str, payload: dict[str, Any]) -> Callable[[Session], None]:
        """Do long work, under a lease that is renewed until it is done: nobody else begins it meanwhile."""
        done = Event()
        Thread(target=self._hold, args=(job_id, done), name="hold-lease", daemon=True).start()
        try:
            return LONG[kind](self.database, payload)
        finally:
            done.set()

    def _hold(self, job_id: int, done: Event) -> None:
        while not done.wait(jobs.LEASE.total_seconds() / 3):
            try:
                with self.database.writing() as db:
                    jobs.renew(db, job_id)
            except Exception:
                log.exception("The lease of job %s could not be renewed; it is tried again", job_id)

    def sweep(self) -> int:
        """Do whatever is due and was not carried here, one sweep at a time; the number of rows looked at."""
        if not self._sweeping.acquire(blocking=False):
            return 0
        try:
            with self.database.reading() as db:
                due = [("mail", row_id) for row_id in delivery.due(db)] + [("job", row_id) for row_id in jobs.due(db)]
            for kind, row_id in due:
                if self.stopping:
                    break
                self.carry_out(kind, row_id, logs.new_id())
            return len(due)
        finally:
            self._sweeping.release()

    def collect(self) -> None:
        """Take in what lies in the mailbox, one look at a time: a server may be slow."""
        if self._collecting.acquire(blocking=False):
            try:
                with logs.on_behalf_of(logs.new_id()):
                    mailbox.collect(self.database)
            finally:
                self._collecting.release()

    def start(self) -> None:
        """Do what may have been missed while nothing ran: the whole timetable, then the sweep."""
        for _when, verbs in TIMETABLE.values():
            self._by_the_clock(verbs)()
        self.sweep()

    def run(self) -> None:
        """Work until told to stop (SIGINT, SIGTERM or SIGHUP); what is under way is finished first."""
        consumer = self.huey.create_consumer(workers=self.settings.jobs.threads, max_delay=1.0)
        consumer.start()
        # After the consumer, which sets its own: to be stopped is always to be stopped gently, and never to start anew.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        self.start()
        log.info("The worker is at work, woken through %s", self.settings.jobs.storage)
        looked = time.monotonic()
        while not self.stopping:
            time.sleep(_LOOK)
            if time.monotonic() - looked > _HEALTH:
                consumer.check_worker_health()
                looked = time.monotonic()
        consumer.stop(graceful=True)
        log.info("The worker has stopped")

    def _stop(self, _number: int, _frame: object) -> None:
        self.stopping = True

    def _by_the_clock(self, verbs: Sequence[Callable[[Session], object]]) -> Callable[[], None]:
        def run() -> None:
            for verb in verbs:
                if not self.stopping:
                    self._do_in_time(verb)

        return run

    def _do_in_time(self, verb: Callable[[Session], object]) -> None:
        name = f"{verb.__module__.removeprefix('peernet.')}.{verb.__name__}"
        with logs.on_behalf_of(logs.new_id()):
            try:
                with self.database.writing() as db:
                    take_turn(db, name, patiently=True)
                    count = verb(db)
            except Exception:
                log.exception("%s failed; it is tried again at its next time", name)
            else:
                log.log(logging.INFO if count else logging.DEBUG, "%s: %s", name, count)


class _Plain:
    """Ids travel as JSON: what comes out of a storage that others may write to is never unpickled."""

    def serialize(self, message: Any) -> bytes:
        return json.dumps(message).encode()

    def deserialize(self, data: bytes) -> Any:
        return Message(*json.loads(data))


def make_huey(settings: Settings, database: Database) -> Huey:
    """The carrier of ids, in the storage that the settings name."""
    options: dict[str, Any] = {"results": False, "utc": True, "serializer": _Plain()}
    storage = settings.jobs.storage
    if storage == "redis":
        return RedisHuey("peernet", url=settings.redis.url, **options)
    if storage == "postgresql":
        return _make_on_postgresql(settings, database, options)
    settings.data.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("peernet", filename=str(settings.data / "worker.db"), **options)


def _make_on_postgresql(settings: Settings, database: Database, options: dict[str, Any]) -> Huey:
    """huey makes its tables if they are not there, and of two processes that do so at the same time one would fail."""
    url = make_url(settings.database_url).set(drivername="postgresql")
    with database.engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('peernet.huey'))"))
        return PostgresHuey("peernet", dsn=url.render_as_string(hide_password=False), **options)
