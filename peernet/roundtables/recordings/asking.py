"""Asking whether a roundtable may be recorded: who would see it, and until when it would be kept."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from peernet import clock, live
from peernet.db import Conflict, Refused, take_turn
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.roundtables.models import Roundtable
from peernet.roundtables.recordings import access
from peernet.roundtables.recordings.models import Recording, Seen
from peernet.roundtables.running.listening import topic_of
from peernet.web.viewer import Viewer

# The longest that a recording may be kept.
LONGEST = timedelta(days=731)
_WIDTH = list(Seen)


def ask(db: Session, roundtable: Roundtable, *, actor: Viewer, audience: Seen, until: date, version: int) -> Recording:
    """Ask everybody, or change what is asked. What asks for more than before, or anew after the recording was deleted,
    needs every answer again. ``version`` is that of the row as it was seen, 0 for none. Raises Conflict where somebody
    else was first, Refused where more is asked of those who are recorded already."""
    _check(roundtable, until)
    found = held(db, roundtable)
    if (found.version if found else 0) != version:
        raise Conflict(_("Somebody else changed what is asked. Please look again."))
    if found is None:
        found = Recording(roundtable_id=roundtable.id, terms=0, ran_seconds=0, url="")
        db.add(found)
    asks_more = found.terms > 0 and (_is_wider(audience, found.audience) or until > found.kept_until)
    if found.terms and asks_more and found.is_asked and found.has_begun:
        raise Refused(_("Those who were recorded agreed to what was asked. It can be seen by fewer, or kept shorter."))
    if not found.terms or asks_more or not found.is_asked:
        found.terms, found.asked_at, found.asked_by_id = found.terms + 1, clock.now(), actor.person_id
        record(db, roundtable, "recording.asked", actor)
    found.audience, found.kept_until = audience, until
    found.removed_at = found.announced_at = None
    db.flush()
    live.happened(db, topic_of(roundtable.id), "recording")
    return found


def held(db: Session, roundtable: Roundtable) -> Recording | None:
    """What is asked, and nobody else changes it until this transaction ends."""
    take_turn(db, f"recording:{roundtable.id}")
    return db.scalar(access.asked_at(roundtable.id).execution_options(populate_existing=True))


def standing(db: Session, roundtable: Roundtable) -> Recording:
    """The same where the question stands. Raises Refused where it does not."""
    found = held(db, roundtable)
    if found is None or not found.is_asked:
        raise Refused(_("Nobody is asked to be recorded at this roundtable."))
    return found


def record(db: Session, roundtable: Roundtable, action: str, actor: Viewer | None) -> None:
    """Say in the ledger what happened with the recording of a roundtable."""
    subject, scope = f"roundtable:{roundtable.id}", f"cohort:{roundtable.cohort_id}"
    ledger.record(db, action, subject=subject, scope=scope, actor_id=actor.person_id if actor else None)


def _is_wider(audience: Seen, than: Seen) -> bool:
    return _WIDTH.index(audience) > _WIDTH.index(than)


def _check(roundtable: Roundtable, until: date) -> None:
    if roundtable.cancelled_at is not None:
        raise Refused(_("This roundtable was cancelled."))
    earliest = max(clock.today(), roundtable.ends_at.date())
    if not earliest <= until <= earliest + LONGEST:
        raise Refused(_("Give a day from the roundtable on, within two years."), field="until")
