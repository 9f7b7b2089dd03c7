"""A book: what an EPUB and a single HTML page are written from."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from peernet.i18n import direction
from peernet.materials.taking.pictures import Picture
from peernet.text.xml import escaped

# Well-formed as RFC 5646 has it (section 2.1), as far as materials need it.
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True)
class Chapter:
    """A part of a book, with a file of its own in an EPUB: ``name`` is that of the file, ``html`` XHTML whose ids begin
    with it, ``headings`` its table of contents (level, id, text)."""

    name: str
    title: str
    html: str
    language: str
    headings: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Book:
    """``url`` says where it was taken from and which it is, whatever its version; ``at`` when that was made."""

    url: str
    title: str
    language: str
    creators: Sequence[str]
    contributors: Sequence[str]
    publisher: str
    rights: str
    description: str
    at: datetime
    chapters: Sequence[Chapter]
    pictures: Mapping[str, Picture] = field(default_factory=dict)


def language_of(code: str) -> str:
    """The language as attributes have it; undetermined where the code is none."""
    return code if _LANGUAGE.fullmatch(code) else "und"


def in_language(code: str) -> str:
    """Attributes that say the language of an element, and its direction where that is from the right."""
    turned = ' dir="rtl"' if direction(code) == "rtl" else ""
    return f'lang="{language_of(code)}"{turned}'


def contents(headings: Sequence[Mapping[str, Any]], file: str = "") -> str:
    """The first two levels of a table of contents as a list in XHTML; nothing where there are no headings."""
    if not headings:
        return ""
    top = min(heading["level"] for heading in headings)
    groups: list[list[str]] = []
    for heading in headings:
        item = f'<a href="{file}#{escaped(heading["id"])}">{escaped(heading["text"])}</a>'
        if heading["level"] == top or not groups:
            groups.append([item])
        elif heading["level"] == top + 1:
            groups[-1].append(item)
    return f"<ol>{''.join(map(_group, groups))}</ol>"


def _group(items: Sequence[str]) -> str:
    first, *others = items
    deeper = f"<ol>{''.join(f'<li>{item}</li>' for item in others)}</ol>" if others else ""
    return f"<li>{first}{deeper}</li>"
