"""Notes as a page shows them: fields to write in, or words to read; and as a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from peernet.roundtables.agendas.models import AgendaStep
from peernet.roundtables.models import Roundtable
from peernet.roundtables.notes import access, words, writing
from peernet.roundtables.notes.models import Part, RoomNote
from peernet.text import merging
from peernet.text.merging import Merged
from peernet.web.inputs import Form


@dataclass(frozen=True, slots=True)
class Field:
    """One part of the notes of one place. ``state`` stands in the form, made of ``base`` with its ``version``;
    ``merged`` is what a lost race brought together. ``text`` is what stands there."""

    step_id: int
    part: Part
    text: str
    base: str
    version: int
    state: Form
    merged: Merged | None
    forbids_names: bool

    @property
    def key(self) -> str:
        """Tells it from the others of a page."""
        return f"{self.part.value}-{self.step_id}"


@dataclass(frozen=True, slots=True)
class Place:
    """The notes of a step, or of the whole where ``title`` is empty. ``is_left``: its step is gone from the agenda."""

    title: str
    fields: Sequence[Field]
    is_left: bool = False

    @property
    def is_noted(self) -> bool:
        """Whether anything stands there."""
        return any(field.text for field in self.fields)


def places(db: Session, one: Roundtable, steps: Sequence[AgendaStep], form: Form | None = None) -> list[Place]:
    """All notes of a loaded roundtable, step by step, and the whole at the end. One query."""
    notes = list(db.scalars(access.notes_of(one.id)))
    known = {(note.step_id, note.part): note for note in notes if note.step_id is not None or not note.title}
    found = [_place(step, steps, known, form) for step in steps]
    left = [note for note in notes if note.step_id is None and note.title]
    found += [Place(note.title, [_field(None, [], note.part, note, None)], is_left=True) for note in left]
    return [*found, _place(None, steps, known, form)]


def place(
    db: Session, one: Roundtable, step: AgendaStep | None, steps: Sequence[AgendaStep], form: Form | None = None
) -> Place:
    """The notes of one step, or of the whole. One query."""
    notes = [note for note in db.scalars(access.notes_of(one.id)) if note.step_id is not None or not note.title]
    return _place(step, steps, {(note.step_id, note.part): note for note in notes}, form)


def as_markdown(one: Roundtable, noted: Sequence[Place]) -> str:
    """What stands there, as a file."""
    lines = [f"# {one.title}", ""]
    for each in noted:
        if each.is_noted:
            lines += [f"## {each.title}", ""] if each.title else []
            for field in each.fields:
                lines += [f"**{words.PARTS[field.part]}**", "", field.text, ""] if field.text else []
    return "\n".join(lines)


def _place(
    step: AgendaStep | None,
    steps: Sequence[AgendaStep],
    known: Mapping[tuple[int | None, Part], RoomNote],
    form: Form | None,
) -> Place:
    at = step.id if step else None
    fields = [_field(step, steps, part, known.get((at, part)), form) for part in Part]
    return Place(step.title if step else "", fields)


def _field(
    step: AgendaStep | None, steps: Sequence[AgendaStep], part: Part, note: RoomNote | None, form: Form | None
) -> Field:
    text, version = (note.source, note.version) if note else ("", 0)
    step_id = step.id if step else 0
    forbids = writing.forbids_names(step, steps, part, note)
    is_sent = form is not None and (form.value("step"), form.value("part")) == (str(step_id), part.value)
    return Field(step_id, part, text, *typed(form if is_sent else None, text, version), forbids)


def typed(form: Form | None, text: str, version: int) -> tuple[str, int, Form, Merged | None]:
    """For a field in which ``text`` stands in this ``version``: what it is made of, with its version, what stands in
    the form, and what a lost race brought together. ``form``: what was sent of this field and refused. Pure."""
    if form is None:
        return text, version, Form({"words": text}), None
    if form.theirs is None:
        seen = int(form.value("version") or 0) if str(form.value("version") or 0).isdecimal() else version
        return str(form.value("base")), seen, form, None
    merged = merging.merge(_plain(form.value("base")), _plain(form.value("words")), text)
    return text, version, Form(dict(form.values) | {"words": merged.text}, form.errors, form.theirs), merged


def _plain(text: object) -> str:
    """As it is kept: without space around, and browsers send line ends of two letters."""
    return str(text).replace("\r\n", "\n").replace("\r", "\n").strip()
