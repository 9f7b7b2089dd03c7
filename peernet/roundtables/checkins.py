"""Who was there: said by everybody of themselves while it goes on, and by those who lead until it is fixed.

That is when the notes are closed, or when one of them confirms it.

It changes no answer and frees no place. Nobody is told, and only the person themselves and those who lead see it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.roundtables import access_presence, invitees, places
from peernet.roundtables.invitees import Key, Whoever
from peernet.roundtables.models import Presence, Roundtable, Source
from peernet.roundtables.recordings import consenting
from peernet.web.viewer import Viewer

# People come a little early, whatever is said of the way in.
_EARLY = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody who leads says of one invitee: there, not there, or (None) nothing. ``seen`` is the version of the
    record that they saw, 0 for none."""

    key: Key
    was_there: bool | None
    seen: int


def begins_at(roundtable: Roundtable) -> datetime:
    """From when on somebody can be there."""
    early = _EARLY if roundtable.link_minutes is None else timedelta(minutes=roundtable.link_minutes)
    return roundtable.starts_at - min(early, _EARLY)


def takes_own(roundtable: Roundtable) -> bool:
    """Whether people can say by now, and still, that they are there."""
    return roundtable.cancelled_at is None and begins_at(roundtable) <= clock.now() < roundtable.over_at


def takes_marks(roundtable: Roundtable) -> bool:
    """Whether those who lead can record by now, and still, who was there."""
    is_open = roundtable.cancelled_at is None and roundtable.presence_fixed_at is None
    return is_open and begins_at(roundtable) <= clock.now() < roundtable.corrected_until


def check_in(db: Session, roundtable: Roundtable, whoever: Whoever) -> None:
    """Say "I am here". A second time nothing happens. Raises Refused before and after."""
    if not takes_own(roundtable):
        raise Refused(_("You can say that you are here from shortly before the start until the end."))
    places.hold(db, roundtable)
    key = invitees.of(whoever).key
    _put(db, roundtable, key, True, Source.SELF, key[0])
    consenting.presence_changed(db, roundtable.id)


def take_back(db: Session, roundtable: Roundtable, whoever: Whoever) -> None:
    """Unsay it, if it was they who said it."""
    if not takes_own(roundtable):
        raise Refused(_("You can say that you are here from shortly before the start until the end."))
    places.hold(db, roundtable)
    found = db.scalar(access_presence.presence_of(roundtable.id, *invitees.of(whoever).key))
    if found is not None and found.source is Source.SELF:
        db.delete(found)
        db.flush()
        consenting.presence_changed(db, roundtable.id)


def record(db: Session, roundtable: Roundtable, marks: Sequence[Mark], *, actor: Viewer) -> int:
    """Record what changed, all at once, and return of how many. What somebody checked in meanwhile stays, unless it was
    seen. Raises Conflict where a record that is to change is not the one that was seen, Refused out of time."""
    places.hold(db, roundtable)
    if not takes_marks(roundtable):
        raise Refused(_("Who was there can be changed no more."))
    present = {_key(each): each for each in db.scalars(access_presence.presences_at(roundtable.id)).all()}
    changed = [mark for mark in marks if mark.was_there is not _state(present.get(mark.key))]
    if any(mark.seen != _version(present.get(mark.key)) for mark in changed):
        raise _differs()
    for mark in changed:
        if mark.was_there is None:
            db.delete(present[mark.key])
        else:
            _put(db, roundtable, mark.key, mark.was_there, Source.FACILITATOR, actor.person_id)
    db.flush()
    if changed:
        consenting.presence_changed(db, roundtable.id)
        _record(db, roundtable, "roundtable.presence_recorded", actor, changed=len(changed))
    return len(changed)


def confirm(db: Session, roundtable: Roundtable, marks: Sequence[Mark], *, actor: Viewer) -> None:
    """Record what changed and fix it at once; a second time nothing happens. ``marks`` are of everybody on the list,
    since whoever confirms it vouches for all of it: raises Conflict where any record is not the one that was seen,
    Refused before the end and when it is fixed by the deadline."""
    places.hold(db, roundtable)
    if roundtable.presence_fixed_at is not None:
        return
    if clock.now() < roundtable.over_at:
        raise Refused(_("Who was there can be confirmed once the roundtable is over."))
    seen = {mark.key: mark.seen for mark in marks}
    present = {_key(each): each.version for each in db.scalars(access_presence.presences_at(roundtable.id))}
    if any(present.get(key, 0) != seen.get(key, 0) for key in present.keys() | seen.keys()):
        raise _differs()
    record(db, roundtable, marks, actor=actor)
    roundtable.presence_fixed_at = clock.now()
    db.flush()
    _record(db, roundtable, "roundtable.presence_confirmed", actor)


def note_seen(
    db: Session, roundtable: Roundtable, people: Collection[int], guests: Collection[int], *, actor_id: int | None
) -> None:
    """Record of people who raised their hands or were heard, and of guests who were, that they were there, where
    nothing is recorded of them. Nothing happens at a time at which a room is tried out."""
    if not takes_marks(roundtable):
        return
    known = {_key(each) for each in db.scalars(access_presence.presences_at(roundtable.id))}
    seen: list[Key] = [*((each, None) for each in sorted(people)), *((None, each) for each in sorted(guests))]
    now, source = clock.now(), Source.FACILITATOR
    db.add_all(
        Presence(roundtable_id=roundtable.id, person_id=key[0], guest_id=key[1], was_there=True, source=source,
                 recorded_at=now, recorded_by_id=actor_id)
        for key in seen
        if key not in known
    )  # fmt: skip
    db.flush()
    consenting.presence_changed(db, roundtable.id)


def _record(db: Session, roundtable: Roundtable, action: str, actor: Viewer, **data: int) -> None:
    subject, scope = f"roundtable:{roundtable.id}", f"cohort:{roundtable.cohort_id}"
    ledger.record(db, action, subject=subject, scope=scope, actor_id=actor.person_id, data=data)


def _differs() -> Conflict:
    return Conflict(_("Somebody recorded this differently meanwhile. Nothing was saved; please look again."))


def _put(
    db: Session, roundtable: Roundtable, key: Key, was_there: bool, source: Source, recorded_by_id: int | None
) -> None:
    found = db.scalar(access_presence.presence_of(roundtable.id, *key))
    if found is not None and found.was_there is was_there:
        return
    person_id, guest_id = key
    found = found or Presence(roundtable_id=roundtable.id, person_id=person_id, guest_id=guest_id)
    found.was_there, found.source = was_there, source
    found.recorded_at, found.recorded_by_id = clock.now(), recorded_by_id
    db.add(found)
    db.flush()


def _key(presence: Presence) -> Key:
    return (presence.person_id, presence.guest_id)


def _state(presence: Presence | None) -> bool | None:
    return None if presence is None else presence.was_there


def _version(presence: Presence | None) -> int:
    return 0 if presence is None else presence.version
