"""The problem that is posed to the solver, and digests of all that it follows from: whether a draft is stale, and
why."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import Any

from peernet.db import Refused
from peernet.groups.mixing.preferring import Pair as Preferred
from peernet.groups.mixing.problem import Group, PerGroup, Person, Plan, Problem, Round, Rules, Together
from peernet.groups.wishes import Pair, Wishes, dealt, even
from peernet.i18n import gettext as _
from peernet.i18n import ngettext

LEADS = "leads"


@dataclass(frozen=True, slots=True)
class Sitter:
    """Somebody to seat. Without ``languages``, every language will do."""

    person_id: int
    organisation_id: int | None = None
    leads: bool = False
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Earlier:
    """What earlier groups ask of new ones: groups to be kept whole, and who hosts which table (from 1) and stays."""

    units: tuple[Group, ...] = ()
    hosts: tuple[tuple[int, str], ...] = ()


NOTHING = Earlier()


@dataclass(frozen=True, slots=True)
class Posed:
    """A problem, and the digests of what it follows from. ``wanted`` are preferred pairs, where that is wished;
    they make no draft stale."""

    problem: Problem
    inputs: dict[str, Any]
    wanted: frozenset[Preferred] | None = None


def pose(
    sitters: Sequence[Sitter],
    wishes: Wishes,
    history: Plan,
    wanted: frozenset[Preferred] | None = None,
    earlier: Earlier = NOTHING,
) -> Posed:
    """The problem of seating these people, who met in ``history``, as far as some are bound by ``earlier`` groups.
    Raises Refused where there is nothing to seat."""
    posed = pose_ahead(sitters, wishes, [{sitter.person_id for sitter in sitters}], history, wanted)
    if not earlier.units and not earlier.hosts:
        return posed
    return replace(posed, problem=_bound(posed.problem, wishes, earlier))


def pose_ahead(
    sitters: Sequence[Sitter],
    wishes: Wishes,
    meetings: Sequence[Collection[int]],
    history: Plan,
    wanted: frozenset[Preferred] | None = None,
) -> Posed:
    """The problem of several meetings, one after the other, each with the rounds that are wished; ``meetings`` are the
    ids of those who come to each. Raises Refused where there is nothing to seat."""
    people = tuple(_person(sitter) for sitter in sitters)
    everybody = frozenset(person.id for person in people)
    rounds = []
    for here in meetings:
        absent = everybody - {str(each) for each in here}
        rounds += [Round(_sizes(len(here), wishes), absent)] * wishes.rounds
    problem = Problem(people, tuple(rounds), _rules(sitters, wishes), history)
    return Posed(problem, _digests(sitters, history, wishes), wanted)


def changes(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What became different since a draft was made, in words. Nothing where it still holds. A history of None was
    foreseen when the draft was made, and what comes of it changes nothing."""
    old, new = before["people"], now["people"]
    said = []
    if came := len(new.keys() - old.keys()):
        said.append(ngettext("%(num)s person more comes.", "%(num)s people more come.", came))
    if left := len(old.keys() - new.keys()):
        said.append(ngettext("%(num)s person comes no longer.", "%(num)s people come no longer.", left))
    if any(new[name] != old[name] for name in new.keys() & old.keys()):
        said.append(_("Somebody's role, organisation or languages changed."))
    if before["history"] not in (None, now["history"]):
        said.append(_("It was recorded differently who met before."))
    return said


def _bound(problem: Problem, wishes: Wishes, earlier: Earlier) -> Problem:
    """The same with whole groups kept together, in sizes that they can fill, and hosts apart."""
    here = [person.id for person in problem.people]
    bound = {name for unit in earlier.units for name in unit}
    units = [*earlier.units, *((name,) for name in here if name not in bound)]
    sizes = dealt(units, wishes.tables(len(here))) if earlier.units else problem.rounds[0].sizes
    hosts = [name for _table, name in earlier.hosts][: len(sizes)]
    rules = problem.rules
    glued = tuple(Together(pair) for unit in earlier.units for pair in pairwise(unit))
    rules = replace(
        rules,
        keep_together=(*rules.keep_together, *glued),
        keep_apart=(*rules.keep_apart, *combinations(hosts, 2)),
    )
    return replace(problem, rounds=(Round(sizes),) * wishes.rounds, rules=rules)


def _sizes(people: int, wishes: Wishes) -> tuple[int, ...]:
    tables = wishes.tables(people)
    if people < 2:
        raise Refused(_("At least two people must come, so that somebody can sit with somebody."))
    if tables > people:
        raise Refused(_("These are more tables than people."), field="number")
    return even(people, tables)


def _person(sitter: Sitter) -> Person:
    org = None if sitter.organisation_id is None else str(sitter.organisation_id)
    return Person(str(sitter.person_id), org, frozenset([LEADS] if sitter.leads else []), sitter.languages)


def _rules(sitters: Sequence[Sitter], wishes: Wishes) -> Rules:
    here = {sitter.person_id for sitter in sitters}
    apart, together = (_those_here(pairs, here) for pairs in (wishes.apart, wishes.together))
    return Rules(
        same_org_apart=wishes.orgs_apart,
        keep_apart=apart,
        keep_together=tuple(Together(pair) for pair in together),
        per_group=PerGroup(LEADS) if wishes.leads_each else None,
        common_language=wishes.languages,
    )


def _those_here(pairs: Sequence[Pair], here: set[int]) -> tuple[tuple[str, str], ...]:
    return tuple((str(one), str(other)) for one, other in pairs if {one, other} <= here)


def _digests(sitters: Sequence[Sitter], history: Plan, wishes: Wishes) -> dict[str, Any]:
    def said(sitter: Sitter) -> list[Any]:
        spoken = [sorted(sitter.languages)] if wishes.languages else []
        return [sitter.organisation_id, sitter.leads, *spoken]

    return {
        "people": {str(sitter.person_id): said(sitter) for sitter in sitters},
        "history": hashlib.sha256(json.dumps(history).encode()).hexdigest()[:20],
    }
