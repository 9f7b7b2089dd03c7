"""An announced round repaired: the fewest moves first, and what further ones buy."""

from dataclasses import replace

from peernet.groups.mixing.problem import Person, Plan, Problem, Round, Rules
from peernet.groups.mixing.scores import broken
from peernet.groups.repairing import ways

ANNOUNCED: Plan = ((("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9")),)


def problem(ids: str, *, history: Plan = (), apart: tuple[tuple[str, str], ...] = ()) -> Problem:
    """People by their figures, at three tables."""
    count = len(ids)
    sizes = tuple(count // 3 + (number < count % 3) for number in range(3))
    people = tuple(Person(each) for each in ids)
    return Problem(people, (Round(sizes),), Rules(keep_apart=apart), history)


def test_where_one_stays_away_nobody_moves() -> None:
    (way,) = ways(problem("12345678"), ANNOUNCED, 0)
    assert (way.moved, way.cost, way.is_exact) == (0, 0, True)
    assert way.groups == (("1", "2", "3"), ("4", "5", "6"), ("7", "8"))


def test_where_a_table_is_left_too_small_others_move_there() -> None:
    (way,) = ways(problem("1234567"), ANNOUNCED, 0)
    assert (way.moved, sorted(map(len, way.groups))) == (1, [2, 2, 3])
    (way,) = ways(problem("123456"), ANNOUNCED, 0)
    assert (way.moved, sorted(map(len, way.groups))) == (2, [2, 2, 2])


def test_who_is_new_takes_a_seat_and_moves_buy_less_cost() -> None:
    held: Plan = ((("1", "2", "3"),), (("1", "2"),), (("1", "2"),))
    found = ways(problem("123456789a", history=held), ANNOUNCED, 0)
    assert [way.moved for way in found] == sorted({way.moved for way in found})
    costs = [way.cost for way in found]
    assert costs == sorted(set(costs), reverse=True)
    # The three who met before cost 3 + 1 + 1, until one of them leaves.
    assert (found[0].moved, found[0].cost) == (0, 5)
    assert found[-1].cost < 5


def test_other_rounds_count_as_held_and_what_was_held_costs_nothing() -> None:
    twice: Plan = (ANNOUNCED[0], ANNOUNCED[0])
    found = ways(problem("123456789"), twice, 1)
    assert (found[0].moved, found[0].cost) == (0, 9)
    assert ways(problem("123456789", history=ANNOUNCED), ANNOUNCED, 0)[0].cost == 9


def test_rules_hold_in_what_is_repaired() -> None:
    posed = problem("12345678a", apart=(("a", "7"), ("a", "8")))
    for way in ways(posed, ANNOUNCED, 0):
        assert list(broken(posed, (way.groups,))) == []


def test_a_rule_that_cannot_hold_does_not_stop_it() -> None:
    posed = replace(problem("123456789"), rules=Rules(keep_apart=tuple((one, "1") for one in "23456789")))
    (way,) = ways(posed, ANNOUNCED, 0)
    assert sorted(name for group in way.groups for name in group) == list("123456789")
    assert not way.is_exact
