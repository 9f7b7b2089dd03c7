"""Markdown written for other systems: Jekyll, Hugo, MkDocs, Jupyter Book. What they call otherwise gets our names.

File names: https://jekyllrb.com/docs/posts/ (date and slug), https://gohugo.io/content-management/page-bundles/.
"""

import re
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

# Their names for what we keep; the first that is there counts.
_CALLED = {
    "summary": ("description", "excerpt", "subtitle"),
    "published_on": ("date",),
    "language": ("lang",),
    "licence": ("license",),
    "authors": ("author",),
    "topics": ("tags", "categories"),
}
_DATED = re.compile(r"(\d{4}-\d\d-\d\d)-(.+)")
_INDEX = ("index", "_index", "readme")
_HEADING = re.compile(r"#\s+(.+?)\s*#*\s*$")
_FENCE = re.compile(r"\s*(```|~~~)")
_UNDERLINE = re.compile(r"=+\s*$")


def name_of(path: str, folder: str) -> str:
    """What a file is called: its own name without a date, or its folder's for an index."""
    place = PurePosixPath(path)
    stem = place.stem
    if stem.lower() in _INDEX:
        return place.parent.name or folder
    match = _DATED.fullmatch(stem)
    return match[2] if match else stem


def title_of(path: str, folder: str) -> str:
    """What a file without a title and without a heading is called."""
    words = re.sub(r"[-_\s]+", " ", name_of(path, folder)).strip()
    return words[:1].upper() + words[1:]


def adapt(path: str, meta: dict[str, Any], body: str, first: int, *, is_foreign: bool) -> tuple[int, str]:
    """Rename in ``meta`` what is called otherwise and take the title from the first heading where there is none; gives
    the body without that heading, and the line at which it now begins."""
    if is_foreign:
        _rename(meta)
        match = _DATED.fullmatch(PurePosixPath(path).stem)
        if match and "published_on" not in meta:
            meta["published_on"] = match[1]
    if meta.get("title"):
        return first, body
    return _take_heading(meta, body, first)


def _rename(meta: dict[str, Any]) -> None:
    for ours, theirs in _CALLED.items():
        name = next((name for name in theirs if name in meta), None)
        if ours not in meta and name is not None:
            meta[ours] = meta.pop(name)
    for name in ("title", "summary", "language", "licence"):
        if isinstance(meta.get(name), int | float | date):
            meta[name] = str(meta[name])
    if isinstance(meta.get("published_on"), datetime):
        meta["published_on"] = meta["published_on"].date()
    elif isinstance(meta.get("published_on"), str):
        meta["published_on"] = meta["published_on"][:10]
    if "authors" in meta:
        meta["authors"] = [{"name": name} for name in _names(meta["authors"])]
    if "topics" in meta:
        meta["topics"] = _words(meta["topics"])


def _words(value: Any) -> list[str]:
    """Tags in a string are parted by commas or, as Jekyll has it, by spaces."""
    if isinstance(value, str):
        return [word.strip() for word in value.split("," if "," in value else None) if word.strip()]
    return _names(value)


def _names(value: Any) -> list[str]:
    """People and words are written as a string, a list of strings, a list of tables with a name, or a table."""
    if isinstance(value, str):
        return [value.strip()] if value.strip() else []
    if isinstance(value, dict):
        return _names(value["name"]) if "name" in value else list(map(str, value))
    if isinstance(value, list):
        return [name for one in value for name in _names(one)]
    return [] if value is None else [str(value)]


def _take_heading(meta: dict[str, Any], body: str, first: int) -> tuple[int, str]:
    lines = body.split("\n")
    fenced = False
    for number, line in enumerate(lines):
        fenced ^= bool(_FENCE.match(line))
        match = None if fenced else _HEADING.match(line)
        below = lines[number + 1] if number + 1 < len(lines) else ""
        underlined = not fenced and bool(line.strip()) and bool(_UNDERLINE.match(below))
        if match or underlined:
            meta["title"] = re.sub(r"\s*\{[^{}]*\}\s*$", "", match[1] if match else line.strip())
            rest = lines[:number] + lines[number + (1 if match else 2) :]
            return _without_blank(rest, first + (0 if number else 1 if match else 2))
    return first, body


def _without_blank(lines: list[str], first: int) -> tuple[int, str]:
    """Leave out blank lines at both ends."""
    body = "\n".join(lines)
    gone = len(body) - len(body.lstrip("\n"))
    return first + gone, body.strip("\n")
