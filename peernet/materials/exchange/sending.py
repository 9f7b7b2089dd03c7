"""Send content out: what is public as files of the layout that ``bring_in`` reads.

Nothing of a person, no draft, no answer, no link to a meeting. Prompts and the programmes of cohorts are written
whether public or not, since the next import needs them.
"""

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy.orm import Session

from peernet.db import Database
from peernet.materials.exchange.bringing import KINDS
from peernet.materials.exchange.kinds import Kind
from peernet.materials.exchange.moved import files
from peernet.materials.models import ContentFile
from peernet.media import store
from peernet.media.models import MediaFile
from peernet.text import front_matter


def send_out(database: Database, folder: Path) -> int:
    """Write everything below ``folder``, which is made if need be; give the number of files.

    A file that says so already is not written again; files of an earlier export whose thing is gone stay, since the
    folder may hold what is not ours.
    """
    paths: set[str] = set()
    root = folder.resolve()
    with database.reading() as db:
        for kind in KINDS:
            for path, data in _files(db, kind):
                paths.add(path)
                _put(root, path, data)
    return len(paths)


def _files(db: Session, kind: Kind) -> Iterator[tuple[str, bytes | MediaFile]]:
    rows = files(db, kind.name)
    taken: set[str] = set()
    for slug, meaning in kind.leaving(db).items():
        row = rows.get(slug)
        if row is not None and row.anchored_on is not None:
            meaning = kind.relative(meaning, row.anchored_on)
        path = _path(kind, slug, meaning, row, taken)
        taken.add(path)
        yield path, front_matter.write(kind.document(slug, meaning | {"path": path}))
        yield from kind.files(db, slug, path).items()


def _path(kind: Kind, slug: str, meaning: Mapping[str, object], row: ContentFile | None, taken: set[str]) -> str:
    """Where the file came from, unless it is another's place as well."""
    came_from = row.path if row is not None and kind.name == "material" else ""
    path = came_from if came_from and came_from not in taken else kind.path(slug, dict(meaning))
    return path if path not in taken else f"{kind.folder}/{slug}.md"


def _put(root: Path, path: str, data: bytes | MediaFile) -> None:
    """Write a file whole or not at all. Raises ValueError for a path that leads out of the folder."""
    target = Path(os.path.normpath(root / path))
    if not target.is_relative_to(root):
        raise ValueError(f"{path} leads out of the folder")
    if target.is_file() and _is_same(target, data):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    if isinstance(data, bytes):
        temporary.write_bytes(data)
    else:
        with store.opened(data) as given, temporary.open("xb") as taken:
            shutil.copyfileobj(given, taken)
    temporary.replace(target)


def _is_same(target: Path, data: bytes | MediaFile) -> bool:
    if isinstance(data, bytes):
        return target.read_bytes() == data
    if target.stat().st_size != data.bytes:
        return False
    with target.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == data.sha256
