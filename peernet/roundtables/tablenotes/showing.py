"""The notes of tables as a page shows them: one's own to write in, those of all after the step, and their length."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from peernet.groups.models import GroupSeat
from peernet.i18n import gettext as _
from peernet.prompts.voices import narrower
from peernet.roundtables.access import Standing
from peernet.roundtables.agendas.models import AgendaStep, StepGrouping
from peernet.roundtables.groupings import access as groupings
from peernet.roundtables.groupings.models import RoundtableGrouping
from peernet.roundtables.groupings.showing import Own
from peernet.roundtables.models import Roundtable
from peernet.roundtables.notes import showing as notes
from peernet.roundtables.tablenotes import access, carrying, words, writing
from peernet.roundtables.tablenotes.models import TableNote
from peernet.text.merging import Merged
from peernet.web.inputs import Form
from peernet.web.viewer import Viewer

# Notes of one's own tables by step, round and table.
Known = Mapping[tuple[int | None, int, int], TableNote]
Owned = Mapping[int | None, Sequence[Own]]


@dataclass(frozen=True, slots=True)
class Field:
    """The notes of one's own table in one round, to write in; the rest as for a part of the notes of the room."""

    step_id: int
    round: int
    table: int
    label: str
    text: str
    base: str
    version: int
    state: Form
    merged: Merged | None
    forbids_names: bool
    readers: str

    @property
    def key(self) -> str:
        """Tells it from the others of a page."""
        return f"table-{self.step_id}-{self.round}-{self.table}"


@dataclass(frozen=True, slots=True)
class Noted:
    """What the tables of a step noted, to be read by all: each text under what it is called."""

    step_id: int | None
    title: str
    texts: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Mine:
    """One's own table in the step that goes on, in the round that it is in: to write in, what was noted there before,
    what one's tables noted in ``earlier`` rounds, and what one typed at a table at which one sits no more. ``into``:
    the round in whose notes one's own text from the silence before could be put, 0 where there is none or it stands
    there; ``text`` is that text, ``sent`` what was refused of it."""

    fields: Sequence[Field]
    before: Sequence[tuple[str, str]]
    astray: str = ""
    into: int = 0
    text: str = ""
    sent: Form | None = None
    earlier: Sequence[tuple[str, str]] = ()

    @property
    def key(self) -> str:
        """Changes with the tables."""
        return " ".join(each.key for each in self.fields)


def mine(
    db: Session,
    viewer: Viewer,
    one: Roundtable,
    step: AgendaStep,
    steps: Sequence[AgendaStep],
    own: Owned,
    number: int,
    form: Form | None = None,
) -> Mine | None:
    """One's own table in the round of this number of the step that goes on; None for who sits at none. What was typed
    for another round and refused stands in a field as well. At most six queries."""
    sent = form if form is not None and "table" in form.values else None
    seats = writing.seats_in(own, step)
    all_fields = _fields(step, seats, _standing(db, {step.id: seats}), sent) if seats else []
    fields = [each for each in all_fields if each.round == number or (sent is not None and _is_of(sent, step, each))]
    now = [each for each in seats if each.round == number]
    astray = "" if any(_is_of(sent, step, seat) for seat in seats if sent is not None) else typed_in(sent)
    before = _before(db, viewer, one, step, steps, now[0].table) if now and step.grouping is StepGrouping.TABLES else []
    sent = form if form is not None and "into" in form.values else None
    text = carrying.alone(db, viewer, one, step, steps) if now else ""
    into = number if text and not any(carrying.holds(each.text, text) for each in all_fields) else 0
    earlier = [(each.label, each.text) for each in all_fields if each.round < number and each.text]
    return Mine(fields, before, astray, into, text, sent, earlier) if fields or astray or earlier else None


def to_correct(
    db: Session, steps: Sequence[AgendaStep], noted: Sequence[Noted], own: Owned, form: Form | None = None
) -> dict[int, list[Field]]:
    """Of what is ``noted`` and read by all, what one may correct: that of one's own tables, by step. At most one
    query."""
    over = {each.step_id for each in noted}
    sent = form if form is not None and "table" in form.values else None
    seats = {step.id: writing.seats_in(own, step) for step in steps if step.id in over}
    known = _standing(db, seats)
    found = {step.id: _fields(step, seats[step.id], known, sent) for step in steps if step.id in seats}
    written = {step_id: [each for each in fields if each.version] for step_id, fields in found.items()}
    return {step_id: fields for step_id, fields in written.items() if fields}


def astray(form: Form | None, fields: Mapping[int, Sequence[Field]]) -> str:
    """What was typed for a table at which one sits no more: for none of the fields of a page. Pure."""
    here = any(form is each.state for of_step in fields.values() for each in of_step)
    return "" if here or form is None or form.theirs is not None or "table" not in form.values else typed_in(form)


def typed_in(sent: Form | None) -> str:
    """What somebody typed. Pure."""
    return str(sent.value("words")) if sent is not None else ""


def noted(db: Session, viewer: Viewer, mine: Standing, steps: Iterable[AgendaStep]) -> list[Noted]:
    """What all tables noted in the steps that are over, as far as the viewer may read it, step by step, then that of
    steps that are gone. One query."""
    by_step: dict[tuple[int | None, str], list[TableNote]] = {}
    for note in db.scalars(access.open_in(viewer, mine.roundtable.id, leads=mine.leads)):
        by_step.setdefault((note.step_id, "" if note.step_id else note.title), []).append(note)
    found = [Noted(step.id, step.title, _texts(by_step.pop((step.id, ""), []))) for step in steps]
    left = [Noted(None, title, _texts(each)) for (_step, title), each in by_step.items()]
    return [each for each in [*found, *left] if each.texts]


