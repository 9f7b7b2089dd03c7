"""Running an agenda: to a step, a minute more, the end. Each command names what it wants and not "the next one", so
that two who lead and press the same button at once move on by one step. The last command holds."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from peernet import clock, live
from peernet.db import Conflict, Refused, take_turn
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.roundtables import checkins, places, showing
from peernet.roundtables.agendas.models import AgendaStep
from peernet.roundtables.models import Roundtable
from peernet.roundtables.questions import closing
from peernet.roundtables.running import access, writing
from peernet.roundtables.running.listening import topic_of
from peernet.roundtables.running.models import GuestHeard, Heard, RaisedHand, Room
from peernet.roundtables.tablenotes import carrying
from peernet.web.viewer import Viewer

# So many minutes a step can be made longer.
_MOST_EXTRA = 120


def go_to(db: Session, roundtable: Roundtable, step: AgendaStep, *, actor: Viewer, number: int = 1) -> Room:
    """Begin a step of a roundtable, in the round ``number`` of its groups, and with the first one the roundtable; also
    again after its end. What is worked on already begins anew only after an end; to another round of it the clock runs
    on. Raises Refused for a cancelled roundtable, and as ``writing.prepare``."""
    if roundtable.cancelled_at is not None:
        raise Refused(_("This roundtable was cancelled."))
    writing.prepare(db, roundtable, step, actor=actor)
    room, now = _held(db, roundtable), clock.now()
    was_on = roundtable.ended_at is None
    _take_end_back(db, roundtable)
    if room is None:
        room = Room(roundtable_id=roundtable.id, began_at=now)
        db.add(room)
        _record(db, roundtable, "roundtable.begun", actor)
    elif was_on and room.step_id == step.id:
        return _in_round(db, room, number, actor)
    room.step_id, room.step_began_at, room.extra_minutes = step.id, now, 0
    room.round, room.closing_at = number, None
    _command(db, room, "step", actor)
    carrying.carry(db, roundtable, step.id)
    return room


def add_minute(db: Session, roundtable: Roundtable, *, actor: Viewer, seen: int = 0) -> None:
    """A minute more for the step that is worked on. ``seen`` is the one for which it was meant: raises Conflict where
    somebody else went on meanwhile, Refused where none is worked on, and after two hours more."""
    room = _going_on(db, roundtable, seen)
    if room.extra_minutes >= _MOST_EXTRA:
        raise Refused(_("This step was made two hours longer already. Go on with another one."))
    room.extra_minutes += 1
    room.closing_at = None
    _command(db, room, "time", actor)


def call_closing(db: Session, roundtable: Roundtable, *, actor: Viewer, seen: int = 0) -> None:
    """Tell all tables that two minutes of the step are left; a second time nothing happens. Raises Conflict where
    somebody else went on from the step ``seen``, Refused where nothing goes on."""
    room = _going_on(db, roundtable, seen)
    if room.closing_at is None:
        room.closing_at = clock.now()
        _command(db, room, "closing", actor)


def end(db: Session, roundtable: Roundtable, *, actor: Viewer) -> None:
    """End it, a second time nothing happens. Hands go down, and of who was heard it stays that they were there; who
    voted for what cannot be told any more. Raises Refused where it never began."""
    room = _held(db, roundtable)
    if room is None:
        raise _not_on()
    if roundtable.ended_at is not None:
        return
    seen = {person_id for _roundtable, person_id in db.execute(access.seen_in([roundtable.id]))}
    guests = {guest_id for _roundtable, guest_id in db.execute(access.guests_heard_in([roundtable.id]))}
    checkins.note_seen(db, roundtable, seen, guests, actor_id=actor.person_id)
    for kind in (RaisedHand, Heard):
        db.execute(delete(kind).where(kind.roundtable_id == roundtable.id))
    db.execute(delete(GuestHeard).where(GuestHeard.guest_id.in_(guests)))
    closing.close(db, roundtable.id)
    roundtable.ended_at = clock.now()
    db.flush()
    showing.renew(db, roundtable, was_public=roundtable.is_public)
    _record(db, roundtable, "roundtable.ended", actor)
    _command(db, room, "end", actor)


def go_on(db: Session, roundtable: Roundtable, *, actor: Viewer) -> None:
    """Take its end back: it goes on in the step in which it was ended, by that step's clock; a second time nothing
    happens. Raises Refused where it never began, and for a cancelled roundtable."""
    room = _held(db, roundtable)
    if room is None or roundtable.cancelled_at is not None:
        raise _not_on()
    if roundtable.ended_at is not None:
        _take_end_back(db, roundtable)
        _record(db, roundtable, "roundtable.reopened", actor)
        _command(db, room, "step", actor)


def _take_end_back(db: Session, roundtable: Roundtable) -> None:
    """Who was there is not known before the end, also where it was confirmed after one that was none."""
    if roundtable.ended_at is not None:
        roundtable.ended_at = None
        if clock.now() < roundtable.over_at:
            roundtable.presence_fixed_at = None
        db.flush()
        showing.renew(db, roundtable, was_public=roundtable.is_public)


def _in_round(db: Session, room: Room, number: int, actor: Viewer) -> Room:
    if room.round != number:
        room.round, room.closing_at = number, None
        _command(db, room, "round", actor)
    return room


def _held(db: Session, roundtable: Roundtable) -> Room | None:
    """The room, and nobody else gives a command until this transaction ends."""
    take_turn(db, f"room:{roundtable.id}")
    places.hold(db, roundtable)
    return db.scalar(access.room_of(roundtable.id).execution_options(populate_existing=True))


def _going_on(db: Session, roundtable: Roundtable, seen: int) -> Room:
    room = _held(db, roundtable)
    if room is None or roundtable.ended_at is not None:
        raise _not_on()
    if seen and room.step_id != seen:
        raise Conflict(_("Somebody else went on to another step meanwhile. Nothing was changed in that one."))
    return room


def _not_on() -> Refused:
    return Refused(_("This roundtable does not go on now. Begin with a step."))


def _command(db: Session, room: Room, kind: str, actor: Viewer) -> None:
    room.changed_by_id, room.changed_at = actor.person_id, clock.now()
    db.flush()
    live.happened(db, topic_of(room.roundtable_id), kind)


def _record(db: Session, roundtable: Roundtable, action: str, actor: Viewer) -> None:
    subject, scope = f"roundtable:{roundtable.id}", f"cohort:{roundtable.cohort_id}"
    ledger.record(db, action, subject=subject, scope=scope, actor_id=actor.person_id)
