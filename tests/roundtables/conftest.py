"""Fixtures of this room's tests."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peernet.accounts.sessions import viewer_of
from peernet.jobs import jobs
from peernet.jobs.models import Job
from peernet.mail.models import Mail
from peernet.roundtables import access, invitees, links, planning, telling
from peernet.roundtables.invitees import Whoever
from peernet.roundtables.models import Roundtable, RoundtableKind, Told
from peernet.tokens import tokens
from peernet.tokens.models import Token
from tests.world import World

PLANNED = {
    "title": "What makes data worth trusting?",
    "kind": RoundtableKind.ROUNDTABLE,
    "wall_start": datetime(2026, 12, 8, 15, 0),
    "zone": "Europe/London",
    "minutes": 90,
}


# What reads the mails that a roundtable was planned with, or what is written with them.
_READ_MAIL = {"outbox", "link_of", "work"}


@pytest.fixture
def plan(db: Session, world: World, request: pytest.FixtureRequest) -> Callable[..., Roundtable]:
    """Plan a roundtable of the cohort on 8 December 2026, 15:00 in London, unless told otherwise, and invite to it. To
    a test that reads no mail nobody is written: that would be most of its time."""
    is_told = not _READ_MAIL.isdisjoint(request.fixturenames)

    def make(**given: Any) -> Roundtable:
        made = planning.plan(db, world.cohort, actor=viewer_of(world.organiser), **{**PLANNED, **given})
        if is_told:
            _tell(db)
        else:
            db.execute(delete(Job).where(Job.kind == telling.JOB))
        db.commit()
        return db.scalars(access.all_roundtables().where(Roundtable.id == made.id)).one()

    return make


@pytest.fixture
def work(db: Session) -> Callable[[], int]:
    """Do what the worker is to tell; the number of jobs."""

    return partial(_tell, db)


@pytest.fixture
def outbox(db: Session, work: Callable[[], int]) -> Callable[[], list[Mail]]:
    """The mails written so far, oldest first, after the worker did what it had to do."""

    def read() -> list[Mail]:
        work()
        return list(db.scalars(select(Mail).order_by(Mail.id)))

    return read


@pytest.fixture
def link_of(db: Session, work: Callable[[], int]) -> Callable[[Roundtable, Whoever], str]:
    """The path of the link of a person or a guest to a roundtable."""

    def find(roundtable: Roundtable, whoever: Whoever) -> str:
        work()
        subject = links.subject_of(roundtable.id, invitees.of(whoever).key)
        found = db.scalars(select(Token).where(Token.subject == subject, Token.revoked_at.is_(None))).one()
        return f"/r/{tokens.text_of(found)}"

    return find


def by_other_rules(db: Session, roundtable: Roundtable) -> None:
    """As if the roundtable had been planned, and told, by rules under which its zone was an hour further ahead."""
    hour = timedelta(hours=1)
    roundtable.starts_at, roundtable.ends_at = roundtable.starts_at - hour, roundtable.ends_at - hour
    for told in db.scalars(select(Told).where(Told.roundtable_id == roundtable.id)):
        told.starts_at -= hour
    roundtable.zone_rules = "2020a"
    db.flush()


def _tell(db: Session) -> int:
    done = 0
    while job := db.scalars(select(Job).where(Job.kind == telling.JOB, Job.done_at.is_(None))).first():
        telling.carry_on(db, job.payload)
        jobs.finish(db, job)
        db.flush()
        done += 1
    return done
