"""The table of what everybody said, and times to propose from weekly hours."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

from sqlalchemy.orm import Session

from peernet.accounts.sessions import viewer_of
from peernet.roundtables.hours import saying, week
from peernet.roundtables.polls import access, answering, suggesting
from peernet.roundtables.polls.models import Poll
from peernet.roundtables.polls.table import Table, table_of
from tests.roundtables.polls.conftest import Ask, options, votes
from tests.world import World


def _table(db: Session, world: World, poll: Poll) -> Table:
    return table_of(poll, options(db, poll), access.asked_in(db, viewer_of(world.organiser), poll))


def test_it_counts_and_shows_each_persons_own_hour(ask: Ask, db: Session, world: World) -> None:
    world.third.zone = "America/Los_Angeles"
    db.flush()
    poll = ask()
    answering.answer(db, poll, world.member, votes(db, poll, "yes", "yes", "no"))
    answering.answer(db, poll, world.peer, votes(db, poll, "maybe", "yes", ""))
    answering.answer(db, poll, world.third, votes(db, poll, "no", "maybe", "yes"))
    table = _table(db, world, poll)
    counts = [(each.yes, each.maybe, each.no, each.silent, each.seats, each.coming) for each in table.columns]
    assert counts == [(1, 1, 1, 3, 2, 2), (2, 1, 0, 3, 3, 3), (1, 0, 1, 4, 1, 1)]
    assert (table.answered, table.silent) == (3, ["Facilitator", "Mate", "Organiser"])
    assert [each.is_best for each in table.columns] == [False, True, False]
    rows = {person.name: cells for person, cells in table.rows}
    own = [(cell.shown.own.strftime("%d %H:%M"), cell.shown.is_night) for cell in rows["Third"] if cell.shown.own]
    assert own == [("08 01:00", True), ("08 07:00", False), ("09 14:00", False)]
    assert [cell.shown.is_another_day for cell in rows["Peer"]] == [False, False, True]


def test_the_best_is_where_most_can_then_gladly_then_at_least_cost(ask: Ask, db: Session, world: World) -> None:
    poll = ask()
    answering.answer(db, poll, world.member, votes(db, poll, "maybe", "yes", "yes"))
    answering.answer(db, poll, world.mate, votes(db, poll, "yes", "yes", "yes"))
    best = [each.option.start.hour for each in _table(db, world, poll).best if each.option.start]
    # 15:00 and 22:00 suit both gladly, but 22:00 costs both of them.
    assert best == [15, 22, 9]


def test_without_answers_nothing_is_best(ask: Ask, db: Session, world: World) -> None:
    table = _table(db, world, ask())
    assert [each.is_best for each in table.columns] == [False, False, False]
    assert table.answered == 0


def test_it_takes_two_queries_however_many_answer(
    ask: Ask, db: Session, world: World, count_queries: Callable[[], Any]
) -> None:
    poll = ask()
    viewer, poll_id = viewer_of(world.organiser), poll.id
    numbers = []
    for people in ([], [world.member, world.mate, world.peer, world.third]):
        for person in people:
            answering.answer(db, poll, person, votes(db, poll, "yes", "no", "no"))
        db.expire_all()
        poll = db.scalars(access.by_id(poll_id)).one()
        with count_queries() as seen:
            access.asked_in(db, viewer, poll)
        numbers.append(len(seen))
    assert numbers == [2, 2]


def test_suggestions_come_from_weekly_hours_as_numbers(db: Session, world: World) -> None:
    """London from nine to six and Kolkata from nine to ten in the evening meet from nine to half past four."""
    for person, start, end in ((world.member, 540, 1080), (world.peer, 540, 1320), (world.mate, 540, 1080)):
        painted = week.painted(week.EMPTY, week.YES, days=(0, 1, 2, 3, 4), start=start, end=end)
        saying.say(db, person, hours=painted, weekend=(5, 6), away=(), version=0)
    found = suggesting.suggest(db, world.cohort.id, zone="Europe/London", minutes=60, first=date(2026, 12, 7))
    assert [each.day for each in found] == [date(2026, 12, day) for day in (7, 8, 9, 10, 11)]
    assert {(each.heads, each.people) for each in found} == {(3, 3)}
    assert {each.start for each in found} == {time(9)}


def test_over_fewer_than_three_people_nothing_is_suggested(db: Session, world: World) -> None:
    """The numbers would be one person's hours, or one's and the asker's own."""
    for person in (world.member, world.peer):
        painted = week.painted(week.EMPTY, week.YES, start=0, end=1440)
        saying.say(db, person, hours=painted, weekend=(5, 6), away=(), version=0)
    found = suggesting.suggest(db, world.cohort.id, zone="Europe/London", minutes=60, first=date(2026, 12, 7))
    assert found == []
