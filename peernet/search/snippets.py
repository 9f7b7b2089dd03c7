"""The piece of a text that shows best why it was found, with the found words marked."""

import re
from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from peernet.search.words import fold, is_beginning

_LENGTH = 240
# So many places are looked at; the first pages of a text that is full of the word are as good as the last.
_PLACES = 400
# Two places with the same first letters are taken for the same word.
_ALIKE = 3

_Span = tuple[int, int]


def pattern(folded: Sequence[str]) -> re.Pattern[str]:
    """What finds the words (folded) in a folded text."""
    # What may not stand before a word is looked for after it: so the whole text is passed over by first letters.
    words = [(re.escape(word), r"[^\W_]*" if is_beginning(word) else "") for word in folded]
    return re.compile("|".join(rf"{word}(?<![^\W_]{word}){more}(?![^\W_])" for word, more in words))


def mark(text: str, found: re.Pattern[str]) -> Markup:
    """The whole text, escaped, with the found words in <mark>."""
    return _marked(text, 0, len(text), _spans(fold(text), found))


def snippet(text: str, found: re.Pattern[str]) -> Markup:
    """About 240 characters around the place where most of the words stand close together."""
    folded = fold(text)
    spans = _spans(folded, found)
    start = _best(folded, spans)
    end = _word_end(text, start + _LENGTH)
    shown = _marked(text, start, end, spans)
    before, after = "… " if start else "", " …" if end < len(text) else ""
    return Markup(f"{before}{shown}{after}")  # noqa: S704 - escaped by _marked


def _spans(folded: str, found: re.Pattern[str]) -> list[_Span]:
    spans = (match.span() for match in found.finditer(folded))
    return [span for span, _place in zip(spans, range(_PLACES), strict=False)]


def _best(folded: str, spans: Sequence[_Span]) -> int:
    if not spans:
        return 0
    first, _count = max(_windows(folded, spans), key=lambda window: window[1])
    start = max(0, spans[first][0] - _LENGTH // 4)
    return 0 if start == 0 else folded.find(" ", start, spans[first][0]) + 1 or spans[first][0]


def _windows(folded: str, spans: Sequence[_Span]) -> Iterator[tuple[int, int]]:
    """For each place, how many different words stand between it and the end of a piece that begins there."""
    found = [folded[start : start + _ALIKE] for start, _end in spans]
    last = 0
    for first in range(len(spans)):
        while last < len(spans) and spans[last][1] <= spans[first][0] + _LENGTH * 3 // 4:
            last += 1
        yield first, len(set(found[first:last])) * _PLACES + last - first


def _word_end(text: str, place: int) -> int:
    if place >= len(text):
        return len(text)
    space = text.rfind(" ", place - _LENGTH // 4, place)
    return place if space < 0 else space


def _marked(text: str, start: int, end: int, spans: Sequence[_Span]) -> Markup:
    parts: list[str] = []
    for first, last in spans:
        if start <= first and last <= end:
            parts += [escape(text[start:first]), "<mark>", escape(text[first:last]), "</mark>"]
            start = last
    return Markup("".join([*parts, escape(text[start:end])]))  # noqa: S704 - each part is escaped
