"""Groups announced to those who attend, and repaired in place when somebody comes or stays away after that, or after
they were formed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from peernet import clock, live
from peernet.db import Conflict, Refused
from peernet.groups import access as groups
from peernet.groups import posing, repairing, seating
from peernet.groups.mixing.problem import Plan
from peernet.groups.models import GroupingState
from peernet.groups.outcomes import found_of
from peernet.groups.repairing import Way
from peernet.groups.wishes import of_json
from peernet.i18n import gettext as _
from peernet.roundtables import places
from peernet.roundtables.groupings import access, drafting, telling
from peernet.roundtables.groupings.drafting import Posed
from peernet.roundtables.groupings.models import RoundtableGrouping
from peernet.roundtables.groupings.people import Basis
from peernet.roundtables.running.listening import topic_of
from peernet.roundtables.tablenotes import carrying
from peernet.web.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Repair:
    """How each round of what is announced could be repaired, from which problem and which version of it."""

    posed: Posed
    version: int
    rounds: tuple[tuple[Way, ...], ...]

    def plan(self, moves: Sequence[int]) -> Plan:
        """The plan with so many moves in each round; the fewest where none is named. Raises Refused for a number that
        is not among the ways."""
        chosen = []
        for number, ways in enumerate(self.rounds):
            wanted = moves[number] if number < len(moves) else ways[0].moved
            way = next((each for each in ways if each.moved == wanted), None)
            if way is None:
                raise Refused(_("Please choose one of the options."), field="moves")
            chosen.append(way.groups)
        return tuple(chosen)


def announce(db: Session, link: RoundtableGrouping, posed: Posed, *, actor: Viewer, version: int) -> None:
    """Tell a draft to those who attend, in place of what was announced before. A second time nothing happens. Raises
    Conflict for another version or a stale draft, Refused where there is nothing to announce."""
    places.hold(db, link.roundtable)
    db.refresh(link.grouping, ("version", "state", "inputs"))
    if link.grouping.state is GroupingState.ANNOUNCED:
        return
    _refuse_other(link, version)
    if link.grouping.state is not GroupingState.READY:
        raise Refused(_("These groups are not formed yet."))
    drafting.refuse_late(link.roundtable, link.step_id)
    drafting.refuse_stale(link.grouping, posed)
    _replace(db, link)
    link.is_announced = True
    link.grouping.state, link.grouping.announced_at = GroupingState.ANNOUNCED, clock.now()
    db.flush()
    drafting.record(db, link, actor, telling.ANNOUNCED)
    carrying.carry(db, link.roundtable, link.step_id)
    live.happened(db, topic_of(link.roundtable_id), "groups")


def plan_repair(db: Session, link: RoundtableGrouping, basis: Basis | None = None) -> Repair:
    """What could be done about who came or stayed away since, or is not seated on another ``basis``. It takes up to
    some seconds: call it before the database is locked. Raises Refused where nobody is left to seat."""
    posed = drafting.pose_again(db, link, basis)
    sizes = posed.problem.rounds[0].sizes if of_json(link.grouping.wishes).whole is not None else None
    announced = seating.plan_of(db.scalars(groups.seats_of([link.grouping_id])))
    numbers = range(len(announced))
    return Repair(
        posed,
        link.grouping.version,
        tuple(repairing.ways(posed.problem, announced, number, sizes) for number in numbers),
    )


def found_after(repair: Repair, moves: Sequence[int]) -> dict[str, Any]:
    """What is kept of the repaired plan, counted as a whole. Slow work as well."""
    plan = repair.plan(moves)
    return found_of(repairing.as_seated(repair.posed.problem, plan), plan, repair.posed.wanted)


def repair(
    db: Session, link: RoundtableGrouping, posed: Posed, found: dict[str, Any], *, actor: Viewer, planned: Repair
) -> None:
    """Seat people as ``found`` says; who sits elsewhere is told so where the groups were announced. ``posed`` is the
    problem as it stands. Raises Conflict where something changed after ``planned``."""
    places.hold(db, link.roundtable)
    db.refresh(link.grouping, ("version", "state", "inputs"))
    _refuse_other(link, planned.version)
    drafting.refuse_late(link.roundtable, link.step_id)
    if link.grouping.state not in (GroupingState.READY, GroupingState.ANNOUNCED):
        raise Refused(_("These groups are not formed yet."))
    if posing.changes(planned.posed.inputs, posed.inputs):
        raise Conflict(_("Somebody answered meanwhile. Look at it again."))
    before = _companions(db, link)
    drafting.take(db, link.grouping, posed, found)
    after = _companions(db, link)
    whom = sorted({place[0] for place, now in after.items() if not now <= before.get(place, set())})
    if link.is_announced:
        drafting.record(db, link, actor, telling.REPAIRED, people=whom)
        carrying.carry(db, link.roundtable, link.step_id)
        live.happened(db, topic_of(link.roundtable_id), "groups")


def _companions(db: Session, link: RoundtableGrouping) -> dict[tuple[int, int], set[tuple[int, int]]]:
    """For each person and round, who sits at that person's table, as (table, person)."""
    tables: dict[tuple[int, int], set[tuple[int, int]]] = {}
    seats = list(db.scalars(groups.seats_of([link.grouping_id])))
    for seat in seats:
        tables.setdefault((seat.round, seat.table_number), set()).add((seat.table_number, seat.person_id))
    return {(seat.person_id, seat.round): tables[seat.round, seat.table_number] for seat in seats}


def _replace(db: Session, link: RoundtableGrouping) -> None:
    """Put away what was announced before."""
    before = db.scalar(access.announced_at(link.roundtable_id, link.step_id))
    if before is not None:
        db.delete(before.grouping)
        db.flush()


def _refuse_other(link: RoundtableGrouping, version: int) -> None:
    if link.grouping.version != version:
        raise Conflict(_("Somebody else changed these groups meanwhile. Look at them again."))
