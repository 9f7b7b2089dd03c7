"""Texts on their way upward: what somebody wrote alone is put into the notes of their pair by themselves, the notes of
pairs go into those of the fours that are formed of them. No text says whose it was."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from peernet import live
from peernet.db import Refused, take_turn
from peernet.groups import access as groups
from peernet.groups.models import GroupSeat
from peernet.i18n import gettext as _
from peernet.prompts import access as prompts
from peernet.prompts import drafts
from peernet.prompts.models import Asking, Visibility
from peernet.prompts.voices import narrower
from peernet.roundtables.agendas import access as agendas
from peernet.roundtables.agendas.models import AgendaStep, StepGrouping
from peernet.roundtables.agendas.words import GROUPED
from peernet.roundtables.groupings import access as groupings
from peernet.roundtables.groupings.showing import Own
from peernet.roundtables.models import Roundtable
from peernet.roundtables.notes.inputs import MOST
from peernet.roundtables.running import access as running
from peernet.roundtables.running.listening import topic_of
from peernet.roundtables.running.writing import HELD
from peernet.roundtables.tablenotes import access, writing
from peernet.roundtables.tablenotes.models import TableNote
from peernet.web.viewer import Viewer

# Between the texts of two people, or of two pairs.
_PARTED = "\n\n---\n\n"


def alone(db: Session, viewer: Viewer, roundtable: Roundtable, step: AgendaStep, steps: Sequence[AgendaStep]) -> str:
    """What the viewer wrote in silence before a step in groups, with no other groups between: what they typed last, or
    gave, to what was asked; where nothing was, their note to themselves. At most three queries."""
    silent = _silent(step, steps)
    if silent is None:
        return ""
    if silent.asking_id is None:
        note = db.scalar(running.own_note(viewer, roundtable.id))
        return _plain(note.source) if note else ""
    asked = prompts.asked_in(viewer, roundtable.cohort_id).where(Asking.id == silent.asking_id)
    asking = db.scalars(asked).unique().one_or_none()
    if asking is None:
        return ""
    # What is typed for a whole organisation may be somebody else's.
    draft = None if asking.is_per_seat else drafts.find(db, asking, actor=viewer)
    latest = draft or db.scalar(prompts.own_response(viewer, asking.id))
    return _plain(latest.source) if latest else ""


def put(db: Session, roundtable: Roundtable, step: AgendaStep, seat: Own, text: str, *, dismiss: bool) -> None:
    """Put one's own text below the notes of one's table. Where it stands there already nothing happens. Raises Refused
    where there is none, where both are too long together, and as ``writing.write``."""
    if not text:
        raise Refused(_("You have written nothing that could be put there."))
    take_turn(db, f"notes:{roundtable.id}")
    note = db.scalar(access.at_places(step.id, [(seat.grouping_id, seat.round, seat.table)]))
    before, version = (note.source, note.version) if note else ("", 0)
    if holds(before, text):
        return
    together = _below(before, text)
    if len(together) > MOST:
        raise Refused(_("Together with what stands there it would be too long. Please put in a part of it yourself."))
    writing.write(db, roundtable, step, seat, together, version=version, dismiss=dismiss)


def holds(notes: str, text: str) -> bool:
    """Whether a text stands in notes as it is. Pure."""
    return text in _plain(notes)


def carry(db: Session, roundtable: Roundtable, step_id: int | None) -> None:
    """Put the notes of pairs into those of their fours, each once, as soon as the step of the fours goes on and these
    are formed. Nothing happens in any other step. A pair that sits at two tables is carried to where most of it sit;
    notes that may name somebody go into none that may not, and notes that stay at their table, or may be read by fewer,
    nowhere."""
    if step_id is None or db.scalar(access.is_on(roundtable.id, step_id)) is None:
        return
    steps = list(db.scalars(agendas.steps_of(roundtable.id)))
    step = next(each for each in steps if each.id == step_id)
    pairs = _pairs_before(step, steps)
    link = db.scalar(groupings.announced_at(roundtable.id, step_id))
    if pairs is None or link is None:
        return
    take_turn(db, f"notes:{roundtable.id}")
    known = {(note.round, note.table_number): note for note in db.scalars(access.of_step(step.id)).all()}
    done = {mark for note in known.values() for mark in note.carried}
    found = [note for note in db.scalars(access.of_step(pairs.id)) if note.source.strip() and _mark(note) not in done]
    seats = list(db.scalars(groups.seats_of({link.grouping_id, *(note.grouping_id or 0 for note in found)})))
    is_changed = False
    for note in found:
        table = _table_of(_sat(seats, note), (seat for seat in seats if seat.grouping_id == link.grouping_id))
        if table is not None:
            into = known.setdefault((1, table), writing.made(roundtable, step, (link.grouping_id, 1, table)))
            is_changed |= _take_in(db, step, into, note)
    if is_changed:
        db.flush()
        live.happened(db, topic_of(roundtable.id), "note")


def _silent(step: AgendaStep, steps: Sequence[AgendaStep]) -> AgendaStep | None:
    for each in reversed(steps[: [one.id for one in steps].index(step.id)]):
        if each.grouping in GROUPED:
            return None
        if each.kind in HELD:
            return each
    return None


def _pairs_before(step: AgendaStep, steps: Sequence[AgendaStep]) -> AgendaStep | None:
    """The step in pairs of which fours are made."""
    earlier = [each for each in steps[: steps.index(step)] if each.grouping in GROUPED]
    is_nested = step.grouping is StepGrouping.FOURS and earlier and earlier[-1].grouping is StepGrouping.PAIRS
    return earlier[-1] if is_nested else None


def _sat(seats: Iterable[GroupSeat], note: TableNote) -> Collection[int]:
    place = (note.grouping_id, note.round, note.table_number)
    return {seat.person_id for seat in seats if (seat.grouping_id, seat.round, seat.table_number) == place}


def _table_of(people: Collection[int], seats: Iterable[GroupSeat]) -> int | None:
    sits: Mapping[int, int] = Counter(
        seat.table_number for seat in seats if seat.round == 1 and seat.person_id in people
    )
    return min(sits, key=lambda table: (-sits[table], table), default=None)


def _take_in(db: Session, step: AgendaStep, into: TableNote, note: TableNote) -> bool:
    together = _below(into.source, note.source)
    may_name = writing.forbids_names(step, into) and not note.is_unnamed
    stays = note.widest is Visibility.PRIVATE or narrower(note.widest, step.visibility) is not step.visibility
    if may_name or stays or len(together) > MOST:
        return False
    into.source, into.carried = together, [*into.carried, _mark(note)]
    into.is_unnamed = note.is_unnamed or writing.forbids_names(step, into)
    into.dismissed = [*into.dismissed, *(word for word in note.dismissed if word not in into.dismissed)]
    db.add(into)
    return True


def _mark(note: TableNote) -> str:
    return f"table:{note.id}"


def _below(before: str, text: str) -> str:
    return f"{before.rstrip()}{_PARTED}{text.strip()}" if before.strip() else text.strip()


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
