"""Fixtures of polls."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.jobs import jobs
from peernet.jobs.models import Job
from peernet.mail.models import Mail
from peernet.roundtables.models import RoundtableKind
from peernet.roundtables.polls import access, proposing, telling
from peernet.roundtables.polls.models import Poll, PollOption, Vote
from tests.world import World

# Closing on Monday 30 November 2026, 18:00 in London.
CLOSES = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)
PROPOSALS = [(date(2026, 12, 8), time(9)), (date(2026, 12, 8), time(15)), (date(2026, 12, 9), time(22))]
FACTS = {
    "title": "An extra hour",
    "kind": RoundtableKind.ROUNDTABLE,
    "summary": "On licences.",
    "minutes": 60,
    "closes_at": CLOSES,
}

Ask = Callable[..., Poll]


@pytest.fixture
def ask(db: Session, world: World) -> Ask:
    """Open a poll of the cohort on three times in December, by London's clocks, unless told otherwise."""

    def make(**given: Any) -> Poll:
        facts = proposing.Facts(**FACTS | {name: given.pop(name) for name in list(given) if name in FACTS})
        poll = proposing.propose(
            db,
            given.pop("cohort", world.cohort),
            actor=viewer_of(world.organiser),
            facts=facts,
            **{"zone": "Europe/London", "proposals": PROPOSALS} | given,
        )
        db.commit()
        return db.scalars(access.by_id(poll.id)).one()

    return make


@pytest.fixture
def work(db: Session) -> Callable[[], int]:
    """Do what the worker is to tell; the number of jobs."""

    def do() -> int:
        done = 0
        while job := db.scalars(select(Job).where(Job.kind == telling.JOB, Job.done_at.is_(None))).first():
            telling.carry_on(db, job.payload)
            jobs.finish(db, job)
            db.flush()
            done += 1
        return done

    return do


@pytest.fixture
def outbox(db: Session, work: Callable[[], int]) -> Callable[[], list[tuple[str, str]]]:
    """(kind, name before the @) of each mail that was written since the last look, after the worker's jobs."""
    seen = {0}

    def read() -> list[tuple[str, str]]:
        work()
        new = db.scalars(select(Mail).where(Mail.id > max(seen)).order_by(Mail.id)).all()
        seen.update(mail.id for mail in new)
        return [(mail.kind.removeprefix("roundtables/"), mail.to_address.split("@")[0]) for mail in new]

    return read


def options(db: Session, poll: Poll) -> list[PollOption]:
    """What a poll proposes, in order."""
    return list(db.scalars(access.options_of(poll.id)))


def votes(db: Session, poll: Poll, *words: str) -> dict[int, Vote]:
    """Votes on its options in order; "" says nothing."""
    pairs = zip(options(db, poll), words, strict=False)
    return {option.id: Vote(word) for option, word in pairs if word}


def said(db: Session, poll: Poll, person: Person) -> list[str]:
    """What somebody said, in the order of the options; "" where they said nothing."""
    found = dict(db.execute(access.own_votes(poll.id, person.id)).all())
    return [found[option.id].value if option.id in found else "" for option in options(db, poll)]
