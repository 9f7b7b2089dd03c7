"""Partners formed by the same memory as tables, and put together anew where somebody left or came.

Both are jobs: solved with no transaction open, then stored in a short one with what is to be told.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from peernet import clock
from peernet.cohorts.models import Role
from peernet.db import Database
from peernet.groups import access as groups
from peernet.groups import exchange, posing, repairing, seating, solving
from peernet.groups.mixing.problem import Plan
from peernet.groups.models import Grouping, GroupingState
from peernet.groups.outcomes import found_of, plan_of
from peernet.groups.posing import LEADS, Posed
from peernet.groups.wishes import Wishes, as_json, of_json, of_partners
from peernet.jobs import jobs
from peernet.ledger import ledger
from peernet.roundtables.groupings import memory, people
from peernet.roundtables.groupings.memory import Memory
from peernet.roundtables.partners import access, rhythm, telling
from peernet.roundtables.partners.models import PartnersPeriod


@dataclass(frozen=True, slots=True)
class _Found:
    """What was worked out, from what, and the memory by which duties go round."""

    wished: Wishes
    posed: Posed
    found: dict[str, Any]
    memory: Memory


def who_takes_part(db: Session, cohort_id: int, *, with_leaders: bool) -> list[posing.Sitter]:
    """Members, and those who lead where that is wished, but for who passes. Two queries."""
    passing = set(db.scalars(access.who_passes(cohort_id)))
    attending = people.attending(db, cohort_id)
    return [
        people.sitter(each)
        for each in attending
        if each.person_id not in passing and (with_leaders or each.role is Role.MEMBER)
    ]


def work_out(database: Database, payload: dict[str, Any]) -> Callable[[Session], None]:
    """Form what is due. A second time it gives nothing to do; with fewer than two people the day passes."""
    cohort_id, on = payload["cohort_id"], date.fromisoformat(payload["on"])
    with database.reading() as db:
        row = db.scalar(access.rhythm_of(cohort_id))
        if row is None or row.next_on != on or not rhythm.is_due(row):
            return lambda _db: None
        sitters = who_takes_part(db, cohort_id, with_leaders=row.with_leaders)
        if len(sitters) < 2:
            return lambda db: _pass(db, cohort_id, on)
        wished = of_partners(len(sitters), row.kind.size, orgs_apart=row.orgs_apart, prefer=row.prefer)
        remembered = memory.of_cohort(db, cohort_id)
        wanted = exchange.wanted(db, [each.person_id for each in sitters]) if wished.prefer else None
        posed = posing.pose(sitters, wished, remembered.held, wanted)
    if solving.is_small(posed.problem):
        found = solving.at_once(posed.problem, posed.wanted)
    else:
        found = solving.apart(posed.problem, lambda _percent: None, posed.wanted)
    return lambda db: _store(db, cohort_id, on, _Found(wished, posed, found, remembered))


def leave_repairs(db: Session) -> int:
    """Leave the job of putting people together anew, where somebody has no partner or is not there any more; the number
    of jobs. By the clock."""
    left = 0
    for period in db.scalars(access.periods_running(clock.now().date() - timedelta(days=1))):
        if not _runs(period):
            continue
        seated = {seat.person_id for seat in db.scalars(groups.seats_of([period.grouping_id]))}
        here = {each.person_id for each in who_takes_part(db, period.cohort_id, with_leaders=period.with_leaders)}
        if seated != here and len(here) > 1:
            # Once an hour: who passes, joins, and passes again finds the job of the first time done.
            key = f"partners:{period.id}:repair:{period.grouping.version}:{clock.now():%Y-%m-%dT%H}"
            left += jobs.enqueue(db, rhythm.REPAIR, {"period_id": period.id}, key=key) is not None
    return left


def work_out_repair(database: Database, payload: dict[str, Any]) -> Callable[[Session], None]:
    """Put them together anew, for as few as can be."""
    period_id = payload["period_id"]
    with database.reading() as db:
        period = db.scalar(access.period(period_id))
        if period is None or not _runs(period):
            return lambda _db: None
        sitters = who_takes_part(db, period.cohort_id, with_leaders=period.with_leaders)
        announced = seating.plan_of(db.scalars(groups.seats_of([period.grouping_id])))
        version, wished = period.grouping.version, of_json(period.grouping.wishes)
        remembered = memory.of_cohort(db, period.cohort_id, but_period=period.id)
        if len(sitters) < 2 or {str(each.person_id) for each in sitters} == set(_seated(announced)):
            return lambda _db: None
        now = of_partners(len(sitters), period.kind.size, orgs_apart=wished.orgs_apart, prefer=wished.prefer)
        posed = posing.pose(sitters, now, remembered.held)
    plan = _renewed(posed, announced)
    found = found_of(repairing.as_seated(posed.problem, plan), plan)
    return lambda db: _store_repair(db, period_id, version, _Found(now, posed, found, remembered))


def _renewed(posed: Posed, announced: Plan) -> Plan:
    """The repaired plan with as many groups as so many people fill: one group more or fewer than was announced has the
    nearest groups shared out or a new one begun first."""
    tables = len(posed.problem.rounds[0].sizes)
    (before,) = announced
    here = {person.id for person in posed.problem.people}
    left = sorted(
        (tuple(name for name in group if name in here) for group in before), key=lambda group: (-len(group), group)
    )
    kept = [group for group in left if group][:tables]
    kept += [()] * (tables - len(kept))
    return (repairing.ways(posed.problem, (tuple(kept),), 0)[0].groups,)


def _store(db: Session, cohort_id: int, on: date, worked: _Found) -> None:
    row = db.scalar(access.rhythm_of(cohort_id))
    if row is None or row.next_on != on or not rhythm.is_due(row):
        return
    starts_on = clock.today(row.cohort.zone)
    later = db.scalar(access.first_period_after(cohort_id, starts_on))
    _end_others(db, cohort_id, starts_on)
    grouping = Grouping(
        cohort_id=cohort_id,
        created_by_id=row.created_by_id,
        created_at=clock.now(),
        wishes=as_json(worked.wished),
        inputs=worked.posed.inputs,
    )
    period = PartnersPeriod(
        cohort=row.cohort,
        grouping=grouping,
        kind=row.kind,
        with_leaders=row.with_leaders,
        starts_on=starts_on,
        ends_on=rhythm.last_day(row, starts_on) if later is None else later - timedelta(days=1),
    )
    db.add(period)
    db.flush()
    _seat(db, grouping, worked)
    rhythm.go_on(row, period.ends_on)
    _tell(db, period, [each.person_id for each in db.scalars(groups.seats_of([grouping.id]))], "partners.formed")


def _store_repair(db: Session, period_id: int, version: int, worked: _Found) -> None:
    period = db.scalar(access.period(period_id))
    if period is None or period.grouping.version != version or not _runs(period):
        return
    before = _companions(db, period)
    period.grouping.wishes, period.grouping.inputs = as_json(worked.wished), worked.posed.inputs
    _seat(db, period.grouping, worked)
    after = _companions(db, period)
    _tell(db, period, [each for each in after if before.get(each) != after[each]], "partners.repaired")


def _seat(db: Session, grouping: Grouping, worked: _Found) -> None:
    leading = [person.id for person in worked.posed.problem.people if LEADS in person.tags]
    seating.seat(db, grouping, plan_of(worked.found), done=worked.memory.duties, leading=leading)
    grouping.found, grouping.state, grouping.announced_at = worked.found, GroupingState.ANNOUNCED, clock.now()
    grouping.progress = 100
    db.flush()


def _tell(db: Session, period: PartnersPeriod, whom: Collection[int], action: str) -> None:
    scope, data = f"cohort:{period.cohort_id}", {"people": sorted(whom)}
    ledger.record(db, action, subject=f"partners:{period.id}", scope=scope, actor_id=None, data=data)
    telling.leave(db, period.id, period.grouping.version, sorted(whom))


def _end_others(db: Session, cohort_id: int, starts_on: date) -> None:
    """A new rhythm ends what was formed before it; what began on the same day is put away."""
    for other in db.scalars(access.periods_running(starts_on).where(PartnersPeriod.cohort_id == cohort_id)):
        if other.starts_on >= starts_on:
            db.delete(other.grouping)
        else:
            other.ends_on = starts_on - timedelta(days=1)
    db.flush()


def _pass(db: Session, cohort_id: int, on: date) -> None:
    row = db.scalar(access.rhythm_of(cohort_id))
    if row is not None and row.next_on == on:
        rhythm.go_on(row, rhythm.last_day(row, on))


def _runs(period: PartnersPeriod) -> bool:
    return period.starts_on <= clock.today(period.cohort.zone) <= period.ends_on


def _companions(db: Session, period: PartnersPeriod) -> dict[int, frozenset[int]]:
    tables: dict[int, set[int]] = {}
    for seat in db.scalars(groups.seats_of([period.grouping_id])):
        tables.setdefault(seat.table_number, set()).add(seat.person_id)
    return {person: frozenset(table) for table in tables.values() for person in table}


def _seated(plan: Plan) -> Iterable[str]:
    return (name for groups_ in plan for group in groups_ for name in group)
