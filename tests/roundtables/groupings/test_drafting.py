"""Groups formed: who is seated, what is remembered, drafts that are stale, and the job."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import Membership
from peernet.db import Conflict, Database, Refused
from peernet.groups.models import Grouping, GroupingState
from peernet.groups.outcomes import is_proved
from peernet.groups.wishes import Wishes
from peernet.jobs.models import Job
from peernet.ledger.models import Event
from peernet.roundtables.groupings import announcing, drafting, memory, people
from peernet.roundtables.groupings.models import RoundtableGrouping
from peernet.roundtables.groupings.people import Basis
from peernet.roundtables.models import Answer
from tests.roundtables.groupings.conftest import PAIRS, answer, over, record, tables
from tests.world import World, make_roundtable

Form = Callable[..., RoundtableGrouping]


def seated(db: Session, world: World) -> tuple[set[int], Basis]:
    """Who would be seated at the world's roundtable."""
    attending = people.attending(db, world.cohort.id)
    sitters, basis = people.seated(db, world.roundtable, attending)
    return {sitter.person_id for sitter in sitters}, basis


def test_who_is_expected_is_seated_while_nobody_has_accepted(
    db: Session, world: World, everybody: list[Person]
) -> None:
    assert seated(db, world) == ({each.id for each in everybody}, Basis.EXPECTED)
    answer(db, world.roundtable, [world.peer], Answer.DECLINED)
    answer(db, world.roundtable, [world.third], Answer.TENTATIVE)
    assert seated(db, world) == ({each.id for each in everybody} - {world.peer.id}, Basis.EXPECTED)
    answer(db, world.roundtable, [world.member, world.mate])
    assert seated(db, world) == ({world.member.id, world.mate.id}, Basis.ACCEPTED)


def test_a_draft_made_of_those_expected_is_not_stale_when_one_of_them_accepts(
    form: Form, db: Session, world: World
) -> None:
    link = form(world.roundtable)
    answer(db, world.roundtable, [world.member])
    drafting.refuse_stale(link.grouping, drafting.pose_again(db, link))
    answer(db, world.roundtable, [world.peer], Answer.DECLINED)
    with pytest.raises(Conflict) as stale:
        drafting.refuse_stale(link.grouping, drafting.pose_again(db, link))
    assert stale.value.theirs == "1 person comes no longer."


def test_colleagues_sit_apart_and_each_table_has_who_leads(form: Form, db: Session, world: World) -> None:
    wished = Wishes(number=2, by_size=False, leads_each=True, duties=False)
    (round_,) = tables(db, form(world.roundtable, wished))
    assert [len(table) for table in round_] == [3, 3]
    assert [{"Facilitator", "Organiser"} & set(table) != set() for table in round_] == [True, True]
    assert [{"Member", "Mate"} <= set(table) for table in round_] == [False, False]


def test_pairs_are_kept_apart_and_together(form: Form, db: Session, world: World) -> None:
    pair = (world.member.id, world.peer.id)
    apart = tables(db, form(world.roundtable, replace(PAIRS, number=3, apart=(pair,))))
    together = tables(db, form(world.roundtable, replace(PAIRS, number=3, together=(pair,))))
    assert [{"Member", "Peer"} <= set(table) for table in apart[0]] == [False, False]
    assert [{"Member", "Peer"} <= set(table) for table in together[0]].count(True) == 1


def test_five_rounds_bring_everybody_together(form: Form, db: Session, world: World) -> None:
    link = form(world.roundtable, replace(PAIRS, rounds=3, orgs_apart=False))
    met = {tuple(table) for round_ in tables(db, link) for table in round_}
    assert len(met) == 9
    assert is_proved(link.grouping.found)
    assert link.grouping.found["cost"] == 0


def test_what_was_held_counts_and_not_what_was_planned(
    announce: Form, db: Session, world: World, everybody: list[Person]
) -> None:
    first = announce(world.roundtable)
    planned = {frozenset(table) for table in tables(db, first)[0]}
    over(db, world.roundtable)
    # Nothing is recorded and nobody had accepted: nobody met.
    assert memory.of_cohort(db, world.cohort.id).meetings() == {}
    answer(db, world.roundtable, everybody)
    assert len(memory.of_cohort(db, world.cohort.id).meetings()) == 3
    absent = next(each for each in everybody if each is world.peer)
    record(db, world.roundtable, [each for each in everybody if each is not absent], [absent])
    names = {each.id: each.name for each in everybody}
    met = {frozenset((names[one], names[other])) for one, other in memory.of_cohort(db, world.cohort.id).meetings()}
    assert met == {pair for pair in planned if "Peer" not in pair}


