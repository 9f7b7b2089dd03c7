"""What the page of a roundtable shows after its end, beside what it shows before."""

from typing import Any

from sqlalchemy.orm import Session

from peernet import clock
from peernet.prompts import access as prompts
from peernet.roundtables import access_presence
from peernet.roundtables.access import Standing
from peernet.roundtables.models import Roundtable
from peernet.roundtables.notes import words as note_words
from peernet.roundtables.questions import words as question_words
from peernet.roundtables.recaps import gathering, sending
from peernet.roundtables.recaps.gathering import Recap
from peernet.roundtables.recordings import access as recordings
from peernet.web.viewer import Viewer


def after(db: Session, viewer: Viewer, mine: Standing) -> dict[str, Any]:
    """What came of it, for those inside of its cohort; nothing before the end. As many queries however much came."""
    one = mine.roundtable
    if not mine.is_inside or one.cancelled_at is not None or one.over_at > clock.now():
        return {"after": None}
    found = gathering.of(db, viewer, one, is_inside=True)
    return {
        "after": found,
        "voices": _counted(db, viewer, found),
        "rates": prompts.rates(db, viewer, [one.cohort_id]) if mine.leads else {},
        "clips": list(db.scalars(recordings.clips_of(found.recording.id))) if found.recording else [],
        "note_words": note_words.PARTS,
        "question_words": question_words.STATES,
        **(_for_leaders(db, one) if mine.leads else {}),
    }


def _counted(db: Session, viewer: Viewer, found: Recap) -> dict[int, int]:
    """How many answers of others the viewer may read."""
    ids = [each.asking_id for each in found.asked if each.asking_id is not None]
    return {of: len(some) for of, some in prompts.voices(db, viewer, ids).items()}


def _for_leaders(db: Session, one: Roundtable) -> dict[str, Any]:
    there = [each for each in db.scalars(access_presence.presences_at(one.id)) if each.was_there]
    return {"there": len(there), "can_send": sending.is_sendable(one)}
