"""What readers see of a material beside its text: its transcript, its data, its chapters."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from peernet.materials.credits import authors
from peernet.materials.kinds import datasets
from peernet.materials.kinds.particulars import Chapter, Particulars
from peernet.materials.models import Material, MaterialState, MaterialVersion
from peernet.materials.quotations import showing
from peernet.materials.quotations.showing import Place, Quoted
from peernet.text import captions

_TAG = re.compile(r"""</?[a-z][^>"]*(?:"[^"]*"[^>"]*)*>""")


@dataclass(frozen=True)
class ChapterRead:
    """A chapter as it may be read now. ``version`` is None where it was withdrawn, and then nothing of it is shown."""

    place: int
    material: Material
    version: MaterialVersion | None
    quoted: dict[str, Quoted]

    @property
    def anchor(self) -> str:
        """Where it begins on its playbook's page."""
        return f"chapter-{self.place}"

    @property
    def authors(self) -> list[str]:
        """Names of its authors, as they stood."""
        return authors(self.version.credits) if self.version else []

    @property
    def is_outdated(self) -> bool:
        """Whether there is a newer version of it than the playbook took in."""
        return self.version is not None and self.version.number < self.material.number

    @property
    def places(self) -> list[Place]:
        """Its text with its quotations in their places, as a part of a longer one: headings a level lower, ids apart
        from those of other chapters."""
        if self.version is None:
            return []
        parts = showing.places(self.version.html, self.quoted)
        return [replace(part, html=lowered(part.html, f"{self.anchor}-")) for part in parts]


def chapters(db: Session, particulars: Particulars) -> list[ChapterRead]:
    """The chapters of a public playbook, in its order. At most two queries, none without chapters."""
    if not particulars.chapters:
        return []
    rows = db.execute(
        select(Material, MaterialVersion)
        .join(MaterialVersion, MaterialVersion.material_id == Material.id)
        .where(or_(*(_is(each) for each in particulars.chapters)))
    )
    found = {material.id: (material, version) for material, version in rows}
    there = [found[each.material_id] for each in particulars.chapters if each.material_id in found]
    shown = [version for material, version in there if material.state is MaterialState.PUBLISHED]
    quoted = showing.of_versions(db, shown)
    return [
        ChapterRead(place, material, version if version in shown else None, quoted.get(version.id, {}))
        for place, (material, version) in enumerate(there, 1)
    ]


def _is(chapter: Chapter) -> ColumnElement[bool]:
    return and_(Material.id == chapter.material_id, MaterialVersion.number == chapter.number)


def transcript(particulars: Particulars) -> list[captions.Said]:
    """The captions of a video as a text to be read."""
    return captions.read_as(particulars.captions)


def dataset(particulars: Particulars) -> datasets.Dataset | None:
    """The table behind a graphic."""
    return datasets.read_as(particulars.dataset)


def words(particulars: Particulars) -> str:
    """What the search finds of it."""
    table = dataset(particulars)
    cells: Iterable[str] = [*table.columns, *(value for row in table.rows for value in row)] if table else ()
    said = (f"{each.speaker} {each.text}" for each in transcript(particulars))
    return " ".join(" ".join((particulars.abstract, particulars.description, *said, *cells)).split())


def readable(particulars: Particulars) -> str:
    """What somebody wrote of it, with the words of captions as they are said one after another."""
    said = " ".join(each.text for each in transcript(particulars))
    return "\n\n".join(filter(None, (particulars.words, said)))


def paragraphs(text: str) -> Sequence[str]:
    """A text without markup in its paragraphs."""
    return [" ".join(part.split()) for part in re.split(r"\n[ \t]*\n", text) if part.strip()]


def lowered(html: str, prefix: str) -> str:
    """Rendered HTML with every heading a level lower, and every id, and what leads to one, with a prefix."""
    return _TAG.sub(lambda tag: _tag(tag[0], prefix), html)


def _tag(tag: str, prefix: str) -> str:
    level = re.match(r"(</?h)([2-6])\b", tag)
    if level:
        tag = f"{level[1]}{min(int(level[2]) + 1, 6)}{tag[level.end() :]}"
    return re.sub(r'(?<=\s)(id="|href="#)', rf"\g<1>{prefix}", tag)
