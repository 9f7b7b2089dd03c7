"""Who sees which roundtable, and what they may do there."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import CohortState, Role
from peernet.roundtables import access, access_upcoming, attendance, guests, planning
from peernet.roundtables.models import Answer, Roundtable, When
from peernet.web.viewer import NOBODY
from tests.world import World, join, make_asking, make_roundtable

Plan = Callable[..., Roundtable]


@pytest.mark.parametrize(
    ("who", "sees", "leads", "attends"),
    [
        ("organiser", True, True, True),
        ("facilitator", True, True, True),
        ("member", True, False, True),
        ("mate", True, False, True),
        ("observer", True, False, False),
        ("outsider", False, False, False),
        ("stranger", False, False, False),
        ("admin", False, False, False),
    ],
)
def test_roles(plan: Plan, db: Session, world: World, who: str, sees: bool, leads: bool, attends: bool) -> None:
    one = plan()
    viewer = viewer_of(getattr(world, who))
    here = Roundtable.id == one.id
    assert (db.scalars(access.visible_to(viewer).where(here)).all() != []) is sees
    assert (db.scalars(access.led_by(viewer).where(here)).all() != []) is leads
    assert (db.scalars(access.attended_by(viewer).where(here)).all() != []) is attends
    standing = access.standings(db, viewer, access.visible_to(viewer).where(here))
    assert [(each.leads, each.attends) for each in standing] == ([(leads, attends)] if sees else [])


def test_nobody_sees_nothing(plan: Plan, db: Session) -> None:
    plan()
    for statement in (access.visible_to, access.led_by, access.attended_by, access.upcoming_of):
        assert db.scalars(statement(NOBODY)).all() == []


def test_a_guest_of_one_roundtable_sees_that_one(plan: Plan, db: Session, world: World) -> None:
    other = plan(title="Another")
    one = plan()
    guests.invite(db, one, actor=viewer_of(world.organiser), email=world.stranger.email, name="An Expert")
    viewer = viewer_of(world.stranger)
    (standing,) = access.standings(db, viewer, access.visible_to(viewer))
    assert standing == access.Standing(one, is_inside=False, leads=False, attends=True, answer=None)
    assert other.id != one.id


def test_who_left_sees_nothing_more(plan: Plan, db: Session, world: World) -> None:
    plan()
    join(db, world.other_cohort, world.member, Role.OBSERVER)
    for membership in db.query(access.Membership).where(access.Membership.person_id == world.peer.id):
        membership.left_at = clock.now()
    db.flush()
    assert db.scalars(access.visible_to(viewer_of(world.peer))).all() == []


def test_the_way_in_is_meant_for_who_accepted_and_who_leads(plan: Plan, db: Session, world: World) -> None:
    one = plan()
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    attendance.rsvp(db, one, world.mate, Answer.WRITING)
    found = {}
    for who in ("organiser", "facilitator", "member", "mate", "peer", "observer"):
        viewer = viewer_of(getattr(world, who))
        (standing,) = access.standings(db, viewer, access.visible_to(viewer).where(Roundtable.id == one.id))
        found[who] = standing.has_way_in
    assert found == {
        "organiser": True, "facilitator": True, "member": True, "mate": False, "peer": False, "observer": False,
    }  # fmt: skip


def test_upcoming_is_over_all_cohorts_soonest_first(
    plan: Plan, db: Session, world: World, count_queries: Callable
) -> None:
    seat = db.query(access.Membership).where(access.Membership.person_id == world.outsider.id).one().seat_id
    join(db, world.other_cohort, world.member, Role.FACILITATOR)
    elsewhere = make_roundtable(db, world.other_cohort, "Elsewhere", datetime(2026, 12, 5, 10, 0))
    plan(wall_start=datetime(2026, 11, 3, 13, 0), held=True)
    planning.cancel(db, plan(), actor=viewer_of(world.organiser))
    one = plan(reading=[("FAIR", "https://go-fair.org")], asked=[(world.asking, When.BEFORE)])
    attendance.rsvp(db, one, world.member, Answer.WRITING)
    db.flush()
    with count_queries() as seen:
        found = access_upcoming.upcoming(db, viewer_of(world.member))
    assert [(each.roundtable.id, each.answer, each.leads) for each in found] == [
        (world.roundtable.id, None, False),
        (elsewhere.id, None, True),
        (one.id, Answer.WRITING, False),
    ]
    assert [[reading.title for reading in each.readings] for each in found] == [[], [], ["FAIR"]]
    assert [[row.asking.text for row in each.prompts] for each in found] == [[], [], [world.asking.text]]
    assert len(seen) == 3
    assert seat is not None
    world.other_cohort.state = CohortState.CLOSED
    db.flush()
    assert len(access_upcoming.upcoming(db, viewer_of(world.member))) == 2


def test_what_is_not_open_yet_is_seen_by_those_who_lead(plan: Plan, db: Session, world: World) -> None:
    later = make_asking(db, world.cohort, "later", "What did we learn?")
    later.opens_at = clock.now() + timedelta(days=5)
    withdrawn = make_asking(db, world.cohort, "withdrawn", "Never mind?")
    withdrawn.withdrawn_at = clock.now()
    one = plan(asked=[(later, When.AFTER), (withdrawn, When.BEFORE), (world.asking, When.BEFORE)])
    seen = {
        who: [row.asking.text for row in db.scalars(access.prompts_of(viewer_of(getattr(world, who)), [one.id]))]
        for who in ("member", "facilitator")
    }
    assert seen == {"member": [world.asking.text], "facilitator": [later.text, world.asking.text]}


def test_the_public_sees_what_is_public_of_cohorts_that_are_open(plan: Plan, db: Session, world: World) -> None:
    plan()
    shown = plan(is_public=True)
    assert [each.id for each in db.scalars(access.listed_publicly())] == [shown.id]
    world.cohort.state = CohortState.DRAFT
    db.flush()
    assert db.scalars(access.listed_publicly()).all() == []
