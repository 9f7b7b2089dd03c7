"""Keep files, change who may fetch them, remove them, and sweep what no row names.

The bytes reach the disk before the row; a transaction that is rolled back leaves bytes without a row, and a removed row
leaves bytes until the next sweep. Either way nobody can fetch them: every fetch begins with the row.
"""

import re
import secrets
import shutil
import unicodedata
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from peernet import clock
from peernet.media import access, folder, names, quotas
from peernet.media.images import Prepared, prepare
from peernet.media.incoming import Brought
from peernet.media.models import MediaFile
from peernet.media.shelf import shelf
from peernet.text.markdown import Picture

# A transaction that is still running is younger than this.
GRACE = timedelta(hours=1)

_AUDIENCE = re.compile(r"public|(?:cohort|facilitators|organisers|person|quotation):[1-9]\d*")


def keep(
    db: Session,
    *,
    data: bytes | Prepared,
    filename: str,
    audience: str,
    uploaded_by: int | None,
    alt: str = "",
    field: str = "file",
) -> MediaFile:
    """Keep an image for an audience. Raises Refused at ``field``.

    Bytes are decoded first, before a statement is run; a caller that has already read in a write session hands in what
    :func:`peernet.media.images.prepare` made.
    """
    _check_audience(audience)
    image = data if isinstance(data, Prepared) else prepare(data, field=field)
    quotas.check(db, uploaded_by, image.size, field=field)
    row = _row(image, filename, audience, uploaded_by, alt)
    row.name, row.width, row.height = secrets.token_hex(16), image.width, image.height
    suffix = names.ending_of(image.mime)
    shelf().put(
        row.name, {f"whole.{suffix}": image.whole} | {f"{width}.webp": copy for width, copy in image.copies.items()}
    )
    db.add(row)
    db.flush()
    return row


def keep_brought(
    db: Session,
    *,
    file: Brought,
    filename: str,
    audience: str,
    uploaded_by: int | None,
    alt: str = "",
    field: str = "file",
) -> MediaFile:
    """Keep a film, a recording or a PDF that was brought, for an audience. Raises Refused at ``field``."""
    _check_audience(audience)
    quotas.check(db, uploaded_by, file.size, field=field)
    row = _row(file, filename, audience, uploaded_by, alt)
    row.name = file.name
    db.add(row)
    db.flush()
    file.is_kept = True
    return row


def opened(row: MediaFile, width: int | None = None) -> BinaryIO:
    """The bytes to send, to be read from anywhere: of the smallest copy that is at least ``width`` wide, else of the
    file itself. Raises FileNotFoundError where they are not there."""
    return shelf().opened(row.name, file_of(row, width))


def read(row: MediaFile, width: int | None = None) -> bytes:
    """The same, whole: for images. Raises FileNotFoundError."""
    with opened(row, width) as file:
        return file.read()


def is_there(row: MediaFile) -> bool:
    """Whether the bytes of a file are there."""
    return file_of(row) in shelf().listed(row.name)


def size_of(row: MediaFile, width: int | None = None) -> int:
    """How many bytes :func:`opened` gives. Raises FileNotFoundError."""
    return shelf().size_of(row.name, file_of(row, width))


def local_copies(name: str, work: Path) -> list[Path]:
    """The files of a name on this machine's disk: where they lie, or fetched into a folder."""
    if shelf() is folder:
        return folder.files_of(name)
    into = work / name
    into.mkdir(parents=True, exist_ok=True)
    for file in shelf().listed(name):
        with shelf().opened(name, file) as given, (into / file).open("wb") as taken:
            shutil.copyfileobj(given, taken)
    return sorted(into.iterdir())


def drop(name: str) -> None:
    """Remove the bytes of a name whose row is gone, before the next sweep does."""
    shelf().drop(name)


def path_of(row: MediaFile, width: int | None = None) -> Path:
    """Where a file lies in the data folder, if that is where files lie."""
    return folder.place(row.name) / file_of(row, width)


def file_of(row: MediaFile, width: int | None = None) -> str:
    """The name of the file to send: the smallest copy that is at least ``width`` wide, else the image itself."""
    kept = _copy_for(row, width)
    return f"{kept}.webp" if kept else f"whole.{names.ending_of(row.kind)}"


def mime_of(row: MediaFile, width: int | None = None) -> str:
    """The MIME type of what :func:`opened` gives."""
    return "image/webp" if _copy_for(row, width) else row.kind


def picture_of(row: MediaFile) -> Picture:
    """What a rendered text shows of an image."""
    return Picture(row.url, row.width, row.height, row.srcset)


def set_audience(db: Session, row: MediaFile, audience: str) -> None:
    """Let another audience fetch the file."""
    _check_audience(audience)
    row.audience = audience
    db.flush()


def remove(db: Session, row: MediaFile) -> None:
    """Take the file away: from the commit on nobody can fetch it, and the next sweep removes its bytes."""
    db.delete(row)
    db.flush()


def sweep(db: Session) -> int:
    """Remove bytes that no row names and that are older than any running transaction; how many files."""
    gone = orphans(db)
    for name in gone:
        shelf().drop(name)
    return len(gone) + folder.drop_unfinished((clock.now() - GRACE).timestamp())


def orphans(db: Session) -> list[str]:
    """The names of what a sweep would remove, but for what was begun and never finished."""
    before = (clock.now() - GRACE).timestamp()
    old = [name for name, came in shelf().names() if came < before]
    named = set(db.scalars(access.all_names())) if old else set()
    return [name for name in old if name not in named]


def drop_unnamed(db: Session) -> None:
    """Remove bytes that no row names at once: only where nobody brings files meanwhile, as after a restore."""
    named = set(db.scalars(access.all_names()))
    for name in [name for name, _came in shelf().names() if name not in named]:
        shelf().drop(name)


def missing(db: Session) -> list[str]:
    """Names of rows whose bytes are not there, as after a backup that was restored in part."""
    known = {name for name, _came in shelf().names()}
    return [name for name in db.scalars(access.all_names().order_by(MediaFile.name)) if name not in known]


def _row(given: Prepared | Brought, filename: str, audience: str, uploaded_by: int | None, alt: str) -> MediaFile:
    return MediaFile(
        kind=given.mime,
        filename=_tidy(filename),
        bytes=given.size,
        sha256=given.digest,
        audience=audience,
        alt=" ".join(alt.split()),
        uploaded_by_id=uploaded_by,
        created_at=clock.now(),
    )


def _check_audience(audience: str) -> None:
    if not _AUDIENCE.fullmatch(audience):
        raise ValueError(f"Not an audience key: {audience!r}")


def _copy_for(row: MediaFile, width: int | None) -> int | None:
    if width is None:
        return None
    return next((kept for kept in row.widths if kept >= width), None)


def _tidy(filename: str) -> str:
    """The last part of a name, without what a header or a file system could take for something else."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", filename))[-1]
    plain = "".join(char if char.isprintable() and char not in '"<>:|?*' else "_" for char in last)
    return plain.strip(" .")[-200:] or "image"
