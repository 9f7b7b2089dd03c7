"""What one person speaks for: each passage in its context, what was asked and said, and what is published of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.materials.models import Material, MaterialState, MaterialVersion
from peernet.materials.quotations import access, marks, showing
from peernet.materials.quotations.models import Capacity, Decision, Quotation, Shown, Speaker, Word, Wording
from peernet.materials.quotations.showing import Played
from peernet.prompts.models import Attribution
from peernet.text import plain
from peernet.text.differences import Piece, differences
from peernet.web.viewer import Viewer

# How much of the paragraph before and after is shown.
_AROUND = 400


@dataclass(frozen=True)
class Item:
    """A quotation for one who speaks for it. ``before`` and ``after`` are what stands around it in the text as it is
    written now; ``wording`` is the one that they are asked about, or were last."""

    quotation: Quotation
    wording: Wording
    parts: Sequence[Speaker]
    decisions: Sequence[Decision]
    before: str
    after: str
    is_shown: bool
    played: Played | None = None

    @property
    def goes_along(self) -> bool:
        """Whether its sound or film would be public as well, as it is worded here."""
        stretch = self.quotation.stretch
        is_named = stretch is not None and not stretch.is_unnamed and self.wording.attribution is Attribution.PERSON
        return is_named and stretch is not None and stretch.source_id is not None

    @property
    def said(self) -> Word | None:
        """What they said of the wording."""
        return next((each.said for each in self.parts if each.wording_id == self.wording.id), None)

    @property
    def proposal(self) -> str:
        """The words that they proposed instead."""
        return next((each.proposal for each in self.parts if each.wording_id == self.wording.id), "")

    @property
    def agrees_at(self) -> datetime | None:
        """When their silence becomes a yes, for a small repair and as they chose."""
        return next((each.agrees_at for each in self.parts if each.wording_id == self.wording.id), None)

    @property
    def repair(self) -> list[Piece]:
        """What a small repair mends in the words that they agreed to."""
        before = (each.wording.source for each in self.parts if each.wording.number == self.wording.number - 1)
        old = next(before, None) if self.wording.is_repair else None
        return [] if old is None else differences(old, self.wording.source)

    @property
    def is_author(self) -> bool:
        """Whether they wrote the answer; else they sign for their organisation."""
        return any(each.capacity is Capacity.AUTHOR for each in self.parts)

    @property
    def is_withdrawn(self) -> bool:
        """Whether they themselves took it back."""
        return any(each.withdrawn_at is not None for each in self.parts)

    @property
    def is_open(self) -> bool:
        """Whether they can say yes or no: it is still to be used as it is worded here."""
        quotation = self.quotation
        is_current = self.wording.number == quotation.number and self.wording.asked_at is not None
        return is_current and quotation.dropped_at is None and quotation.withdrawn_at is None

    @property
    def waits(self) -> bool:
        """Whether they are asked and have said nothing."""
        return self.is_open and self.said is None

    @property
    def is_late(self) -> bool:
        """Whether their silence counts as no by now."""
        return self.waits and self.wording.answer_by is not None and self.wording.answer_by <= clock.now()


def everything(db: Session, person: Person) -> list[Item]:
    """All that a person speaks for, what waits first. A constant number of queries."""
    viewer = Viewer(person_id=person.id)
    found = db.scalars(access.spoken_by(viewer)).unique().all()
    ids = [each.id for each in found]
    parts = _grouped(db.scalars(access.own_part(viewer, ids)).all() if ids else ())
    decided = _decided(db, ids, person.id)
    sources = _sources(db, [each.material for each in found])
    shown = set(db.scalars(_shown(ids))) if ids else set()
    played = showing.played_of(db, [(each, parts[each.id][-1].wording) for each in found])
    items = [
        replace(
            _item(each, parts[each.id], decided.get(each.id, []), sources[each.material_id], each.id in shown),
            played=played.get(each.id) if each.withdrawn_at is None else None,
        )
        for each in found
    ]
    return sorted(items, key=lambda item: not item.waits)


def _item(
    quotation: Quotation, parts: Sequence[Speaker], decisions: Sequence[Decision], source: str, is_shown: bool
) -> Item:
    before, after = (plain.excerpt(each, _AROUND) for each in marks.around(source, quotation.ref))
    return Item(quotation, parts[-1].wording, parts, decisions, before, after, is_shown)


def _grouped(parts: Sequence[Speaker]) -> dict[int, list[Speaker]]:
    found: dict[int, list[Speaker]] = {}
    for part in parts:
        found.setdefault(part.wording.quotation_id, []).append(part)
    return found


def _decided(db: Session, ids: Sequence[int], person_id: int) -> dict[int, list[Decision]]:
    own = select(Decision).where(Decision.quotation_id.in_(ids), Decision.person_id == person_id).order_by(Decision.id)
    found: dict[int, list[Decision]] = {}
    for each in db.scalars(own) if ids else ():
        found.setdefault(each.quotation_id, []).append(each)
    return found


def _sources(db: Session, materials: Sequence[Material]) -> dict[int, str]:
    """The text of each material as it is written now, or as it is public."""
    ids = [each.id for each in materials if each.draft is None]
    current = select(MaterialVersion.material_id, MaterialVersion.source).join(
        Material, (Material.id == MaterialVersion.material_id) & (Material.number == MaterialVersion.number)
    )
    public = dict(db.execute(current.where(Material.id.in_(ids))).all()) if ids else {}
    return {each.id: each.draft.source if each.draft else public.get(each.id, "") for each in materials}


def _shown(ids: Sequence[int]) -> Select[int]:
    """Which of these a public page shows now."""
    return (
        select(Wording.quotation_id)
        .join(Shown, Shown.wording_id == Wording.id)
        .join(MaterialVersion, MaterialVersion.id == Shown.version_id)
        .join(Material, Material.id == MaterialVersion.material_id)
        .join(Quotation, Quotation.id == Wording.quotation_id)
        .where(Wording.quotation_id.in_(ids), Material.state == MaterialState.PUBLISHED)
        .where(Quotation.withdrawn_at.is_(None), Wording.consented_at.is_not(None))
    )
