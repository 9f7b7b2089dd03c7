"""Lists of what can be taken along, each with its address and size, and the files themselves."""

import logging
from collections.abc import Callable
from typing import Protocol

from flask import url_for
from werkzeug.exceptions import ServiceUnavailable

from peernet.i18n import gettext as _
from peernet.materials.taking import cohorts, pdf
from peernet.materials.taking.files import LABELS, File, Offer
from peernet.materials.taking.materials import REFERENCES, TEXTS
from peernet.site.making import size_of_kept
from peernet.site.materials import Reading
from peernet.web import copying

log = logging.getLogger(__name__)
_RETRY_SECONDS = 60

Listed = list[tuple[str, File | Offer]]


class Source(Protocol):
    """What files are made from: a material, or a cohort's book."""

    def file(self, kind: str) -> File:
        """One kind of file."""


def of_material(reading: Reading) -> dict[str, Listed]:
    """What can be taken of a material: texts, and entries for reference managers."""
    slug, number = reading.page.material.slug, reading.version.number

    def at(kind: str) -> str:
        if reading.is_current:
            return url_for("site.download", slug=slug, kind=kind)
        return url_for("site.version_download", slug=slug, number=number, kind=kind)

    references: Listed = [(at(kind), _sized(reading.taken, kind, at(kind))) for kind in REFERENCES]
    return {"texts": _with_pdf(reading.taken, TEXTS, at), "references": references}


def of_book(book: cohorts.Collected) -> Listed:
    """The whole book of a cohort as files."""
    slug = book.cohort.slug
    return _with_pdf(book, cohorts.KINDS, lambda kind: url_for("site.book_download", slug=slug, kind=kind))


def is_offered(kind: str, kinds: tuple[str, ...]) -> bool:
    """Whether there is such a file here."""
    return kind in kinds or (kind == "pdf" and pdf.is_offered())


def made(source: Source, kind: str) -> File:
    """A file. Raises ServiceUnavailable (503) in words for a PDF that cannot be made now."""
    try:
        return source.file(kind)
    except pdf.Unmade as unmade:
        log.warning("A PDF could not be made: %s", unmade)
        words = _("This PDF cannot be made just now. Please try again in a minute, or take another kind of file.")
        raise ServiceUnavailable(words, retry_after=_RETRY_SECONDS) from None


def _sized(source: Source, kind: str, address: str) -> File | Offer:
    """A file, which a copy of the page in a folder takes along; where it lies there already its size alone."""
    size = copying.size_of(address) if kind in LABELS else None
    if size is not None:
        return Offer(LABELS[kind], size)
    file = source.file(kind)
    copying.offer(address, file.body, file.content_type)
    return file


def _with_pdf(source: Source, kinds: tuple[str, ...], at: Callable[[str], str]) -> Listed:
    """All but a PDF are made, so that their sizes are true. That takes a second or more, so its size is told once
    somebody took it."""
    found = [(at(kind), _sized(source, kind, at(kind))) for kind in kinds]
    if not copying.is_copy() and pdf.is_offered():
        found.insert(kinds.index("epub") + 1, (at("pdf"), Offer(pdf.LABEL, size_of_kept(at("pdf")))))
    return found
