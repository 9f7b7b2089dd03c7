"""The recording itself: it runs, it is brought, it is shown, and on its day it is deleted."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from sqlalchemy import event
from sqlalchemy.orm import Session

from peernet import clock, live, pages
from peernet.backups import afterwards
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.media import quotas, store
from peernet.media.incoming import Brought
from peernet.media.models import MediaFile
from peernet.media.recognising import PDF
from peernet.roundtables import access as roundtables
from peernet.roundtables import emails, invitees
from peernet.roundtables.models import Roundtable
from peernet.roundtables.recordings import access, asking, clipping, consenting
from peernet.roundtables.recordings.models import Recording
from peernet.roundtables.running.listening import topic_of
from peernet.settings import current
from peernet.web.viewer import Viewer

# So long before its day those who lead are told.
_AHEAD = timedelta(days=7)


def set_running(db: Session, roundtable: Roundtable, *, actor: Viewer, on: bool) -> None:
    """Note that the recording runs from now on, or does not any more. Doing so twice is doing so once. Raises Refused
    where somebody who is there has not said yes."""
    recording = asking.standing(db, roundtable)
    if on and not consenting.answers_of(db, recording).may_run:
        raise Refused(_("Recording stays off: not everybody who is here has said yes."))
    if on is (recording.running_since is not None):
        return
    now = clock.now()
    recording.ran_seconds = recording.second_of(now)
    recording.running_since = now if on else None
    asking.record(db, roundtable, "recording.began" if on else "recording.stopped", actor)
    db.flush()
    live.happened(db, topic_of(roundtable.id), "recording")


def bring_file(
    db: Session, roundtable: Roundtable, *, actor: Viewer, file: Brought, filename: str, is_cut: bool
) -> Recording:
    """Keep a film or a sound as the recording, in the place of any other. Raises as :func:`bring_address`, and Refused
    where a quota is used up."""
    if file.mime == PDF:
        raise Refused(_("This is no film and no sound."), field="file")
    recording = _ready(db, roundtable, is_cut)
    quotas.hold(db)
    beyond = _("The recordings of this cohort would take more than %(most)s MB. Delete some first.")
    kept = db.scalar(access.bytes_of_cohort(roundtable.cohort_id)) or 0
    quotas.refuse_beyond(kept + file.size, current().media.cohort_quota_bytes, beyond, field="file")
    # Fetched by those who lead and, through its own page, by those who may see it: asked each time.
    audience = f"facilitators:{roundtable.cohort_id}"
    media = store.keep_brought(
        db, file=file, filename=filename, audience=audience, uploaded_by=actor.person_id, alt=roundtable.title
    )
    return _put(db, roundtable, recording, actor=actor, media=media)


def bring_address(db: Session, roundtable: Roundtable, *, actor: Viewer, url: str, is_cut: bool) -> Recording:
    """Have the recording lie at an address elsewhere. ``is_cut``: those who lead say that whoever said no is not in
    it. Raises Refused before it took place, where it is not known who was there or not all of them have answered, and
    where somebody said no and it is not cut."""
    return _put(db, roundtable, _ready(db, roundtable, is_cut), actor=actor, url=url)


def remove(db: Session, roundtable: Roundtable, *, actor: Viewer | None) -> None:
    """Delete it; the row stays and says so. Raises Refused where there is nothing."""
    recording = asking.standing(db, roundtable)
    clipping.forget(db, recording)
    _clear(db, recording)
    recording.running_since, recording.ran_seconds = None, 0
    recording.withheld_at, recording.removed_at = None, clock.now()
    afterwards.note(db, "recording", id=recording.id, asked=recording.asked_at.isoformat(), gone=True)
    asking.record(db, roundtable, "recording.removed", actor)
    pages.touch(db, recording.key)
    db.flush()
    live.happened(db, topic_of(roundtable.id), "recording")


def announce_due(db: Session) -> int:
    """Tell those who lead which recordings are deleted within a week; how many there are. By the clock."""
    return _each_due(db, clock.today() + _AHEAD, _announce)


def remove_due(db: Session) -> int:
    """Delete the recordings whose last day is over; how many there are. By the clock."""
    return _each_due(db, clock.today() - timedelta(days=1), _remove_due)


def _each_due(db: Session, day: date, do: Callable[[Session, Recording, Roundtable], bool]) -> int:
    due = db.execute(access.kept_to(day)).all()
    return sum(do(db, recording, roundtable) for recording, roundtable in due)


def _announce(db: Session, recording: Recording, roundtable: Roundtable) -> bool:
    if recording.announced_at is not None or recording.brought_at is None:
        return False
    recording.announced_at = clock.now()
    for leader in db.scalars(roundtables.leaders_of(roundtable.cohort_id)).all():
        if leader.mail_bounced_at is None:
            emails.recording_due(db, roundtable, invitees.of(leader), until=recording.kept_until)
    return True


def _remove_due(db: Session, _recording: Recording, roundtable: Roundtable) -> bool:
    remove(db, roundtable, actor=None)
    return True


def _ready(db: Session, roundtable: Roundtable, is_cut: bool) -> Recording:
    recording = asking.standing(db, roundtable)
    answers = consenting.answers_of(db, recording)
    if roundtable.starts_at > clock.now() and not recording.has_begun:
        raise Refused(_("This roundtable has not begun yet."))
    if not answers.there:
        raise Refused(_("Record first who was there: they are those who have to agree."))
    if answers.waiting:
        raise Refused(_("Not everybody who was there has answered."))
    if (answers.refusing or recording.withheld_at) and not is_cut:
        raise Refused(_("Somebody said no. Remove the passages in which they are, and say so here."), field="cut")
    return recording


def _put(
    db: Session, roundtable: Roundtable, recording: Recording, *, actor: Viewer, media: MediaFile | None = None,
    url: str = "",
) -> Recording:  # fmt: skip
    if recording.brought_at is not None:
        # Another film has other times, and words that were cut out of it must not stay in its transcript.
        clipping.forget(db, recording)
    _clear(db, recording)
    recording.media_id, recording.url, recording.brought_at = media.id if media else None, url, clock.now()
    recording.ran_seconds, recording.running_since = recording.second_of(clock.now()), None
    recording.withheld_at = None
    asking.record(db, roundtable, "recording.brought", actor)
    pages.touch(db, recording.key)
    db.flush()
    db.expire(recording, ["media"])
    live.happened(db, topic_of(roundtable.id), "recording")
    return recording


def _clear(db: Session, recording: Recording) -> None:
    """Take away what lies there; its bytes as soon as this is committed."""
    old = db.get(MediaFile, recording.media_id) if recording.media_id else None
    recording.media_id, recording.url, recording.brought_at = None, "", None
    db.flush()
    if old is not None:
        event.listen(db, "after_commit", partial(_drop, old.name), once=True)
        store.remove(db, old)


def _drop(name: str, _db: Session) -> None:
    store.drop(name)
