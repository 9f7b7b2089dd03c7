"""Weekly hours said, kept or shifted after a move, remembered, and what the planner gets of them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.cohorts.models import Membership
from peernet.db import Conflict
from peernet.roundtables import attendance
from peernet.roundtables.hours import access, saying, week
from peernet.roundtables.hours.models import WeeklyHours
from peernet.roundtables.models import Answer, Roundtable
from peernet.roundtables.series.availability import Level, Member, Window, level
from tests.world import World

OFFICE = week.office(week.WEEKEND)


def say(db: Session, person: Person, **given: Any) -> WeeklyHours:
    return saying.say(db, person, **{"hours": OFFICE, "weekend": (5, 6), "away": (), "version": 0} | given)


def test_hours_are_said_and_said_again(db: Session, world: World) -> None:
    first = say(db, world.member)
    assert (first.version, first.zone, first.weekend) == (1, "Europe/London", [5, 6])
    say(db, world.member, weekend=(6, 4), version=1)
    assert (first.version, first.weekend) == (2, [4, 6])
    say(db, world.member, weekend=(6, 4), version=2)
    assert (first.version, db.scalar(select(func.count(WeeklyHours.id)))) == (2, 1)


def test_two_windows_of_one_browser_lose_nothing(db: Session, world: World) -> None:
    say(db, world.member, hours=week.painted(week.EMPTY, week.MAYBE, days=(2,), start=570, end=600))
    with pytest.raises(Conflict) as late:
        say(db, world.member)
    assert late.value.theirs == "Wednesday 09:30–10:00: If need be\nWeekend: Saturday, Sunday"


def test_days_away_that_are_over_are_dropped(db: Session, world: World) -> None:
    away = [
        (date(2026, 12, 20), date(2027, 1, 3)),
        (date(2026, 11, 1), date(2026, 11, 22)),
        (date(2026, 11, 1), date(2026, 11, 23)),
    ]
    assert say(db, world.member, away=away).away == [["2026-11-01", "2026-11-23"], ["2026-12-20", "2027-01-03"]]


@pytest.mark.parametrize(("shift", "start"), [(False, 540), (True, 870)])
def test_after_a_move_hours_are_kept_or_shifted(db: Session, world: World, shift: bool, start: int) -> None:
    said = say(db, world.member, hours=week.painted(week.EMPTY, week.YES, days=(0,), start=540, end=600))
    world.member.zone = "Asia/Kolkata"
    db.flush()
    assert saying.minutes_ahead(said, world.member.zone) == 330
    saying.settle_in(db, world.member, shift=shift, version=1)
    assert (said.zone, said.windows, said.version) == ("Asia/Kolkata", [[0, start, start + 60, "yes"]], 2)
    saying.settle_in(db, world.member, shift=True, version=2)
    assert said.version == 2


def test_settling_in_late_is_a_conflict(db: Session, world: World) -> None:
    say(db, world.member)
    with pytest.raises(Conflict):
        saying.settle_in(db, world.member, shift=True, version=7)


def test_an_answer_is_remembered_for_that_hour_of_each_week(db: Session, world: World) -> None:
    world.peer.zone = "Asia/Kathmandu"
    moment = datetime(2026, 12, 7, 18, 0, tzinfo=UTC)  # 23:45 on Monday in Kathmandu
    saying.remember(db, world.peer, starts_at=moment, minutes=60, level=week.YES)
    said = db.scalar(access.of_person(world.peer.id))
    assert said.windows == [[0, 1410, 1440, "yes"], [1, 0, 60, "yes"]]
    saying.remember(db, world.peer, starts_at=moment + timedelta(minutes=30), minutes=30, level=week.NO)
    assert said.windows == [[0, 1410, 1440, "yes"]]


def test_hours_go_with_the_account(db: Session, world: World) -> None:
    say(db, world.stranger)
    db.execute(delete(Person).where(Person.id == world.stranger.id))
    assert db.scalar(select(func.count(WeeklyHours.id))) == 0


def test_the_planner_gets_those_who_attend(db: Session, world: World) -> None:
    world.peer.zone = "Asia/Kolkata"
    good = week.painted(week.EMPTY, week.YES, days=(0,), start=540, end=600)
    say(db, world.peer, hours=week.painted(good, week.MAYBE, days=(0,), start=600, end=660), weekend=(4, 5))
    say(db, world.observer)
    say(db, world.outsider)
    found = {member.id: member for member in access.for_planner(db, world.cohort.id)}
    invited = [world.organiser, world.facilitator, world.member, world.mate, world.peer, world.third]
    assert sorted(map(int, found)) == sorted(person.id for person in invited)
    monday = frozenset({0})
    assert found[str(world.peer.id)] == Member(
        id=str(world.peer.id),
        org=str(world.library.id),
        zone="Asia/Kolkata",
        weekly=(Window(monday, 540, 660, Level.MAYBE), Window(monday, 540, 600, Level.YES)),
        weekend=frozenset({4, 5}),
    )
    assert found[str(world.organiser.id)] == Member(id=str(world.organiser.id), zone="Europe/London")


def test_who_left_or_was_disabled_is_not_planned_for(db: Session, world: World) -> None:
    db.scalars(select(Membership).where(Membership.person_id == world.peer.id)).one().left_at = clock.now()
    world.third.disabled_at = clock.now()
    db.flush()
    ids = {member.id for member in access.for_planner(db, world.cohort.id)}
    assert ids & {str(world.peer.id), str(world.third.id)} == set()


def test_a_half_hour_between_good_and_if_need_be_is_possible(db: Session, world: World) -> None:
    """Where a zone is a quarter off, a half hour can lie across the two; it counts as the lower one."""
    good = week.painted(week.EMPTY, week.YES, days=(0,), start=540, end=600)
    say(db, world.member, hours=week.painted(good, week.MAYBE, days=(0,), start=600, end=660))
    world.member.zone = "Asia/Kathmandu"
    db.flush()
    one = next(each for each in access.for_planner(db, world.cohort.id) if each.id == str(world.member.id))
    assert level(one, datetime(2026, 12, 7, 4, 0, tzinfo=UTC), 30) is Level.MAYBE  # 09:45 to 10:15 there


def test_what_was_held_is_carried_by_who_came(
    plan: Callable[..., Roundtable], db: Session, world: World, count_queries: Callable[[], Any]
) -> None:
    world.peer.zone = "Asia/Kolkata"
    for person in (world.member, world.peer):
        attendance.rsvp(db, plan(wall_start=datetime(2026, 12, 8, 15, 0)), person, Answer.ACCEPTED)
    attendance.rsvp(db, plan(wall_start=datetime(2026, 12, 9, 15, 0)), world.peer, Answer.WRITING)
    one = plan(wall_start=datetime(2026, 12, 10, 19, 0), minutes=60)
    for person in (world.member, world.peer):
        attendance.rsvp(db, one, person, Answer.ACCEPTED)
    db.execute(Roundtable.__table__.update().values(ends_at=clock.now() - timedelta(days=1)))
    db.commit()
    cohort_id = world.cohort.id
    with count_queries() as seen:
        found = {int(each.id): each.burden_so_far for each in access.for_planner(db, cohort_id)}
    # 20:30 to 22:00 in Kolkata is two points a half hour; 00:30 to 01:30 eight; 19:00 to 20:00 in London one.
    assert (found[world.peer.id], found[world.member.id], found[world.mate.id]) == (3 * 2 + 2 * 8, 2, 0)
    assert len(seen) == 2
