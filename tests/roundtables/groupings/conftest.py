"""Fixtures of groups: roundtables that were held, and groups that were formed and announced."""

from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.db import Database
from peernet.groups import solving
from peernet.groups.models import GroupingState, GroupSeat
from peernet.groups.wishes import Wishes
from peernet.roundtables import access as roundtables
from peernet.roundtables.groupings import access, announcing, drafting
from peernet.roundtables.groupings.models import RoundtableGrouping
from peernet.roundtables.models import Answer, Attendance, Presence, Roundtable, Source
from tests.world import World

PAIRS = Wishes(number=2, orgs_apart=True, duties=False)


def answer(db: Session, one: Roundtable, who: Iterable[Person], said: Answer = Answer.ACCEPTED) -> None:
    """Give each the same answer, in place of any before."""
    for person in who:
        given = db.scalar(roundtables.answer_of(one.id, person.id, None))
        given = given or Attendance(roundtable_id=one.id, person_id=person.id)
        given.answer, given.answered_at = said, clock.now()
        db.add(given)
    db.flush()


def record(db: Session, one: Roundtable, there: Iterable[Person], absent: Iterable[Person] = ()) -> None:
    """Record who was there and who was not."""
    for people, was_there in ((there, True), (absent, False)):
        for person in people:
            db.add(
                Presence(
                    roundtable_id=one.id,
                    person_id=person.id,
                    was_there=was_there,
                    source=Source.FACILITATOR,
                    recorded_at=clock.now(),
                )
            )
    db.flush()


def over(db: Session, one: Roundtable) -> None:
    """As if it had been held yesterday."""
    one.starts_at, one.ends_at = clock.now() - timedelta(days=1), clock.now() - timedelta(hours=22)
    db.flush()


def tables(db: Session, link: RoundtableGrouping) -> list[list[list[str]]]:
    """The names at each table of each round."""
    seats = db.query(GroupSeat).filter_by(grouping_id=link.grouping_id).all()
    found: dict[int, dict[int, list[str]]] = {}
    for seat in seats:
        name = db.get_one(Person, seat.person_id).name
        found.setdefault(seat.round, {}).setdefault(seat.table_number, []).append(name)
    return [[sorted(found[number][table]) for table in sorted(found[number])] for number in sorted(found)]


@pytest.fixture
def everybody(world: World) -> list[Person]:
    """All who attend the practice cohort."""
    return [world.organiser, world.facilitator, world.member, world.mate, world.peer, world.third]


@pytest.fixture
def form(db: Session, world: World) -> Callable[..., RoundtableGrouping]:
    """Groups of a roundtable, formed at once."""

    def make(one: Roundtable, wished: Wishes = PAIRS) -> RoundtableGrouping:
        posed = drafting.pose(db, one, wished)
        found = solving.at_once(posed.problem)
        actor = viewer_of(world.organiser)
        link = drafting.draft(db, one, actor=actor, wished=wished, found=found, inputs=posed.inputs)
        db.flush()
        return link

    return make


@pytest.fixture
def announce(db: Session, world: World, form: Callable[..., RoundtableGrouping]) -> Callable[..., RoundtableGrouping]:
    """Groups of a roundtable, formed and announced."""

    def make(one: Roundtable, wished: Wishes = PAIRS) -> RoundtableGrouping:
        link = form(one, wished)
        posed = drafting.pose_again(db, link)
        actor = viewer_of(world.organiser)
        announcing.announce(db, link, posed, actor=actor, version=link.grouping.version)
        db.flush()
        return link

    return make


@pytest.fixture
def repair(db: Session, world: World) -> Callable[..., announcing.Repair]:
    """Announced groups repaired; with the fewest moves unless told otherwise."""

    def do(link: RoundtableGrouping, *moves: int) -> announcing.Repair:
        planned = announcing.plan_repair(db, link)
        found = announcing.found_after(planned, moves)
        posed = drafting.pose_again(db, link)
        announcing.repair(db, link, posed, found, actor=viewer_of(world.organiser), planned=planned)
        db.flush()
        return planned

    return do


@pytest.fixture
def work_out(db: Session, database: Database) -> Callable[[RoundtableGrouping], GroupingState]:
    """Do what the worker does with a draft."""

    def work(link: RoundtableGrouping) -> GroupingState:
        db.commit()
        drafting.work_out(database, {"grouping_id": link.grouping_id})(db)
        db.commit()
        db.expire_all()
        return db.scalars(access.of_grouping(link.grouping_id)).one().grouping.state

    return work
