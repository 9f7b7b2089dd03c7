"""What a material has beside its text because of its kind, as one plain value. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from peernet.materials.models import MaterialKind


@dataclass(frozen=True)
class Chapter:
    """A material that a playbook holds, in the version that it was taken in."""

    material_id: int
    number: int = 0


@dataclass(frozen=True)
class Particulars:
    """``captions`` are WebVTT, of a video, and ``film`` is the path of its file where it lies here; ``description``
    says at length what a graphic shows, and ``dataset`` is what it was drawn from, as CSV; ``abstract`` is what a
    report found; ``chapters`` are those of a playbook, in order."""

    captions: str = ""
    description: str = ""
    dataset: str = ""
    abstract: str = ""
    chapters: tuple[Chapter, ...] = ()
    film: str = ""

    @property
    def words(self) -> str:
        """All words in it, one part after another."""
        return "\n\n".join(filter(None, (self.abstract, self.description, self.captions, self.dataset)))


NOTHING = Particulars()
OF_KIND: Mapping[MaterialKind, tuple[str, ...]] = {
    MaterialKind.VIDEO: ("captions", "film"),
    MaterialKind.GRAPHIC: ("description", "dataset"),
    MaterialKind.PLAYBOOK: ("chapters",),
    MaterialKind.REPORT: ("abstract",),
}


def fitting(particulars: Particulars, kind: MaterialKind) -> Particulars:
    """What of it belongs to a kind; the rest is kept while somebody writes, and is not published."""
    return replace(NOTHING, **{name: getattr(particulars, name) for name in OF_KIND.get(kind, ())})


def with_text(particulars: Particulars, name: str, text: str) -> Particulars:
    """The same with other captions, or other data."""
    return replace(particulars, captions=text) if name == "captions" else replace(particulars, dataset=text)


def as_json(particulars: Particulars) -> dict[str, Any]:
    """As a row keeps it: what is empty is left out."""
    texts = {name: getattr(particulars, name) for name in ("captions", "film", "description", "dataset", "abstract")}
    made: dict[str, Any] = {name: text for name, text in texts.items() if text}
    if particulars.chapters:
        made["chapters"] = [[each.material_id, each.number] for each in particulars.chapters]
    return made


def of_json(values: Mapping[str, Any]) -> Particulars:
    """The other way round."""
    texts = {name: text for name, text in values.items() if name != "chapters"}
    return Particulars(**texts, chapters=tuple(Chapter(*each) for each in values.get("chapters", ())))
