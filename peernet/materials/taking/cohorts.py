"""A cohort's whole book: what it published, in the order it came out, with who made it and what may be done with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from peernet.cohorts.models import Cohort
from peernet.i18n import gettext as _
from peernet.i18n import use_language, written_language
from peernet.i18n.formats import format_date
from peernet.materials import access, placement
from peernet.materials.credits import authors
from peernet.materials.kinds.particulars import of_json
from peernet.materials.models import Material, MaterialFile, MaterialVersion
from peernet.materials.quotations import showing
from peernet.materials.quotations.showing import Place, Quoted
from peernet.materials.taking import chapters, citing, epub, markup, pdf, pictures, single
from peernet.materials.taking.books import Book, Chapter
from peernet.materials.taking.files import LABELS, File, name_of
from peernet.materials.taking.markup import Surroundings
from peernet.materials.taking.pictures import Picture
from peernet.settings import current
from peernet.text.xml import escaped

KINDS = ("epub", "html")


@dataclass(frozen=True)
class Collected:
    """What a cohort published, as the public may read it now. ``titles`` are the published chapters of its playbooks,
    by id."""

    cohort: Cohort
    parts: Sequence[tuple[Material, MaterialVersion]]
    quoted: Mapping[int, Mapping[str, Quoted]] = field(default_factory=dict)
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    rows: Sequence[MaterialFile] = ()
    titles: Mapping[int, Material] = field(default_factory=dict)

    @property
    def depends(self) -> list[str]:
        """The keys whose touch makes the book stale."""
        quoted = {key for each in self.quoted.values() for key in showing.depends(each)}
        ids = {material.id for material, _version in self.parts}
        ids |= {each.material_id for _material, version in self.parts for each in of_json(version.particulars).chapters}
        of_cohort = [f"cohort:{self.cohort.id}", placement.listed("cohort", self.cohort.id)]
        return [*of_cohort, *(f"material:{one}" for one in sorted(ids)), *quoted]

    @property
    def people(self) -> list[str]:
        """Everybody who is named in it, once each: authors of all materials first."""
        named = [name for _material, version in self.parts for name in authors(version.credits)]
        named += [name for _material, version in self.parts for name in chapters.others(version)]
        return list(dict.fromkeys(named))

    @property
    def licences(self) -> list[str]:
        """Codes of the licences in it, once each."""
        return list(dict.fromkeys(version.licence for _material, version in self.parts))

    def file(self, kind: str) -> File:
        """The file of one of KINDS, or "pdf". Raises :class:`pdf.Unmade` for the latter."""
        book = _book(self)
        if kind == "epub":
            return File(LABELS["epub"], name_of(self.cohort.slug, "epub"), epub.MIME, epub.write(book))
        if kind == "pdf":
            return File(pdf.LABEL, name_of(self.cohort.slug, "pdf"), pdf.MIME, pdf.write(book))
        mime = "text/html; charset=utf-8"
        return File(LABELS["html"], name_of(self.cohort.slug, "html"), mime, single.write(book))


def collect(db: Session, cohort: Cohort) -> Collected | None:
    """What a public cohort published; None where that is nothing. At most four queries."""
    parts = [(material, version) for material, version in db.execute(access.current_of_cohort(cohort.id))]
    if not parts:
        return None
    shown = "".join(version.html for _material, version in parts)
    ids = [material.id for material, _version in parts]
    rows = list(db.scalars(access.files_of(*ids))) if "<img" in shown else []
    images = {url: one for url, one in pictures.public({row.media for row in rows}).items() if url in shown}
    quoted = showing.of_versions(db, [version for _material, version in parts])
    held = {each.material_id for _material, version in parts for each in of_json(version.particulars).chapters}
    chosen = access.published().where(Material.id.in_(held))
    titles = {each.id: each for each in db.scalars(chosen)} if held else {}
    return Collected(cohort, parts, quoted, images, rows, titles)


def _book(collected: Collected) -> Book:
    cohort, versions = collected.cohort, [version for _material, version in collected.parts]
    language = current().network.language
    names = list(dict.fromkeys(name for version in versions for name in authors(version.credits)))
    with use_language(written_language(language)):
        first, last = _opening(collected, language), _licences(collected, language)
    return Book(
        url=f"{current().public_url}/cohorts/{cohort.slug}/book",
        title=cohort.name,
        language=language,
        creators=names or [current().network.name],
        contributors=[name for name in collected.people if name not in names],
        publisher=current().network.name,
        rights=", ".join(map(citing.licence_name, collected.licences)),
        description=cohort.theme,
        at=max(version.published_at for version in versions),
        chapters=[first, *_chapters(collected), last],
        pictures=collected.pictures,
    )


def _chapters(collected: Collected) -> Iterator[Chapter]:
    base = current().public_url
    files = {material.address: f"m{number}.xhtml" for number, (material, _v) in enumerate(collected.parts, 1)}

    def inside(address: str) -> str | None:
        return files.get(address.partition("#")[0])

    for number, (material, version) in enumerate(collected.parts, 1):
        yield chapters.chapter(
            version,
            showing.places(version.html, collected.quoted[version.id]),
            citing.cited(material, version),
            base=base,
            pictures=collected.pictures,
            name=f"m{number}",
            inside=inside,
            rows=[row for row in collected.rows if row.material_id == material.id],
            contents=[collected.titles.get(each.material_id) for each in of_json(version.particulars).chapters],
        )


def _opening(collected: Collected, language: str) -> Chapter:
    """What the cohort is, and who made the book."""
    cohort = collected.cohort
    around = Surroundings(current().public_url, lambda _address: None, prefix="start-", ids={"start"})
    days = f"{format_date(cohort.starts_on)} – {format_date(cohort.ends_on)}"
    parts = [
        f'<header><p class="kicker">{escaped(current().network.name)} · {escaped(days)}</p>',
        f'<h1>{escaped(cohort.name)}</h1><p class="lead">{escaped(cohort.theme)}</p></header>',
        markup.text([Place(cohort.description_html, False, None)], around),
        f"<h2>{escaped(_('Who made it'))}</h2>",
        f"<ul>{''.join(f'<li>{escaped(name)}</li>' for name in collected.people)}</ul>",
    ]
    if cohort.is_example:
        parts.insert(2, f"<p><strong>{escaped(_('An example.'))}</strong> {escaped(_example())}</p>")
    return Chapter("start", cohort.name, "\n".join(parts), language)


def _example() -> str:
    return _("This cohort and its organisations are invented. It shows what a cohort looks like from outside.")


def _licences(collected: Collected, language: str) -> Chapter:
    """What may be done with each part, and where it is."""
    title = _("Licences and sources")
    rows = "".join(_row(material, version) for material, version in collected.parts)
    return Chapter("licences", title, f"<h1>{escaped(title)}</h1><dl>{rows}</dl>", language)


def _row(material: Material, version: MaterialVersion) -> str:
    cited = citing.cited(material, version)
    by = f"{escaped(', '.join(cited.authors))} · " if cited.authors else ""
    return (
        f"<dt>{escaped(version.title)}</dt><dd>{by}{chapters.licence(version.licence)} · "
        f"{markup.link(cited.url, cited.url)}</dd>"
    )
