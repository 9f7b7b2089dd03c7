"""A cohort from inside: what each role sees of it, and what waits for whom."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import Invitation, Role, Seat
from peernet.desk import waiting
from peernet.materials.models import Material, MaterialKind
from peernet.materials.reviews.standing import Phase
from peernet.prompts.models import Done
from peernet.roundtables.models import Answer, Attendance
from tests.world import World, join, make_asking, make_organisation, make_person, make_roundtable

SignIn = Callable[..., FlaskClient]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("organiser", 200),
        ("facilitator", 200),
        ("member", 200),
        ("observer", 200),
        ("outsider", 404),
        ("stranger", 404),
        ("admin", 404),
    ],
)
def test_who_may_come_in(world: World, sign_in: SignIn, who: str, status: int) -> None:
    assert sign_in(getattr(world, who)).get("/c/practice-cohort").status_code == status


@pytest.mark.parametrize(
    ("who", "leads"), [("organiser", True), ("facilitator", True), ("member", False), ("observer", False)]
)
def test_what_waits_is_for_those_who_lead(world: World, sign_in: SignIn, who: str, leads: bool) -> None:
    page = sign_in(getattr(world, who)).get("/c/practice-cohort").text
    assert ("What waits for whom" in page) is leads
    assert ("Not yet:" in page) is leads


def make_waiting(db: Session, world: World) -> None:
    """Two answers, one member done, an invitation, an empty seat, a draft."""
    db.add(
        Attendance(
            roundtable_id=world.roundtable.id, person_id=world.peer.id, answer=Answer.ACCEPTED, answered_at=clock.now()
        )
    )
    db.add(
        Attendance(
            roundtable_id=world.roundtable.id, person_id=world.mate.id, answer=Answer.DECLINED, answered_at=clock.now()
        )
    )
    db.add(Done(asking_id=world.asking.id, person_id=world.peer.id))
    empty, invited = (
        Seat(cohort_id=world.cohort.id, organisation_id=make_organisation(db, slug).id, created_at=clock.now())
        for slug in ("weather-station", "clinic")
    )
    db.add_all([empty, invited])
    db.flush()
    db.add(
        Invitation(
            cohort_id=world.cohort.id,
            email="new@example.org",
            email_key="new@example.org",
            role=Role.MEMBER,
            seat_id=invited.id,
            created_at=clock.now(),
        )
    )
    db.add(
        Material(
            slug="half-written",
            kind=MaterialKind.BLOGPOST,
            cohort_id=world.cohort.id,
            title="Half written",
            created_at=clock.now(),
            changed_at=clock.now(),
        )
    )
    db.commit()


def test_what_waits(world: World, db: Session) -> None:
    make_waiting(db, world)
    found = waiting.in_cohort(db, viewer_of(world.organiser), world.cohort, world.roundtable)
    assert found.answers is not None
    assert (found.answers.answered, found.answers.invited) == (2, 6)
    assert sorted(found.answers.missing) == ["Facilitator", "Member", "Organiser", "Third"]
    assert [(one.asking.id, one.rate.done, one.rate.asked) for one in found.asked] == [(world.asking.id, 1, 4)]
    assert [one.email for one in found.invitations] == ["new@example.org"]
    assert [seat.organisation.name for seat in found.empty_seats] == ["Weather Station"]
    assert [(material.title, stands.phase) for material, stands in found.drafts] == [("Half written", Phase.DRAFT)]


def test_who_is_done_is_told_to_nobody(world: World, db: Session, sign_in: SignIn) -> None:
    db.add(Done(asking_id=world.asking.id, person_id=world.peer.id))
    for person in (world.member, world.mate, world.peer, world.third, world.organiser, world.facilitator):
        db.add(
            Attendance(
                roundtable_id=world.roundtable.id, person_id=person.id, answer=Answer.DECLINED, answered_at=clock.now()
            )
        )
    db.commit()
    page = sign_in(world.organiser).get("/c/practice-cohort").text
    people = page.index('id="people"')
    names = [
        name
        for name in ("Member", "Mate", "Peer", "Third")
        if f"{name}\n" in page[:people] or f">{name}<" in page[:people]
    ]
    assert names == []


def test_the_same_number_of_queries_at_one_and_thirty(
    world: World, db: Session, sign_in: SignIn, count_queries: Callable[[], Any]
) -> None:
    make_waiting(db, world)
    client = sign_in(world.organiser)
    with count_queries() as few:
        assert client.get("/c/practice-cohort").status_code == 200
    seat = db.query(Seat).filter_by(cohort_id=world.cohort.id).first()
    for number in range(30):
        join(db, world.cohort, make_person(db, f"Person {number}"), Role.MEMBER, seat)
        make_roundtable(db, world.cohort, f"Table {number}", datetime(2026, 12, 2, 15, 0) + timedelta(days=number))
        make_asking(db, world.cohort, f"question-{number}", f"Question {number}?")
    db.commit()
    with count_queries() as many:
        assert client.get("/c/practice-cohort").status_code == 200
    assert len(many) == len(few)