def test_a_small_roundtable_without_groups_is_one_table(db: Session, world: World, everybody: list[Person]) -> None:
    answer(db, world.roundtable, everybody)
    over(db, world.roundtable)
    assert set(memory.of_cohort(db, world.cohort.id).meetings().values()) == {1}
    assert len(memory.of_cohort(db, world.cohort.id).meetings()) == 15
    world.roundtable.cancelled_at = clock.now()
    db.flush()
    assert memory.of_cohort(db, world.cohort.id).meetings() == {}


def test_who_met_before_does_not_meet_again(announce: Form, form: Form, db: Session, world: World) -> None:
    everybody = [world.organiser, world.facilitator, world.member, world.mate, world.peer, world.third]
    met: set[tuple[str, ...]] = set()
    for number in range(4):
        one = make_roundtable(db, world.cohort, f"Table {number}", datetime(2026, 12, 8 + number, 15, 0))
        answer(db, one, everybody)
        link = announce(one)
        (round_,) = tables(db, link)
        assert met.isdisjoint(map(tuple, round_))
        assert link.grouping.found["cost"] == 0
        met |= {tuple(table) for table in round_}
        over(db, one)


def test_rules_that_cannot_hold_are_kept_with_the_draft(form: Form, world: World) -> None:
    found = form(world.roundtable, Wishes(number=1, by_size=False, duties=False)).grouping.found
    assert [(each["rule"], each["there"], each["need"]) for each in found["obstacles"]] == [("organisation", 1, 2)]
    assert [each["rule"] for each in found["broken"]] == ["organisation"]
    assert not is_proved(found)


@pytest.mark.parametrize(
    ("wished", "said"),
    [(Wishes(number=7, by_size=False), "more tables than people")],
)
def test_what_cannot_be_seated_is_refused(form: Form, world: World, wished: Wishes, said: str) -> None:
    with pytest.raises(Refused, match=said):
        form(world.roundtable, wished)


def test_nobody_and_what_is_over_is_refused(form: Form, db: Session, world: World) -> None:
    answer(db, world.roundtable, [world.member])
    with pytest.raises(Refused, match="At least two people"):
        form(world.roundtable)
    answer(db, world.roundtable, [world.member, world.peer])
    over(db, world.roundtable)
    with pytest.raises(Refused, match="is over"):
        form(world.roundtable)


def test_a_large_one_is_a_job(
    db: Session, world: World, database: Database, work_out: Callable[[RoundtableGrouping], GroupingState]
) -> None:
    actor = viewer_of(world.organiser)
    link = drafting.draft(db, world.roundtable, actor=actor, wished=PAIRS, found=None, inputs=None)
    job = db.scalars(select(Job).where(Job.kind == drafting.JOB)).one()
    assert (link.grouping.state, job.payload) == (GroupingState.WAITING, {"grouping_id": link.grouping_id})
    posed = drafting.pose_again(db, link)
    with pytest.raises(Refused, match="not formed yet"):
        announcing.announce(db, link, posed, actor=actor, version=link.grouping.version)
    assert work_out(link) is GroupingState.READY
    assert [len(table) for table in tables(db, link)[0]] == [2, 2, 2]
    version = link.grouping.version
    assert work_out(link) is GroupingState.READY
    assert link.grouping.version == version
    actions = db.scalars(select(Event.action).where(Event.subject == f"roundtable:{world.roundtable.id}")).all()
    assert actions == ["groups.drafted"]


def test_a_job_whose_people_went_away_fails(
    db: Session, world: World, work_out: Callable[[RoundtableGrouping], GroupingState]
) -> None:
    actor = viewer_of(world.organiser)
    link = drafting.draft(db, world.roundtable, actor=actor, wished=PAIRS, found=None, inputs=None)
    for each in db.scalars(select(Membership).where(Membership.cohort_id == world.cohort.id)):
        each.left_at = clock.now()
    assert work_out(link) is GroupingState.FAILED


def test_what_was_found_from_what_is_not_the_case_any_more_is_found_anew(db: Session, world: World) -> None:
    posed = drafting.pose(db, world.roundtable, PAIRS)
    answer(db, world.roundtable, [world.peer], Answer.DECLINED)
    actor = viewer_of(world.organiser)
    link = drafting.draft(db, world.roundtable, actor=actor, wished=PAIRS, found={"plan": []}, inputs=posed.inputs)
    assert link.grouping.state is GroupingState.WAITING


def test_old_drafts_go_and_what_is_announced_stays(form: Form, announce: Form, db: Session, world: World) -> None:
    announced, old, young = announce(world.roundtable), form(world.roundtable), form(world.roundtable)
    kept = {announced.grouping_id, young.grouping_id}
    for link in (announced, old):
        link.grouping.created_at = clock.now() - timedelta(days=61)
    db.flush()
    assert drafting.prune(db) == 1
    assert set(db.scalars(select(Grouping.id))) == kept
