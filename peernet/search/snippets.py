"""The piece of a text that shows best why it was found, with the found words marked."""

import re
from collections.abc import Iterator, Sequence
from operator import itemgetter

from markupsafe import Markup, escape

from peernet.search.words import fold, is_beginning, is_joined, is_silent, without_silent

_LENGTH = 240
# So many places are looked at; the first pages of a text that is full of the word are as good as the last.
_PLACES = 400
# Two places with the same first letters are taken for the same word.
_ALIKE = 3

# What a mark is while all else is escaped: no text holds these once it is tidied.
_BEGINS, _ENDS = "\x02", "\x03"
_REST = re.compile(r"[^\W_]*")

_Span = tuple[int, int]


class Sought:
    """What finds words in a folded text. ``folded`` are the words, folded as the text is."""

    def __init__(self, folded: Sequence[str]) -> None:
        self._words = [(word, is_beginning(word)) for word in dict.fromkeys(folded)]

    def spans(self, text: str) -> list[_Span]:
        """Where they stand in a folded text, in its order: whole words, from their beginning to their end."""
        heard = without_silent(text)
        if len(heard) == len(text):
            return self._spans(text)
        places = [place for place, letter in enumerate(text) if not is_silent(letter)]
        ends = [*places[1:], len(text)]
        return [(places[start], ends[end - 1]) for start, end in self._spans(heard)]

    def _spans(self, text: str) -> list[_Span]:
        found: list[_Span] = []
        for word, may_go_on in self._words:
            _find(text, word, may_go_on, found)
        return sorted(set(found))[:_PLACES] if len(self._words) > 1 else found


def mark(text: str, found: Sought) -> Markup:
    """The whole text, escaped, with the found words in <mark>."""
    return _marked(text, 0, len(text), found.spans(fold(text)))


def snippet(text: str, found: Sought) -> Markup:
    """About 240 characters around the place where most of the words stand close together."""
    folded = fold(text)
    spans = found.spans(folded)
    start = _best(folded, spans)
    end = _word_end(text, start + _LENGTH)
    shown = _marked(text, start, end, spans)
    before, after = "… " if start else "", " …" if end < len(text) else ""
    return Markup(f"{before}{shown}{after}")  # noqa: S704 - escaped by _marked


def _find(text: str, word: str, may_go_on: bool, found: list[_Span]) -> None:
    # Passing over a text for one string is many times as quick as for a pattern.
    start, most = text.find(word), len(found) + _PLACES
    while start >= 0 and len(found) < most:
        last = start + len(word)
        end = _end(text, last)
        if may_go_on or end == last:
            begin = _begin(text, start)
            if begin == start or is_joined(text[begin:start]):
                found.append((begin, end))
        start = text.find(word, end)


def _begin(text: str, place: int) -> int:
    """Where the word begins that ``place`` lies in."""
    while place and text[place - 1].isalnum():
        place -= 1
    return place


def _end(text: str, place: int) -> int:
    """Where a word ends in which ``place`` lies."""
    if not text[place : place + 1].isalnum():
        return place
    rest = _REST.match(text, place)
    return rest.end() if rest else place


def _best(folded: str, spans: Sequence[_Span]) -> int:
    if not spans:
        return 0
    first = max(_windows(folded, spans), key=itemgetter(1))[0] if len(spans) > 1 else 0
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
    if not spans:
        return escape(text[start:end])
    parts: list[str] = []
    for first, last in spans:
        if start <= first and last <= end:
            parts += [text[start:first], _BEGINS, text[first:last], _ENDS]
            start = last
    safe = str(escape("".join([*parts, text[start:end]])))
    return Markup(safe.replace(_BEGINS, "<mark>").replace(_ENDS, "</mark>"))  # noqa: S704 - escaped as a whole
