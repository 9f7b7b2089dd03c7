"""How a material stands in its review. Nothing of it is stored: it follows from what was decided of the text as it is
now, so that it can never be older than the text."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from peernet.i18n import lazy_gettext as _l
from peernet.materials.models import Material
from peernet.materials.reviews import access, texts
from peernet.materials.reviews.models import Decision, Reviewer, Round, Schedule, Verdict
from peernet.materials.reviews.texts import Print


class Phase(StrEnum):
    """Where a draft is on its way to the public."""

    DRAFT = "draft"
    IN_REVIEW = "in-review"
    APPROVED = "approved"


PHASES = {
    Phase.DRAFT: _l("Draft"),
    Phase.IN_REVIEW: _l("In review"),
    Phase.APPROVED: _l("Approved"),
}


@dataclass(frozen=True)
class Part:
    """A reviewer with their last decision. ``is_present``: it is about the text as it stands."""

    reviewer: Reviewer
    decision: Decision | None
    is_present: bool

    @property
    def has_approved(self) -> bool:
        """Whether they approved the text as it stands."""
        return self.is_present and self.decision is not None and self.decision.verdict is Verdict.APPROVED

    @property
    def approved_before(self) -> bool:
        """Whether they approved a text that has changed since."""
        return not self.is_present and self.decision is not None and self.decision.verdict is Verdict.APPROVED

    @property
    def wants_changes(self) -> bool:
        """Whether the last they said is that something must change."""
        return self.decision is not None and self.decision.verdict is Verdict.CHANGES


@dataclass(frozen=True)
class Sent:
    """The text that was sent last: the row's id, its number in the round, its digest and when."""

    text_id: int
    number: int
    digest: str
    at: datetime


@dataclass(frozen=True)
class Standing:
    """A material's open round, if it has one, and its planned publication, if there is one."""

    round: Round | None = None
    parts: Sequence[Part] = ()
    sent: Sent | None = None
    present: Print | None = None
    schedule: Schedule | None = None
    asked: Sequence[Part] = field(init=False)

    def __post_init__(self) -> None:
        """Those who are still asked, beside all who ever were."""
        object.__setattr__(self, "asked", [each for each in self.parts if each.reviewer.removed_at is None])

    @property
    def is_approved(self) -> bool:
        """Whether everybody who is asked approved the text as it stands, one at least did, and nobody who asked for
        changes, still asked or not, was passed over."""
        approved = [each for each in self.parts if each.has_approved]
        everybody = all(each.has_approved for each in self.asked)
        return bool(approved) and everybody and not any(each.wants_changes for each in self.parts)

    @property
    def changed_since(self) -> int:
        """How many approved a text that has changed since."""
        return sum(each.approved_before for each in self.parts)

    @property
    def is_sent(self) -> bool:
        """Whether what is being written is what the reviewers read."""
        return self.sent is not None and self.present is not None and self.sent.digest == self.present.own

    @property
    def phase(self) -> Phase:
        """The state in one word."""
        if self.round is None:
            return Phase.DRAFT
        return Phase.APPROVED if self.is_approved else Phase.IN_REVIEW


NOTHING = Standing()


def of(db: Session, material: Material) -> Standing:
    """How one material stands."""
    return of_many(db, [material]).get(material.id, NOTHING)


def of_many(db: Session, materials: Collection[Material]) -> dict[int, Standing]:
    """How each of these materials stands that is in review or planned, by its id. At most six queries."""
    ids = [each.id for each in materials if each.draft is not None]
    if not ids:
        return {}
    rounds = {each.material_id: each for each in db.scalars(access.open_rounds(ids))}
    schedules = {each.material_id: each for each in db.scalars(access.schedules_of(ids))}
    reviewed = [each for each in materials if each.id in rounds]
    prints = texts.of_drafts(db, reviewed) if rounds else {}
    parts, sent = _parts(db, rounds, prints), _sent(db, rounds)
    return {
        number: Standing(
            rounds.get(number), parts.get(number, ()), sent.get(number), prints.get(number), schedules.get(number)
        )
        for number in {*rounds, *schedules}
    }


def _parts(db: Session, rounds: Mapping[int, Round], prints: Mapping[int, Print]) -> dict[int, list[Part]]:
    if not rounds:
        return {}
    material_of = {each.id: number for number, each in rounds.items()}
    last = {each.reviewer_id: each for each in db.scalars(access.decisions_of(material_of))}
    found: dict[int, list[Part]] = {}
    for reviewer in db.scalars(access.reviewers_of(material_of)):
        number, decision = material_of[reviewer.round_id], last.get(reviewer.id)
        is_present = decision is not None and decision.digest == prints[number].whole
        found.setdefault(number, []).append(Part(reviewer, decision, is_present))
    return found


def _sent(db: Session, rounds: Mapping[int, Round]) -> dict[int, Sent]:
    material_of = {each.id: number for number, each in rounds.items()}
    found = db.execute(access.last_texts_of(material_of)) if rounds else ()
    return {material_of[row[0]]: Sent(row[1], row[2], row[3], row[4]) for row in found}
