"""kill -9 of the worker in the middle of sending 1,000 invitations; 100 each time."""

import re
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from peernet import clock
from peernet.accounts.models import Person
from peernet.cohorts.models import Membership, Role
from peernet.db import Database
from peernet.jobs.models import Job
from peernet.mail.models import Mail, MailState
from peernet.roundtables import planning
from peernet.roundtables.models import RoundtableKind
from peernet.web.viewer import NOBODY
from tests.sizes import sized
from tests.worker.conftest import wait_until, wait_while_it_moves
from tests.world import make_cohort

pytestmark = [pytest.mark.concurrency, pytest.mark.lengthy]

MANY = sized(1_000, 100)


def invite(database: Database) -> str:
    """Plan a roundtable of a cohort of a thousand; its UID."""
    moment = clock.now()
    plain = {"name": "Member", "zone": "UTC", "language": "en", "created_at": moment, "version": 1}
    people = [
        {**plain, "email": f"member{number}@example.org", "email_key": f"member{number}@example.org"}
        for number in range(MANY)
    ]
    with database.writing() as db:
        cohort, _seats = make_cohort(db, "many", [])
        ids = db.scalars(insert(Person).returning(Person.id), people).all()
        held = {"cohort_id": cohort.id, "role": Role.FACILITATOR, "joined_at": moment}
        db.execute(insert(Membership), [{**held, "person_id": person_id} for person_id in ids])
        wall = datetime.combine((moment + timedelta(days=30)).date(), datetime.min.time())
        planned = planning.plan(
            db, cohort, actor=NOBODY, wall_start=wall, zone="Europe/London", minutes=90, title="All of us",
            kind=RoundtableKind.ROUNDTABLE,
        )  # fmt: skip
        return planned.uid


def waiting(database: Database) -> int:
    with database.reading() as db:
        open_jobs = db.scalar(select(func.count()).select_from(Job).where(Job.done_at.is_(None)))
        unsent = db.scalar(select(func.count()).select_from(Mail).where(Mail.state != MailState.SENT))
        return (open_jobs or 0) + (unsent or 0)


def test_everybody_gets_theirs_and_a_second_copy_is_known_as_one(
    own_database: Database, start_worker: Any, postbox: Any
) -> None:
    uid = invite(own_database)
    first, _settings = start_worker()
    wait_until(lambda: len(postbox.received) >= MANY // 10)
    first.kill()
    with own_database.writing() as db:  # Ten minutes later nobody holds what was under way.
        for table in (Mail, Job):
            db.execute(update(table).where(table.lease_until.is_not(None)).values(lease_until=clock.now()))
    assert waiting(own_database) > 0
    for _worker in range(2):
        start_worker()
    wait_while_it_moves(lambda: waiting(own_database))
    copies = defaultdict(set)
    for message in postbox.received:
        (part,) = (part for part in message.walk() if part.get_content_type() == "text/calendar")
        named = re.findall(rb"^(UID|SEQUENCE):(.+?)\r$", part.get_payload(decode=True), re.MULTILINE)
        copies[message["To"]].add((message["Message-ID"], *named))
    assert set(copies) == {f"member{number}@example.org" for number in range(MANY)}
    assert [len(same) for same in copies.values()] == [1] * MANY
    event = ((b"UID", uid.encode()), (b"SEQUENCE", b"0"))
    assert {found[1:] for same in copies.values() for found in same} == {event}
