"""Find the files of a folder and take them apart. Nothing outside the folder is read, whatever links say."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from peernet.i18n import gettext as _
from peernet.materials.checks import said
from peernet.materials.exchange import foreign
from peernet.materials.exchange.report import Entry, Result
from peernet.text import front_matter
from peernet.text.slugs import slugify

# Folders of the layout of content/, in the order in which one may name the other.
FOLDERS = {
    "topics": "topic",
    "organisations": "organisation",
    "prompts": "prompt",
    "methods": "method",
    "cohorts": "cohort",
    "materials": "material",
}
_SUFFIXES = (".md", ".markdown")
# What other systems keep beside their texts.
_SKIPPED = ("_site", "_build", "_includes", "_layouts", "node_modules")
_KEY = re.compile(r"""(?:["']?([\w.-]+)["']?\s*[:=]|\[([\w-]+)[\].])""")


class Faulty(Exception):
    """A file that is not taken: why, and at which of its lines."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.line = reason, line


@dataclass(frozen=True)
class Found:
    """A file taken apart. ``first`` is the line at which the body begins, ``lines`` those of the front matter's keys.

    ``is_foreign`` says that it was not written for this layout, ``is_titled_by_name`` that it has no other title.
    """

    root: Path
    path: str
    kind: str
    slug: str
    meta: dict[str, Any]
    body: str
    first: int
    lines: dict[str, int]
    is_foreign: bool = False
    is_titled_by_name: bool = False

    def line_of(self, key: str) -> int:
        """The line of a key of the front matter; 1 where it is not there."""
        return self.lines.get(key, 1)

    def file(self, path: str) -> Path | None:
        """A file of the folder, by its path from the top; None for one that is absent or lies outside."""
        return _inside(self.root, self.root / path)


@dataclass
class Survey:
    """What a folder holds: files that could be read, and entries for those that could not."""

    found: list[Found] = field(default_factory=list)
    refused: list[Entry] = field(default_factory=list)


def survey(folder: Path) -> Survey:
    """Read every file of content below ``folder``. Raises NotADirectoryError."""
    root = folder.resolve()
    if not root.is_dir():
        raise NotADirectoryError(folder)
    layout = _has_layout(root)
    made = Survey()
    taken: dict[tuple[str, str], str] = {}
    for path in _paths(root, layout):
        kind = FOLDERS[path.split("/")[0]] if layout else "material"
        try:
            found = _read(root, path, kind, is_foreign=not layout)
            _claim(taken, found)
            made.found.append(found)
        except Faulty as fault:
            slug = slugify(PurePosixPath(path).stem)
            made.refused.append(Entry(path, kind, slug, Result.REFUSED, fault.line, fault.reason))
    return made


def _has_layout(root: Path) -> bool:
    there = [name for name in FOLDERS if (root / name).is_dir()]
    return "materials" in there or len(there) > 1


def _paths(root: Path, layout: bool) -> Iterator[str]:
    tops = [root / name for name in FOLDERS if (root / name).is_dir()] if layout else [root]
    for top in tops:
        for place, folders, files in os.walk(top):
            folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
            linked = [name for name in folders if (Path(place) / name).is_symlink()]
            for name in sorted([*files, *linked]):
                if name.endswith(_SUFFIXES) or name in linked:
                    yield (Path(place) / name).relative_to(root).as_posix()


def _inside(root: Path, file: Path) -> Path | None:
    try:
        real = file.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        return None
    return real if real.is_file() and real.is_relative_to(root) else None


def _read(root: Path, path: str, kind: str, *, is_foreign: bool) -> Found:
    data = _bytes(root, path)
    try:
        document = front_matter.read(data)
    except front_matter.Unreadable as error:
        raise Faulty(said(error.message), error.line) from None
    text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    first = text.count("\n", 0, text.rfind(document.body)) + 1 if document.body else text.count("\n") + 1
    keys = enumerate(text.split("\n")[: first - 1], 1)
    lines = {match[1] or match[2]: number for number, line in reversed(list(keys)) if (match := _KEY.match(line))}
    meta, body = dict(document.meta), document.body
    if kind == "material":
        first, body = foreign.adapt(path, meta, body, first, is_foreign=is_foreign)
    is_untitled = is_foreign and not meta.get("title")
    if is_untitled:
        meta["title"] = foreign.title_of(path, root.name)
    slug = _slug(root, path, meta, lines)
    return Found(root, path, kind, slug, meta, body, first, lines, is_foreign, is_untitled)


def _bytes(root: Path, path: str) -> bytes:
    file = root / path
    if file.is_symlink() and not (file.resolve().is_file() and file.resolve().is_relative_to(root)):
        raise Faulty(_("This is a link to something outside the folder, or to another folder."))
    try:
        if file.stat().st_size > front_matter.MAX_BYTES:
            raise Faulty(_("The file is larger than %(most)s kB.", most=front_matter.MAX_BYTES // 1000), 1)
        return file.read_bytes()
    except OSError as error:
        raise Faulty(_("The file cannot be read: %(reason)s.", reason=error.strerror or "?")) from None


def _slug(root: Path, path: str, meta: dict[str, Any], lines: dict[str, int]) -> str:
    given = meta.pop("slug", None)
    wanted = foreign.name_of(path, root.name) if given is None else str(given)
    slug = slugify(wanted, length=120)
    if not slug or (given is not None and slug != given):
        raise Faulty(
            _("“%(slug)s” is not a slug: small letters, digits and hyphens.", slug=wanted), lines.get("slug", 0)
        )
    return slug


def _claim(taken: dict[tuple[str, str], str], found: Found) -> None:
    other = taken.setdefault((found.kind, found.slug), found.path)
    if other != found.path:
        reason = _("The slug “%(slug)s” belongs to %(path)s already.", slug=found.slug, path=other)
        raise Faulty(reason, found.lines.get("slug", 0))
