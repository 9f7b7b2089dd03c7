"""Words in a row that two texts have in common. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

# So many words in a row are somebody's wording; fewer are a turn of phrase.
LEAST = 8
# Scripts without spaces count each character.
_WORD = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|[^\W_]+(?:['\u2019][^\W_]+)*")

# Soft hyphens, joiners and their like, which part a word for a program and not for a reader.
_UNSEEN = re.compile("[\u00ad\u034f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


@dataclass(frozen=True)
class Passage:
    """A stretch of a text: its words as they stand there, and the line on which it begins."""

    words: str
    line: int


def shingles(text: str) -> frozenset[int]:
    """Every LEAST words in a row, hashed. The hashes hold within one process."""
    return frozenset(_hashes([word for word, _start, _end in _words(_plain(text))]))


def passages(text: str, known: Iterable[frozenset[int]]) -> list[Passage]:
    """The stretches of ``text``, as long as they go, that one of the other texts has as well."""
    text = _plain(text)
    found = list(_words(text))
    hashes = _hashes([word for word, _start, _end in found])
    own = frozenset(hashes)
    common = frozenset().union(*(own & other for other in known))
    return [_passage(text, found[first][1], found[last][2]) for first, last in _runs(hashes, common)]


def normal(text: str) -> str:
    """The words alone, so that two texts that differ in signs and spaces only are equal."""
    return " ".join(word for word, _start, _end in _words(_plain(text)))


def _plain(text: str) -> str:
    """The text with one form for each letter (Unicode Standard Annex 15, NFKC) and nothing that is not seen."""
    return unicodedata.normalize("NFKC", _UNSEEN.sub("", text))


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _WORD.finditer(text):
        yield match[0].casefold().replace("\u2019", "'"), match.start(), match.end()


def _hashes(words: Sequence[str]) -> list[int]:
    return [hash(tuple(words[start : start + LEAST])) for start in range(len(words) - LEAST + 1)]


def _runs(hashes: Sequence[int], common: frozenset[int]) -> Iterator[tuple[int, int]]:
    """First and last word of each run of common shingles; runs that touch are one."""
    first = last = -1
    for start, each in enumerate(hashes):
        if each not in common:
            continue
        if first >= 0 and start > last:
            yield first, last
            first = -1
        first = start if first < 0 else first
        last = start + LEAST - 1
    if first >= 0:
        yield first, last


def _passage(text: str, start: int, end: int) -> Passage:
    return Passage(" ".join(text[start:end].split()), text.count("\n", 0, start) + 1)
