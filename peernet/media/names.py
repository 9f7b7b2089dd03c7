"""The name under which a file comes, and whether its ending says what it is."""

import re

from peernet.db import Refused
from peernet.i18n import gettext as _

_LONGEST = 200
# Marks that turn the direction of what is read: "exe.gpj" may stand for something else (Unicode, UAX 9).
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# How files of a kind end, where they end as one of the kinds that are taken here.
_ENDINGS = {
    "image/jpeg": "jpg jpeg jpe jfif",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/avif": "avif",
    "video/mp4": "mp4 m4v",
    "video/webm": "webm",
    "video/ogg": "ogv ogg",
    "audio/mp4": "m4a m4b mp4",
    "audio/webm": "weba webm",
    "audio/ogg": "ogg oga opus",
    "audio/mpeg": "mp3",
    "application/pdf": "pdf",
}
# Of all that is no image.
ENDINGS_OF_FILES = tuple(
    sorted({one for kind, endings in _ENDINGS.items() if not kind.startswith("image/") for one in endings.split()})
)
_OTHERS = {
    *("svg", "svgz", "eps", "ps", "ai", "tif", "tiff", "bmp", "ico", "heic", "heif"),
    *("zip", "html", "htm", "xml", "js", "exe", "php"),
}


def ending_of(kind: str) -> str:
    """How the name of a file of that MIME type ends."""
    return _ENDINGS[kind].split()[0]


def check(filename: str, *, field: str) -> None:
    """Whether that can be the name of a file. Raises Refused for one with a path, with marks that are not seen, or of
    more letters than any folder shows."""
    if re.search(r"[\\/]", filename) or filename in (".", ".."):
        raise Refused(_("The name of this file holds a path. Give it a name without slashes."), field=field)
    if any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in filename):
        raise Refused(_("The name of this file holds a control character. Give it another name."), field=field)
    if _TURNING.search(filename):
        raise Refused(
            _("The name of this file holds marks that turn the direction of reading. Give it another name."),
            field=field,
        )
    if len(filename) > _LONGEST:
        raise Refused(
            _("The name of this file is too long: %(most)s characters are the most.", most=_LONGEST), field=field
        )


def check_ending(filename: str, kind: str, *, field: str) -> None:
    """Whether the name ends as files of that MIME type do, or without an ending. Raises Refused."""
    _stem, _dot, ending = filename.rpartition(".")
    ending = ending.lower()
    known = _OTHERS.union(*(endings.split() for endings in _ENDINGS.values()))
    if _stem and ending in known and ending not in _ENDINGS[kind].split():
        right = ending_of(kind)
        raise Refused(
            _("This file ends in .%(ending)s, and what is in it is .%(right)s. Name it rightly, or save it again.",
              ending=ending, right=right),
            field=field,
        )  # fmt: skip
