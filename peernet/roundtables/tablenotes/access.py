"""Whose notes of tables are loaded: while their step goes on, those of a table for who sits there; after it, all of
them for whoever sees a roundtable from inside its cohort, unless the step said that fewer read them. Those who lead are
told how much is written, not what."""

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from peernet import clock
from peernet.groups.models import Duty, GroupSeat
from peernet.prompts.models import Visibility
from peernet.roundtables.groupings.models import RoundtableGrouping
from peernet.roundtables.groupings.showing import Own
from peernet.roundtables.models import Roundtable
from peernet.roundtables.questions.closing import LONGEST
from peernet.roundtables.running.models import Room
from peernet.roundtables.tablenotes.models import TableNote
from peernet.web.viewer import Viewer

# Of a grouping, a table in a round.
Place = tuple[int, int, int]


def open_in(viewer: Viewer, roundtable_id: int, *, leads: bool) -> Select[TableNote]:
    """The notes of the tables of a loaded roundtable whose step does not go on now, as far as they may be read by
    somebody of its cohort: in a private step by those of the table alone."""
    circles = (Visibility.COHORT, Visibility.PUBLIC, *((Visibility.FACILITATORS,) if leads else ()))
    sat = exists().where(
        GroupSeat.grouping_id == TableNote.grouping_id,
        GroupSeat.round == TableNote.round,
        GroupSeat.table_number == TableNote.table_number,
        GroupSeat.person_id == viewer.person_id,
    )
    there = (TableNote.roundtable_id == roundtable_id, TableNote.source != "", ~_goes_on())
    told = or_(TableNote.widest.in_(circles), sat)
    return select(TableNote).where(*there, told).order_by(TableNote.round, TableNote.table_number, TableNote.id)


def of_own(own: Mapping[int, Collection[Own]]) -> Select[TableNote]:
    """The notes at the tables at which the viewer sits in each of these steps."""
    which = [
        and_(TableNote.step_id == step_id, _at_place(each.grouping_id, each.round, each.table))
        for step_id, seats in own.items()
        for each in seats
    ]
    return select(TableNote).where(or_(False, *which)).order_by(TableNote.id)


def host_seats(roundtable_id: int) -> Select[int | None, GroupSeat]:
    """Who hosts which table in what is announced of the steps of a loaded roundtable."""
    link = RoundtableGrouping
    return (
        select(link.step_id, GroupSeat)
        .join(GroupSeat, GroupSeat.grouping_id == link.grouping_id)
        .where(link.roundtable_id == roundtable_id, link.is_announced, link.step_id.is_not(None))
        .where(GroupSeat.duty == Duty.HOST)
        .order_by(GroupSeat.grouping_id, GroupSeat.round, GroupSeat.table_number)
    )


# For verbs and the worker, and for counting the words.


def at_places(step_id: int, places: Collection[Place]) -> Select[TableNote]:
    """The notes of a step at some tables."""
    which = or_(False, *(_at_place(*place) for place in places))
    return select(TableNote).where(TableNote.step_id == step_id, which).order_by(TableNote.id)


def of_step(step_id: int) -> Select[TableNote]:
    """The notes of all tables of a step, but for those of groups that were formed anew."""
    return select(TableNote).where(TableNote.step_id == step_id, TableNote.grouping_id.is_not(None))


def is_on(roundtable_id: int, step_id: int) -> Select[Room]:
    """The room, where a step goes on in it now."""
    return select(Room).where(Room.roundtable_id == roundtable_id, Room.step_id == step_id, *_on())


def all_table_notes_in(cohort_id: int) -> Select[TableNote]:
    """The notes of tables of a cohort's roundtables, which it keeps no longer."""
    held = select(Roundtable.id).where(Roundtable.cohort_id == cohort_id)
    return select(TableNote).where(TableNote.roundtable_id.in_(held))


def _at_place(grouping_id: int, number: int, table: int) -> ColumnElement[bool]:
    return and_(TableNote.grouping_id == grouping_id, TableNote.round == number, TableNote.table_number == table)


def _goes_on() -> ColumnElement[bool]:
    return exists().where(Room.roundtable_id == TableNote.roundtable_id, Room.step_id == TableNote.step_id, *_on())


def _on() -> tuple[ColumnElement[bool], ...]:
    """Whether a room goes on; one that nobody ended is over after a day."""
    going = (Roundtable.id == Room.roundtable_id, Roundtable.ended_at.is_(None))
    return (exists().where(*going, Roundtable.starts_at >= clock.now() - LONGEST),)
