"""Marks set while a roundtable goes on, the clips that become of them, and the transcript."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.orm import Session

from peernet import clock, live, pages
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.jobs import jobs
from peernet.roundtables.agendas.models import AgendaStep, StepRule
from peernet.roundtables.models import Roundtable
from peernet.roundtables.recordings import access, asking, naming
from peernet.roundtables.recordings.models import Clip, Recording, Transcript, Unnamed
from peernet.roundtables.recordings.naming import Stretch
from peernet.roundtables.running.listening import topic_of
from peernet.text import captions
from peernet.text.captions import Cue

# Pressed twice within so many seconds it was pressed once.
_TWICE = 5
# What is quoted of a recording follows when other parts of it name nobody: copies of the words that are searched.
JOB = "recordings.unnamed"
# Where a clip ends that nothing follows.
END = float("inf")


def mark(db: Session, roundtable: Roundtable, step: AgendaStep | None, *, title: str) -> Clip:
    """Set a mark at this moment of the recording, for what the step asks. Raises Refused while nothing runs."""
    recording = asking.standing(db, roundtable)
    if recording.running_since is None:
        raise Refused(_("Nothing is being recorded now."))
    second = recording.second_of(clock.now())
    last = db.scalars(access.clips_of(recording.id)).all()[-1:]
    if last and second - last[0].starts < _TWICE:
        return last[0]
    is_unnamed = step is not None and step.attribution is StepRule.CHATHAM_HOUSE
    made = add(
        db, roundtable, title=title, starts=second, asking_id=step.asking_id if step else None, is_unnamed=is_unnamed
    )
    live.happened(db, topic_of(roundtable.id), "recording")
    return made


def add(
    db: Session, roundtable: Roundtable, *, title: str, starts: int, ends: int | None = None,
    asking_id: int | None = None, is_unnamed: bool = False,
) -> Clip:  # fmt: skip
    """Make a clip. Raises Refused for one that ends before it begins."""
    recording = asking.standing(db, roundtable)
    _check(starts, ends)
    before = _unnamed(db, recording)
    clip = Clip(
        recording_id=recording.id, title=title, starts=starts, ends=ends, asking_id=asking_id, is_unnamed=is_unnamed
    )
    db.add(clip)
    _settle(db, recording, before)
    return clip


def change(
    db: Session, roundtable: Roundtable, clip: Clip, *, version: int, title: str, starts: int, ends: int | None,
    asking_id: int | None, is_unnamed: bool,
) -> None:  # fmt: skip
    """Change a clip. A name that was taken out of the transcript, or from under a quotation, does not come
    back. Raises Conflict, and Refused."""
    recording = asking.standing(db, roundtable)
    if clip.version != version:
        raise Conflict(_("Somebody else changed this clip. Please look again."))
    _check(starts, ends)
    # Moved and put under the rule at once, it was under it where it lay as well.
    before = _unnamed(db, recording, also=clip if is_unnamed else None)
    clip.title, clip.starts, clip.ends = title, starts, ends
    clip.asking_id, clip.is_unnamed = asking_id, is_unnamed
    _settle(db, recording, before)


def remove(db: Session, roundtable: Roundtable, clip: Clip) -> None:
    """Take a clip out. The recording stays as it is, and what was quoted of the clip without names stays without."""
    recording = asking.standing(db, roundtable)
    before = _unnamed(db, recording)
    db.delete(clip)
    _settle(db, recording, before)


def forget(db: Session, recording: Recording) -> None:
    """Take out all clips and the transcript of a recording that goes, or that another one replaces."""
    _remember(db, recording, _unnamed(db, recording))
    for kind in (Clip, Transcript):
        db.execute(delete(kind).where(kind.recording_id == recording.id))


def put_transcript(
    db: Session, roundtable: Roundtable, cues: Sequence[Cue], *, version: int, language: str = ""
) -> None:
    """Keep what is said in a language, in the place of what stood there; nothing takes it away. Who speaks is taken out
    first where nobody is named. Raises Conflict with what stands there by now, Refused before there is a recording."""
    recording = asking.standing(db, roundtable)
    if recording.brought_at is None:
        raise Refused(_("Bring the recording first."))
    found = db.scalar(access.transcript_of(recording.id))
    if (found.version if found else 0) != version:
        theirs = found.source if found else ""
        raise Conflict(_("Somebody else changed the transcript meanwhile."), theirs=theirs)
    if not cues:
        if found is not None:
            db.delete(found)
        db.flush()
        return
    left = _stripped(db, recording, cues)
    if not left:
        raise Refused(_("There is nothing but names in this transcript."), field="text")
    source = captions.write(left)
    if found is None:
        db.add(Transcript(recording_id=recording.id, source=source, language=language))
    else:
        found.source, found.language = source, language
    db.flush()


def stretches(clips: Sequence[Clip]) -> list[tuple[Clip, float]]:
    """Each clip with the second at which it ends: where it says none, that at which the next one begins."""
    following = [*(clip.starts for clip in clips[1:]), END]
    return [(clip, clip.ends or after) for clip, after in zip(clips, following, strict=False)]


def _unnamed(db: Session, recording: Recording, *, also: Clip | None = None) -> list[tuple[int, float]]:
    """From where to where nobody is named."""
    found = stretches(db.scalars(access.clips_of(recording.id)).all())
    return [(clip.starts, end) for clip, end in found if clip.is_unnamed or clip is also]


def _settle(db: Session, recording: Recording, before: Sequence[tuple[int, float]]) -> None:
    """What follows when clips have changed; ``before`` is where nobody was named."""
    db.flush()
    left = _unnamed(db, recording)
    _remember(db, recording, [(a, b) for a, b in before if not any(start <= a and b <= end for start, end in left)])
    pages.touch(db, recording.key)
    if left or before:
        jobs.enqueue(db, JOB, {"recording_id": recording.id})
    _strip_again(db, recording)


def _remember(db: Session, recording: Recording, gone: Sequence[tuple[int, float]]) -> None:
    for starts, end in gone:
        ends = None if end == END else int(end)
        db.add(Unnamed(recording_id=recording.id, starts=starts, ends=ends, until=clock.now()))
    db.flush()


def _strip_again(db: Session, recording: Recording) -> None:
    found = db.scalar(access.transcript_of(recording.id))
    if found is None:
        return
    left = _stripped(db, recording, captions.parse(found.source))
    if left:
        found.source = captions.write(left)
    else:
        db.delete(found)
    db.flush()


def _stripped(db: Session, recording: Recording, cues: Sequence[Cue]) -> list[Cue]:
    clips = db.scalars(access.clips_of(recording.id)).all()
    parts = [Stretch(clip.starts, end, clip.is_unnamed) for clip, end in stretches(clips)]
    unnamed = db.scalar(access.is_unnamed_at(recording.roundtable_id)) is not None
    return naming.without_names(cues, parts, unless_said=unnamed)


def _check(starts: int, ends: int | None) -> None:
    if ends is not None and ends <= starts:
        raise Refused(_("A clip ends after it begins."), field="ends")
