"""What a draft can be assembled from: for those who lead the cohort, and of answers no more than they may read.

Whether an answer was given in writing instead of attending is told of organisations, since those who lead know that of
each at the table. It is told of no answer without a name, and never of one person among several of an organisation.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session, aliased

from peernet.cohorts.access import LEADING, present
from peernet.cohorts.models import Membership, Seat
from peernet.materials.models import Material
from peernet.materials.quotations import access as quotations
from peernet.materials.quotations import clips
from peernet.materials.quotations.clips import Heard
from peernet.prompts import access as prompts
from peernet.prompts.models import Asking, Attribution
from peernet.prompts.seats_access import unaskable
from peernet.prompts.voices import AnyVoice, UnattributedVoice, key_of
from peernet.roundtables import access as roundtables
from peernet.roundtables.models import Answer, Attendance, Presence, Roundtable, RoundtablePrompt
from peernet.text import plain
from peernet.web.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Pickable:
    """An answer that could be published. ``digest`` tells whether it is still the one that was read; ``is_instead``: it
    was given in writing instead of attending; ``is_quoted``: the material quotes it already."""

    asking_id: int
    voice: AnyVoice
    digest: str
    is_instead: bool = False
    is_quoted: bool = False

    @property
    def key(self) -> str:
        """What names it before its viewer."""
        return self.voice.key

    @property
    def text(self) -> str:
        """Its words, to be shortened."""
        return plain.of_html(self.voice.html)

    @property
    def most(self) -> Attribution:
        """The most that it tells of its author."""
        if isinstance(self.voice, UnattributedVoice):
            return Attribution.UNATTRIBUTED
        return Attribution.PERSON if self.voice.name else Attribution.ORGANISATION


def asked(viewer: Viewer, cohort_id: int, asking_ids: Collection[int] | None = None) -> Select[Asking]:
    """What was asked in a cohort that the viewer leads, focus questions first; or those of these ids."""
    found = prompts.asked_in(viewer, cohort_id).where(present(viewer, LEADING, Asking.cohort_id))
    return found if asking_ids is None else found.where(Asking.id.in_(asking_ids))


def roundtables_of(db: Session, viewer: Viewer, cohort_id: int) -> list[tuple[Roundtable, list[int]]]:
    """The roundtables of a cohort that the viewer leads, each with the ids of what was asked there, in its order. Two
    queries."""
    held = roundtables.led_by(viewer).where(Roundtable.cohort_id == cohort_id, Roundtable.cancelled_at.is_(None))
    series = list(db.scalars(held).unique())
    found: dict[int, list[int]] = {}
    for each in db.scalars(roundtables.prompts_of(viewer, [one.id for one in series])).unique() if series else ():
        found.setdefault(each.roundtable_id, []).append(each.asking_id)
    return [(one, found[one.id]) for one in series if one.id in found]


def choosable(
    db: Session, viewer: Viewer, cohort_id: int, asking_ids: Sequence[int], material: Material | None = None
) -> dict[str, Heard | Pickable]:
    """The clips and then the answers that can be picked for these, by their key. ``material`` as in
    :func:`pickable`."""
    held = db.scalars(quotations.of_material(material.id)).unique() if material else ()
    quoted = [each.stretch.clip_id for each in held if each.stretch is not None and each.stretch.clip_id is not None]
    heard = clips.quotable(db, viewer, cohort_id, asking_ids, quoted)
    return {**heard, **pickable(db, viewer, asking_ids, material)}


def pickable(
    db: Session, viewer: Viewer, asking_ids: Sequence[int], material: Material | None = None
) -> dict[str, Pickable]:
    """The answers to these that could be published, by their key before the viewer, in the order of the table. A
    constant number of queries. ``material`` is the one that they are to be quoted in."""
    whom = f"person:{viewer.person_id}"
    closed = {key_of(number, whom) for number in db.scalars(unaskable(asking_ids))}
    instead = {(number, of) for number, of in db.execute(_written_instead(viewer, asking_ids))}
    quoted = _quoted(db, material, whom)
    return {
        voice.key: Pickable(number, voice, digest_of(voice), _is_in(instead, number, voice), voice.key in quoted)
        for number, voices in prompts.voices(db, viewer, asking_ids).items()
        for voice in voices
        if voice.key not in closed
    }


def digest_of(voice: AnyVoice) -> str:
    """What tells an answer, as it is read, from the same one after a change."""
    who = "" if isinstance(voice, UnattributedVoice) else f"{voice.name or ''}\n{bool(voice.organisation)}"
    return hashlib.sha256(f"{who}\n{voice.html}".encode()).hexdigest()[:24]


def _is_in(instead: set[tuple[int, int]], asking_id: int, voice: AnyVoice) -> bool:
    if isinstance(voice, UnattributedVoice) or voice.organisation is None:
        return False
    return (asking_id, voice.organisation.id) in instead


def _quoted(db: Session, material: Material | None, whom: str) -> set[str]:
    if material is None:
        return set()
    ids = (each.response_id for each in db.scalars(quotations.of_material(material.id)))
    return {key_of(number, whom) for number in ids if number is not None}


def _written_instead(viewer: Viewer, asking_ids: Collection[int]) -> Select[int, int]:
    """Asking and organisation: somebody of it said of a roundtable, at which that was asked, that they would write, and
    nobody of it came or meant to."""
    wrote = aliased(Membership)
    return (
        select(RoundtablePrompt.asking_id, Seat.organisation_id)
        .join(Roundtable, Roundtable.id == RoundtablePrompt.roundtable_id)
        .join(Attendance, Attendance.roundtable_id == Roundtable.id)
        .join(wrote, wrote.person_id == Attendance.person_id)
        .join(Seat, Seat.id == wrote.seat_id)
        .where(RoundtablePrompt.asking_id.in_(asking_ids), Attendance.answer == Answer.WRITING)
        .where(Roundtable.cancelled_at.is_(None), Seat.cohort_id == Roundtable.cohort_id)
        .where(present(viewer, LEADING, Roundtable.cohort_id), ~_came())
        .distinct()
    )


def _came() -> ColumnElement[bool]:
    """Whether somebody of the organisation around accepted the roundtable around, or was there."""
    other, accepted, there = aliased(Membership), aliased(Attendance), aliased(Presence)
    same = (other.seat_id == Seat.id, other.cohort_id == Roundtable.cohort_id)
    said = exists().where(
        accepted.roundtable_id == Roundtable.id,
        accepted.person_id == other.person_id,
        accepted.answer.in_((Answer.ACCEPTED, Answer.DEPUTY)),
    )
    was = exists().where(
        there.roundtable_id == Roundtable.id, there.person_id == other.person_id, there.was_there.is_(True)
    )
    return exists().where(*same, or_(said, was))
