"""Who wants to speak and who has spoken; and what one jots down."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peernet import clock, live
from peernet.db import Conflict
from peernet.i18n import gettext as _
from peernet.roundtables import checkins
from peernet.roundtables.models import Guest, Roundtable
from peernet.roundtables.questions import closing
from peernet.roundtables.running import access
from peernet.roundtables.running.listening import topic_of
from peernet.roundtables.running.models import GuestHeard, Heard, NoteToSelf, RaisedHand
from peernet.web.viewer import Viewer


def raise_hand(db: Session, roundtable: Roundtable, person_id: int, *, up: bool) -> None:
    """Put a hand up, or down; doing so twice is doing so once."""
    hand = db.scalar(access.hand_of(roundtable.id, person_id))
    if (hand is not None) is up:
        return
    if hand is not None:
        db.delete(hand)
    else:
        db.add(RaisedHand(roundtable_id=roundtable.id, person_id=person_id, raised_at=clock.now()))
    db.flush()
    live.happened(db, topic_of(roundtable.id), "hand")


def note_heard(db: Session, roundtable: Roundtable, person_id: int, *, heard: bool) -> None:
    """Note that somebody has spoken, which takes their hand down; or that they have not."""
    noted = db.scalar(access.heard_in(roundtable.id).where(Heard.person_id == person_id))
    if heard and noted is None:
        db.add(Heard(roundtable_id=roundtable.id, person_id=person_id))
    elif not heard and noted is not None:
        db.delete(noted)
    db.flush()
    raise_hand(db, roundtable, person_id, up=False) if heard else None
    live.happened(db, topic_of(roundtable.id), "heard")


def note_guest_heard(db: Session, roundtable: Roundtable, guest_id: int, *, heard: bool) -> None:
    """Note that a guest has spoken, or has not."""
    noted = db.get(GuestHeard, guest_id)
    if heard and noted is None:
        db.add(GuestHeard(guest_id=guest_id))
    elif not heard and noted is not None:
        db.delete(noted)
    db.flush()
    live.happened(db, topic_of(roundtable.id), "heard")


def clear_over(db: Session) -> int:
    """Take down hands, and forget who was heard, in roundtables that are over and that nobody ended; how many rows.
    They were there. By the clock."""
    _note_seen(db, clock.now() - closing.LONGEST)
    over = select(Roundtable.id).where(Roundtable.starts_at < clock.now() - closing.LONGEST)
    guests = select(Guest.id).where(Guest.roundtable_id.in_(over))
    number = 0
    for gone in (
        delete(RaisedHand).where(RaisedHand.roundtable_id.in_(over)),
        delete(Heard).where(Heard.roundtable_id.in_(over)),
        delete(GuestHeard).where(GuestHeard.guest_id.in_(guests)),
    ):
        number += int(db.execute(gone, execution_options={"synchronize_session": False}).rowcount)  # type: ignore[attr-defined]
    return number


def _note_seen(db: Session, before: datetime) -> None:
    held = [
        one for one, room in db.execute(access.held_before(before)) if room.step_began_at >= checkins.begins_at(one)
    ]
    seen: dict[int, set[int]] = {one.id: set() for one in held}
    for roundtable_id, person_id in db.execute(access.seen_in(seen)):
        seen[roundtable_id].add(person_id)
    guests: dict[int, set[int]] = {one.id: set() for one in held}
    for roundtable_id, guest_id in db.execute(access.guests_heard_in(guests)):
        guests[roundtable_id].add(guest_id)
    for one in held:
        checkins.note_seen(db, one, seen[one.id], guests[one.id], actor_id=None)


def jot(db: Session, roundtable: Roundtable, *, actor: Viewer, version: int, text: str) -> NoteToSelf:
    """Keep the actor's note to themselves. ``version`` is that of the one it follows, 0 for the first. Raises Conflict
    with what stands where another window of theirs was first."""
    note = db.scalar(access.own_note(actor, roundtable.id))
    if (note.version if note else 0) != version and (note is None or note.source != text):
        raise Conflict(_("You have typed something else here, in another window."), theirs=note.source if note else "")
    note = note or NoteToSelf(roundtable_id=roundtable.id, person_id=actor.person_id)
    note.source, note.saved_at = text, clock.now()
    db.add(note)
    db.flush()
    return note
