"""The sheet on which a draft is assembled, as it stands in a form: questions in order, under each its answers. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any, TypeVar

from peernet.materials.assembling.access import Pickable
from peernet.materials.quotations import clips
from peernet.materials.quotations.clips import Heard
from peernet.prompts.models import Attribution

_Each = TypeVar("_Each")


@dataclass(frozen=True)
class Part:
    """A question, and what its editor says before the answers."""

    asking_id: int
    lead: str = ""


@dataclass(frozen=True)
class Line:
    """An answer or a clip: the words to be quoted, how they would be attributed, and the editor's own sentence before
    them. ``seen`` is the digest of the answer as its editor had it before them; ``speakers`` are those who speak in a
    clip."""

    key: str
    asking_id: int
    seen: str
    text: str
    attribution: Attribution
    lead: str = ""
    is_picked: bool = False
    is_gone: bool = False
    is_changed: bool = False
    speakers: tuple[int, ...] = ()

    @property
    def is_clip(self) -> bool:
        """Whether it is a clip of a recording."""
        return clips.is_key(self.key)


@dataclass(frozen=True)
class Sheet:
    """All that is on it, in order. The lines of all parts are one list."""

    parts: Sequence[Part] = ()
    lines: Sequence[Line] = ()

    def of(self, part: Part) -> list[Line]:
        """The answers to one question, in their order."""
        return [line for line in self.lines if line.asking_id == part.asking_id]

    @property
    def picked(self) -> list[Line]:
        """The answers that were picked."""
        return [line for line in self.lines if line.is_picked]


def blank(asking_ids: Iterable[int]) -> Sheet:
    """A sheet with these questions, on which nothing stands yet."""
    return Sheet([Part(number) for number in dict.fromkeys(asking_ids)])


def of_form(values: Mapping[str, Any]) -> Sheet:
    """What stands in a form, right or wrong."""
    parts = zip_longest(*(_list(values, name) for name in ("part", "part_lead")), fillvalue="")
    names = ("voice", "of", "seen", "text", "attribution", "lead")
    lines = zip_longest(*(_list(values, name) for name in names), fillvalue="")
    picked = set(_list(values, "pick"))
    spoken = _speakers(_list(values, "speak"))
    return Sheet(
        [Part(int(number), lead) for number, lead in parts if _is_number(number)],
        [
            Line(
                key,
                int(number),
                seen,
                text,
                _attribution(attribution),
                lead,
                key in picked,
                speakers=tuple(spoken.get(key, ())),
            )
            for key, number, seen, text, attribution, lead in lines
            if key and _is_number(number)
        ],
    )


def completed(sheet: Sheet, choosable: Mapping[str, Heard | Pickable]) -> Sheet:
    """The sheet with every answer that can be picked now: new ones at the end of their question; of those that cannot
    be any more, what their editor wrote before them and none of their words."""
    standing = [_as_it_stands(line, choosable.get(line.key)) for line in sheet.lines]
    known, parts = {line.key for line in sheet.lines}, {part.asking_id for part in sheet.parts}
    new = [_line(each) for key, each in choosable.items() if key not in known and each.asking_id in parts]
    return replace(sheet, lines=[line for line in standing if line is not None] + new)


def moved(sheet: Sheet, wish: str) -> Sheet:
    """The sheet with one question, or one answer among those to its question, a place further up or down. ``wish`` is
    "up" or "down", "part" or "line", and which: ``up part 7``. Any other changes nothing."""
    way, what, which = [*wish.split(" "), "", "", ""][:3]
    if way not in ("up", "down"):
        return sheet
    if what == "part":
        place = next((n for n, each in enumerate(sheet.parts) if str(each.asking_id) == which), None)
        return replace(sheet, parts=_swapped(sheet.parts, place, way))
    line = next((each for each in sheet.lines if what == "line" and each.key == which), None)
    if line is None:
        return sheet
    own = [each for each in sheet.lines if each.asking_id == line.asking_id]
    others = [each for each in sheet.lines if each.asking_id != line.asking_id]
    return replace(sheet, lines=[*others, *_swapped(own, own.index(line), way)])


def _swapped(items: Sequence[_Each], place: int | None, way: str) -> list[_Each]:
    made = list(items)
    other = None if place is None else place + (-1 if way == "up" else 1)
    if place is not None and other is not None and 0 <= other < len(made):
        made[place], made[other] = made[other], made[place]
    return made


def _line(each: Heard | Pickable) -> Line:
    return Line(each.key, each.asking_id, each.digest, each.text, each.most)


def _as_it_stands(line: Line, now: Heard | Pickable | None) -> Line | None:
    if now is None or now.asking_id != line.asking_id:
        gone = replace(line, text="", is_picked=False, is_gone=True)
        return gone if line.is_picked or line.lead else None
    return replace(line, seen=now.digest, is_changed=line.seen != now.digest)


def _attribution(value: Any) -> Attribution:
    known = {each.value: each for each in Attribution}
    return known.get(value, Attribution.UNATTRIBUTED)


def _speakers(said: Iterable[str]) -> dict[str, list[int]]:
    """Who speaks in which clip: ``clip-7 12`` is the person 12 in the clip 7."""
    found: dict[str, list[int]] = {}
    for key, _space, number in (each.partition(" ") for each in said):
        if _is_number(number):
            found.setdefault(key, []).append(int(number))
    return found


def _list(values: Mapping[str, Any], name: str) -> list[str]:
    held = values.get(name, [])
    return [str(each) for each in held] if isinstance(held, list | tuple) else [str(held)]


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 19
