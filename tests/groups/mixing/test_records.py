"""What is said of records in docs/planning-groups.md."""

from collections.abc import Iterator
from itertools import combinations

from peernet.groups.mixing import planner
from tests.groups.mixing.test_designs import golfers
from tests.groups.mixing.worlds import checked, read

PEOPLE, ORGS = range(14), 7


def is_apart(group: frozenset[int]) -> bool:
    """Two of each organisation: 0 and 1, 2 and 3, and so on."""
    return len({person // 2 for person in group}) == len(group)


def rounds() -> Iterator[int]:
    """Every round of two tables of five and one of four with organisations apart, as the set of pairs that meet."""
    number = {pair: 1 << place for place, pair in enumerate(combinations(PEOPLE, 2))}

    def pairs(group: frozenset[int]) -> int:
        return sum(number[pair] for pair in combinations(sorted(group), 2))

    fives = [group for group in map(frozenset, combinations(PEOPLE, 5)) if is_apart(group)]
    worth = {group: pairs(group) for group in fives}
    for one in fives:
        rest = frozenset(PEOPLE) - one
        for other in map(frozenset, combinations(sorted(rest), 5)):
            if min(one) < min(other) and other in worth and is_apart(rest - other):
                yield worth[one] | worth[other] | pairs(rest - other)


def test_seven_organisations_cannot_be_mixed_better_than_76() -> None:
    """Each two rounds share five pairs at least, so that 75 needs six rounds that share five each. All rounds are
    alike: renaming organisations, and the two of each, takes any round to any other. So any may be the first."""
    every = list(rounds())
    assert len(every) == 13_440
    shared = [(every[0] & other).bit_count() for other in every]
    assert min(shared) == 5
    near = [other for other, count in zip(every, shared, strict=True) if count == 5]
    rows = [int("".join("1" if (one & other).bit_count() == 5 else "0" for other in reversed(near)), 2) for one in near]
    assert largest(rows, (1 << len(near)) - 1, 5) < 5


def largest(rows: list[int], among: int, wanted: int) -> int:
    """The most rounds among these of which each two share five pairs; ``wanted`` is enough."""
    best = 0
    while among and best < wanted:
        if among.bit_count() < wanted:
            return best
        one = among.bit_length() - 1
        among ^= 1 << one
        best = max(best, 1 + (largest(rows, among & rows[one], wanted - 1) if wanted > 1 else 0))
    return best


def test_a_round_more_than_a_design_has_is_cheap() -> None:
    data = golfers(8, 4, 10)
    outcome = planner.plan(read(data), steps=20_000)
    result = checked(data, outcome)
    assert result["errors"] == []
    assert result["cost"] <= 16
