"""Wishes become a problem; what is not small is not solved at once."""

import pytest

from peernet.groups import solving
from peernet.groups.mixing.problem import Together
from peernet.groups.outcomes import is_proved, plan_of
from peernet.groups.posing import Sitter, changes, pose
from peernet.groups.wishes import Wishes, as_json, even, of_json


def sitters(count: int) -> list[Sitter]:
    """People of so many organisations of two."""
    return [Sitter(number, number // 2, leads=number == 1) for number in range(1, count + 1)]


@pytest.mark.parametrize(
    ("people", "tables", "sizes"), [(14, 3, (5, 5, 4)), (6, 3, (2, 2, 2)), (5, 4, (2, 1, 1, 1)), (1, 1, (1,))]
)
def test_sizes_are_as_equal_as_they_can_be(people: int, tables: int, sizes: tuple[int, ...]) -> None:
    assert even(people, tables) == sizes


def test_at_the_most_so_many_sit_at_a_table() -> None:
    assert [Wishes(number=5).tables(people) for people in (4, 5, 6, 15, 16)] == [1, 1, 2, 3, 4]
    assert Wishes(number=5, by_size=False).tables(16) == 5


def test_wishes_are_kept_as_they_are() -> None:
    wished = Wishes(4, rounds=2, apart=((1, 2),), together=((3, 4), (5, 6)))
    assert of_json(as_json(wished)) == wished


def test_pairs_of_whom_one_does_not_come_say_nothing() -> None:
    posed = pose(sitters(4), Wishes(2, apart=((1, 2), (1, 9)), together=((3, 4), (9, 4))), ())
    assert posed.problem.rules.keep_apart == (("1", "2"),)
    assert posed.problem.rules.keep_together == (Together(("3", "4")),)


def test_what_changed_is_said() -> None:
    before = pose(sitters(4), Wishes(2), ()).inputs
    assert changes(before, before) == []
    now = pose([Sitter(1), *sitters(6)[2:]], Wishes(2), ((("1", "2"),),)).inputs
    assert changes(before, now) == [
        "2 people more come.",
        "1 person comes no longer.",
        "Somebody's role, organisation or languages changed.",
        "It was recorded differently who met before.",
    ]


def test_a_small_one_is_solved_at_once_and_always_alike() -> None:
    posed = pose(sitters(12), Wishes(4, rounds=2), ())
    found = solving.at_once(posed.problem)
    assert found == solving.at_once(posed.problem)
    assert [[len(group) for group in groups] for groups in plan_of(found)] == [[4, 4, 4]] * 2
    assert (found["broken"], found["obstacles"]) == ([], [])
    assert is_proved(found) is (found["cost"] == found["bound"])


@pytest.mark.parametrize(("people", "rounds", "small"), [(24, 3, True), (25, 1, False), (12, 4, False)])
def test_what_is_small(people: int, rounds: int, small: bool) -> None:
    assert solving.is_small(pose(sitters(people), Wishes(4, rounds=rounds), ()).problem) is small


def test_the_process_finds_what_is_found_here() -> None:
    posed = pose(sitters(6), Wishes(2, orgs_apart=False), ())
    seen: list[int] = []
    found = solving.apart(posed.problem, seen.append)
    assert (found["cost"], found["bound"]) == (0, 0)
    assert seen == sorted(set(seen))
