"""Writing the notes of a table: while its step goes on, and to correct them as long as notes may be corrected."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from peernet import live
from peernet.db import Conflict, Refused, take_turn
from peernet.i18n import gettext as _
from peernet.prompts.voices import narrower
from peernet.roundtables.agendas.models import AgendaStep
from peernet.roundtables.agendas.words import GROUPED
from peernet.roundtables.groupings.showing import Own
from peernet.roundtables.models import Roundtable
from peernet.roundtables.notes import writing as notes
from peernet.roundtables.notes.models import Part
from peernet.roundtables.running.listening import topic_of
from peernet.roundtables.tablenotes import access
from peernet.roundtables.tablenotes.models import TableNote


def seats_in(own: Mapping[int | None, Sequence[Own]], step: AgendaStep) -> Sequence[Own]:
    """Of all tables of somebody, those at which they sit in a step: its own, else those of the whole roundtable; none
    in a step without groups. Pure."""
    return (own.get(step.id) or own.get(None, [])) if step.grouping in GROUPED else []


def write(
    db: Session,
    roundtable: Roundtable,
    step: AgendaStep,
    seat: Own | None,
    text: str,
    *,
    version: int,
    dismiss: bool = False,
    is_typing: bool = False,
) -> TableNote:
    """Note something at the table at which one sits; ``seat`` is none where one sits there no more. ``version`` is that
    of the note it follows, 0 for the first; the others as for the notes of the room. Raises Conflict with what stands
    there where somebody of the same table was first, Refused where that table is closed, and for a name where nobody
    may be named."""
    if not notes.is_open(roundtable):
        raise Refused(_("The notes of this roundtable can be changed no more."))
    if seat is None:
        raise Refused(_("You sit at another table by now. What you typed stands here still: take along what you need."))
    take_turn(db, f"notes:{roundtable.id}")
    place = (seat.grouping_id, seat.round, seat.table)
    note = db.scalar(access.at_places(step.id, [place]))
    if note is None and db.scalar(access.is_on(roundtable.id, step.id)) is None:
        raise Refused(_("Tables note while their step goes on."))
    if (note.version if note else 0) != version and (note is None or note.source != text):
        raise Conflict(_("Somebody at your table wrote here meanwhile."), theirs=note.source if note else "")
    note = note or made(roundtable, step, place)
    note.is_unnamed, note.title = forbids_names(step, note), step.title
    note.widest = narrower(note.widest, step.visibility)
    if note.is_unnamed:
        notes.refuse_names(db, roundtable, note, text, dismiss=dismiss)
    note.source = text
    db.add(note)
    db.flush()
    live.happened(db, topic_of(roundtable.id), "typed" if is_typing else "note")
    return note


def made(roundtable: Roundtable, step: AgendaStep, place: access.Place) -> TableNote:
    """The notes of a table before anything is noted."""
    grouping_id, number, table = place
    return TableNote(
        roundtable_id=roundtable.id, step_id=step.id, title=step.title, grouping_id=grouping_id, round=number,
        table_number=table, widest=step.visibility, is_unnamed=False, source="", dismissed=[], carried=[],
    )  # fmt: skip


def forbids_names(step: AgendaStep, note: TableNote | None) -> bool:
    """Whether nobody may be named at the tables of a step, by the stricter of what it says and said. Pure."""
    return notes.forbids_names(step, [], Part.SAID, None) or (note is not None and note.is_unnamed)
