"""Groups of one step: seeded by its rule, in memory of the other steps, shown in the agenda and in the room, formed of
those who are here and repaired for them."""

from collections import Counter
from collections.abc import Callable
from itertools import combinations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.cohorts.models import Role, Seat
from peernet.groups.models import Duty, Grouping, GroupSeat
from peernet.groups.wishes import Wishes
from peernet.prompts.models import Visibility
from peernet.roundtables.agendas.models import AgendaStep, StepGrouping, StepKind, StepRule
from peernet.roundtables.groupings import breakouts
from peernet.roundtables.groupings.models import RoundtableGrouping
from peernet.roundtables.models import Presence
from tests.roundtables.groupings.conftest import answer, record, tables
from tests.roundtables.test_pages import SERIES, words_of
from tests.world import World, join, make_person

SignIn = Callable[[Person], FlaskClient]
Steps = Callable[..., list[AgendaStep]]


@pytest.fixture
def make_steps(db: Session, world: World) -> Steps:
    """Steps of the world's roundtable, one for each grouping."""

    def make(*rules: StepGrouping, host: str = "", case: str = "") -> list[AgendaStep]:
        made = [
            AgendaStep(
                roundtable_id=world.roundtable.id, position=number, title=f"Step {number}", minutes=10,
                kind=StepKind.BREAKOUT, grouping=rule, attribution=StepRule.OPEN, visibility=Visibility.COHORT,
                host=host,
                case_giver=case,
            )
            for number, rule in enumerate(rules, 1)
        ]  # fmt: skip
        db.add_all(made)
        db.commit()
        return made

    return make


@pytest.fixture
def eight(db: Session, world: World, everybody: list[Person]) -> list[Person]:
    """Eight people, who are all here; the roundtable goes on now."""
    seat = db.scalars(select(Seat).where(Seat.cohort_id == world.cohort.id)).first()
    more = [make_person(db, f"More {number}") for number in (1, 2)]
    for each in more:
        join(db, world.cohort, each, Role.MEMBER, seat)
    world.roundtable.starts_at = clock.now()
    world.roundtable.ends_at = clock.now() + (world.roundtable.ends_at - world.roundtable.starts_at)
    record(db, world.roundtable, [*everybody, *more])
    db.commit()
    return [*everybody, *more]


def room(world: World, more: str = "") -> str:
    """The address of the room of the world's roundtable."""
    return f"{SERIES}/{world.roundtable.id}/room{more}"


def sat(db: Session, step: AgendaStep) -> list[list[str]]:
    """The names at the tables of a step."""
    db.expire_all()
    link = db.scalars(select(RoundtableGrouping).where(RoundtableGrouping.step_id == step.id)).one()
    (round_,) = tables(db, link)
    return round_


def pairs(round_: list[list[str]]) -> set[tuple[str, str]]:
    """Who sits with whom."""
    return {pair for table in round_ for pair in combinations(table, 2)}


@pytest.mark.once
@pytest.mark.parametrize(
    ("rule", "people", "groups"),
    [
        (StepGrouping.PAIRS, 9, 4), (StepGrouping.TRIOS, 8, 3), (StepGrouping.FOURS, 6, 2), (StepGrouping.FOURS, 10, 3),
        (StepGrouping.TABLES, 7, 2), (StepGrouping.TABLES, 25, 5), (StepGrouping.TABLES, 1, 1),
    ],
)  # fmt: skip
def test_the_rule_of_a_step_says_how_many_groups_there_are(rule: StepGrouping, people: int, groups: int) -> None:
    step = AgendaStep(id=1, grouping=rule, host="", case_giver="")
    wished = Wishes(number=groups, by_size=False, duties=False)
    assert breakouts.wishes_for(step, [step], people, ()) == wished


def test_groups_of_a_step_are_formed_announced_and_seen_in_the_agenda(
    db: Session, world: World, sign_in: SignIn, everybody: list[Person], make_steps: Steps
) -> None:
    first, second = make_steps(StepGrouping.TRIOS, StepGrouping.PAIRS)
    answer(db, world.roundtable, everybody)
    db.commit()
    leader, member = sign_in(world.facilitator), sign_in(world.member)
    for step in (first, second):
        at = f"{SERIES}/{world.roundtable.id}/steps/{step.id}/groups"
        assert leader.get(at).headers["Location"] == f"{at}/new"
        assert "The other steps of this roundtable count as met." in leader.get(f"{at}/new").text
        number = {first.id: "2", second.id: "3"}[step.id]
        assert f'name="number" value="{number}"' in leader.get(f"{at}/new").text.replace('type="number" ', "")
        draft = leader.post(f"{at}/new", data={"by": "number", "number": number}).headers["Location"]
        assert member.get(at).status_code == 404
        version = db.scalars(select(Grouping.version).order_by(Grouping.id.desc())).first()
        assert leader.post(f"{draft}/announce", data={"version": version}).headers["Location"] == at
        assert "Step" in words_of(member.get(at))
    assert pairs(sat(db, first)).isdisjoint(pairs(sat(db, second)))
    page = member.get(f"{SERIES}/{world.roundtable.id}").text
    assert page.count("You are at table") == 2
    assert "Your table" not in page
    leader.post(f"{SERIES}/{world.roundtable.id}/agenda/{first.id}/remove")
    assert len(db.scalars(select(Grouping)).all()) == 1
    assert sign_in(world.stranger).get(f"{SERIES}/{world.roundtable.id}/steps/{second.id}/groups").status_code == 404


