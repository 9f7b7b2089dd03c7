"""What it costs to move one roundtable by hand."""

from hypothesis import given
from hypothesis import strategies as st

from peernet.roundtables.series import planner
from peernet.roundtables.series.moving import cost_of
from peernet.roundtables.series.problem import Plan
from peernet.roundtables.series.scores import Broken, score
from tests.roundtables.series.test_remedies import EVENING, MORNING, NOON, at, problem_of, stamps
from tests.roundtables.series.worlds import WHOLE_WEEK, instances, read

DATA = problem_of(
    [MORNING, NOON, EVENING],
    stamps(at(3, 11), at(3, 19)),
    stamps(at(10, 11)) | {"fixed": "2026-11-10T11:00Z"},
    quorum=2,
    max_patterns=1,
    min_gap_days=7,
)


def test_who_is_lost_who_is_gained_and_what_it_breaks() -> None:
    problem = read(DATA)
    plan = planner.plan(problem).plan
    cost = cost_of(problem, plan, 0, at(3, 19))
    assert cost.plan == Plan((at(3, 19), at(10, 11)), (("evening",), ("morning", "noon")))
    assert (cost.lost, cost.gained) == (("morning", "noon"), ("evening",))
    assert cost.broken == (Broken.MAX_PATTERNS, Broken.MIN_GAP_DAYS)
    assert (cost.before.attendance, cost.after.attendance) == (4, 3)
    assert (cost.before.loads, cost.after.loads) == ((0, 0, 24), (12, 12, 14))


def test_an_announced_one_can_be_moved_and_it_is_said() -> None:
    problem = read(DATA)
    cost = cost_of(problem, planner.plan(problem).plan, 1, at(10, 12))
    assert cost.broken == (Broken.MAX_PATTERNS, Broken.ANNOUNCED)
    assert (cost.lost, cost.gained) == (("morning",), ())


def test_a_forbidden_day_is_said() -> None:
    data = problem_of([MORNING], stamps(at(3, 11)), forbidden_dates=["2026-11-04"])
    problem = read(data)
    assert cost_of(problem, planner.plan(problem).plan, 0, at(4, 11)).broken == (Broken.FORBIDDEN,)


def test_of_a_seat_whoever_carries_less_goes() -> None:
    members = [{"id": name, "org": "river", "tz": "UTC", "weekly": [WHOLE_WEEK]} for name in "ab"]
    data = problem_of(members, stamps(at(3, 23)), stamps(at(10, 10)), one_per_org=True)
    problem = read(data)
    plan = Plan((at(3, 23), at(10, 10)), (("a",), ("a",)))
    assert cost_of(problem, plan, 1, at(10, 20)).plan.attend == (("a",), ("b",))


@given(instances(), st.data())
def test_a_move_to_where_it_is_costs_nothing_to_any_but_a_seat(data, draw) -> None:
    problem = read(data)
    try:
        plan = planner.plan(problem, steps=5_000).plan
    except planner.NoPlan:
        return
    number = draw.draw(st.integers(0, len(plan.slots) - 1))
    cost = cost_of(problem, plan, number, plan.slots[number])
    assert (cost.lost, cost.gained, cost.broken) == ((), (), ())
    assert cost.before == score(problem, plan)
    assert cost.after.heads == cost.before.heads
    assert sorted(cost.after.loads, reverse=True) <= sorted(cost.before.loads, reverse=True)


@given(instances(coupled=False))
def test_no_single_move_makes_a_proved_plan_better(data) -> None:
    problem = read(data)
    outcome = planner.plan(problem)
    floor = planner.floor_of(outcome.most)
    for number, starts in enumerate(problem.open_rounds):
        for start in starts:
            cost = cost_of(problem, outcome.plan, number, start)
            assert cost.after.balanced_key(floor) >= outcome.score.balanced_key(floor)
