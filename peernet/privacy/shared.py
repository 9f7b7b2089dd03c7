"""What of somebody stands in what the people of a roundtable keep together: their name in notes, commitments, questions
and feedback of nobody, clips and transcripts, and the marks of their votes.

Such words are the cohort's and stay; where they name who is forgotten, the name gives way to "somebody", since nobody
else is there who could be asked to take it out. Of notes no earlier versions are kept.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from peernet import pages
from peernet.db import take_turn
from peernet.i18n import gettext as _
from peernet.materials.quotations.models import Stretch
from peernet.privacy.rows import Subject
from peernet.roundtables import places
from peernet.roundtables.commitments.models import Commitment
from peernet.roundtables.feedback.models import Feedback
from peernet.roundtables.models import Guest, Opening
from peernet.roundtables.notes import naming
from peernet.roundtables.notes.models import RoomNote
from peernet.roundtables.questions import closing
from peernet.roundtables.questions.models import RoomQuestion
from peernet.roundtables.recordings.models import Clip, Transcript
from peernet.roundtables.tablenotes.models import TableNote
from peernet.text import captions
from peernet.text.captions import Cue

# Kinds of notes: of the room and of its tables.
_NOTED: tuple[type[RoomNote] | type[TableNote], ...] = (RoomNote, TableNote)


@dataclass(frozen=True, slots=True)
class Called:
    """How somebody is called in texts: the names of their account and as a guest, and their address."""

    names: tuple[str, ...]
    address: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """Where that stands as whole words. A name of one word is found as it is written, since many are words as
        well; one of more words, and the address, in any case."""
        return re.compile(rf"(?<!\w)(?:{'|'.join([*map(_written, self.names), _any_case(self.address)])})(?!\w)")

    def may_stand_in(self, column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
        """Whether a row is worth to be looked at: it holds the longest word of a name, which a line may end after."""
        words = [max(name.split(), key=len) for name in self.names]
        return or_(*(column.icontains(each, autoescape=True) for each in (*words, self.address)))


def take_out(db: Session, subject: Subject) -> None:
    """Take them out of all of it, while it is still known under which names they were guests."""
    as_guest = db.scalars(select(Guest.name).where(Guest.email_key == subject.address))
    called = Called(tuple(sorted({name for name in (subject.name, *as_guest) if name.strip()})), subject.address)
    _notes(db, called)
    for column in (Commitment.text, Clip.title):
        _replace(db, called, column)
    _facilitators(db, called)
    _replace(db, called, RoomQuestion.text, RoomQuestion.person_id.is_(None))
    for column in (Feedback.will, Feedback.change):
        _replace(db, called, column)
    _transcripts(db, called)
    closing.forget(db, subject.id)
    db.flush()


def _notes(db: Session, called: Called) -> None:
    """In turn with those who write there, who then find both texts brought together."""
    held = {found for kind in _NOTED for found in db.scalars(select(kind.roundtable_id).where(_in(kind, called)))}
    for roundtable_id in sorted(held):
        take_turn(db, f"notes:{roundtable_id}")
    for kind in _NOTED:
        _replace(db, called, kind.source)
        dismissing: Sequence[Any] = db.scalars(select(kind).where(_dismisses(kind))).all()
        for note in dismissing:
            left = [word for word in note.dismissed if not naming.found(word, called.names, ())]
            if left != note.dismissed:
                note.dismissed = left


def _in(kind: type[RoomNote] | type[TableNote], called: Called) -> ColumnElement[bool]:
    return or_(called.may_stand_in(kind.source), _dismisses(kind))


def _dismisses(kind: type[RoomNote] | type[TableNote]) -> ColumnElement[bool]:
    return cast(kind.dismissed, Text) != "[]"


def _facilitators(db: Session, called: Called) -> None:
    """A roundtable's public page says who leads it, and is made anew."""
    for opening in db.scalars(select(Opening).where(called.may_stand_in(Opening.facilitator))).all():
        opening.facilitator = _without(opening.facilitator, called.pattern)
        pages.touch(db, places.key(opening.roundtable_id))


def _replace(db: Session, called: Called, column: InstrumentedAttribute[str], *which: ColumnElement[bool]) -> None:
    pattern = called.pattern
    for row in db.scalars(select(column.class_).where(called.may_stand_in(column), *which)).all():
        text = getattr(row, column.key)
        if pattern.search(text):
            setattr(row, column.key, _without(text, pattern))


def _transcripts(db: Session, called: Called) -> None:
    """Also as a speaker, of whom nothing is said then."""
    pattern = called.pattern
    for column in (Transcript.source, Stretch.captions):
        for found in db.scalars(select(column.class_).where(called.may_stand_in(column))).all():
            cues = captions.parse(getattr(found, column.key))
            left = [_unsaid(cue, pattern) for cue in cues]
            if left != cues:
                setattr(found, column.key, captions.write(left))


def _unsaid(cue: Cue, pattern: re.Pattern[str]) -> Cue:
    return replace(
        cue, text=_without(cue.text, pattern), speaker="" if pattern.search(cue.speaker) else cue.speaker, lines=()
    )


def _without(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(lambda _found: _("somebody"), text)


def _written(name: str) -> str:
    words = name.split()
    spaced = r"\s+".join(map(re.escape, words))
    return rf"(?i:{spaced})" if len(words) > 1 else spaced


def _any_case(text: str) -> str:
    return rf"(?i:{re.escape(text)})"
