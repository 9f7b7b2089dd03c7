"""Versions side by side: what was changed from one to the next, readably."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from peernet.text.differences import Piece, differences, words_changed

# Lines of unchanged text that are left standing on each side of a change.
_AROUND = 2


@dataclass(frozen=True)
class Difference:
    """Two states of a text: the pieces, in which None stands for unchanged lines left out, and words come and gone."""

    pieces: list[Piece | None]
    added: int
    removed: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing was changed."""
        return not self.added and not self.removed and all(piece is None for piece in self.pieces)


def compare(old: str, new: str) -> Difference:
    """The difference of two texts. Long stretches that stayed the same are left out."""
    pieces = differences(old, new)
    added, removed = words_changed(pieces)
    return Difference(list(_abridged(pieces)), added, removed)


def whole_text(title: str, summary: str, source: str, beside: str = "") -> str:
    """What is compared: the head, the text, and what stands beside it because of the kind."""
    return f"{title}\n\n{summary}\n\n{source}\n" + (f"\n{beside}\n" if beside else "")


def _abridged(pieces: Sequence[Piece]) -> Iterator[Piece | None]:
    last = len(pieces) - 1
    for place, piece in enumerate(pieces):
        lines = piece.text.splitlines(keepends=True)
        keep_before, keep_after = (_AROUND if place > 0 else 0), (_AROUND if place < last else 0)
        if piece.kind != "same" or len(lines) <= keep_before + keep_after + 1:
            yield piece
            continue
        if keep_before:
            yield Piece("same", "".join(lines[:keep_before]))
        yield None
        if keep_after:
            yield Piece("same", "".join(lines[-keep_after:]))
