"""Who has met whom in a cohort: what was held counts, with those who were there, and not what was planned.

At a roundtable with announced groups those met who sat at a table and were there. One without groups was a table
itself, where it was small enough for everybody to speak with everybody. Partners between roundtables met where one of
them said so.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from sqlalchemy.orm import Session

from peernet import clock
from peernet.groups.mixing.problem import Group, Plan
from peernet.groups.models import Duty, GroupSeat
from peernet.groups.posing import Earlier
from peernet.groups.wishes import Wishes
from peernet.roundtables.access_presence import held_attendance
from peernet.roundtables.groupings import access
from peernet.roundtables.models import Roundtable
from peernet.roundtables.partners import access as partners

# At a table of more people than these not everybody meets everybody.
ONE_TABLE = 12


@dataclass(frozen=True, slots=True)
class Memory:
    """``held``: the groups of each round that was held, as ids of people; ``duties``: how often each had which;
    ``had``: who has which in another step of the roundtable that this is asked for. ``sources`` say of each round at
    which roundtable it was, or from which day on partners could meet in it."""

    held: Plan
    duties: Counter[tuple[str, Duty]]
    sources: tuple[int | date, ...] = ()
    had: frozenset[tuple[str, Duty]] = frozenset()

    def meetings(self) -> Counter[tuple[int, int]]:
        """How often each pair met, the lower id first."""
        return Counter(
            pair
            for groups in self.held
            for group in groups
            for pair in combinations(sorted(int(name) for name in group), 2)
        )


NOTHING = Memory((), Counter())


def of_cohort(db: Session, cohort_id: int, *, but_period: int | None = None) -> Memory:
    """All that was held in a cohort, but for one period of partners where one is named. Four queries."""
    there = held_attendance(db, [cohort_id])
    seats: dict[int, list[GroupSeat]] = {}
    for roundtable_id, _step, seat in db.execute(access.seats_announced(list(there))):
        seats.setdefault(roundtable_id, []).append(seat)
    held: list[tuple[tuple[str, ...], ...]] = []
    sources: list[int | date] = []
    done: Counter[tuple[str, Duty]] = Counter()
    for roundtable_id in sorted(there):
        were_there = there[roundtable_id]
        if roundtable_id in seats:
            sat = [seat for seat in seats[roundtable_id] if seat.person_id in were_there]
            held += rounds_of(sat)
            done.update((str(seat.person_id), seat.duty) for seat in sat if seat.duty is not None)
        elif 2 <= len(were_there) <= ONE_TABLE:
            held.append((tuple(str(person) for person in sorted(were_there)),))
        sources += [roundtable_id] * (len(held) - len(sources))
    said, cases = _of_partners(db, cohort_id, but_period)
    done.update((name, Duty.CASE) for name in cases)
    return Memory((*held, *said.values()), done, (*sources, *said))


def _of_partners(
    db: Session, cohort_id: int, but_period: int | None
) -> tuple[dict[date, tuple[Group, ...]], list[str]]:
    """The partners who said that they met, a round for each period by its first day, and who gave the first case."""
    periods: dict[date, dict[int, list[str]]] = {}
    cases = []
    for period_id, begins, met_id, person_id, gave_case in db.execute(partners.met_in(cohort_id)):
        if period_id != but_period:
            periods.setdefault(begins, {}).setdefault(met_id, []).append(str(person_id))
            cases += [str(person_id)] * gave_case
    return {day: tuple(tuple(group) for group in groups.values()) for day, groups in periods.items()}, cases


def planned_beside(db: Session, series_id: int, roundtable_id: int) -> Plan:
    """The groups that were formed for the other roundtables to come, together with those of one. Two queries."""
    parts = db.scalar(access.parts_of_series(series_id)) or {}
    seats: dict[int, list[GroupSeat]] = {}
    for other, seat in db.execute(access.seats_to_come(parts.get("parts", []), roundtable_id)):
        seats.setdefault(other, []).append(seat)
    return tuple(groups for other in sorted(seats) for groups in rounds_of(seats[other]))


def earlier(db: Session, roundtable_id: int, wishes: Wishes, here: Collection[int]) -> Earlier:
    """What the earlier groups that wishes name ask of those who are there: as they sat in the last round. At most two
    queries."""
    units, hosts = (
        list(db.scalars(access.seats_in_step(roundtable_id, step))) if step is not None else []
        for step in (wishes.whole, wishes.hosts)
    )
    whole = rounds_of(seat for seat in units if seat.person_id in here)
    last = max((seat.round for seat in hosts), default=0)
    return Earlier(
        units=whole[-1] if whole else (),
        hosts=tuple(
            (seat.table_number, str(seat.person_id))
            for seat in hosts
            if seat.round == last and seat.duty is Duty.HOST and seat.person_id in here
        ),
    )


def with_other_steps(db: Session, remembered: Memory, roundtable: Roundtable, step_id: int | None) -> Memory:
    """The same with the groups and duties that are announced in other steps of a roundtable, as long as it is not held,
    which counts by itself. One query."""
    if roundtable.over_at <= clock.now():
        return remembered
    seats = list(db.scalars(access.seats_beside(roundtable.id, step_id)))
    had = Counter((str(seat.person_id), seat.duty) for seat in seats if seat.duty is not None)
    held, duties = (*remembered.held, *rounds_of(seats)), remembered.duties + had
    return replace(remembered, held=held, duties=duties, had=frozenset(had))


def rounds_of(seats: Iterable[GroupSeat]) -> list[tuple[tuple[str, ...], ...]]:
    """Seats of one grouping, or of several, as the groups of each round."""
    rounds: dict[tuple[int, int], dict[int, list[str]]] = {}
    for seat in seats:
        place = (seat.grouping_id, seat.round)
        rounds.setdefault(place, {}).setdefault(seat.table_number, []).append(str(seat.person_id))
    return [tuple(tuple(group) for group in tables.values()) for _round, tables in sorted(rounds.items())]
