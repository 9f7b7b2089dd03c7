"""Partners as pages and mails show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from peernet import clock
from peernet.cohorts.models import Membership
from peernet.groups.models import Duty, GroupSeat
from peernet.roundtables.partners import access
from peernet.roundtables.partners.meeting import key_of
from peernet.roundtables.partners.models import PartnersPeriod
from peernet.web.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Own:
    """Whom the viewer is together with; ``first`` is whose case comes first, "" for the viewer's own, None for none."""

    period: PartnersPeriod
    others: list[str]
    first: str | None
    has_met: bool


@dataclass(frozen=True, slots=True)
class Group:
    """One pair or trio, for those who lead: names and organisations, and whether they said that they met."""

    people: list[tuple[str, str]]
    has_met: bool


def own(db: Session, viewer: Viewer, period: PartnersPeriod) -> Own | None:
    """The viewer's own partners of a period; None where they have none. Two queries."""
    found = own_of(db, viewer, [period])
    return found[0] if found else None


def own_now(db: Session, viewer: Viewer) -> list[Own]:
    """The viewer's partners today, in all their cohorts. Three queries."""
    return own_of(db, viewer, list(db.scalars(access.own_periods(viewer, clock.today(viewer.zone)))))


def own_of(db: Session, viewer: Viewer, periods: Sequence[PartnersPeriod]) -> list[Own]:
    """The viewer's partners in loaded periods."""
    if not periods:
        return []
    seats: dict[int, list[GroupSeat]] = {}
    for seat in db.scalars(access.own_seats(viewer, [each.grouping_id for each in periods])):
        seats.setdefault(seat.grouping_id, []).append(seat)
    met = {(row[0], row[1]) for row in db.execute(access.keys_met([each.id for each in periods]))}
    return [
        _own(each, seats[each.grouping_id], viewer.person_id, met)
        for each in periods
        if len(seats.get(each.grouping_id, ())) > 1
    ]


def groups_of(
    db: Session, period: PartnersPeriod, seats: Iterable[GroupSeat], people: Sequence[Membership]
) -> list[Group]:
    """All groups of a period. One query."""
    homes = {each.person_id: each.seat.organisation.name for each in people if each.seat}
    tables: dict[int, list[GroupSeat]] = {}
    for seat in seats:
        tables.setdefault(seat.table_number, []).append(seat)
    met = {key for _period, key in db.execute(access.keys_met([period.id]))}
    return [
        Group(
            [(seat.person.name, homes.get(seat.person_id, "")) for seat in table],
            key_of([seat.person_id for seat in table]) in met,
        )
        for _number, table in sorted(tables.items())
    ]


def _own(period: PartnersPeriod, seats: Sequence[GroupSeat], person_id: int | None, met: set[tuple[int, str]]) -> Own:
    first = next((seat for seat in seats if seat.duty is Duty.CASE), None)
    named = None if first is None else "" if first.person_id == person_id else first.person.name
    others = [seat.person.name for seat in seats if seat.person_id != person_id]
    key = key_of([seat.person_id for seat in seats])
    return Own(period, others, named, (period.id, key) in met)
