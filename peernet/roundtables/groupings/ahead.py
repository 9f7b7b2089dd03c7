"""Groups of all roundtables to come, formed at once: posed, drafted by a job, and taken over as a draft of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from peernet import clock
from peernet.cohorts.models import Cohort
from peernet.db import Conflict, Database, Refused, take_turn
from peernet.groups import access as groups
from peernet.groups import exchange, posing
from peernet.groups.mixing.problem import Plan
from peernet.groups.models import Grouping, GroupingState, GroupSeat
from peernet.groups.outcomes import found_of
from peernet.groups.posing import Sitter
from peernet.groups.wishes import Wishes, as_json, of_json
from peernet.i18n import gettext as _
from peernet.jobs import jobs
from peernet.ledger import ledger
from peernet.roundtables.groupings import access, drafting, memory, people
from peernet.roundtables.groupings.models import RoundtableGrouping, SeriesGrouping
from peernet.roundtables.groupings.people import Basis
from peernet.roundtables.models import Roundtable
from peernet.web.viewer import Viewer

JOB = "roundtables.form_series_groups"
# At so few nobody can sit with somebody.
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Meeting:
    """A roundtable, and who is expected there: whoever did not say that they stay away."""

    roundtable: Roundtable
    sitters: tuple[Sitter, ...]


@dataclass(frozen=True, slots=True)
class Coming:
    """The roundtables to come: those to form groups for; those whose groups are ``announced``, which stay and count as
    met (``plans``); and those of too few people (``lonely``)."""

    meetings: tuple[Meeting, ...]
    announced: tuple[Roundtable, ...]
    plans: Plan
    lonely: tuple[Roundtable, ...]


@dataclass(frozen=True, slots=True)
class Posed(drafting.Posed):
    """The problem of a series, with its meetings in their order."""

    meetings: tuple[Meeting, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What one roundtable is given: from round ``first`` of the series on, what follows from what, and what is said."""

    roundtable: Roundtable
    first: int
    inputs: dict[str, Any]
    found: dict[str, Any]


def coming(db: Session, cohort_id: int) -> Coming:
    """The roundtables to come with who is expected. Four queries."""
    ahead = list(db.scalars(access.to_come(cohort_id)))
    ids = [each.id for each in ahead]
    seats: dict[int, list[GroupSeat]] = {}
    for roundtable_id, step_id, seat in db.execute(access.seats_announced(ids)):
        if step_id is not None:
            continue
        seats.setdefault(roundtable_id, []).append(seat)
    expected = people.expected_at(db, ids, people.attending(db, cohort_id))
    meetings = [Meeting(each, tuple(expected[each.id])) for each in ahead if each.id not in seats]
    return Coming(
        meetings=tuple(each for each in meetings if len(each.sitters) >= _LEAST),
        announced=tuple(each for each in ahead if each.id in seats),
        plans=tuple(round_ for each in ids if each in seats for round_ in memory.rounds_of(seats[each])),
        lonely=tuple(each.roundtable for each in meetings if len(each.sitters) < _LEAST),
    )


def pose(db: Session, cohort_id: int, wishes: Wishes) -> Posed:
    """The problem as it stands now, in a constant number of queries. Raises Refused where there is nothing to seat."""
    ahead = coming(db, cohort_id)
    if not ahead.meetings:
        raise Refused(_("There is no roundtable to come for which groups could be formed."))
    sitters = list({one.person_id: one for each in ahead.meetings for one in each.sitters}.values())
    there = [[one.person_id for one in each.sitters] for each in ahead.meetings]
    remembered = memory.of_cohort(db, cohort_id)
    wanted = exchange.wanted(db, [each.person_id for each in sitters]) if wishes.prefer else None
    found = posing.pose_ahead(sitters, wishes, there, (*remembered.held, *ahead.plans), wanted)
    listed = [[each.roundtable.id, sorted(here)] for each, here in zip(ahead.meetings, there, strict=True)]
    return Posed(found.problem, found.inputs | {"meetings": listed}, wanted, remembered, meetings=ahead.meetings)


