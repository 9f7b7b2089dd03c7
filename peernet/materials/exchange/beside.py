"""What a material has because of its kind, in files: front matter, and captions and data as files beside the text."""

from collections.abc import Callable, Collection, Mapping
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.materials.exchange.finding import Faulty, Found
from peernet.materials.kinds import datasets
from peernet.materials.kinds.needs import in_words
from peernet.materials.kinds.particulars import Chapter, Particulars, of_json
from peernet.materials.models import Material, MaterialKind, MaterialState, MaterialVersion
from peernet.materials.rendering import joined
from peernet.text import captions

# The keys of front matter that say it. In a file of another system they mean something else.
KEYS = (
    "graphic",
    "abstract",
    "chapters",
    "assets",
    "corrections",
    "translation_of",
    "made_from",
    "made_from_text",
    "files",
)
_MOST = 400_000


def said_in(found: Found, said: dict[str, Any]) -> dict[str, Any]:
    """What a file says of it, taken out of ``said``, with the texts of the files that it names. Raises Faulty."""
    graphic = said.pop("graphic") or {"description": "", "data": None}
    video = said["video"] or {}
    path, film = video.pop("captions", None), video.pop("film", None) or ""
    if video:
        video["url"] = video["url"] or ""
    return {
        "film": film,
        "captions": _text(found, "video", path, _captions) if path else "",
        "description": graphic["description"].strip(),
        "dataset": _text(found, "graphic", graphic["data"], _dataset) if graphic["data"] else "",
        "abstract": said.pop("abstract"),
        "chapters": said.pop("chapters"),
    }


def of_version(version: MaterialVersion, slugs: Mapping[int, str], files: Collection[str] = ()) -> dict[str, Any]:
    """What the public has of it; ``slugs`` are those of published materials, so that no file names what was
    withdrawn; ``files`` are the paths of the films that go with it."""
    beside = of_json(version.particulars)
    return {
        "film": beside.film if beside.film in files else "",
        "captions": beside.captions,
        "description": beside.description,
        "dataset": beside.dataset,
        "abstract": beside.abstract,
        "chapters": [slugs[each.material_id] for each in beside.chapters if each.material_id in slugs],
    }


def published(db: Session) -> dict[int, str]:
    """The slugs of all that is published, by id."""
    return dict(db.execute(select(Material.id, Material.slug).where(Material.state == MaterialState.PUBLISHED)).all())


def particulars(db: Session, said: Mapping[str, Any]) -> Particulars:
    """The value to be published, its chapters in their present versions. Raises Refused for one that is not public."""
    found = select(Material.slug, Material.id, Material.number).where(
        Material.slug.in_(said["chapters"]), Material.state == MaterialState.PUBLISHED,
        Material.kind != MaterialKind.PLAYBOOK,
    )  # fmt: skip
    known = {slug: Chapter(number, version) for slug, number, version in db.execute(found)} if said["chapters"] else {}
    for slug in said["chapters"]:
        if slug not in known:
            raise Refused(_("chapters: “%(slug)s” is not published here, or is a playbook itself.", slug=slug))
    texts = {name: said[name] for name in ("captions", "film", "description", "dataset", "abstract")}
    return Particulars(**texts, chapters=tuple(known[slug] for slug in said["chapters"]))


def video_of(version: MaterialVersion, page: str, film: str = "") -> dict[str, Any] | None:
    """Where a video is watched: at its host, or on the material's own ``page`` where it lies here as a file and no
    ``film`` goes along."""
    url = version.video_url or (page if of_json(version.particulars).film and not film else "")
    return {"url": url, "minutes": version.video_minutes} if url or film else None


def front_matter(said: Mapping[str, Any], path: str, video: Mapping[str, Any] | None) -> dict[str, Any]:
    """The keys that say it, in a file at ``path``."""
    stem = PurePosixPath(path).stem
    graphic = {"description": said["description"], "data": f"{stem}.csv" if said["dataset"] else ""}
    found: dict[str, Any] = {"graphic": {key: value for key, value in graphic.items() if value}}
    if video is not None and (said["captions"] or said["film"]):
        more = {"film": said["film"], "captions": f"{stem}.vtt" if said["captions"] else ""}
        found["video"] = {**video} | {key: value for key, value in more.items() if value}
    found |= {"abstract": said["abstract"], "chapters": said["chapters"]}
    return {key: value for key, value in found.items() if value}


def files(said: Mapping[str, Any], path: str) -> dict[str, bytes]:
    """The files beside a file at ``path``."""
    stem = str(PurePosixPath(path).with_suffix(""))
    texts = {f"{stem}.vtt": said["captions"], f"{stem}.csv": said["dataset"]}
    return {name: f"{text}\n".encode() for name, text in texts.items() if text}


def _text(found: Found, key: str, path: str, check: Callable[[str], str]) -> str:
    file = found.file(joined(found.path, path))
    if file is None or not file.is_file():
        raise Faulty(_("There is no file %(path)s.", path=path), found.line_of(key))
    if file.stat().st_size > _MOST:
        raise Faulty(f"{path}: {_('The file is larger than %(most)s kB.', most=_MOST // 1_000)}", found.line_of(key))
    try:
        text = file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").strip("\n")
        return check(text)
    except UnicodeDecodeError:
        reason = _("The file is not UTF-8. Save it as UTF-8.")
    except (captions.Wrong, datasets.Wrong) as wrong:
        reason = in_words(wrong.sentence)
    raise Faulty(f"{path}: {reason}", found.line_of(key))


def _captions(text: str) -> str:
    captions.parse(text)
    return text


def _dataset(text: str) -> str:
    return datasets.as_csv(datasets.parse(text))
