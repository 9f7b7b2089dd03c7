"""Everything that can be taken away of one material, from what its page was loaded as."""

from collections.abc import Callable, Mapping
from functools import cached_property

from sqlalchemy.orm import Session

from peernet.i18n import lazy_gettext as _l
from peernet.materials import access, citation
from peernet.materials.citation import Cited
from peernet.materials.models import MaterialFile, MaterialVersion
from peernet.materials.reading import MaterialPage
from peernet.materials.taking import chapters, citing, epub, markdown, pdf, pictures, single
from peernet.materials.taking.books import Book
from peernet.materials.taking.files import LABELS, File, name_of
from peernet.media import names
from peernet.settings import current

# In the order in which they are offered; a PDF comes after the EPUB, where this host can make one.
TEXTS = ("html", "epub", "markdown")
REFERENCES = ("bibtex", "ris", "csl")
KINDS = (*TEXTS, *REFERENCES)
# What only some have, offered where it stands on their page.
BESIDE = ("captions", "data")


class Taken:
    """One version of a material, as files, each made once: they are in the language of the material, and called what
    the page that offers them calls them. ``rows`` are its pictures and other files."""

    def __init__(self, page: MaterialPage, version: MaterialVersion, rows: list[MaterialFile]) -> None:
        self.page, self.version, self.rows = page, version, rows
        self._made: dict[str, File] = {}
        self._write: Mapping[str, Callable[[], File]] = {
            "html": self._html,
            "epub": self._epub,
            "pdf": self._pdf,
            "markdown": self._markdown,
            "bibtex": self._bibtex,
            "ris": self._ris,
            "csl": self._csl,
            "captions": self._captions,
            "data": self._data,
        }

    @property
    def kinds(self) -> list[str]:
        """What there is of KINDS and BESIDE."""
        there = {"captions": self.page.particulars.captions, "data": self.page.particulars.dataset}
        return [*KINDS, *(kind for kind in BESIDE if there[kind])]

    def file(self, kind: str) -> File:
        """The file of one of ``kinds``, or "pdf". Raises :class:`pdf.Unmade` for the latter."""
        if kind not in self._made:
            self._made[kind] = self._write[kind]()
        return self._made[kind]

    @property
    def own(self) -> list[MaterialFile]:
        """Its own pictures, without those of chapters."""
        return [row for row in self.rows if row.material_id == self.page.material.id]

    @cached_property
    def cited(self) -> Cited:
        """What citations say."""
        return citing.cited(self.page.material, self.version, [topic.name for topic in self.page.topics])

    @cached_property
    def book(self) -> Book:
        """The material as a book of one chapter, and of those of a playbook after it."""
        shown = {url: one for url, one in pictures.public(each.media for each in self.rows).items() if self._shows(url)}
        base = current().public_url
        files = {each.material.address: f"m{each.place}.xhtml" for each in self.page.chapters if each.version}
        inside = files.get
        made = chapters.chapter(
            self.version, self.page.places, self.cited, base=base, pictures=shown,
            inside=lambda url: inside(_bare(url)), rows=self.own, corrected=self.page.corrections,
        )  # fmt: skip
        parts = [
            chapters.of_playbook(
                each,
                self.version.language,
                base=base,
                pictures=shown,
                inside=lambda url: inside(_bare(url)),
                rows=[row for row in self.rows if row.material_id == each.material.id],
            )
            for each in self.page.chapters
        ]
        return Book(
            url=f"{base}{self.page.material.address}",
            title=self.version.title,
            language=self.version.language,
            creators=self.cited.authors or [self.cited.publisher],
            contributors=chapters.others(self.version),
            publisher=self.cited.publisher,
            rights=self.cited.licence,
            description=self.version.summary,
            at=self.version.published_at,
            chapters=[made, *parts],
            pictures=shown,
        )

    def _shows(self, url: str) -> bool:
        shown = (each.version.html for each in self.page.chapters if each.version)
        return any(url in html for html in (self.version.html, *shown))

    def _html(self) -> File:
        return self._named(LABELS["html"], "html", "text/html; charset=utf-8", single.write(self.book))

    def _epub(self) -> File:
        return self._named(LABELS["epub"], "epub", epub.MIME, epub.write(self.book))

    def _pdf(self) -> File:
        return self._named(pdf.LABEL, "pdf", pdf.MIME, pdf.write(self.book))

    def _markdown(self) -> File:
        files = markdown.files(self.page, self.version, self.own)
        if len(files) > 1:
            others = (".vtt", ".csv", *(f".{ending}" for ending in names.ENDINGS_OF_FILES))
            is_more = any(path.endswith(others) for path, _body in files)
            label = _l("Markdown with its files (ZIP)") if is_more else _l("Markdown with pictures (ZIP)")
            packed = epub.packed(files, stored=tuple(f".{ending}" for ending in names.ENDINGS_OF_FILES))
            return self._named(label, "zip", "application/zip", packed)
        return self._named("Markdown", "md", "text/markdown; charset=utf-8", files[0][1])

    def _captions(self) -> File:
        return self._text(_l("Captions (WebVTT)"), "vtt", "text/vtt", f"{self.page.particulars.captions}\n")

    def _data(self) -> File:
        return self._text(
            _l("Data (CSV)"), "csv", "text/csv", f"{self.page.particulars.dataset}\n".replace("\n", "\r\n")
        )

    def _bibtex(self) -> File:
        return self._text(LABELS["bibtex"], "bib", "application/x-bibtex", citation.bibtex(self.cited))

    def _ris(self) -> File:
        return self._text(LABELS["ris"], "ris", "application/x-research-info-systems", citing.ris(self.cited))

    def _csl(self) -> File:
        mime = "application/vnd.citationstyles.csl+json"
        return self._text(LABELS["csl"], "csl.json", mime, citing.csl_json(self.cited))

    def _text(self, label: str, ending: str, mime: str, text: str) -> File:
        return self._named(label, ending, f"{mime}; charset=utf-8", text.encode())

    def _named(self, label: str, ending: str, content_type: str, body: bytes) -> File:
        is_current = self.version.number == self.page.material.number
        suffix = "" if is_current else f"-v{self.version.number}"
        return File(label, name_of(self.page.material.slug, ending, suffix), content_type, body)


def rows_of(db: Session, page: MaterialPage, version: MaterialVersion) -> list[MaterialFile]:
    """The pictures and other files of a public page and its chapters. No query where it has none, else one."""
    parts = [each for each in page.chapters if each.version is not None]
    texts = [version.html, *(each.version.html for each in parts if each.version)]
    ids = [page.material.id, *(each.material.id for each in parts)]
    has_files = page.particulars.film or any("/media/" in html for html in texts)
    return list(db.scalars(access.files_of(*ids))) if has_files else []


def _bare(url: str) -> str:
    return url.partition("#")[0]
