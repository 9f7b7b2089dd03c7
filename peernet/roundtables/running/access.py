"""What of a room is loaded for whom. The room itself and raised hands are for whoever may open its roundtable; who was
heard is for those who lead; a note is its writer's alone."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, or_, select, union
from sqlalchemy.orm import joinedload

from peernet.accounts.models import Person
from peernet.prompts.models import Asking
from peernet.roundtables.agendas.models import AgendaStep
from peernet.roundtables.models import Guest, Roundtable
from peernet.roundtables.running.models import GuestHeard, Heard, NoteToSelf, RaisedHand, Room
from peernet.web.viewer import Viewer


def room_of(roundtable_id: int) -> Select[Room]:
    """Where a loaded roundtable stands, with its step and who gave the last command."""
    parts = (joinedload(Room.step), joinedload(Room.changed_by))
    return select(Room).where(Room.roundtable_id == roundtable_id).options(*parts)


def hands_in(roundtable_id: int) -> Select[int, str]:
    """Ids and names of those whose hands are up at a loaded roundtable, who raised theirs first at the head."""
    raised = RaisedHand.roundtable_id == roundtable_id
    named = select(Person.id, Person.name).join(RaisedHand, RaisedHand.person_id == Person.id)
    return named.where(raised).order_by(RaisedHand.raised_at, Person.id)


def hand_of(roundtable_id: int, person_id: int | None) -> Select[RaisedHand]:
    """The hand of one person, if it is up."""
    return select(RaisedHand).where(RaisedHand.roundtable_id == roundtable_id, RaisedHand.person_id == person_id)


def heard_in(roundtable_id: int) -> Select[Heard]:
    """Who was heard at a roundtable that its viewer leads."""
    return select(Heard).where(Heard.roundtable_id == roundtable_id)


def seen_in(roundtable_ids: Collection[int]) -> Select[int, int]:
    """Ids of roundtables, and of people who were seen there: whose hand is up, or who were heard."""
    seen = (
        select(kind.roundtable_id, kind.person_id).where(kind.roundtable_id.in_(roundtable_ids))
        for kind in (RaisedHand, Heard)
    )
    both = union(*seen).subquery()
    return select(both.c.roundtable_id, both.c.person_id)


def guests_heard_in(roundtable_ids: Collection[int]) -> Select[int, int]:
    """Ids of roundtables that their viewer leads, and of guests who were heard there."""
    heard = select(Guest.roundtable_id, Guest.id).join(GuestHeard, GuestHeard.guest_id == Guest.id)
    return heard.where(Guest.roundtable_id.in_(roundtable_ids))


def held_before(moment: datetime) -> Select[Roundtable, Room]:
    """For the worker: roundtables that began before a moment and in whose room somebody is still seen."""
    seen = or_(*(exists().where(kind.roundtable_id == Roundtable.id) for kind in (RaisedHand, Heard)))
    guest = exists().where(GuestHeard.guest_id == Guest.id, Guest.roundtable_id == Roundtable.id)
    held = select(Roundtable, Room).join(Room, Room.roundtable_id == Roundtable.id)
    return held.where(Roundtable.starts_at < moment, or_(seen, guest)).order_by(Roundtable.id)


def is_asked_in(roundtable_id: int) -> ColumnElement[bool]:
    """Whether an asking is that of a step of a loaded roundtable."""
    return exists().where(AgendaStep.asking_id == Asking.id, AgendaStep.roundtable_id == roundtable_id)


def held_in(roundtable_id: int) -> tuple[ColumnElement[bool], ...]:
    """Of what is asked, what the steps of a loaded roundtable asked and is not revealed yet."""
    return (Asking.is_held.is_(True), is_asked_in(roundtable_id))


def own_note(viewer: Viewer, roundtable_id: int) -> Select[NoteToSelf]:
    """What the viewer jotted down at a loaded roundtable."""
    return select(NoteToSelf).where(NoteToSelf.roundtable_id == roundtable_id, NoteToSelf.person_id == viewer.person_id)


def all_notes_in(cohort_id: int) -> Select[NoteToSelf]:
    """For the worker: the notes that people made for themselves at a cohort's roundtables, which it keeps no longer."""
    held = select(Roundtable.id).where(Roundtable.cohort_id == cohort_id)
    return select(NoteToSelf).where(NoteToSelf.roundtable_id.in_(held))
