"""Rules that cannot all hold: which, for whom, and what would make them possible."""

from collections.abc import Iterator
from dataclasses import dataclass

from peernet.groups.mixing.moves import surplus
from peernet.groups.mixing.problem import PerGroup, Problem
from peernet.groups.mixing.scores import Rule
from peernet.groups.mixing.table import blocks_of


@dataclass(frozen=True, slots=True)
class Obstacle:
    """No plan keeps ``rule`` in ``round`` (from 0) for ``people``. ``there`` is how many there are of what matters,
    ``need`` how many it would take, or may be at the most:

    ORGANISATION: ``people`` of one organisation, ``need`` groups at least, ``there`` are. APART: ``people`` who must
    all be apart from each other, the same numbers. TOGETHER: ``people`` who belong together, two of whom must be apart
    (``need`` 0), or who are more than the largest group holds. PER_GROUP: people with the tag. SIZES: the smallest
    group, and how many with the tag it needs. LANGUAGE: one person, how many speak a language with them, and the size
    of the smallest group. MOVED: how many may move, and how many have to.
    """

    rule: Rule
    round: int | None
    people: tuple[str, ...]
    there: int
    need: int


def obstacles(problem: Problem) -> Iterator[Obstacle]:
    """All that can be seen without a search; each round is looked at by itself."""
    for number, one in enumerate(problem.rounds):
        present = problem.present[number]
        yield from _crowded(problem, number)
        yield from _bound(problem, number)
        if problem.rules.per_group is not None and one.sizes:
            yield from _untagged(problem, number, problem.rules.per_group)
        if problem.rules.common_language and one.sizes:
            yield from _lonely(problem, number, present)
    if problem.most_moved is not None and (least := _least_moves(problem)) > problem.most_moved:
        yield Obstacle(Rule.MOVED, None, (), problem.most_moved, least)


def _least_moves(problem: Problem) -> int:
    """How many have to leave the groups in which they were announced, because of the sizes alone."""
    least = 0
    for number, groups in enumerate(problem.announced):
        there = {problem.people[place].id for place in problem.present[number]}
        have = [len(there.intersection(group)) for group in groups]
        sizes = problem.rounds[number].sizes
        longest = max(len(have), len(sizes))
        least += surplus([*have, *[0] * (longest - len(have))], [*sizes, *[0] * (longest - len(sizes))])
    return least


def _names(problem: Problem, places: list[int]) -> tuple[str, ...]:
    return tuple(problem.people[place].id for place in places)


def _crowded(problem: Problem, number: int) -> Iterator[Obstacle]:
    """More people who must all be apart than there are groups."""
    present, groups = problem.present[number], len(problem.rounds[number].sizes)
    orgs: dict[str, list[int]] = {}
    for place in present if problem.rules.same_org_apart else ():
        if (org := problem.people[place].org) is not None:
            orgs.setdefault(org, []).append(place)
    large = [members for members in orgs.values() if len(members) > groups]
    for members in large:
        yield Obstacle(Rule.ORGANISATION, number, _names(problem, members), groups, len(members))
    clique = _clique(problem, present)
    if not large and len(clique) > groups:
        yield Obstacle(Rule.APART, number, _names(problem, clique), groups, len(clique))


def _clique(problem: Problem, present: tuple[int, ...]) -> list[int]:
    """Many people who must all be apart from each other, found greedily from each of them."""
    there, rivals = set(present), {place: set[int]() for place in present}
    for one, other in problem.apart:
        if one in there and other in there:
            rivals[one].add(other)
            rivals[other].add(one)
    best: list[int] = []
    for place in present:
        found, left = [place], set(rivals[place])
        while left:
            following = max(left, key=lambda each: (len(rivals[each] & left), -each))
            found.append(following)
            left &= rivals[following]
        best = max(best, found, key=len)
    return sorted(best)


def _bound(problem: Problem, number: int) -> Iterator[Obstacle]:
    """People who belong together and cannot sit together."""
    largest = max(problem.rounds[number].sizes, default=0)
    for block in blocks_of(problem.together[number]):
        rivals = [(one, other) for one in block for other in block if (one, other) in problem.apart]
        if rivals:
            yield Obstacle(Rule.TOGETHER, number, _names(problem, list(rivals[0])), len(block), 0)
        elif len(block) > largest:
            yield Obstacle(Rule.TOGETHER, number, _names(problem, block), len(block), largest)
        elif problem.rules.common_language and not problem.have_language(block):
            yield Obstacle(Rule.TOGETHER, number, _names(problem, block), len(block), 0)


def _untagged(problem: Problem, number: int, rule: PerGroup) -> Iterator[Obstacle]:
    """Too few people with the tag."""
    sizes = problem.rounds[number].sizes
    tagged = [place for place in problem.present[number] if rule.tag in problem.people[place].tags]
    if len(tagged) < rule.least * len(sizes):
        yield Obstacle(Rule.PER_GROUP, number, _names(problem, tagged), len(tagged), rule.least * len(sizes))
    elif min(sizes) < rule.least:
        yield Obstacle(Rule.SIZES, number, (), min(sizes), rule.least)


def _lonely(problem: Problem, number: int, present: tuple[int, ...]) -> Iterator[Obstacle]:
    """People who find too few others that speak one of their languages."""
    smallest = min(problem.rounds[number].sizes)
    for place in present:
        mine = problem.people[place].languages
        most = max((_speakers(problem, present, language) for language in mine), default=len(present))
        if most < smallest:
            yield Obstacle(Rule.LANGUAGE, number, _names(problem, [place]), most, smallest)


def _speakers(problem: Problem, present: tuple[int, ...], language: str) -> int:
    return sum(not (spoken := problem.people[place].languages) or language in spoken for place in present)
