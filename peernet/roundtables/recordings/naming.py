"""Taking out of a transcript who speaks, where nobody may be named. Pure.

In doubt it is taken out: a first word before a colon that looks like a name is one. Names within a sentence stay, and
the page says so.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from peernet.text.captions import Cue

# The longest that stands before a colon as a name, in words and in letters.
_WORDS, _LETTERS = 7, 60
_PARTICLES = frozenset(
    ("de", "du", "des", "da", "do", "dos", "di", "la", "van", "von", "der", "den", "bin", "al", "of")
)
_AROUND = " \t-–—>•*«»\"“”'()[]"


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one second to another of a recording, and whether nobody is named in it."""

    start: float
    end: float
    is_unnamed: bool


def without_names(cues: Sequence[Cue], stretches: Sequence[Stretch], *, unless_said: bool) -> list[Cue]:
    """The cues, those without names stripped of theirs. ``unless_said``: so is what lies wholly in no stretch that is
    said to be open, as at a roundtable of which some steps name nobody. A cue of which nothing else is left goes."""
    spoken = {cue.speaker.casefold() for cue in cues if cue.speaker}
    found = [_stripped(cue, spoken) if _is_unnamed(cue, stretches, unless_said) else cue for cue in cues]
    return [cue for cue in found if cue.text]


def _is_unnamed(cue: Cue, stretches: Sequence[Stretch], unless_said: bool) -> bool:
    if any(one.is_unnamed and cue.start < one.end and one.start < cue.end for one in stretches):
        return True
    is_open = any(not one.is_unnamed and one.start <= cue.start and cue.end <= one.end for one in stretches)
    return unless_said and not is_open


def _stripped(cue: Cue, known: Collection[str]) -> Cue:
    lines = [_without_speaker(line, known) for line in cue.lines or (cue.text,)]
    return replace(cue, speaker="", text=" ".join(filter(None, lines)), lines=())


def _without_speaker(line: str, known: Collection[str]) -> str:
    """The line without the names at its beginning: of a line that two share, both go."""
    head, colon, rest = re.sub("：", ": ", line).partition(":")
    is_hour = head[-1:].isdigit() and rest[:1].isdigit()
    if colon and not is_hour and _is_name(head.strip(_AROUND), known):
        return _without_speaker(rest.strip(), known)
    return line.strip()


def _is_name(head: str, known: Collection[str]) -> bool:
    words = [word.strip(_AROUND + ".,") for word in head.split()]
    if not words or len(words) > _WORDS or len(head) > _LETTERS:
        return False
    return head.casefold() in known or (any(map(str.isalpha, head)) and all(map(_may_be_named, words)))


def _may_be_named(word: str) -> bool:
    """Whether a word begins as names do; scripts without capitals do not tell, so theirs may be."""
    first = word[:1]
    return not first.islower() or word in _PARTICLES
