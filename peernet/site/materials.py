"""A material's page: what it says, how to cite it, and what to read next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from peernet import pages
from peernet.materials import attribution, citation, licences, reading, recordings
from peernet.materials.attribution import PartLine
from peernet.materials.credits import authors, display_name
from peernet.materials.kinds import reading as beside
from peernet.materials.kinds.datasets import Dataset
from peernet.materials.kinds.reading import ChapterRead
from peernet.materials.models import Credit, MaterialFile, MaterialVersion
from peernet.materials.reading import MaterialPage
from peernet.materials.taking.materials import Taken, rows_of
from peernet.materials.versions import Difference, compare, whole_text
from peernet.media.models import MediaFile
from peernet.settings import current
from peernet.site import named, people
from peernet.text import plain
from peernet.text.captions import Said
from peernet.web import copying


@dataclass(frozen=True)
class Citation:
    """How to cite a material: one line, and a BibTeX entry."""

    plain: str
    bibtex: str


@dataclass(frozen=True)
class Reading:
    """A published material as its page shows it, in one of its versions."""

    page: MaterialPage
    version: MaterialVersion
    citation: Citation
    taken: Taken
    people: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def is_current(self) -> bool:
        """Whether this is what readers should read."""
        return self.version.number == self.page.material.number

    @property
    def authors(self) -> list[str]:
        """Names of the authors, as they stood."""
        return authors(self.version.credits)

    def byline(self, root: str) -> list[dict[str, str]]:
        """The same, each with the address of their public page, after ``root``, where they have one, and with the name
        of the person and of the organisation, of which one may be empty."""
        return [
            {
                "name": display_name(entry),
                "url": self._page_of(entry, root),
                "person": entry["name"],
                "organisation": entry["organisation_name"],
            }
            for entry in self.version.credits
            if entry["credit"] == Credit.AUTHOR.value
        ]

    @property
    def others(self) -> list[dict[str, Any]]:
        """Everybody else who is named, each with a display name and the address of a page."""
        return [
            entry | {"display": display_name(entry), "url": self._page_of(entry)}
            for entry in self.version.credits
            if entry["credit"] != Credit.AUTHOR.value
        ]

    def _page_of(self, entry: Mapping[str, Any], root: str = "") -> str:
        page = self.people.get((entry["credit"], entry["name"]), "") if entry["name"] else ""
        return f"{root}{page}" if page else ""

    @property
    def parts(self) -> list[PartLine]:
        """Its pictures and files that somebody else made, or that have a licence of their own."""
        return attribution.parts(self.version, self.taken.own)

    def parts_of(self, chapter: ChapterRead) -> list[PartLine]:
        """The same of a chapter."""
        rows = [row for row in self.taken.rows if row.material_id == chapter.material.id]
        return attribution.parts(chapter.version, rows) if chapter.version else []

    @property
    def attribution(self) -> tuple[str, str]:
        """What to put beside a copy: in words, and as HTML."""
        cited, code, has_parts = self.taken.cited, self.version.licence, bool(self.parts)
        return (
            attribution.plain(cited, code, has_parts=has_parts),
            attribution.html(cited, code, has_parts=has_parts),
        )

    @property
    def abstract(self) -> Sequence[str]:
        """What a report found, in its paragraphs."""
        return beside.paragraphs(self.page.particulars.abstract)

    @property
    def description(self) -> Sequence[str]:
        """What a graphic shows, in its paragraphs."""
        return beside.paragraphs(self.page.particulars.description)

    @cached_property
    def dataset(self) -> Dataset | None:
        """What a graphic was drawn from."""
        return beside.dataset(self.page.particulars)

    @cached_property
    def transcript(self) -> list[Said]:
        """What is said in a video."""
        return beside.transcript(self.page.particulars)

    @cached_property
    def film(self) -> MediaFile | None:
        """The film or recording that it is about, where it lies here."""
        return recordings.own(self._own_rows, self.page.particulars.film)

    @cached_property
    def files(self) -> list[MediaFile]:
        """Recordings, films and papers that its text leads to."""
        return [file for file in recordings.linked(self._own_rows, self.version.html) if file is not self.film]

    @property
    def _own_rows(self) -> list[MaterialFile]:
        rows = self.taken.rows
        return [row for row in rows if row.material_id == self.page.material.id and row.media.audience == "public"]

    def linked_data(self, address: str) -> dict[str, Any]:
        """What the page says, for machines: a schema.org LearningResource."""
        version = self.version
        return {
            "@context": "https://schema.org",
            "@type": "LearningResource",
            "@id": address,
            "url": address,
            "name": version.title,
            "abstract": version.summary,
            "inLanguage": version.language,
            "learningResourceType": version.kind.value,
            "license": licences.find(version.licence).url if licences.is_known(version.licence) else version.licence,
            "timeRequired": f"PT{version.video_minutes or max(1, version.reading_minutes)}M",
            "version": str(version.number),
            "datePublished": self.page.material.published_on and self.page.material.published_on.isoformat(),
            "author": [self._author(one) for one in self.byline("")],
            **self._media(),
            **self._corrected(),
            **self._translated(),
            "isAccessibleForFree": True,
            "publisher": {"@type": "Organization", "name": current().network.name},
            **self._about(),
        }

    @staticmethod
    def _author(one: Mapping[str, str]) -> dict[str, Any]:
        """A name that stands alone may be that of a group."""
        if not one["url"] and not (one["person"] and one["organisation"]):
            return {"@type": "Organization", "name": one["name"]}
        own = {"@id": f"{current().public_url}{one['url']}"} if one["url"] else {}
        at = {"affiliation": {"@type": "Organization", "name": one["organisation"]}} if one["organisation"] else {}
        return {"@type": "Person", **own, "name": one["person"], **at}

    def _about(self) -> dict[str, Any]:
        """Its topics, questions and organisations, which lead back to it; its chapters; and what it was made from."""
        base = current().public_url
        page = self.page
        questions = [("Question", "questions", one) for one in page.questions]
        organisations = [("Organization", "organisations", one) for one in page.organisations]
        linked = [
            {"@type": what, "@id": f"{base}/{room}/{one.slug}", "name": one.name}
            for what, room, one in [*questions, *organisations]
        ]
        found: dict[str, Any] = {"about": [*(topic.name for topic in page.topics), *linked]}
        chapters = [{"@id": f"{base}{each.material.address}"} for each in page.chapters if each.version]
        if chapters:
            found["hasPart"] = chapters
        if page.original:
            found["isBasedOn"] = f"{base}/library/{page.original.slug}"
        return found

    def _translated(self) -> dict[str, Any]:
        """What it was translated from, and its translations."""
        base = f"{current().public_url}/library"
        original = [f"{base}/{one.slug}" for one in self.page.others if one.made_from is None]
        made = [f"{base}/{one.slug}" for one in self.page.others if one.made_from is not None]
        if self.page.made_from is not None:
            return {"translationOfWork": {"@id": original[0]}} if original else {}
        return {"workTranslation": [{"@id": address} for address in made]} if made else {}

    def _corrected(self) -> dict[str, Any]:
        """Its corrections, as schema.org has them, and the day of the last."""
        told = self.page.corrections
        notes = [{"@type": "CorrectionComment", "text": one.note, "datePublished": one.on.isoformat()} for one in told]
        return {"dateModified": told[0].on.isoformat(), "correction": notes} if told else {}

    def _media(self) -> dict[str, Any]:
        """Pictures and files with a licence of their own, as schema.org MediaObjects."""
        base = current().public_url
        said = [
            {
                "@type": "MediaObject",
                "contentUrl": f"{base}{line.media_url}",
                "license": line.licence.url,
                "creditText": line.creator,
                "acquireLicensePage": line.source_url,
            }
            for line in self.parts
            if line.licence
        ]
        return (
            {"associatedMedia": [{key: value for key, value in one.items() if value} for one in said]} if said else {}
        )


def page(db: Session, slug: str, number: int | None = None) -> Reading | MaterialPage | None:
    """The page of a material in its current version or in an older one: a :class:`Reading`, or the bare page where the
    material was withdrawn; None where there is nothing. Three queries; one more where it quotes
    somebody, one where it has files, one where it names people, and at most two for a playbook's chapters."""
    found, taken = copying.once(("material", slug, number), lambda: _read(db, slug, number))
    if found is None:
        return None
    pages.depend(*named.keys(found.depends))
    if found.version is None or taken is None:
        return found
    cited = Citation(citation.plain(taken.cited), citation.bibtex(taken.cited))
    return Reading(found, found.version, cited, taken, people.of_version(db, found.version))


def difference(old: Reading, new: Reading) -> Difference:
    """What was changed from one version to the next, as readers see them: without the quotations in them, since who
    quotes and who is quoted decide about those at any time, and no page may tell what was taken back."""
    texts = _words(old), _words(new)
    return copying.once(("difference", *texts), lambda: compare(*texts))


def _words(reading: Reading) -> str:
    text = plain.of_html("".join(place.html for place in reading.page.places if not place.is_quotation))
    beside = "\n\n".join([*reading.abstract, *reading.description])
    return whole_text(reading.version.title, reading.version.summary, text, beside)


def _read(db: Session, slug: str, number: int | None) -> tuple[MaterialPage | None, Taken | None]:
    found = reading.page(db, slug, number)
    if found is None or found.version is None:
        return found, None
    return found, Taken(found, found.version, rows_of(db, found, found.version))
