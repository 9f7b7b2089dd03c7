"""Take a film, a recording or a PDF as it comes: piece by piece to disk, never whole in memory.

This takes time and touches no database: do it before the write lock is taken. The bytes lie in their place when it is
done; without a row nobody can fetch them, and whoever does not keep them drops them.
"""

import hashlib
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.media import folder, names
from peernet.media.images import megabytes
from peernet.media.models import MediaFile
from peernet.media.recognising import PDF, Wrong, recognise
from peernet.media.shelf import shelf
from peernet.settings import current

_PIECE = 1_000_000


@dataclass
class Brought:
    """A file in its place under ``name``. ``digest`` is the SHA-256 of its bytes; ``is_kept`` once a row names it."""

    name: str
    mime: str
    size: int
    digest: str
    is_kept: bool = False


@contextmanager
def taken(stream: IO[bytes], *, filename: str, field: str = "file") -> Iterator[Brought]:
    """Bring a file in. Raises Refused at ``field`` in words for what is not taken. What is not kept by the end of the
    block is dropped."""
    names.check(filename, field=field)
    name = secrets.token_hex(16)
    with folder.begun(name) as temporary:
        path = temporary / "whole.part"
        size, digest = _written(stream, path, field)
        mime = _recognised(path, size, field)
        names.check_ending(filename, mime, field=field)
        path.rename(temporary / f"whole.{names.ending_of(mime)}")
        shelf().take(name, temporary)
    yield from _held(Brought(name, mime, size, digest))


@contextmanager
def copied(row: MediaFile) -> Iterator[Brought]:
    """The bytes of a file that is kept, once more under a name of their own, so that each can go without the other.
    Raises FileNotFoundError. What is not kept by the end of the block is dropped."""
    name, file = secrets.token_hex(16), f"whole.{names.ending_of(row.kind)}"
    with folder.begun(name) as temporary:
        with shelf().opened(row.name, file) as given, (temporary / file).open("xb") as copy:
            shutil.copyfileobj(given, copy)
        shelf().take(name, temporary)
    yield from _held(Brought(name, row.kind, row.bytes, row.sha256))


def most_bytes() -> int:
    """The largest file that is taken at all."""
    return max(current().media.max_film_bytes, current().media.max_document_bytes)


def _held(brought: Brought) -> Iterator[Brought]:
    try:
        yield brought
    finally:
        if not brought.is_kept:
            shelf().drop(brought.name)


def _written(stream: IO[bytes], path: Path, field: str) -> tuple[int, str]:
    sha, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        while piece := stream.read(_PIECE):
            size += len(piece)
            _check_size(size, most_bytes(), field)
            sha.update(piece)
            file.write(piece)
    if not size:
        raise Refused(_("This file is empty."), field=field)
    return size, sha.hexdigest()


def _recognised(path: Path, size: int, field: str) -> str:
    try:
        with path.open("rb") as file:
            mime = recognise(file, size)
    except Wrong as wrong:
        raise Refused(_reason(str(wrong)), field=field) from None
    limits = current().media
    _check_size(size, limits.max_document_bytes if mime == PDF else limits.max_film_bytes, field)
    return mime


def _check_size(size: int, most: int, field: str) -> None:
    if size > most:
        raise Refused(_("This file is too large: %(most)s MB is the most.", most=megabytes(most)), field=field)


def _reason(word: str) -> str:
    return {
        "broken": _("This file is damaged, or was cut off before its end. Save it again and bring the new file."),
        "two": _("This file is two things at once. Save it again and bring the new file."),
        "quicktime": _("This is a QuickTime film, which many browsers cannot play. Save it as MP4."),
        "matroska": _("This is a Matroska film, which many browsers cannot play. Save it as MP4 or WebM."),
    }.get(word, _("This is no file that can be brought here. Use MP4, WebM, Ogg, MP3, M4A or PDF."))
