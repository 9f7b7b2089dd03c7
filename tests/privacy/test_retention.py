"""What a cohort's people said is kept for a time after its end: announced, removed by the clock, reported."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.cohorts import cohorts
from peernet.cohorts.models import Cohort, Invitation, Role
from peernet.ledger import ledger
from peernet.ledger.models import Event
from peernet.mail.models import Mail
from peernet.privacy.retention import carrying, terms
from peernet.privacy.retention.models import Kind, Removal
from peernet.prompts.models import Draft, Response
from peernet.roundtables.hours.models import WeeklyHours
from peernet.roundtables.running.models import NoteToSelf
from peernet.settings import Settings, use
from peernet.web.viewer import NOBODY
from tests.prompts.conftest import give
from tests.world import World

_EXPECTED = Path(__file__).parents[1] / "emails" / "privacy"


@pytest.fixture
def closed(db: Session, world: World) -> Cohort:
    """The cohort after its end, with something of every kind."""
    give(db, world.asking, world.member, text="Of the member")
    give(db, world.asking, world.peer, text="Of the peer")
    now = clock.now()
    db.add(Draft(asking_id=world.asking.id, person_id=world.third.id, source="Unsaid", saved_at=now))
    db.add(NoteToSelf(roundtable_id=world.roundtable.id, person_id=world.peer.id, source="To myself", saved_at=now))
    for person in (world.member, world.outsider):
        db.add(WeeklyHours(person_id=person.id, zone="UTC", windows=[], weekend=[], away=[], said_at=now))
    address = "new@example.org"
    db.add(Invitation(cohort_id=world.cohort.id, email=address, email_key=address, role=Role.OBSERVER, created_at=now))
    cohorts.close(db, world.cohort, actor=NOBODY)
    db.commit()
    return world.cohort


def at(moment: datetime) -> Iterator[None]:
    return time_machine.travel(moment, tick=False)


def night(db: Session) -> tuple[int, int]:
    """What the worker does: how many kinds were announced, and how many rows removed."""
    announced, removed = carrying.announce_due(db), 0
    db.commit()
    while number := carrying.carry_out_due(db):
        removed += number
        db.commit()
    return announced, removed


def left(db: Session) -> dict[str, int]:
    return {
        model.__tablename__: len(db.scalars(select(model)).all())
        for model in (Response, Draft, NoteToSelf, WeeklyHours, Invitation)
    }


def test_the_day_some_months_later() -> None:
    end_of_january = datetime(2027, 1, 31, 12, tzinfo=clock.now().tzinfo)
    found = [terms.after(end_of_january, months) for months in (1, 2, 12)]
    assert [each.date().isoformat() for each in found] == ["2027-03-01", "2027-03-31", "2028-01-31"]


def test_nothing_of_a_cohort_that_runs_and_nothing_unannounced(db: Session, world: World, closed: Cohort) -> None:
    assert night(db) == (0, 0)
    with at(clock.now() + timedelta(days=200)):
        assert night(db) == (3, 0)
    everything = {"response": 2, "draft": 1, "note_to_self": 1, "weekly_hours": 2, "invitation": 1}
    assert left(db) == everything


def test_announced_to_all_and_removed_a_month_later(
    db: Session, world: World, closed: Cohort, outbox: Callable[[], list[Mail]]
) -> None:
    with at(terms.after(closed.closed_at, 36) - timedelta(days=30)):
        assert night(db) == (5, 0)
        assert night(db) == (0, 0)
    told = [mail for mail in outbox() if mail.kind == "privacy/removal-announced"]
    assert {mail.person_id for mail in told} == {
        each.id
        for each in (
            world.member, world.mate, world.peer, world.third, world.observer, world.facilitator, world.organiser,
        )
    }  # fmt: skip
    mail = next(mail for mail in told if mail.person_id == world.observer.id)
    assert f"Subject: {mail.subject}\n\n{mail.text}" == (_EXPECTED / "removal-announced.txt").read_text("utf-8")
    with at(terms.after(closed.closed_at, 36) + timedelta(hours=1)):
        assert night(db) == (0, 6)
    assert left(db) == {"response": 0, "draft": 0, "note_to_self": 0, "weekly_hours": 1, "invitation": 0}
    done = {each.kind: each.removed for each in db.scalars(select(Removal))}
    assert done == {Kind.ANSWERS: 2, Kind.DRAFTS: 1, Kind.NOTES: 1, Kind.HOURS: 1, Kind.INVITATIONS: 1}
    reports = [mail for mail in outbox() if mail.kind == "privacy/removed"]
    assert [mail.person_id for mail in reports] == [world.organiser.id] * 5
    assert "Answers to prompts, 2 in all" in " ".join(mail.text for mail in reports)


def test_a_cohort_that_is_opened_again_or_keeps_longer_calls_it_off(db: Session, world: World, closed: Cohort) -> None:
    with at(clock.now() + timedelta(days=200)):
        night(db)
        months = dict.fromkeys(Kind, 0)
        terms.set_months(db, closed, actor=NOBODY, months=months | {Kind.DRAFTS: 6})
        night(db)
        assert [each.kind for each in db.scalars(select(Removal))] == [Kind.DRAFTS]
        cohorts.reopen(db, closed, actor=NOBODY)
        night(db)
        assert db.scalars(select(Removal)).all() == []


def test_organisers_set_it_and_everybody_inside_reads_it(
    db: Session, world: World, sign_in: Callable[..., FlaskClient]
) -> None:
    path = f"/c/{world.cohort.slug}/retention"
    months = {f"{kind.value}_months": "12" for kind in Kind}
    assert sign_in(world.organiser).post(path, data=months).location == path
    page = sign_in(world.member).get(path).text
    assert (page.count("12 months"), "Set how long" in page) == (5, False)
    assert sign_in(world.member).post(path, data=months).status_code == 404
    assert sign_in(world.organiser).post(path, data=months | {"drafts_months": "-1"}).status_code == 422


def test_what_happened_is_kept_as_long_as_the_settings_say(db: Session, settings: Settings) -> None:
    ledger.record(db, "x.y", subject="x:1")
    db.commit()
    with at(clock.now() + timedelta(days=400)):
        assert ledger.prune(db) == 0
        retention = settings.retention.model_copy(update={"events_months": 12})
        use(settings.model_copy(update={"retention": retention}))
        assert ledger.prune(db) == 1
    assert db.scalars(select(Event).where(Event.action == "x.y")).all() == []
