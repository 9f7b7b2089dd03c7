"""The consent board: every quotation of a material or a cohort, how it stands, and whose word is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from peernet import clock
from peernet.materials.models import Material
from peernet.materials.quotations import access, marks, states
from peernet.materials.quotations.access import Said
from peernet.materials.quotations.models import Quotation, Word
from peernet.materials.quotations.states import State
from peernet.web.viewer import Viewer


@dataclass(frozen=True)
class Entry:
    """A quotation on the board. ``said`` is what those who speak for it said, nameless where the attribution is."""

    quotation: Quotation
    state: State
    said: list[Said]
    is_placed: bool = True

    @property
    def proposals(self) -> list[str]:
        """Other words that somebody who speaks for it would agree to."""
        return list(dict.fromkeys(each.proposal for each in self.said if each.proposal))

    @property
    def kind(self) -> str:
        """How the state is marked: see the macro ``status``."""
        if self.state is State.AGREED:
            return "done"
        return "waits" if self.state in (State.UNASKED, State.WAITING) else "warn"


def of_material(db: Session, material: Material) -> list[Entry]:
    """The quotations of a loaded material; ``is_placed`` says whether the text that is written has a place for each."""
    found = list(db.scalars(access.of_material(material.id)))
    text = material.draft.source if material.draft else material.current.source if material.current else ""
    placed = {each.ref for each in found if marks.stands_in(text, each.ref)}
    return entries(db, found, placed)


def of_cohort(db: Session, viewer: Viewer, cohort_id: int) -> list[tuple[Material, list[Entry]]]:
    """Those of all materials of a cohort, material by material."""
    board: dict[int, tuple[Material, list[Entry]]] = {}
    for entry in entries(db, list(db.scalars(access.in_cohort(viewer, cohort_id)))):
        material = entry.quotation.material
        board.setdefault(material.id, (material, []))[1].append(entry)
    return list(board.values())


def entries(db: Session, found: Sequence[Quotation], placed: set[str] | None = None) -> list[Entry]:
    """How each of these quotations stands. One query."""
    said = access.said_of_wordings(db, found) if found else {}
    moment = clock.now()
    return [
        Entry(
            each,
            states.of(each, moment, is_refused=_is_refused(said.get(each.id, []))),
            said.get(each.id, []),
            placed is None or each.ref in placed,
        )
        for each in found
    ]


def _is_refused(said: Sequence[Said]) -> bool:
    return any(each.word in (Word.NO, Word.CHANGE) for each in said)
