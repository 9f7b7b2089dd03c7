"""Who sees which quotation.

Those who write a material see its quotations, with the words, and of who speaks for them what the attribution tells
anybody: who wrote an answer that does not show their name stays unknown to them. Whoever speaks for a quotation sees
it, its words and what they themselves said. An administrator sees none.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from peernet.accounts.models import Person
from peernet.cohorts.access import LEADING, present
from peernet.cohorts.models import Membership, Seat
from peernet.materials import access as materials
from peernet.materials.models import Material, MaterialQuestion, MaterialState, MaterialVersion
from peernet.materials.quotations.models import (
    Capacity,
    CoAuthor,
    Dismissal,
    Quotation,
    Shown,
    Speaker,
    Stretch,
    Word,
    Wording,
)
from peernet.media.models import MediaFile
from peernet.prompts.models import Asking, Attribution
from peernet.roundtables.recordings import access as recordings
from peernet.roundtables.recordings.models import Recording
from peernet.web.viewer import Viewer

_STANDING = Quotation.dropped_at.is_(None)


def made_from(viewer: Viewer, cohort_id: int, asking_ids: Collection[int]) -> Select[Material]:
    """The materials of a cohort that came of these askings: published ones that are about such a question or show an
    answer to one, and what the viewer writes of these; by title."""
    about = exists().where(
        MaterialQuestion.material_id == Material.id,
        MaterialQuestion.prompt_id == Asking.prompt_id,
        Asking.id.in_(asking_ids),
    )
    quoted = (Quotation.material_id == Material.id, Quotation.asking_id.in_(asking_ids), _STANDING)
    wording = (Wording.quotation_id == Quotation.id, Wording.consented_at.is_not(None))
    shows = exists().where(*quoted, Quotation.withdrawn_at.is_(None), *wording, Shown.wording_id == Wording.id)
    out = and_(Material.state == MaterialState.PUBLISHED, or_(about, shows))
    written = and_(present(viewer, LEADING, Material.cohort_id), or_(about, exists().where(*quoted)))
    chosen = select(Material).where(Material.cohort_id == cohort_id, or_(out, written))
    return chosen.order_by(Material.title, Material.id)


def of_material(material_id: int) -> Select[Quotation]:
    """The quotations of a material that was loaded as one its viewer may write; those taken away are left out."""
    return _whole().where(Quotation.material_id == material_id, _STANDING).order_by(Quotation.id)


def in_cohort(viewer: Viewer, cohort_id: int) -> Select[Quotation]:
    """All quotations in the materials of a cohort that the viewer leads."""
    led = present(viewer, LEADING, Material.cohort_id)
    found = _whole().join(Quotation.material).where(Material.cohort_id == cohort_id, led, _STANDING)
    return found.options(contains_eager(Quotation.material)).order_by(Material.title, Quotation.id)


def number_waiting(viewer: Viewer, cohort_id: int) -> Select[int]:
    """How many wordings in the materials of a cohort that the viewer leads were asked for and have no consent yet."""
    return (
        select(func.count(Quotation.id))
        .join(Wording, _is_current())
        .join(Quotation.material)
        .where(Material.cohort_id == cohort_id, present(viewer, LEADING, Material.cohort_id))
        .where(Wording.consented_at.is_(None), *_open())
    )


def spoken_by(viewer: Viewer) -> Select[Quotation]:
    """Quotations for which the viewer speaks or spoke, newest first."""
    if viewer.person_id is None:
        return _whole().where(false())
    mine = select(Wording.quotation_id).join(Speaker, Speaker.wording_id == Wording.id)
    found = _whole().where(Quotation.id.in_(mine.where(Speaker.person_id == viewer.person_id)))
    whole = joinedload(Quotation.material)
    return found.options(whole.joinedload(Material.cohort), whole.joinedload(Material.draft)).order_by(
        Quotation.id.desc()
    )


def waiting_for(viewer: Viewer) -> Select[int]:
    """The ids of quotations of which the viewer was asked and has not said anything."""
    return (
        select(Quotation.id)
        .join(Wording, _is_current())
        .join(Speaker, Speaker.wording_id == Wording.id)
        .where(Speaker.person_id == viewer.person_id, Speaker.said.is_(None), *_open())
        .distinct()
    )


def wordings_of(quotation_ids: Collection[int]) -> Select[Wording]:
    """Every wording of loaded quotations, the first one first."""
    return select(Wording).where(Wording.quotation_id.in_(quotation_ids)).order_by(Wording.quotation_id, Wording.number)


def own_part(viewer: Viewer, quotation_ids: Collection[int]) -> Select[Speaker]:
    """What the viewer was asked and said of quotations, wording by wording."""
    return (
        select(Speaker)
        .join(Speaker.wording)
        .where(Speaker.person_id == viewer.person_id, Wording.quotation_id.in_(quotation_ids))
        .options(contains_eager(Speaker.wording))
        .order_by(Wording.number, Speaker.id)
    )


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody who speaks for a wording said of it; ``name`` is empty where the attribution hides who it is."""

    capacity: Capacity
    name: str
    word: Word | None
    proposal: str
    is_mailed: bool


