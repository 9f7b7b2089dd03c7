"""The readable difference of two texts: by line, and by word inside the lines that changed."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal, NamedTuple

Kind = Literal["same", "removed", "added"]

# difflib's cost grows with the square of what is compared; above this a changed passage is shown line by line.
_WORDS_COMPARED = 3_000
# Below this likeness two passages share only small words, and a mosaic of them reads worse than old and new apart.
_LIKENESS = 0.35


class Piece(NamedTuple):
    """A stretch of text, and whether it stayed, went or came."""

    kind: Kind
    text: str


def differences(old: str, new: str) -> list[Piece]:
    """Pieces in reading order. Those that are not ``added`` join to ``old``; those not ``removed`` join to ``new``."""
    return _joined(_by_line(old.splitlines(keepends=True), new.splitlines(keepends=True)))


def words_changed(pieces: Sequence[Piece]) -> tuple[int, int]:
    """How many words came and how many went."""
    added = sum(len(piece.text.split()) for piece in pieces if piece.kind == "added")
    removed = sum(len(piece.text.split()) for piece in pieces if piece.kind == "removed")
    return added, removed


def _by_line(old: list[str], new: list[str]) -> Iterator[Piece]:
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        before, after = "".join(old[i1:i2]), "".join(new[j1:j2])
        if tag == "equal":
            yield Piece("same", before)
        elif tag == "replace":
            yield from _by_word(before, after)
        else:
            yield from _whole(before, after)


def _by_word(before: str, after: str) -> Iterator[Piece]:
    old, new = _words(before), _words(after)
    # Most of a passage stays as a rule: what is the same at both ends need not be compared word with word.
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    first, last = "".join(old[:start]), "".join(old[len(old) - end :])
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    compared, ends = len(old) + len(new), start + end
    if compared > _WORDS_COMPARED or _likeness(matcher, compared, ends) < _LIKENESS:
        yield from _whole(before, after)
        return
    yield Piece("same", first)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(old[i1:i2]))
        else:
            yield from _whole("".join(old[i1:i2]), "".join(new[j1:j2]))
    yield Piece("same", last)


def _alike(some: Sequence[str], others: Sequence[str]) -> int:
    """How many are the same from the beginning."""
    pairs = zip(some, others, strict=False)
    return next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(some), len(others)))


def _likeness(matcher: "SequenceMatcher[str]", compared: int, ends: int) -> float:
    """The share of words that stayed, from 0 to 1: of those ``compared``, and of ``ends`` more that stayed around."""
    stayed = sum(block.size for block in matcher.get_matching_blocks()) + ends
    return 2 * stayed / (compared + 2 * ends)


def _whole(before: str, after: str) -> Iterator[Piece]:
    yield Piece("removed", before)
    yield Piece("added", after)


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", text)


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    full = (piece for piece in pieces if piece.text)
    return [Piece(kind, "".join(piece.text for piece in run)) for kind, run in groupby(full, lambda piece: piece.kind)]
