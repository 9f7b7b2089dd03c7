"""A file that somebody takes away: its name, its kind, its bytes."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

from peernet.i18n import lazy_gettext as _l

# File systems take 255 bytes; the ending and a number of a browser's come after it.
_MOST = 180
# What files are called of which that does not depend on what is in them.
LABELS = {
    "html": _l("One HTML page"),
    "epub": "EPUB",
    "bibtex": "BibTeX",
    "ris": "RIS",
    "csl": "CSL-JSON",
}
_UNSAFE = re.compile(r"[^\w.-]+")


@dataclass(frozen=True)
class File:
    """``label`` is what it is called in a list; ``name`` has an ending."""

    label: str
    name: str
    content_type: str
    body: bytes

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return len(self.body)

    @property
    def disposition(self) -> str:
        """The header that gives it its name (RFC 6266): in ASCII, and in whole where that is not all."""
        plain = _UNSAFE.sub("", unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode())
        named = f'attachment; filename="{plain if plain[0] not in ".-" else "file" + plain}"'
        return named if plain == self.name else f"{named}; filename*=UTF-8''{quote(self.name, safe='')}"


@dataclass(frozen=True)
class Offer:
    """A file in a list, before it is made: ``size`` is None as long as nobody has asked for it."""

    label: str
    size: int | None


def name_of(slug: str, ending: str, suffix: str = "") -> str:
    """A file name that every system takes: letters, digits and hyphens of the slug, cut to what fits."""
    stem = "".join(char if char.isalnum() or unicodedata.category(char)[0] == "M" else "-" for char in slug)
    while len(stem.encode()) > _MOST:
        stem = stem[:-1]
    return f"{stem.strip('-') or 'file'}{suffix}.{ending}"
