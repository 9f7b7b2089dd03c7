"""What readers see in the places of quotations: the words as long as they have consent, else that something was taken
back. Every version, old or new, is read through this."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from peernet.cohorts.models import CohortState
from peernet.materials.models import MaterialVersion
from peernet.materials.quotations import access, marks
from peernet.materials.quotations.models import Quotation, Wording
from peernet.organisations.models import Organisation
from peernet.prompts.models import Attribution
from peernet.settings import current
from peernet.text import plain


@dataclass(frozen=True)
class Played:
    """That a quotation can be heard, or seen, of what kind its file is, and in which language one speaks there."""

    ref: str
    kind: str
    is_film: bool
    has_captions: bool
    language: str

    @property
    def url(self) -> str:
        """Path at which it is fetched."""
        return f"/media/clip-{self.ref}"

    @property
    def captions_url(self) -> str:
        """Path of what is said in it, as captions."""
        return f"/media/captions-{self.ref}"


@dataclass(frozen=True)
class Question:
    """What a quotation answers: the prompt as it was asked, its public page if it has one, and the month it was asked
    in."""

    text: str
    slug: str
    month: date


@dataclass(frozen=True)
class Quoted:
    """A quotation as it is read. ``name`` and ``organisation`` are as its speakers agreed; ``recording_id`` is that of
    the recording that it is a stretch of, and ``played`` there if that goes along."""

    source: str
    html: str
    name: str
    organisation: Organisation | None
    question: Question | None
    recording_id: int | None = None
    played: Played | None = None


@dataclass(frozen=True)
class Place:
    """A piece of a text: HTML; or a quotation, and none where it was taken back."""

    html: str
    is_quotation: bool
    quoted: Quoted | None


def of_version(db: Session, version: MaterialVersion) -> dict[str, Quoted]:
    """What a public version may show, by the name of its place. No query where it quotes nobody, else one."""
    return of_versions(db, [version])[version.id]


def of_versions(db: Session, versions: Collection[MaterialVersion]) -> dict[int, dict[str, Quoted]]:
    """The same for each version, by its id, in one query however many there are, or two where recordings are quoted."""
    found: dict[int, dict[str, Quoted]] = {version.id: {} for version in versions}
    quoting = [version.id for version in versions if marks.refs_in(version.html)]
    if quoting:
        rows = db.execute(access.shown_in(quoting)).all()
        shown = [(version_id, each, wording) for version_id, each, wording in rows if each.may_show(wording)]
        played = played_of(db, [(each, wording) for _version_id, each, wording in shown])
        for version_id, each, wording in shown:
            found[version_id][each.ref] = _quoted(each, wording, played)
    return found


def of_draft(db: Session, material_id: int, html: str) -> dict[str, Quoted]:
    """What a text that is being written would show, with consent or without: for those who write it."""
    refs = marks.refs_in(html)
    return _of_those(db, db.scalars(access.named(material_id, refs)).unique().all()) if refs else {}


def agreed(db: Session, material_id: int, html: str) -> dict[str, Quoted]:
    """What a text that is being written would show with the consent that stands now: for anybody else."""
    refs = marks.refs_in(html)
    found = db.scalars(access.named(material_id, refs)).unique() if refs else ()
    return _of_those(db, [each for each in found if each.may_show(each.current)])


def played_of(db: Session, found: Collection[tuple[Quotation, Wording]]) -> dict[int, Played]:
    """What can be heard of these, by the quotation's id."""
    spoken = {
        each.id: each.ref
        for each, wording in found
        if each.stretch is not None and wording.attribution is Attribution.PERSON
    }
    files = db.scalars(access.playing(spoken)).unique() if spoken else ()
    return {
        one.quotation_id: Played(
            spoken[one.quotation_id],
            one.media.kind,
            one.media.is_film,
            has_captions=bool(one.captions),
            language=one.language or current().network.language,
        )
        for one in files
        if one.media is not None
    }


def places(html: str, quoted: Mapping[str, Quoted]) -> list[Place]:
    """A rendered text with its quotations in their places."""
    return [Place(part.html, bool(part.ref), quoted.get(part.ref)) for part in marks.parts(html)]


def words(html: str, quoted: Mapping[str, Quoted]) -> str:
    """The words of a text with its quotations, for the search."""
    texts = (plain.words_of_html(_html_of(place)) for place in places(html, quoted))
    return " ".join(text for text in texts if text)


def depends(quoted: Mapping[str, Quoted]) -> list[str]:
    """The keys whose touch makes a page with these quotations stale, beside those of the material."""
    organisations = {each.organisation.id for each in quoted.values() if each.organisation is not None}
    recordings = {each.recording_id for each in quoted.values() if each.recording_id is not None}
    return [f"organisation:{one}" for one in sorted(organisations)] + [f"recording:{one}" for one in sorted(recordings)]


def _html_of(place: Place) -> str:
    if not place.is_quotation:
        return place.html
    return place.quoted.html if place.quoted else ""


def _of_those(db: Session, found: Collection[Quotation]) -> dict[str, Quoted]:
    played = played_of(db, [(each, each.current) for each in found])
    return {each.ref: _quoted(each, each.current, played) for each in found}


def _quoted(quotation: Quotation, wording: Wording, played: Mapping[int, Played]) -> Quoted:
    recording_id = quotation.stretch.recording_id if quotation.stretch is not None else None
    heard = played.get(quotation.id) if wording.attribution is Attribution.PERSON else None
    question = _question(quotation)
    return Quoted(wording.source, wording.html, wording.name, wording.organisation, question, recording_id, heard)


def _question(quotation: Quotation) -> Question | None:
    """The month is that of the question, so that it tells nothing of when somebody wrote."""
    asking = quotation.asking
    if asking is None or asking.cohort.state is CohortState.DRAFT:
        return None
    slug = asking.prompt.slug if asking.prompt.is_public else ""
    return Question(asking.text, slug, asking.opens_at.date().replace(day=1))