def last_noted(found: Sequence[Noted], steps: Sequence[AgendaStep], step: AgendaStep | None) -> Noted | None:
    """Of what is noted, that of the last step before the one that goes on, or of the last of all. Pure."""
    ids = [each.id for each in steps]
    ids = ids[: ids.index(step.id)] if step is not None else ids
    return next((each for each in reversed(found) if each.step_id in ids), None)


def words_by_table(db: Session, step: AgendaStep) -> list[tuple[str, int]]:
    """How many words each table of a step has written. One query."""
    found = sorted(db.scalars(access.of_step(step.id)), key=lambda note: (note.round, note.table_number))
    rounds = max((note.round for note in found), default=1)
    return [(_called(note.round, note.table_number, rounds), len(note.source.split())) for note in found]


def as_markdown(found: Sequence[Noted]) -> str:
    """What stands there, as a part of a file."""
    lines: list[str] = []
    for each in found:
        lines += [f"## {each.title}", ""]
        for called, text in each.texts:
            lines += [f"**{called}**", "", text, ""]
    return "\n".join(lines)


def _standing(db: Session, seats: Mapping[int, Sequence[Own]]) -> Known:
    found = db.scalars(access.of_own(seats)) if any(seats.values()) else ()
    return {(note.step_id, note.round, note.table_number): note for note in found}


def _fields(step: AgendaStep, seats: Sequence[Own], known: Known, sent: Form | None) -> list[Field]:
    return [_field(step, seat, known.get((step.id, seat.round, seat.table)), sent, len(seats)) for seat in seats]


def _field(step: AgendaStep, seat: Own, note: TableNote | None, sent: Form | None, rounds: int) -> Field:
    text, version = (note.source, note.version) if note else ("", 0)
    form = sent if sent is not None and _is_of(sent, step, seat) else None
    label = _called(seat.round, seat.table, rounds)
    forbids = writing.forbids_names(step, note)
    return Field(
        step.id, seat.round, seat.table, label, text, *notes.typed(form, text, version), forbids, _readers(step, note)
    )


def _readers(step: AgendaStep, note: TableNote | None) -> str:
    return str(words.READERS[narrower(note.widest if note else step.visibility, step.visibility)])


def _is_of(sent: Form, step: AgendaStep, seat: Own | Field) -> bool:
    named = (sent.value("step"), sent.value("round"), sent.value("table"))
    return named == (str(step.id), str(seat.round), str(seat.table))


def _texts(found: Sequence[TableNote]) -> list[tuple[str, str]]:
    """Under the Chatham House rule no text says of which table it is, and its place among the others neither."""
    rounds = max((note.round for note in found), default=1)
    named = sorted((note for note in found if not note.is_unnamed), key=lambda note: note.grouping_id is None)
    unnamed = sorted(note.source for note in found if note.is_unnamed)
    texts = [(_heading(note, rounds), note.source) for note in named]
    return [*texts, *((_("A table"), text) for text in unnamed)]


def _heading(note: TableNote, rounds: int) -> str:
    called = _called(note.round, note.table_number, rounds)
    return called if note.grouping_id is not None else _("%(table)s, before other groups were formed", table=called)


def _called(round_: int, table: int, rounds: int) -> str:
    if rounds == 1:
        return _("Table %(number)s", number=table)
    return _("Round %(round)s, table %(number)s", round=round_, number=table)


def _before(
    db: Session,
    viewer: Viewer,
    one: Roundtable,
    step: AgendaStep,
    steps: Sequence[AgendaStep],
    table: int,
) -> list[tuple[str, str]]:
    """What was noted at one's table in the steps before, from the first on, where hosts stay at their tables: it goes
    with the host, or with the table whose host is gone."""
    earlier: dict[int | None, RoundtableGrouping] = {
        link.step_id: link for link in db.scalars(groupings.announced_in_steps(one.id))
    }
    hosts: dict[int | None, list[GroupSeat]] = {}
    for step_id, seat in db.execute(access.host_seats(one.id)):
        hosts.setdefault(step_id, []).append(seat)
    titles = {each.id: each.title for each in steps}
    found: list[tuple[int, access.Place]] = []
    link = earlier.pop(step.id, None)
    # An agenda can be put into another order meanwhile: each step is looked at once.
    while link is not None and (before := earlier.pop(link.grouping.wishes.get("hosts"), None)) is not None:
        host = next((seat.person_id for seat in hosts.get(link.step_id, []) if seat.table_number == table), None)
        stayed = [seat for seat in hosts.get(before.step_id, []) if seat.person_id == host]
        table, number = (stayed[-1].table_number, stayed[-1].round) if stayed else (table, 1)
        found.append((before.step_id or 0, (before.grouping_id, number, table)))
        link = before
    return _at(db, viewer, one, found, titles)


def _at(
    db: Session, viewer: Viewer, one: Roundtable, found: Sequence[tuple[int, access.Place]], titles: Mapping[int, str]
) -> list[tuple[str, str]]:
    places = {(step_id, *place): titles.get(step_id, "") for step_id, place in reversed(found)}
    notes_there = {
        (note.step_id, note.grouping_id, note.round, note.table_number): note.source
        for note in (db.scalars(access.open_in(viewer, one.id, leads=False)) if places else ())
    }
    return [(title, notes_there[place]) for place, title in places.items() if place in notes_there]