def test_those_who_are_here_sit_in_pairs_then_in_fours_made_of_whole_pairs(
    db: Session, world: World, sign_in: SignIn, eight: list[Person], make_steps: Steps
) -> None:
    two, four = make_steps(StepGrouping.PAIRS, StepGrouping.FOURS)
    leader, member = sign_in(world.facilitator), sign_in(world.member)
    assert member.post(room(world, "/groups"), data={"step": two.id}).status_code == 404
    leader.post(room(world, "/step"), data={"step": two.id})
    assert "8 people are marked as here." in leader.get(room(world)).text
    for _twice in range(2):
        assert leader.post(room(world, "/groups"), data={"step": two.id, "seen": 0}).status_code == 303
    assert [len(table) for table in sat(db, two)] == [2, 2, 2, 2]
    assert "You are at table" in member.get(room(world, "/now")).text
    leader.post(room(world, "/step"), data={"step": four.id})
    leader.post(room(world, "/groups"), data={"step": four.id, "seen": 0})
    assert [len(table) for table in sat(db, four)] == [4, 4]
    assert pairs(sat(db, two)) <= pairs(sat(db, four))


def test_threes_stay_together_and_each_brings_a_case_in_turn(
    db: Session, world: World, sign_in: SignIn, eight: list[Person], make_steps: Steps
) -> None:
    steps = make_steps(*[StepGrouping.TRIOS] * 3, case="Say your question in two minutes.")
    leader = sign_in(world.facilitator)
    cases: list[int] = []
    for step in steps:
        leader.post(room(world, "/step"), data={"step": step.id})
        for _twice in range(2):
            assert leader.post(room(world, "/groups"), data={"step": step.id, "seen": 0}).status_code == 303
        there = select(RoundtableGrouping.grouping_id).where(RoundtableGrouping.step_id == step.id)
        cases += db.scalars(
            select(GroupSeat.person_id).where(GroupSeat.grouping_id.in_(there), GroupSeat.duty == Duty.CASE)
        )
    groups = [{frozenset(table) for table in sat(db, step)} for step in steps]
    assert sorted(len(table) for table in groups[0]) == [2, 3, 3]
    assert groups == [groups[0]] * 3
    # In a pair one of the two brings a second case.
    assert sorted(Counter(cases).values()) == [1] * 7 + [2]
    assert set(cases) == {each.id for each in eight}
    words = words_of(sign_in(world.member).get(f"{SERIES}/{world.roundtable.id}"))
    assert ("You bring the case." in words, "first case" in words) == (True, False)


def test_somebody_missing_is_taken_out_in_place_and_somebody_new_gets_a_table(
    db: Session, world: World, sign_in: SignIn, eight: list[Person], make_steps: Steps
) -> None:
    (step,) = make_steps(StepGrouping.FOURS)
    leader = sign_in(world.facilitator)
    leader.post(room(world, "/step"), data={"step": step.id})
    leader.post(room(world, "/groups"), data={"step": step.id, "seen": 0})
    before = sat(db, step)
    gone = db.scalars(select(Presence).where(Presence.person_id == world.peer.id)).one()
    gone.was_there = False
    db.commit()
    assert "not marked as here: Peer" in leader.get(room(world)).text
    version = db.scalars(select(Grouping.version)).one()
    for _twice in range(2):
        repaired = leader.post(room(world, "/groups/repair"), data={"step": step.id, "version": version})
        assert repaired.status_code == 303
    assert sat(db, step) == [[name for name in table if name != "Peer"] for table in before]
    assert "Everybody who is here has a table." in leader.get(room(world)).text


def test_who_hosts_a_table_stays_at_it_and_the_others_go_on(
    db: Session, world: World, sign_in: SignIn, eight: list[Person], make_steps: Steps
) -> None:
    steps = make_steps(StepGrouping.TABLES, StepGrouping.TABLES, host="Stay at your table.")
    leader = sign_in(world.facilitator)
    hosts = []
    for step in steps:
        leader.post(room(world, "/step"), data={"step": step.id})
        leader.post(room(world, "/groups"), data={"step": step.id, "seen": 0})
        grouping = db.scalars(select(RoundtableGrouping.grouping_id).where(RoundtableGrouping.step_id == step.id)).one()
        seats = db.scalars(select(GroupSeat).where(GroupSeat.grouping_id == grouping, GroupSeat.duty == Duty.HOST))
        hosts.append({seat.table_number: seat.person_id for seat in seats})
    assert set(hosts[0]) == {1, 2}
    assert hosts[0] == hosts[1]
    assert sat(db, steps[0]) != sat(db, steps[1])


def test_two_minutes_left_reaches_every_page_until_the_next_step(
    world: World, sign_in: SignIn, eight: list[Person], make_steps: Steps
) -> None:
    one, two = make_steps(StepGrouping.PAIRS, StepGrouping.FOURS)
    leader, member = sign_in(world.facilitator), sign_in(world.member)
    leader.post(room(world, "/step"), data={"step": one.id})
    assert member.post(room(world, "/closing")).status_code == 404
    for _twice in range(2):
        assert leader.post(room(world, "/closing")).status_code == 303
    screen = f"{SERIES}/{world.roundtable.id}/screen/now"
    for path in (room(world, "/now"), screen):
        assert "Two minutes left: come to an end." in member.get(path).text
    leader.post(room(world, "/step"), data={"step": two.id})
    assert "Two minutes left" not in member.get(room(world, "/now")).text
