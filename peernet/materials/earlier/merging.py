"""Two manuscripts that were made of one, brought together field by field. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from peernet.materials.kinds.particulars import Particulars
from peernet.materials.manuscripts import Manuscript
from peernet.text import merging

_TEXTS = ("summary", "source")
_BESIDE = ("captions", "description", "dataset", "abstract")
_CHOICES = ("title", "kind", "language", "licence", "video_url", "video_minutes")
_LISTS = ("topics", "organisations", "questions")


@dataclass(frozen=True)
class Clash:
    """A field that both changed, each in their own way: by its name, with the line where both stand in a text."""

    field: str
    mine: Any
    theirs: Any
    line: int = 0


@dataclass(frozen=True)
class Merge:
    """The manuscript of both, and what somebody must look at. Of a choice, which can be one only, mine is taken."""

    manuscript: Manuscript
    clashes: tuple[Clash, ...]


def merge(base: Manuscript, mine: Manuscript, theirs: Manuscript) -> Merge:
    """Bring two manuscripts together that were both made of ``base``."""
    clashes: list[Clash] = []
    merged: dict[str, Any] = {}
    for name in _CHOICES:
        merged[name] = _one(clashes, name, *(getattr(each, name) for each in (base, mine, theirs)))
    for name in _TEXTS:
        merged[name] = _text(clashes, name, *(getattr(each, name) for each in (base, mine, theirs)))
    for name in _LISTS:
        merged[name] = _joined(*(getattr(each, name) for each in (base, mine, theirs)))
    merged["credits"] = _list(clashes, "credits", base.credits, mine.credits, theirs.credits)
    beside = _beside(clashes, base.particulars, mine.particulars, theirs.particulars)
    return Merge(replace(mine, **merged, particulars=beside), tuple(clashes))


def _beside(clashes: list[Clash], base: Particulars, mine: Particulars, theirs: Particulars) -> Particulars:
    texts = {name: _text(clashes, name, *(getattr(each, name) for each in (base, mine, theirs))) for name in _BESIDE}
    # A form says which chapters there are, and saving finds which version of each.
    was, my, their = (tuple(chapter.material_id for chapter in each.chapters) for each in (base, mine, theirs))
    chosen = _list(clashes, "chapters", was, my, their)
    known = {chapter.material_id: chapter for chapter in (*mine.chapters, *theirs.chapters)}
    film = theirs.film if mine.film == base.film else mine.film
    return replace(mine, **texts, film=film, chapters=tuple(known[one] for one in chosen))


def _one(clashes: list[Clash], name: str, base: Any, mine: Any, theirs: Any) -> Any:
    if mine == base:
        return theirs
    if theirs not in (base, mine):
        clashes.append(Clash(name, mine, theirs))
    return mine


def _text(clashes: list[Clash], name: str, base: str, mine: str, theirs: str) -> str:
    found = merging.merge(base, mine, theirs)
    clashes.extend(Clash(name, clash.mine, clash.theirs, clash.line) for clash in found.clashes)
    return found.text


def _joined(base: Sequence[int], mine: Sequence[int], theirs: Sequence[int]) -> tuple[int, ...]:
    """What a box is ticked for: what both have, and what one of them added."""
    gone = set(base) - set(theirs)
    return tuple(dict.fromkeys([*(one for one in mine if one not in gone), *(set(theirs) - set(base))]))


def _list(clashes: list[Clash], name: str, base: Sequence[Any], mine: Sequence[Any], theirs: Sequence[Any]) -> Any:
    """Lines whose order counts: where both changed them, mine, and then what theirs added."""
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    clashes.append(Clash(name, mine, theirs))
    return (*mine, *(line for line in theirs if line not in mine and line not in base))
