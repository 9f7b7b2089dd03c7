"""The seats of a grouping as rows, and as a plan."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import delete
from sqlalchemy.orm import Session

from peernet.groups import access, duties
from peernet.groups.duties import Done, Place
from peernet.groups.mixing.problem import Group, Plan
from peernet.groups.models import Duty, Grouping, GroupSeat
from peernet.groups.wishes import of_json


def seat(
    db: Session,
    grouping: Grouping,
    plan: Plan,
    *,
    done: Done,
    leading: Collection[str],
    hosts: Sequence[tuple[int, str]] = (),
    had: Collection[tuple[str, Duty]] = (),
) -> None:
    """Seat everybody as a plan says, in place of what was, and share out the duties, where they are wished; who had one
    and keeps their table keeps it. ``done``: how often each had which before, ``had``: who had which in another step.
    ``hosts`` stay at these tables."""
    plan = hosted(plan, dict(hosts))
    before = list(db.scalars(access.seats_of([grouping.id])))
    wished = duties.wished(of_json(grouping.wishes))
    shared = duties.shared_out(plan, done, leading, _duties(before) | _hosting(plan, hosts), wished, had)
    db.execute(delete(GroupSeat).where(GroupSeat.grouping_id == grouping.id))
    db.add_all(_rows(grouping.id, plan, shared))
    db.flush()


def plan_of(seats: Iterable[GroupSeat]) -> Plan:
    """The plan that rows say: rounds and tables in their order."""
    rounds: dict[int, dict[int, list[str]]] = {}
    for each in seats:
        rounds.setdefault(each.round, {}).setdefault(each.table_number, []).append(str(each.person_id))
    return tuple(
        tuple(tuple(rounds[number].get(table, ())) for table in range(1, max(rounds[number]) + 1))
        for number in sorted(rounds)
    )


def hosted(plan: Plan, hosts: Mapping[int, str]) -> Plan:
    """The same groups in such an order that each host sits at their table, as far as there is one."""
    return tuple(_in_order(groups, hosts) for groups in plan)


def _in_order(groups: Sequence[Group], hosts: Mapping[int, str]) -> tuple[Group, ...]:
    placed: dict[int, Group] = {}
    for table, host in sorted(hosts.items()):
        group = next((each for each in groups if host in each and each not in placed.values()), None)
        if group is not None and table <= len(groups):
            placed[table] = group
    rest = iter([each for each in groups if each not in placed.values()])
    return tuple(placed.get(table) or next(rest) for table in range(1, len(groups) + 1))


def _hosting(plan: Plan, hosts: Sequence[tuple[int, str]]) -> dict[Place, Duty]:
    numbers = range(1, len(plan) + 1)
    return {(round_, table, host): Duty.HOST for round_ in numbers for table, host in hosts}


def _duties(seats: Iterable[GroupSeat]) -> dict[Place, Duty]:
    return {(each.round, each.table_number, str(each.person_id)): each.duty for each in seats if each.duty is not None}


def _rows(grouping_id: int, plan: Plan, shared: Mapping[Place, Duty]) -> Iterable[GroupSeat]:
    for round_, groups in enumerate(plan, 1):
        for table, group in enumerate(groups, 1):
            for name in group:
                yield GroupSeat(
                    grouping_id=grouping_id,
                    round=round_,
                    table_number=table,
                    person_id=int(name),
                    duty=shared.get((round_, table, name)),
                )