def changes(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What became different since a series was formed, in words."""
    said = posing.changes(before, now)
    if [each for each, _here in before["meetings"]] != [each for each, _here in now["meetings"]]:
        said.append(_("Roundtables were planned, moved, cancelled or given groups of their own."))
    elif before["meetings"] != now["meetings"]:
        said.append(_("Somebody comes to a roundtable, or stays away, where it was expected otherwise."))
    return said


def draft(db: Session, cohort: Cohort, *, actor: Viewer, wished: Wishes) -> SeriesGrouping:
    """Keep a draft, and leave the job of finding its groups. Raises Refused where there is nothing to seat."""
    posed = pose(db, cohort.id, wished)
    grouping = _grouping(cohort.id, as_json(wished), posed.inputs, actor)
    series = SeriesGrouping(grouping=grouping)
    db.add_all([grouping, series])
    db.flush()
    jobs.enqueue(db, JOB, {"grouping_id": grouping.id})
    _record(db, series, actor, "groups.series_drafted")
    return series


def work_out(database: Database, payload: dict[str, Any]) -> Callable[[Session], None]:
    """Do the job, as that of a roundtable is done."""
    return drafting.worked_out(database, payload["grouping_id"], _pose_waiting)


def parts(posed: Posed, series: SeriesGrouping, plan: Plan) -> list[Part]:
    """What each roundtable would be given, counted with all before it. Slow work: before the database is locked."""
    wished, found = of_json(series.grouping.wishes), []
    for number, meeting in enumerate(posed.meetings):
        first = number * wished.rounds
        own, before = plan[first : first + wished.rounds], (*posed.problem.history, *plan[:first])
        one = posing.pose(meeting.sitters, wished, before, posed.wanted)
        inputs = one.inputs | {"basis": Basis.EXPECTED.value} | drafting.foreseen_in(series.grouping_id)
        found.append(Part(meeting.roundtable, first, inputs, _said(found_of(one.problem, own, one.wanted))))
    return found


def take_over(
    db: Session, series: SeriesGrouping, posed: Posed, given: Sequence[Part], *, actor: Viewer, version: int
) -> None:
    """Give each roundtable its part as a draft; nobody is told of it. A second time nothing happens. Raises Conflict
    for another version or where something changed since, Refused where it is not formed yet."""
    take_turn(db, f"groups of cohort {series.grouping.cohort_id}")
    db.refresh(series, ("taken_at",))
    db.refresh(series.grouping, ("version", "state", "inputs"))
    if series.taken_at is not None:
        return
    if series.grouping.version != version:
        raise Conflict(_("Somebody else changed these groups meanwhile. Look at them again."))
    if series.grouping.state is not GroupingState.READY:
        raise Refused(_("These groups are not formed yet."))
    different = changes(series.grouping.inputs, posed.inputs)
    if different:
        raise Conflict(
            _("Something changed since these groups were formed. Form them anew."), theirs="\n".join(different)
        )
    series.taken_at = clock.now()
    made = _give(db, series, given, actor)
    series.grouping.found = {**series.grouping.found, "parts": [each.id for each in made]}
    db.flush()
    _record(db, series, actor, "groups.series_taken")


def discard(db: Session, series: SeriesGrouping) -> None:
    """Put a draft away. Raises Refused for what is taken over: each roundtable has its own."""
    if series.taken_at is not None:
        raise Refused(_("These groups are taken over: each roundtable has its own now."))
    db.delete(series.grouping)
    db.flush()


def _give(db: Session, series: SeriesGrouping, given: Sequence[Part], actor: Viewer) -> list[Grouping]:
    seats = list(db.scalars(groups.seats_of([series.grouping_id])))
    rounds, made = of_json(series.grouping.wishes).rounds, []
    for part in given:
        grouping = _grouping(series.grouping.cohort_id, series.grouping.wishes, part.inputs, actor)
        grouping.state, grouping.progress, grouping.found = GroupingState.READY, 100, part.found
        made.append(grouping)
        db.add_all([grouping, RoundtableGrouping(roundtable_id=part.roundtable.id, grouping=grouping)])
    db.flush()
    for part, grouping in zip(given, made, strict=True):
        own = [seat for seat in seats if part.first < seat.round <= part.first + rounds]
        db.add_all(_copied(seat, grouping.id, seat.round - part.first) for seat in own)
    return made


def _copied(seat: GroupSeat, grouping_id: int, round_: int) -> GroupSeat:
    return GroupSeat(
        grouping_id=grouping_id,
        round=round_,
        table_number=seat.table_number,
        person_id=seat.person_id,
        duty=seat.duty,
    )


def _pose_waiting(db: Session, grouping_id: int) -> Posed | None:
    series = db.scalar(access.series_of(grouping_id))
    if series is None or series.grouping.state is not GroupingState.WAITING:
        return None
    return pose(db, series.grouping.cohort_id, of_json(series.grouping.wishes))


def _grouping(cohort_id: int, wishes: dict[str, Any], inputs: dict[str, Any], actor: Viewer) -> Grouping:
    return Grouping(
        cohort_id=cohort_id, created_by_id=actor.person_id, created_at=clock.now(), wishes=wishes, inputs=inputs
    )


def _said(found: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if key != "plan"}


def _record(db: Session, series: SeriesGrouping, actor: Viewer, action: str) -> None:
    scope = f"cohort:{series.grouping.cohort_id}"
    ledger.record(db, action, subject=scope, scope=scope, actor_id=actor.person_id)
