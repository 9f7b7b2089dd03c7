"""What of a recording is loaded for whom. That one is asked for, and how it stands, is for whoever may open its
roundtable; the recording itself for those it is meant for, and for nobody else than those who lead while the yes of
anybody who was there is wanting."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, exists, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from peernet import clock
from peernet.cohorts.access import INSIDE, LEADING, present
from peernet.media.models import MediaFile
from peernet.roundtables.agendas.models import AgendaStep, StepRule
from peernet.roundtables.models import Presence, Roundtable
from peernet.roundtables.recordings.models import Clip, Recording, RecordingConsent, Seen, Transcript, Unnamed
from peernet.web.viewer import Viewer


def asked_at(roundtable_id: int) -> Select[Recording]:
    """What is asked about the recording of a loaded roundtable."""
    return select(Recording).where(Recording.roundtable_id == roundtable_id)


def shown_to(viewer: Viewer) -> Select[Recording]:
    """Recordings that the viewer may see, with their file. Asked at every fetch."""
    inside = and_(Recording.audience == Seen.COHORT, present(viewer, INSIDE, Roundtable.cohort_id))
    meant = or_(inside, Recording.audience == Seen.PUBLIC)
    return (
        select(Recording)
        .join(Roundtable, Roundtable.id == Recording.roundtable_id)
        .where(*_is_there())
        .where(or_(present(viewer, LEADING, Roundtable.cohort_id), and_(meant, _is_agreed())))
        .options(joinedload(Recording.media))
    )


def shown_answering(viewer: Viewer, asking_ids: Collection[int]) -> Select[Recording]:
    """Recordings with clips that answer one of these, which the viewer may see and everybody in them agrees to."""
    answers = exists().where(Clip.recording_id == Recording.id, Clip.asking_id.in_(asking_ids))
    own = contains_eager(Recording.roundtable).contains_eager(Roundtable.cohort)
    found = shown_to(viewer).join(Roundtable.cohort).where(answers, _is_agreed()).options(own)
    return found.order_by(Roundtable.starts_at, Recording.id)


def is_shown() -> tuple[ColumnElement[bool], ...]:
    """Whether a recording can be seen at all by whom it is meant for: it is there, and everybody agrees."""
    return (*_is_there(), _is_agreed())


def clips_in(recording_ids: Collection[int]) -> Select[Clip]:
    """The clips of loaded recordings, each in its order."""
    return select(Clip).where(Clip.recording_id.in_(recording_ids)).order_by(Clip.starts, Clip.id)


def transcripts_of(recording_ids: Collection[int]) -> Select[Transcript]:
    """The transcripts of loaded recordings."""
    return select(Transcript).where(Transcript.recording_id.in_(recording_ids))


def readable_transcripts(viewer: Viewer) -> Select[str]:
    """The transcripts of all recordings that the viewer may see."""
    seen = shown_to(viewer).with_only_columns(Recording.id)
    return select(Transcript.source).where(Transcript.recording_id.in_(seen)).order_by(Transcript.recording_id)


def answers_to(recording: Recording) -> Select[RecordingConsent]:
    """What was said to the present terms of a recording, in its order."""
    own = (RecordingConsent.recording_id == recording.id, RecordingConsent.terms == recording.terms)
    return select(RecordingConsent).where(*own).order_by(RecordingConsent.id)


def clips_of(recording_id: int) -> Select[Clip]:
    """The clips of a loaded recording, in its order."""
    return select(Clip).where(Clip.recording_id == recording_id).order_by(Clip.starts, Clip.id)


def transcript_of(recording_id: int) -> Select[Transcript]:
    """The transcript of a recording that its viewer may see, or leads."""
    return select(Transcript).where(Transcript.recording_id == recording_id)


def is_unnamed_at(roundtable_id: int) -> Select[int]:
    """A step of a roundtable that is under the Chatham House rule."""
    unnamed = AgendaStep.attribution == StepRule.CHATHAM_HOUSE
    return select(AgendaStep.id).where(AgendaStep.roundtable_id == roundtable_id, unnamed).limit(1)


def is_unnamed_between(
    recording_id: SQLColumnExpression[int | None],
    starts: SQLColumnExpression[int],
    ends: SQLColumnExpression[int | None],
    taken_at: SQLColumnExpression[datetime],
) -> ColumnElement[bool]:
    """Whether nobody is named in what overlaps with a stretch of a recording that was taken at a moment: in a clip as
    it is now, or in one that has been there since."""
    # Of the table: this is part of a model, and an alias of one asks for all others to be there already.
    clip, after = Clip.__table__.alias(), Clip.__table__.alias()
    one, other = clip.c, after.c
    follows = or_(other.starts > one.starts, and_(other.starts == one.starts, other.id > one.id))
    following = select(func.min(other.starts)).where(other.recording_id == one.recording_id, follows).correlate(clip)
    until = func.coalesce(one.ends, following.scalar_subquery())
    now = exists().where(
        one.recording_id == recording_id, one.is_unnamed.is_(True), *_overlap(one.starts, until, starts, ends)
    )
    once = exists().where(
        Unnamed.recording_id == recording_id,
        Unnamed.until >= taken_at,
        *_overlap(Unnamed.starts, Unnamed.ends, starts, ends),
    )
    return or_(now.correlate_except(clip), once.correlate_except(Unnamed))


def _overlap(
    starts: SQLColumnExpression[int],
    ends: SQLColumnExpression[int | None],
    other_starts: SQLColumnExpression[int],
    other_ends: SQLColumnExpression[int | None],
) -> tuple[ColumnElement[bool], ...]:
    """Whether two stretches have a moment in common; without an end one goes on."""
    return or_(other_ends.is_(None), starts < other_ends), or_(ends.is_(None), ends > other_starts)


def bytes_of_cohort(cohort_id: int) -> Select[int]:
    """How many bytes the recordings of a cohort take."""
    kept = select(func.coalesce(func.sum(MediaFile.bytes), 0)).select_from(Recording).join(Recording.media)
    return kept.join(Roundtable, Roundtable.id == Recording.roundtable_id).where(Roundtable.cohort_id == cohort_id)


# For the worker and for erasing only.


def kept_to(day: date) -> Select[Recording, Roundtable]:
    """Recordings that are there and are kept until that day at most, with their roundtable."""
    return (
        select(Recording, Roundtable)
        .join(Roundtable, Roundtable.id == Recording.roundtable_id)
        .join(Roundtable.cohort)
        .where(Recording.removed_at.is_(None), Recording.kept_until <= day)
        .options(contains_eager(Roundtable.cohort), joinedload(Recording.media))
        .order_by(Recording.id)
    )


def with_ids(ids: Collection[int]) -> Select[Recording]:
    """Recordings by their ids."""
    return select(Recording).where(Recording.id.in_(ids))


def unanswered(which: ColumnElement[bool]) -> Select[Recording]:
    """Recordings to whose present terms somebody has not answered who was there, by conditions of presence."""
    return select(Recording).where(Recording.removed_at.is_(None), _lacks_answers(which)).order_by(Recording.id)


def _is_there() -> tuple[ColumnElement[bool], ...]:
    return (Recording.brought_at.is_not(None), Recording.kept_until >= clock.today())


def _is_agreed() -> ColumnElement[bool]:
    """Whether everybody who was there has answered, and nobody who is in it said no since it was brought."""
    return and_(Recording.withheld_at.is_(None), ~_lacks_answers())


def _lacks_answers(which: ColumnElement[bool] | None = None) -> ColumnElement[bool]:
    """Whether somebody who was there has not answered; of all, or of those whose presence is one of ``which``."""
    answered = exists().where(
        RecordingConsent.recording_id == Recording.id,
        RecordingConsent.terms == Recording.terms,
        or_(RecordingConsent.person_id == Presence.person_id, RecordingConsent.guest_id == Presence.guest_id),
    )
    there = (Presence.roundtable_id == Recording.roundtable_id, Presence.was_there.is_(True))
    return exists().where(*there, ~answered, true() if which is None else which)