def said_of_wordings(db: Session, quotations: Collection[Quotation]) -> dict[int, list[Said]]:
    """What was said of the current wording of quotations that the viewer sees as one who writes, by the quotation's id.
    The database gives no name that the page may not show; of several authors that have none one is shown, since their
    number could tell whose seat it was."""
    is_known = or_(Speaker.capacity == Capacity.SIGNATORY, Wording.attribution == Attribution.PERSON)
    columns = (Wording.quotation_id, Speaker.capacity, case((is_known, Person.name)), Speaker.said, Speaker.proposal)
    found = (
        select(*columns, Speaker.mailed_at.is_not(None))
        .join(Wording, Wording.id == Speaker.wording_id)
        .outerjoin(Person, Person.id == Speaker.person_id)
        .where(Wording.id.in_([each.current.id for each in quotations]))
        .order_by(Speaker.id)
    )
    said: dict[int, list[Said]] = {}
    for quotation_id, capacity, name, *rest in db.execute(found):
        said.setdefault(quotation_id, []).append(Said(capacity, name or "", *rest))
    return {quotation_id: _as_one(some) for quotation_id, some in said.items()}


def _as_one(said: list[Said]) -> list[Said]:
    """Authors without a name as one, who says what stands in the way, or waits, or agrees as all of them do."""
    nameless = [each for each in said if each.capacity is Capacity.AUTHOR and not each.name]
    if len(nameless) < 2:
        return said
    words = {each.word for each in nameless}
    against = next((word for word in Word if word in words and word is not Word.YES), None)
    word = against or (Word.YES if words == {Word.YES} else None)
    proposal = next((each.proposal for each in nameless if each.proposal), "")
    one = Said(Capacity.AUTHOR, "", word, proposal, all(each.is_mailed for each in nameless))
    return [one, *(each for each in said if each not in nameless)]


def dismissals_of(material_id: int) -> Select[Dismissal]:
    """What was dismissed in a loaded material."""
    return select(Dismissal).where(Dismissal.material_id == material_id).order_by(Dismissal.id)


# What the public reads


def shown_in(version_ids: Collection[int]) -> Select[int, Quotation, Wording]:
    """The wordings that public versions show, with or without consent as it stands, each with its version's id."""
    return (
        select(Shown.version_id, Quotation, Wording)
        .join(Wording, Wording.quotation_id == Quotation.id)
        .join(Shown, Shown.wording_id == Wording.id)
        .where(Shown.version_id.in_(list(version_ids)))
        .options(
            joinedload(Quotation.asking).joinedload(Asking.prompt),
            joinedload(Quotation.asking).joinedload(Asking.cohort),
            joinedload(Quotation.stretch),
            joinedload(Wording.organisation),
        )
    )


def playing(quotation_ids: Collection[int]) -> Select[Stretch]:
    """Those of these quotations' stretches that can be heard or seen, with their file: cut from the recording as it
    lies there, to which everybody in it agrees, where somebody may be named."""
    return _playing().where(Stretch.quotation_id.in_(quotation_ids))


def heard_by(viewer: Viewer, ref: str) -> Select[Stretch]:
    """The stretch of a quotation that the viewer writes or speaks for, whatever consent it has; withdrawn, nobody's."""
    spoken = select(Wording.quotation_id).join(Speaker, Speaker.wording_id == Wording.id)
    own = or_(
        Quotation.material_id.in_(materials.editable_by(viewer).with_only_columns(Material.id).order_by(None)),
        Quotation.id.in_(spoken.where(Speaker.person_id == viewer.person_id)),
    )
    return _playing().where(Quotation.ref == ref, Quotation.withdrawn_at.is_(None), own)


def heard_publicly(ref: str) -> Select[Stretch]:
    """The stretch of a quotation that a public version shows in words that all agreed to, under their names."""
    shown = (
        exists()
        .where(Wording.quotation_id == Quotation.id, Shown.wording_id == Wording.id)
        .where(Wording.consented_at.is_not(None), Wording.attribution == Attribution.PERSON)
        .where(MaterialVersion.id == Shown.version_id, MaterialVersion.material_id == Material.id)
    )
    found = _playing().join(Material, Material.id == Quotation.material_id)
    return found.where(
        Quotation.ref == ref, Quotation.withdrawn_at.is_(None), Material.state == MaterialState.PUBLISHED, shown
    )


def _playing() -> Select[Stretch]:
    return (
        select(Stretch)
        .join(Stretch.quotation)
        .join(Stretch.recording)
        .where(Stretch.media_id.is_not(None), Recording.media_id == Stretch.source_id, ~Stretch.is_unnamed)
        .where(*recordings.is_shown())
        .options(joinedload(Stretch.media))
    )


# For verbs and the worker only: nothing of what these load is shown to anybody.


def held(quotation_id: int) -> Select[Quotation]:
    """A quotation with its wording, and nobody else changing it until the transaction ends."""
    locked = select(Quotation).where(Quotation.id == quotation_id).with_for_update(of=Quotation)
    whole = (joinedload(Quotation.current, innerjoin=True), joinedload(Quotation.stretch))
    return locked.options(*whole).execution_options(populate_existing=True)


