"""A preference decides between equally good plans, and costs nothing."""

from peernet.groups.mixing import planner
from peernet.groups.mixing.preferring import held, pair_of, prefer
from peernet.groups.mixing.problem import PerGroup, Person, Problem, Round, Rules, Together
from peernet.groups.mixing.scores import score

PEOPLE = tuple(Person(str(number), f"org{number // 2}") for number in range(12))


def test_wanted_pairs_meet_where_it_costs_nothing() -> None:
    problem = Problem(PEOPLE, (Round((3,) * 4),) * 2, Rules(same_org_apart=True))
    plan = planner.plan(problem, seed=1, steps=5_000).plan
    wanted = {pair_of("0", "2"), pair_of("4", "6"), pair_of("8", "10"), pair_of("1", "11")}
    better = prefer(problem, plan, wanted)
    assert held(better, wanted) == 4
    assert (score(problem, better).cost, score(problem, better).broken) == (score(problem, plan).cost, ())


def test_who_met_before_is_not_brought_together_again() -> None:
    problem = Problem(PEOPLE[:4], (Round((2, 2)),), history=((("0", "2"), ("1", "3")),))
    plan = planner.plan(problem, seed=1, steps=1_000).plan
    assert score(problem, prefer(problem, plan, {("0", "2")})).cost == score(problem, plan).cost


def test_rules_hold() -> None:
    led = tuple(Person(each.id, each.org, frozenset(["leads"] if int(each.id) < 4 else [])) for each in PEOPLE)
    rules = Rules(True, keep_apart=(("0", "11"),), keep_together=(Together(("5", "7")),), per_group=PerGroup("leads"))
    problem = Problem(led, (Round((3,) * 4),) * 3, rules)
    plan = planner.plan(problem, seed=1, steps=5_000).plan
    better = prefer(problem, plan, {("0", "11"), ("0", "1"), ("2", "3"), ("7", "9")})
    assert score(problem, better).broken == score(problem, plan).broken == ()
    assert score(problem, better).cost <= score(problem, plan).cost


def test_nothing_wanted_changes_nothing() -> None:
    problem = Problem(PEOPLE, (Round((3,) * 4),))
    plan = planner.plan(problem, seed=1, steps=1_000).plan
    assert prefer(problem, plan, ()) == plan
