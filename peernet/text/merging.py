"""Two texts that were made of one, brought together: a three-way merge, sentence by sentence and line by line.

The method is that of diff3 (S. Khanna, K. Kunal, B. C. Pierce, A formal investigation of diff3, 2007): what both left
alone parts the text; between, what only one of them changed is taken, and what both changed is a clash.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

# A sentence with the space after it, or the rest of a line; joined they are the text.
_UNIT = re.compile(r"[^\n]*?[.!?…]['\"’”»)*_]*[ \t]+|[^\n]*\n|[^\n]+")


class Clash(NamedTuple):
    """What both changed, each in their own way; ``line`` is where it stands in the merged text."""

    line: int
    mine: str
    theirs: str


@dataclass(frozen=True)
class Merged:
    """The text of both. Where they clash, theirs stands before mine, and neither is lost."""

    text: str
    clashes: tuple[Clash, ...]


class _Stretch(NamedTuple):
    base: tuple[int, int]
    mine: tuple[int, int]
    theirs: tuple[int, int]


def merge(base: str, mine: str, theirs: str) -> Merged:
    """Bring ``mine`` and ``theirs`` together, which were both made of ``base``."""
    old, own, other = _UNIT.findall(base), _UNIT.findall(mine), _UNIT.findall(theirs)
    text, clashes = "", []
    at = _Stretch((0, 0), (0, 0), (0, 0))
    for same in _left_alone(old, own, other):
        was, my, their = ("".join(units[a[1] : b[0]]) for units, a, b in zip((old, own, other), at, same, strict=True))
        if my == their or was == their:
            text += my
        elif was == my:
            text += their
        else:
            joint = f"{their} " if their and my and not their[-1].isspace() else their
            clashes.append(Clash(text.count("\n") + 1, my, their))
            text += joint + my
        text += "".join(own[slice(*same.mine)])
        at = same
    return Merged(text, tuple(clashes))


def _left_alone(old: Sequence[str], own: Sequence[str], other: Sequence[str]) -> Iterator[_Stretch]:
    """The stretches that both left as they were, and an empty one at the end."""
    first = SequenceMatcher(None, old, own).get_matching_blocks()
    second = SequenceMatcher(None, old, other).get_matching_blocks()
    here = there = 0
    while here < len(first) and there < len(second):
        a, b = first[here], second[there]
        start, end = max(a.a, b.a), min(a.a + a.size, b.a + b.size)
        if start < end:
            size, my, their = end - start, a.b + start - a.a, b.b + start - b.a
            yield _Stretch((start, end), (my, my + size), (their, their + size))
        if a.a + a.size < b.a + b.size:
            here += 1
        else:
            there += 1
    yield _Stretch(*((len(units), len(units)) for units in (old, own, other)))
