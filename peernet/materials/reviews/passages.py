"""The passages of a rendered text: its paragraphs, headings and other blocks, and how a comment finds its own again
after the text has changed. Pure."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from peernet.materials.quotations import marks
from peernet.text import plain

# What the sanitiser leaves: quotation marks around every value, and no bare "<".
_TAG = re.compile(r"""<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)(?:[^>"]|"[^"]*")*>""")
_EMPTY = frozenset({"br", "hr", "img", "input"})
_BEGINNING = 160


@dataclass(frozen=True)
class Passage:
    """A block of a text: HTML, or the place of a quotation. ``digest`` is the SHA-256 of its words, empty where it has
    none; ``excerpt`` is how it begins, empty for a quotation."""

    place: int
    html: str
    ref: str
    digest: str
    excerpt: str


def of_html(html: str) -> list[Passage]:
    """The passages of a rendered text, in order. Joined, their HTML is the text's."""
    return [_passage(place, part) for place, part in enumerate(_parts(html))]


def find(passages: Sequence[Passage], digest: str, place: int) -> Passage | None:
    """The passage with these words; of several the one nearest to where it was. None once the words have changed."""
    alike = [each for each in passages if digest and each.digest == digest]
    return min(alike, key=lambda each: abs(each.place - place), default=None)


def _parts(html: str) -> Iterator[marks.Part]:
    for part in marks.parts(html):
        if part.ref:
            yield part
        else:
            yield from (marks.Part(html=block) for block in _blocks(part.html) if block.strip())


def _blocks(html: str) -> Iterator[str]:
    """The outermost elements, each with what stands between it and the next."""
    depth = start = 0
    for tag in _TAG.finditer(html):
        if tag["name"] not in _EMPTY:
            depth += -1 if tag["end"] else 1
        if depth == 0:
            yield html[start : tag.end()]
            start = tag.end()
    yield html[start:]


def _passage(place: int, part: marks.Part) -> Passage:
    if part.ref:
        return Passage(place, "", part.ref, _digest(f"[quotation:{part.ref}]"), "")
    words = plain.words_of_html(part.html)
    return Passage(place, part.html, "", _digest(words) if words else "", plain.excerpt(words, _BEGINNING))


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
