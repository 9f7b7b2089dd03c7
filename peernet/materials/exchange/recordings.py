"""The films, recordings and papers of a material, in a folder of content: found, compared, brought, and kept.

Such a file lies beside the text like an image; the front matter names the film that a video is, and says of each file
what it is called. Its bytes go in and out as they are, a piece at a time.
"""

import hashlib
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.materials import access
from peernet.materials.exchange.finding import Faulty, Found
from peernet.materials.exchange.kinds import Meaning, Work, without_empty
from peernet.materials.exchange.pictures import line_of, located
from peernet.materials.models import Material, MaterialFile
from peernet.media import incoming, names, store
from peernet.media.incoming import Brought
from peernet.media.models import MediaFile
from peernet.text.targets import path_of, relative_targets

_ENDINGS = tuple(f".{ending}" for ending in names.ENDINGS_OF_FILES)

# What is known of a file: its SHA-256, its title, and the name under which it came where its path ends otherwise.
Told = dict[str, str]


def said_in(found: Found, entries: Iterable[dict[str, Any]], film: str) -> dict[str, Told]:
    """What a folder says of each such file that the text names and the folder has, and of the ``film``, which must be
    there; by path. Raises Faulty."""
    places = {path: file for path in named(found.body, film) if (file := _place(found, path)) is not None}
    if film and film not in places:
        raise Faulty(_("There is no file %(path)s.", path=film), found.line_of("video"))
    told = {path: {"sha256": _digest(file), "title": "", "name": ""} for path, file in places.items()}
    for entry in entries:
        path = entry["file"]
        if path not in told:
            raise Faulty(_("files: the text names no %(path)s, or it is not there.", path=path), found.line_of("files"))
        told[path] |= {"title": entry["title"], "name": _other_name(path, entry["name"])}
    return told


def of_rows(rows: Iterable[MaterialFile]) -> dict[str, Told]:
    """What is known here of the files among ``rows``."""
    return {
        row.path: {
            "sha256": row.media.sha256,
            "title": row.media.alt,
            "name": _other_name(row.path, row.media.filename),
        }
        for row in rows
        if not row.media.is_image
    }


def shown(rows: Iterable[MaterialFile], source: str, film: str) -> list[MaterialFile]:
    """Those of a material's images and files that the public has with a text: what only a draft has stays at home."""
    paths = named(source, film)
    return [row for row in rows if row.path in paths and row.media.audience == "public"]


def named(source: str, film: str) -> dict[str, None]:
    """The path of the film, and those that a text names, in order."""
    return dict.fromkeys([*([film] if film else []), *map(path_of, relative_targets(source))])


def aligned(meaning: Meaning, before: Meaning, own_pages: str) -> Meaning:
    """The meaning, with the files that its text names, the folder lacks and are here already; and with the film, where
    an export without films led to the page it plays on, below ``own_pages``."""
    video, beside = meaning["video"], meaning["beside"]
    if before["beside"]["film"] and not beside["film"] and video and video["url"].startswith(own_pages):
        video, beside = before["video"], beside | {"film": before["beside"]["film"]}
    paths = named(meaning["body"], beside["film"])
    lacking = {path for path in before["files"] if path in paths and path not in meaning["files"]}
    files = {path: told for path, told in before["files"].items() if path in lacking} | meaning["files"]
    assets = [*meaning["assets"], *(one for one in before["assets"] if one["file"] in lacking)]
    assets.sort(key=lambda one: str(one["file"]))
    return meaning | {"video": video, "beside": beside, "files": files, "assets": assets}


@contextmanager
def taken(found: Found, path: str) -> Iterator[Brought]:
    """A file of the folder, copied to where files lie and known by what is in it; dropped at the end of the block
    unless it was kept. Raises Faulty."""
    place = _place(found, path)
    assert place is not None, "said_in found it"
    with ExitStack() as held:
        try:
            stream = held.enter_context(place.open("rb"))
            brought = held.enter_context(incoming.taken(stream, filename=place.name))
        except Refused as refusal:
            raise Faulty(f"{path}: {refusal.message}", line_of(found, path)) from None
        yield brought


def wanted(meaning: Meaning, before: Meaning | None) -> list[str]:
    """The files that are new or are others than before."""
    kept = before["files"] if before else {}
    return [path for path, told in meaning["files"].items() if kept.get(path, {}).get("sha256") != told["sha256"]]


def addresses(source: str, kept: Mapping[str, MediaFile], new: Mapping[str, Brought]) -> dict[str, str]:
    """Where the links of a text to such files lead."""
    urls = {path: media.url for path, media in kept.items() if not media.is_image}
    urls |= {path: f"/media/{brought.name}" for path, brought in new.items()}
    return {target: urls[path_of(target)] for target in relative_targets(source) if path_of(target) in urls}


def keep(db: Session, row: Material, work: Work) -> None:
    """Keep the new files, and what the folder calls them and those that are here. Raises Refused for a quota."""
    told = work.meaning["files"]
    rows = {file.path: file for file in db.scalars(access.files_of(row.id))} if told else {}
    for path, said in told.items():
        name = said["name"] or posixpath.basename(path)
        if path in work.brought:
            media = store.keep_brought(
                db, file=work.brought[path], filename=name, audience="public", uploaded_by=work.actor.person_id,
                alt=said["title"],
            )  # fmt: skip
            if path in rows:
                rows[path].media = media
            else:
                db.add(MaterialFile(material_id=row.id, media=media, path=path))
        elif path in rows:
            rows[path].media.alt, rows[path].media.filename = said["title"], name
    db.flush()


def front_matter(told: Mapping[str, Told]) -> dict[str, Any]:
    """The key that says it: an entry for each file that is called something."""
    entries = [{"file": path} | without_empty({key: said[key] for key in ("title", "name")}) for path, said in
               sorted(told.items()) if said["title"] or said["name"]]  # fmt: skip
    return {"files": entries} if entries else {}


def _place(found: Found, path: str) -> Path | None:
    return located(found, path) if path.lower().endswith(_ENDINGS) else None


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _other_name(path: str, name: str) -> str:
    return "" if name == posixpath.basename(path) else name