def known(refs: Collection[str]) -> Select[str]:
    """Those of these references that are quotations of this site, whatever became of them."""
    return select(Quotation.ref).where(Quotation.ref.in_(list(refs)))


def stretches_of_gone() -> Select[Stretch]:
    """Stretches with a file that was cut from a recording which is not there any more, or that names nobody by now."""
    there = exists().where(Recording.id == Stretch.recording_id, Recording.media_id == Stretch.source_id)
    return select(Stretch).where(Stretch.media_id.is_not(None), or_(~there, Stretch.is_unnamed))


def newly_unnamed() -> Select[Stretch]:
    """Stretches in which nobody can be named any more, and that do not say so yet."""
    return select(Stretch).where(Stretch.was_unnamed.is_(False), Stretch.is_unnamed)


def files_of_no_stretch() -> Select[MediaFile]:
    """Files that were cut for a quotation and belong to none."""
    used = exists().where(Stretch.media_id == MediaFile.id)
    return select(MediaFile).where(MediaFile.audience.startswith("quotation:"), ~used)


def named(material_id: int, refs: Collection[str]) -> Select[Quotation]:
    """The quotations of a material that its text has places for."""
    return of_material(material_id).where(Quotation.ref.in_(list(refs)))


def wordings_in(material_ids: Collection[int]) -> Select[int, str, str]:
    """The digest of the current wording of every quotation of these materials: material, name of the place, digest."""
    return (
        select(Quotation.material_id, Quotation.ref, Wording.digest)
        .join(Wording, _is_current())
        .where(Quotation.material_id.in_(material_ids), _STANDING)
    )


def speakers_of(quotation_id: int) -> Select[Speaker]:
    """Everybody who was ever asked about a quotation."""
    return (
        select(Speaker)
        .join(Speaker.wording)
        .where(Wording.quotation_id == quotation_id)
        .options(contains_eager(Speaker.wording))
        .order_by(Speaker.id)
    )


def coauthors_of(quotation_ids: Collection[int]) -> Select[CoAuthor]:
    """Who wrote the answers behind quotations beside those who gave them."""
    return select(CoAuthor).where(CoAuthor.quotation_id.in_(quotation_ids)).order_by(CoAuthor.id)


def signatories(cohort_id: int, organisation_ids: Collection[int]) -> Select[int, int]:
    """Who signs for each of these organisations in a cohort: organisation and person."""
    return (
        select(Seat.organisation_id, Membership.person_id)
        .join(Membership, Membership.seat_id == Seat.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Seat.cohort_id == cohort_id, Seat.organisation_id.in_(organisation_ids))
        .where(Membership.is_signatory, Membership.left_at.is_(None), Person.disabled_at.is_(None))
    )


def to_tell() -> Select[Speaker]:
    """Who was asked and has had no mail of it, with everything that the mail says."""
    return _asked().where(Speaker.mailed_at.is_(None), *_open()).order_by(Speaker.person_id, Speaker.id)


def to_agree(moment: datetime) -> Select[Speaker]:
    """Whose silence becomes a yes at ``moment``; only of those who had the mail a week before."""
    told = Speaker.mailed_at <= moment - timedelta(days=7)
    return _asked().where(Speaker.agrees_at <= moment, told, *_open()).order_by(Speaker.id)


def to_remind(since: datetime, until: datetime) -> Select[Speaker]:
    """Who has said nothing and has until ``until``, of wordings nobody was reminded of and that were asked before
    ``since``."""
    due = and_(Wording.answer_by <= until, Wording.reminded_at.is_(None), Wording.asked_at <= since)
    return _asked().where(due, *_open()).order_by(Speaker.person_id, Speaker.id)


def _whole() -> Select[Quotation]:
    wording = joinedload(Quotation.current, innerjoin=True)
    asked = joinedload(Quotation.asking)
    return select(Quotation).options(
        wording.joinedload(Wording.organisation),
        asked.joinedload(Asking.prompt),
        asked.joinedload(Asking.cohort),
        joinedload(Quotation.stretch),
    )


def _asked() -> Select[Speaker]:
    """Speakers of current wordings who have said nothing."""
    return (
        select(Speaker)
        .join(Speaker.wording)
        .join(Wording.quotation)
        .join(Quotation.material)
        .join(Speaker.person)
        .where(_is_current(), Speaker.said.is_(None), Person.disabled_at.is_(None))
        .options(
            contains_eager(Speaker.person),
            contains_eager(Speaker.wording)
            .contains_eager(Wording.quotation)
            .contains_eager(Quotation.material)
            .joinedload(Material.cohort),
        )
    )


def _is_current() -> ColumnElement[bool]:
    return and_(Wording.quotation_id == Quotation.id, Wording.number == Quotation.number)


def _open() -> tuple[ColumnElement[bool], ...]:
    return (_STANDING, Quotation.withdrawn_at.is_(None), Wording.asked_at.is_not(None))
