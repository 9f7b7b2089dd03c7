"""Groups announced, replaced, and repaired for as few as can be."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.db import Conflict, Refused
from peernet.groups.models import Duty, Grouping, GroupingState, GroupSeat
from peernet.groups.wishes import Wishes
from peernet.ledger.models import Event
from peernet.roundtables.groupings import announcing, drafting, showing
from peernet.roundtables.groupings.models import RoundtableGrouping
from peernet.roundtables.models import Answer
from tests.roundtables.groupings.conftest import PAIRS, answer, over, tables
from tests.world import World

Form = Callable[..., RoundtableGrouping]
Repair = Callable[..., announcing.Repair]
THREES = Wishes(number=3, orgs_apart=False, duties=True)


def test_a_second_click_announces_nothing_more(announce: Form, db: Session, world: World) -> None:
    link = announce(world.roundtable)
    version = link.grouping.version
    posed = drafting.pose_again(db, link)
    announcing.announce(db, link, posed, actor=viewer_of(world.organiser), version=1)
    assert (link.grouping.state, link.grouping.version) == (GroupingState.ANNOUNCED, version)
    actions = select(Event.action).where(Event.action == "groups.announced")
    assert db.scalars(actions).all() == ["groups.announced"]


def test_others_announced_take_the_place_of_the_first(announce: Form, db: Session, world: World) -> None:
    announce(world.roundtable)
    second = announce(world.roundtable, THREES)
    assert db.scalars(select(Grouping.id)).all() == [second.grouping_id]


def test_the_database_knows_of_one_announced(announce: Form, form: Form, db: Session, world: World) -> None:
    announce(world.roundtable)
    form(world.roundtable).is_announced = True
    with pytest.raises(IntegrityError):
        db.flush()


def test_another_version_and_a_stale_draft_are_refused(form: Form, db: Session, world: World) -> None:
    link = form(world.roundtable)
    actor = viewer_of(world.organiser)
    with pytest.raises(Conflict, match="Somebody else changed"):
        announcing.announce(db, link, drafting.pose_again(db, link), actor=actor, version=link.grouping.version + 1)
    answer(db, world.roundtable, [world.peer], Answer.DECLINED)
    with pytest.raises(Conflict, match="Form them anew"):
        announcing.announce(db, link, drafting.pose_again(db, link), actor=actor, version=link.grouping.version)


def test_who_declines_leaves_and_as_few_as_can_be_move(
    announce: Form, repair: Repair, db: Session, world: World, everybody: list[Person]
) -> None:
    answer(db, world.roundtable, everybody)
    link = announce(world.roundtable, THREES)
    (before,) = tables(db, link)
    answer(db, world.roundtable, [world.peer], Answer.DECLINED)
    planned = repair(link)
    assert planned.rounds[0][0].moved == 0
    assert tables(db, link) == [[[name for name in table if name != "Peer"] for table in before]]
    # A second one of the same table leaves it too small: one person moves there.
    (now,) = tables(db, link)
    small = min(now, key=len)
    answer(db, world.roundtable, [next(each for each in everybody if each.name == small[0])], Answer.DECLINED)
    planned = repair(link)
    assert planned.rounds[0][0].moved == 1
    assert sorted(map(len, tables(db, link)[0])) == [2, 2]
    assert link.grouping.state is GroupingState.ANNOUNCED


def test_who_accepts_late_gets_a_seat_and_nobody_moves(
    announce: Form, repair: Repair, db: Session, world: World, everybody: list[Person]
) -> None:
    answer(db, world.roundtable, everybody[:5])
    link = announce(world.roundtable, THREES)
    (before,) = tables(db, link)
    answer(db, world.roundtable, [everybody[5]])
    assert repair(link).rounds[0][0].moved == 0
    (after,) = tables(db, link)
    assert [[name for name in table if name != everybody[5].name] for table in after] == before
    assert sorted(map(len, after)) == [3, 3]


def test_duties_stay_with_whom_they_are_where_they_stay(
    announce: Form, repair: Repair, db: Session, world: World, everybody: list[Person]
) -> None:
    answer(db, world.roundtable, everybody)
    link = announce(world.roundtable, THREES)

    def duties() -> dict[int, Duty]:
        held = select(GroupSeat).where(GroupSeat.duty.is_not(None), GroupSeat.grouping_id == link.grouping_id)
        return {seat.person_id: seat.duty for seat in db.scalars(held)}

    before = duties()
    assert sorted(before.values()) == [Duty.NOTES, Duty.NOTES, Duty.TIME, Duty.TIME]
    # Those who lead have them only where nobody else is left.
    gone = next(each for each in everybody if each.id in before)
    answer(db, world.roundtable, [gone], Answer.DECLINED)
    repair(link)
    after = duties()
    assert {key: value for key, value in before.items() if key != gone.id}.items() <= after.items()
    assert sorted(after.values()) == [Duty.NOTES, Duty.NOTES, Duty.TIME, Duty.TIME]


def test_every_round_is_repaired(
    announce: Form, repair: Repair, db: Session, world: World, everybody: list[Person]
) -> None:
    answer(db, world.roundtable, everybody[:5])
    link = announce(world.roundtable, Wishes(number=2, rounds=3, orgs_apart=False, duties=False))
    answer(db, world.roundtable, everybody[5:])
    planned = repair(link)
    assert [ways[0].moved for ways in planned.rounds] == [0, 0, 0]
    assert [sorted(map(len, round_)) for round_ in tables(db, link)] == [[2, 2, 2]] * 3


def test_of_two_who_repair_the_second_is_told(
    announce: Form, repair: Repair, db: Session, world: World, everybody: list[Person]
) -> None:
    answer(db, world.roundtable, everybody)
    link = announce(world.roundtable, THREES)
    answer(db, world.roundtable, [world.peer], Answer.DECLINED)
    planned = announcing.plan_repair(db, link)
    found = announcing.found_after(planned, ())
    repair(link)
    actor = viewer_of(world.facilitator)
    with pytest.raises(Conflict, match="Somebody else changed"):
        announcing.repair(db, link, drafting.pose_again(db, link), found, actor=actor, planned=planned)


def test_who_answers_while_it_is_repaired_is_not_overlooked(
    announce: Form, db: Session, world: World, everybody: list[Person]
) -> None:
    answer(db, world.roundtable, everybody)
    link = announce(world.roundtable, THREES)
    answer(db, world.roundtable, [world.peer], Answer.DECLINED)
    planned = announcing.plan_repair(db, link)
    found = announcing.found_after(planned, ())
    answer(db, world.roundtable, [world.third], Answer.DECLINED)
    actor = viewer_of(world.facilitator)
    with pytest.raises(Conflict, match="Somebody answered meanwhile"):
        announcing.repair(db, link, drafting.pose_again(db, link), found, actor=actor, planned=planned)


def test_a_number_of_moves_that_was_not_offered_is_refused(announce: Form, db: Session, world: World) -> None:
    planned = announcing.plan_repair(db, announce(world.roundtable))
    with pytest.raises(Refused, match="choose one of the options"):
        announcing.found_after(planned, [99])


def test_what_is_over_is_not_repaired(announce: Form, repair: Repair, db: Session, world: World) -> None:
    link = announce(world.roundtable)
    over(db, world.roundtable)
    with pytest.raises(Refused, match="is over"):
        repair(link)


def test_announced_groups_are_not_put_away(announce: Form, db: Session, world: World) -> None:
    with pytest.raises(Refused, match="announced"):
        drafting.discard(db, announce(world.roundtable))


def test_with_whom_one_sits_leaves_out_who_stays_away(
    announce: Form, db: Session, world: World, everybody: list[Person]
) -> None:
    answer(db, world.roundtable, everybody)
    announce(world.roundtable, Wishes(number=1, by_size=False, orgs_apart=False, duties=False))
    viewer = viewer_of(world.member)

    def told() -> list[list[str]]:
        found = showing.own(db, viewer, [world.roundtable.id])
        return [own.others for own in found.get(world.roundtable.id, [])]

    assert told() == [["Facilitator", "Mate", "Organiser", "Peer", "Third"]]
    answer(db, world.roundtable, [world.peer], Answer.DECLINED)
    assert told() == [["Facilitator", "Mate", "Organiser", "Third"]]
    answer(db, world.roundtable, [world.member], Answer.WRITING)
    assert told() == []


def test_a_person_who_is_erased_leaves_their_seat(announce: Form, db: Session, world: World) -> None:
    link = announce(world.roundtable, PAIRS)
    db.delete(world.third)
    db.flush()
    assert sum(len(table) for table in tables(db, link)[0]) == 5
