"""Whose notes are loaded: those of a roundtable that its viewer sees from inside its cohort. Guests have their own."""

from sqlalchemy import Select, select

from peernet.roundtables.models import Roundtable
from peernet.roundtables.notes.models import Part, RoomNote


def notes_of(roundtable_id: int) -> Select[RoomNote]:
    """The notes of a loaded roundtable."""
    return select(RoomNote).where(RoomNote.roundtable_id == roundtable_id).order_by(RoomNote.id)


def note_of(roundtable_id: int, step_id: int | None, part: Part) -> Select[RoomNote]:
    """One part of the notes of one of its steps, or of the whole."""
    of = RoomNote.title == "" if step_id is None else RoomNote.step_id == step_id
    return notes_of(roundtable_id).where(of, RoomNote.part == part)


def all_room_notes_in(cohort_id: int) -> Select[RoomNote]:
    """For the worker: the notes of a cohort's roundtables, which it keeps no longer."""
    held = select(Roundtable.id).where(Roundtable.cohort_id == cohort_id)
    return select(RoomNote).where(RoomNote.roundtable_id.in_(held))
