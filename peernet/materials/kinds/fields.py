"""The fields that a kind has in the editor: what stands in them, and the chapters that are moved in them."""

from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.orm import Session

from peernet.materials.inputs import ManuscriptInput
from peernet.materials.kinds import choosing, datasets
from peernet.materials.kinds.needs import in_words
from peernet.materials.kinds.particulars import Chapter, Particulars
from peernet.materials.models import Material
from peernet.text import captions
from peernet.web.inputs import Form

_Given = TypeVar("_Given", bound=ManuscriptInput)


@dataclass(frozen=True)
class Fields:
    """``problems`` says what is wrong with captions or data; ``chapters`` are ids and titles of those that stand there,
    the title empty of one that was withdrawn; ``more`` are those that can be added."""

    kind: str
    problems: dict[str, str]
    chapters: list[tuple[int, str]]
    more: list[tuple[int, str]]


def of(db: Session, material: Material, state: Form) -> Fields:
    """The fields of a form as it stands. Two queries at most."""
    held = state.value("chapters", [])
    ids = [int(one) for one in (held if isinstance(held, list) else [held]) if str(one).isdecimal()]
    titles = choosing.titles(db, Particulars(chapters=tuple(Chapter(one) for one in ids)))
    kind = str(state.value("kind"))
    more = db.execute(choosing.choosable(material.id)).all()
    return Fields(
        kind,
        _problems(state),
        [(one, titles.get(one, "")) for one in dict.fromkeys(ids)],
        [(one, title) for one, title in more if one not in ids],
    )


def moved(given: _Given) -> _Given:
    """What was sent, with one chapter a place further up or down, taken out, or added, if its sender wishes so."""
    then, more = getattr(given, "then", ""), getattr(given, "more", None)
    chapters = list(dict.fromkeys(given.chapters))
    what, way, which = [*then.split(" "), "", "", ""][:3]
    if what != "chapter":
        return given
    place = next((n for n, one in enumerate(chapters) if str(one) == which), None)
    if way == "add" and more is not None and more not in chapters:
        chapters.append(more)
    elif place is not None and way == "out":
        del chapters[place]
    elif place is not None and way in ("up", "down"):
        other = place + (-1 if way == "up" else 1)
        if 0 <= other < len(chapters):
            chapters[place], chapters[other] = chapters[other], chapters[place]
    return given.model_copy(update={"chapters": chapters})


def _problems(state: Form) -> dict[str, str]:
    found: dict[str, str] = {}
    try:
        captions.parse(str(state.value("captions") or "WEBVTT\n\n00:00.000 --> 00:01.000\n-"))
    except captions.Wrong as wrong:
        found["captions"] = in_words(wrong.sentence)
    try:
        datasets.parse(str(state.value("dataset") or "a,b\n1,2"))
    except datasets.Wrong as wrong:
        found["dataset"] = in_words(wrong.sentence)
    return found
