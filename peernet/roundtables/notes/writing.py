"""Writing notes, as long as they may be corrected; then they are as they are."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from peernet import clock, live
from peernet.cohorts import access as cohorts
from peernet.db import Conflict, Refused, take_turn
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.roundtables.agendas import access as agendas
from peernet.roundtables.agendas.models import AgendaStep, StepRule
from peernet.roundtables.models import Roundtable
from peernet.roundtables.notes import access, naming
from peernet.roundtables.notes.models import Part, RoomNote
from peernet.roundtables.running.listening import topic_of
from peernet.roundtables.tablenotes.models import TableNote
from peernet.web.viewer import Viewer


def closes_at(roundtable: Roundtable) -> datetime:
    """Until when notes may be corrected."""
    return roundtable.corrected_until


def is_open(roundtable: Roundtable) -> bool:
    """Whether notes may be written now."""
    return roundtable.cancelled_at is None and clock.now() < closes_at(roundtable)


def forbids_names(step: AgendaStep | None, steps: Sequence[AgendaStep], part: Part, note: RoomNote | None) -> bool:
    """Whether nobody may be named in the notes of a step: the stricter of what it says now and said when it was
    written. What is noted of the whole is of every one of the ``steps``. Pure."""
    bound = any(each.attribution is StepRule.CHATHAM_HOUSE for each in ([step] if step else steps))
    return part is Part.SAID and (bound or (note is not None and bool(note.is_unnamed)))


def write(
    db: Session,
    roundtable: Roundtable,
    step: AgendaStep | None,
    part: Part,
    text: str,
    *,
    version: int,
    dismiss: bool = False,
    is_typing: bool = False,
) -> RoomNote:
    """Note something of a step, or of the whole. ``version`` is that of the note it follows, 0 for the first;
    ``dismiss``: names that stand in it are none here; ``is_typing``: it is saved while somebody types, upon which
    open pages look at the notes alone. Raises Conflict with what stands there where somebody else was first, Refused
    where notes are closed, and for a name where nobody may be named."""
    if not is_open(roundtable):
        raise Refused(_("The notes of this roundtable can be changed no more."))
    take_turn(db, f"notes:{roundtable.id}")
    note = db.scalar(access.note_of(roundtable.id, step.id if step else None, part))
    if (note.version if note else 0) != version and (note is None or note.source != text):
        raise Conflict(_("Somebody else wrote here meanwhile."), theirs=note.source if note else "")
    note = note or RoomNote(
        roundtable_id=roundtable.id, step_id=step.id if step else None, part=part, source="", dismissed=[]
    )
    note.is_unnamed = forbids_names(step, list(db.scalars(agendas.steps_of(roundtable.id))), part, note)
    note.title = step.title if step else ""
    if note.is_unnamed:
        refuse_names(db, roundtable, note, text, dismiss=dismiss)
    note.source = text
    db.add(note)
    db.flush()
    live.happened(db, topic_of(roundtable.id), "typed" if is_typing else "note")
    return note


def set_days(db: Session, roundtable: Roundtable, days: int, *, actor: Viewer) -> None:
    """Let notes be corrected for so many days after the end. Raises Refused where they are closed already: what was
    promised to stay stays."""
    if not is_open(roundtable):
        raise Refused(_("The notes of this roundtable can be changed no more."), field="days")
    roundtable.correction_days = days
    subject, scope = f"roundtable:{roundtable.id}", f"cohort:{roundtable.cohort_id}"
    ledger.record(db, "roundtable.correction_days", subject=subject, scope=scope, actor_id=actor.person_id)
    db.flush()


def refuse_names(db: Session, roundtable: Roundtable, note: RoomNote | TableNote, text: str, *, dismiss: bool) -> None:
    """Raises Refused where a text names somebody, unless that was said to be no name here before, or is now."""
    known = [name for name in _names(db, roundtable, text) if name not in note.dismissed]
    if known and not dismiss:
        said = _("This step names nobody. These words may be names: %(names)s", names=", ".join(known))
        raise Refused(said, field="dismiss")
    note.dismissed = [*note.dismissed, *known]


def _names(db: Session, roundtable: Roundtable, text: str) -> Sequence[str]:
    members = list(db.scalars(cohorts.people_of(roundtable.cohort_id)))
    people = {each.person.name for each in members}
    return naming.found(text, sorted(people), sorted({each.seat.organisation.name for each in members if each.seat}))
