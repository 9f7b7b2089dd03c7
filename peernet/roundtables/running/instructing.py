"""What a step says to each: to those who lead, to who brings the case, to who hosts a table, to everybody. Who has
which part follows from the groups as they stand. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from peernet.groups.models import Duty
from peernet.i18n import gettext as _
from peernet.roundtables.agendas.models import AgendaStep
from peernet.roundtables.agendas.words import GROUPED
from peernet.roundtables.groupings.showing import Own
from peernet.roundtables.tablenotes import writing

Owned = Mapping[int | None, Sequence[Own]]


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody is told, under what they are or do."""

    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Parts:
    """``mine`` is the viewer's part now, with no word on who they are where it is everybody's; ``others`` are those of
    the others."""

    mine: Told | None
    others: Sequence[Told]


def seat_now(step: AgendaStep, own: Owned, number: int) -> Own | None:
    """Where somebody sits in a round of a step, by all their tables."""
    return next((each for each in writing.seats_in(own, step) if each.round == number), None)


def parts(step: AgendaStep, steps: Sequence[AgendaStep], own: Owned, number: int, *, leads: bool) -> Parts:
    """What a step says in a round to somebody with these tables, and what to others. Who ``leads`` and has no part at a
    table is told by role what all are told."""
    seat = seat_now(step, own, number)
    mine = _of_seat(step, seat) or _of_last_table(step, steps, own)
    others = by_role(step, seat, leads=leads)
    if mine is None and step.member and not leads:
        mine = Told("", step.member)
    return Parts(mine, [each for each in others if mine is None or each.text != mine.text])


def by_role(step: AgendaStep, seat: Own | None = None, *, leads: bool = False) -> list[Told]:
    """All that a step says, with who does it at the table of a ``seat``; to who ``leads`` also how to lead it."""
    doing = seat.doing if seat is not None and seat.in_step else {}
    case, host = doing.get(Duty.CASE), doing.get(Duty.HOST)
    told = [
        Told(_("Those who lead"), step.facilitator if leads else ""),
        Told(_("Everybody"), step.member),
        Told(_("%(name)s brings the case", name=case) if case else _("Who brings the case"), step.case_giver),
        Told(_("%(name)s hosts the table", name=host) if host else _("Who hosts a table"), step.host),
    ]
    return [each for each in told if each.text]


def _of_seat(step: AgendaStep, seat: Own | None) -> Told | None:
    """Tables of a whole roundtable say who brings the first case, not whose turn it is in a step."""
    if seat is None:
        return None
    if seat.duty is Duty.CASE and seat.in_step:
        return Told(_("You bring the case now"), step.case_giver or step.member)
    if seat.duty is Duty.HOST:
        return Told(_("You host table %(number)s", number=seat.table), step.host or step.member)
    return None


def _of_last_table(step: AgendaStep, steps: Sequence[AgendaStep], own: Owned) -> Told | None:
    """In a step without groups hosts are those of the last one with some."""
    if step.grouping in GROUPED or not step.host:
        return None
    earlier = steps[: [each.id for each in steps].index(step.id)]
    last = next((each for each in reversed(earlier) if each.grouping in GROUPED), None)
    seats = writing.seats_in(own, last) if last is not None else []
    if not seats or seats[-1].duty is not Duty.HOST:
        return None
    return Told(_("You hosted table %(number)s", number=seats[-1].table), step.host)
