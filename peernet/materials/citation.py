"""How to cite a material: a line in the manner of APA, and BibTeX.

Sources: Publication Manual of the APA, 7th edition, chapters 9 and 10; BibTeX entries as in the package's manual.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SPECIAL = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_SPECIAL |= {letter: f"\\{letter}" for letter in "&%$#_"}


@dataclass(frozen=True)
class Cited:
    """What a citation says. ``kind`` is the word for it ("Case study"), ``url`` a whole address."""

    slug: str
    title: str
    authors: Sequence[str]
    day: date
    kind: str
    publisher: str
    url: str
    licence: str
    number: int = 1
    language: str = ""
    summary: str = ""
    topics: Sequence[str] = ()


def plain(cited: Cited) -> str:
    """One line: authors, date, title, version, publisher, address, licence."""
    names = _joined(cited.authors) or cited.publisher
    when = f"{cited.day.year}, {_MONTHS[cited.day.month - 1]} {cited.day.day}"
    version = f" (Version {cited.number})" if cited.number > 1 else ""
    publisher = f" {cited.publisher}." if names != cited.publisher else ""
    return (
        f"{names.rstrip('.')}. ({when}). {cited.title.rstrip('.')}{version} [{cited.kind}].{publisher} {cited.url} "
        f"({cited.licence})"
    )


def bibtex(cited: Cited) -> str:
    """A ``@misc`` entry; whole names stand in braces, so that BibTeX does not take them apart."""
    fields = {
        "author": " and ".join(f"{{{_escaped(name)}}}" for name in cited.authors or [cited.publisher]),
        "title": f"{{{_escaped(cited.title)}}}",
        "year": str(cited.day.year),
        "month": str(cited.day.month),
        "publisher": _escaped(cited.publisher),
        "howpublished": _escaped(cited.kind),
        "version": str(cited.number),
        "note": _escaped(cited.licence),
        "url": cited.url,
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{{_key(cited)},\n{lines}\n}}\n"


def _joined(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])}, & {names[-1]}"


def _key(cited: Cited) -> str:
    words = re.sub(r"[^a-z0-9-]", "", cited.slug) or "material"
    return f"{words}-{cited.day.year}"


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(letter, letter) for letter in text)
