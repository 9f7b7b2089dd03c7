"""The images that a material shows, in a folder of content: found, compared, and kept."""

import posixpath
import re
from collections.abc import Collection, Iterable
from pathlib import Path

from sqlalchemy.orm import Session

from peernet.db import Refused
from peernet.materials import access
from peernet.materials.exchange.finding import Faulty, Found
from peernet.materials.exchange.kinds import Work
from peernet.materials.models import Material, MaterialFile
from peernet.materials.rendering import joined
from peernet.media import images, store
from peernet.media.images import Prepared
from peernet.media.models import MediaFile
from peernet.text.targets import path_of, relative_targets

_IMAGES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif")
_ALT = r"!\[([^\]]*)\]\(\s*<?{}"


def rows_of(db: Session, ids: Collection[int]) -> dict[int, list[MaterialFile]]:
    """The images and files of materials, by the id of these, in the order of their paths."""
    found: dict[int, list[MaterialFile]] = {}
    for row in db.scalars(access.files_of(*ids).order_by(None).order_by(MaterialFile.path)):
        found.setdefault(row.material_id, []).append(row)
    return found


def of_rows(rows: Iterable[MaterialFile]) -> dict[str, str]:
    """The hash of each image among ``rows``, by its path."""
    return {row.path: row.media.sha256 for row in rows if row.media.is_image}


def named_in(found: Found) -> dict[str, str]:
    """The hash of each image of the folder that the text names, by the path as the text writes it."""
    hashes: dict[str, str] = {}
    for target in relative_targets(found.body):
        path = path_of(target)
        file = _image_file(found, path)
        if file is not None:
            hashes[path] = images.digest(file.read_bytes())
    return hashes


def _image_file(found: Found, path: str) -> Path | None:
    return located(found, path) if path.lower().endswith(_IMAGES) else None


def located(found: Found, path: str) -> Path | None:
    """Where a file of the text lies: beside it; with an absolute path in ``static``, as Hugo has it, or at the top."""
    if path.startswith("/"):
        return found.file(f"static{path}") or found.file(path[1:])
    return found.file(joined(found.path, path))


def lies_at(home: str, path: str) -> str:
    """Where an image lies that the file at ``home`` names by ``path``."""
    return f"static{path}" if path.startswith("/") else joined(home, path)


def prepared(found: Found, path: str) -> Prepared:
    """An image of a folder, decoded. Raises Faulty."""
    file = _image_file(found, path)
    try:
        return images.prepare(file.read_bytes() if file else b"")
    except Refused as error:
        raise Faulty(f"{path}: {error.message}", line_of(found, path)) from None


def line_of(found: Found, path: str) -> int:
    """The line at which a text names a path."""
    for number, line in enumerate(found.body.split("\n"), found.first):
        if path in line:
            return number
    return found.first


def is_same(media: MediaFile | None, hash_: str) -> bool:
    """Whether a hash is that of an image as it was brought, or of what was made of it and is exported."""
    if media is None or media.sha256 == hash_:
        return media is not None
    return store.is_there(media) and images.digest(store.read(media)) == hash_


def keep(db: Session, row: Material, work: Work) -> str:
    """Keep the new images; give the rendered text with their addresses in place of the hashes."""
    if not work.pictures:
        return work.rendered.html
    html, kept = work.rendered.html, dict[str, MediaFile]()
    files = {file.path: file for file in db.scalars(access.files_of(row.id))}
    for path, image in work.pictures.items():
        media = kept.get(image.digest) or store.keep(
            db,
            data=image,
            filename=posixpath.basename(path),
            audience="public",
            uploaded_by=work.actor.person_id,
            alt=_alt(work.found, path),
        )
        kept[image.digest] = media
        if path in files:
            files[path].media_id = media.id
        else:
            db.add(MaterialFile(material_id=row.id, media_id=media.id, path=path))
        html = html.replace(image.digest, media.name)
    db.flush()
    return html


def placeholder(image: Prepared) -> MediaFile:
    """Stands for an image that is not kept yet; its hash stands for its name."""
    return MediaFile(name=image.digest, width=image.width, height=image.height)


def _alt(found: Found, path: str) -> str:
    match = re.search(_ALT.format(re.escape(path)), found.body)
    return match[1] if match else ""
