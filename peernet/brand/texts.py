"""Pages of a network's own (an imprint, a policy): Markdown files in a folder, ``imprint.md`` and ``imprint.fr.md``.

They are read when a page is made, and again when a file or the folder has changed. Public pages name them at their feet
and so depend on ``KEY``; who sees to it that time passes touches that once something is newer.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from peernet import pages
from peernet.db import Refused
from peernet.i18n import language
from peernet.settings import Settings, current
from peernet.text import front_matter
from peernet.text.markdown import render

KEY = "own-pages"
# Whose text stands on the page that tells of the network, rather than on one of its own.
ABOUT = "about"
PLACES = ("menu", "footer", "none")
_NAME = re.compile(r"([a-z0-9](?:-?[a-z0-9]){0,59})(?:\.([a-z]{2,3}(?:-[A-Za-z]{2,8})?))?\.md")
_MOST = 100
# By path, moment of the last change and size.
_Signature = tuple[tuple[str, int, int], ...]


class _Head(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=120)
    summary: str = Field("", max_length=300)
    place: str = Field("footer", pattern="menu|footer|none")
    order: int = 0


@dataclass(frozen=True)
class Text:
    """One page in one language."""

    slug: str
    language: str
    title: str
    summary: str
    place: str
    order: int
    changed: datetime
    html: str = field(repr=False)


@dataclass(frozen=True)
class Shelf:
    """All of them, by slug and language, and what is wrong with files, a sentence each."""

    texts: Mapping[str, Mapping[str, Text]]
    problems: tuple[str, ...] = ()


def find(slug: str) -> Text | None:
    """The page in the language of the reader, else in the network's, else in any."""
    pages.depend(KEY)
    return _spoken(_read(current()).texts.get(slug, {}))


def about() -> Text | None:
    """The text on the network itself."""
    return find(ABOUT)


def placed(place: str) -> list[Text]:
    """Pages that the menu or the foot of each page names, in their order."""
    pages.depend(KEY)
    found = [_spoken(kin) for slug, kin in _read(current()).texts.items() if slug != ABOUT]
    return sorted((one for one in found if one and one.place == place), key=lambda one: (one.order, one.title))


def addresses() -> Iterator[Text]:
    """One text of each page."""
    pages.depend(KEY)
    found = (_spoken(kin) for slug, kin in sorted(_read(current()).texts.items()) if slug != ABOUT)
    yield from (one for one in found if one)


def written() -> list[Text]:
    """Every text of every page, in whichever language, the one on the network itself among them."""
    return [text for _slug, kin in sorted(_read(current()).texts.items()) for _code, text in sorted(kin.items())]


def problems(settings: Settings) -> tuple[str, ...]:
    """What is wrong with the files, in words."""
    return _read(settings).problems


def folder(settings: Settings) -> Path:
    """Where they lie."""
    return Path(settings.network.pages) if settings.network.pages else settings.data / "own-pages"


def sources(settings: Settings) -> list[Path]:
    """The folder and its files."""
    where = folder(settings)
    return [where, *_files(where)] if where.is_dir() else []


def changed_at(settings: Settings) -> datetime | None:
    """When something was changed, brought or taken away for the last time; None without a folder."""
    moments = [path.stat().st_mtime for path in sources(settings)]
    return datetime.fromtimestamp(max(moments), UTC) if moments else None


def _files(where: Path) -> list[Path]:
    return sorted(path for path in where.glob("*.md") if path.is_file())[:_MOST]


def _spoken(kin: Mapping[str, Text]) -> Text | None:
    return kin.get(language()) or kin.get(current().network.language) or next(iter(kin.values()), None)


def _read(settings: Settings) -> Shelf:
    where = folder(settings)
    try:
        seen = [(path, path.stat()) for path in _files(where)] if where.is_dir() else []
    except OSError:
        seen = []
    signature = tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in seen)
    return _shelf(signature, settings.network.language)


@lru_cache(maxsize=8)
def _shelf(signature: _Signature, spoken: str) -> Shelf:
    texts: dict[str, dict[str, Text]] = {}
    wrong: list[str] = []
    slugs = {match[1] for path, *_rest in signature if (match := _NAME.fullmatch(Path(path).name))}
    links = {f"{slug}.md": "/about" if slug == ABOUT else f"/pages/{slug}" for slug in slugs}
    for path, changed, _size in signature:
        try:
            one = _text(Path(path), changed, spoken, links)
        except _Faulty as fault:
            wrong.append(f"{Path(path).name}: {fault}")
            continue
        texts.setdefault(one.slug, {})[one.language] = one
    return Shelf(texts, tuple(wrong))


class _Faulty(Exception):
    """Why a file is no page."""


def _text(path: Path, changed: int, spoken: str, links: Mapping[str, str]) -> Text:
    name = _NAME.fullmatch(path.name)
    if name is None:
        raise _Faulty("Its name must be like imprint.md or imprint.fr.md.")
    try:
        document = front_matter.read(path.read_bytes())
        head = _Head.model_validate(document.meta)
        html = render(document.body, trusted=True, links=links).html
    except OSError as error:
        raise _Faulty(f"{error.strerror}.") from None
    except Refused as refused:
        raise _Faulty(str(refused)) from None
    except ValidationError as error:
        said = (f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors(include_url=False))
        raise _Faulty("; ".join(said)) from None
    moment = datetime.fromtimestamp(changed / 1e9, UTC)
    return Text(name[1], name[2] or spoken, head.title, head.summary, head.place, head.order, moment, html)
