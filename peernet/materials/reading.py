"""One public page of a material, in its current version or an older one, in three queries; four where it quotes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, String, and_, bindparam, cast, func, literal, null, select, union_all
from sqlalchemy.orm import Session, joinedload

from peernet.cohorts.models import Cohort, CohortState
from peernet.i18n import native_name
from peernet.materials import access, corrections, related, translations
from peernet.materials.corrections import Correction
from peernet.materials.kinds import reading as kinds_reading
from peernet.materials.kinds.particulars import NOTHING, Particulars, of_json
from peernet.materials.kinds.reading import ChapterRead
from peernet.materials.models import (
    Material,
    MaterialOrganisation,
    MaterialQuestion,
    MaterialState,
    MaterialTopic,
    MaterialTranslation,
    MaterialVersion,
)
from peernet.materials.quotations import showing
from peernet.materials.quotations.showing import Place, Quoted
from peernet.organisations.models import Organisation
from peernet.prompts.models import Prompt, Topic

_ID: Any = bindparam("material_id")


@dataclass(frozen=True)
class Named:
    """A topic, organisation or question that a material shows: its id, slug, words, and, if it has one, its logo or
    the language it is asked in."""

    id: int
    slug: str
    name: str
    logo_url: str = ""
    language: str = ""


@dataclass(frozen=True)
class Next:
    """A material to read next; has what the macro ``material_card`` asks for."""

    id: int
    slug: str
    title: str
    kind: str
    summary: str
    language: str


@dataclass(frozen=True)
class InLanguage:
    """The same material in another language, at its version ``number``; ``made_from`` is None for the original."""

    id: int
    slug: str
    title: str
    language: str
    number: int
    made_from: int | None

    @property
    def name(self) -> str:
        """What the language calls itself."""
        return native_name(self.language)


@dataclass(frozen=True)
class Issue:
    """One entry in the list of a material's versions."""

    number: int
    on: date
    note: str


@dataclass(frozen=True)
class MaterialPage:
    """All that the page of a published or withdrawn material shows. ``version`` is None for a withdrawn one.

    ``cohort`` is None as well where the cohort has no public page yet. ``depends`` are the keys of what was read.
    """

    material: Material
    version: MaterialVersion | None
    cohort: Cohort | None = None
    quoted: Mapping[str, Quoted] = field(default_factory=dict)
    topics: list[Named] = field(default_factory=list)
    organisations: list[Named] = field(default_factory=list)
    questions: list[Named] = field(default_factory=list)
    versions: list[Issue] = field(default_factory=list)
    related: list[Next] = field(default_factory=list)
    chapters: list[ChapterRead] = field(default_factory=list)
    others: list[InLanguage] = field(default_factory=list)
    made_from: int | None = None

    @property
    def original(self) -> InLanguage | None:
        """What it was translated from, where that is public."""
        return next((one for one in self.others if one.made_from is None), None) if self.made_from is not None else None

    @property
    def is_outdated(self) -> bool:
        """Whether it is a translation of a version that was replaced since."""
        return bool(self.original and self.made_from is not None and self.made_from < self.original.number)

    @property
    def places(self) -> list[Place]:
        """The text, with its quotations in their places as far as they have consent now."""
        return showing.places(self.version.html, self.quoted) if self.version else []

    @property
    def particulars(self) -> Particulars:
        """What it has because of its kind."""
        return of_json(self.version.particulars) if self.version else NOTHING

    @property
    def corrections(self) -> list[Correction]:
        """What was put right after it was first published, up to this version, newest first."""
        here = [Correction(one.on, one.note, one.number) for one in self.versions]
        return corrections.of(self.material.corrections, here, self.version.number) if self.version else []

    @property
    def is_withdrawn(self) -> bool:
        """Whether the page only says that there was something."""
        return self.version is None

    @property
    def depends(self) -> list[str]:
        """The keys whose touch makes stale what is read here, and every file that holds it."""
        keys = [f"material:{self.material.id}", *(f"topic:{one.id}" for one in self.topics)]
        keys += [f"organisation:{one.id}" for one in self.organisations]
        keys += [f"prompt:{one.id}" for one in self.questions]
        keys += showing.depends(self.quoted)
        keys += [f"material:{each.material.id}" for each in self.chapters]
        keys += [key for each in self.chapters for key in showing.depends(each.quoted)]
        keys += [f"material:{one.id}" for one in self.others]
        return keys + ([f"cohort:{self.material.cohort_id}"] if self.material.cohort_id is not None else [])

    @property
    def depends_beside(self) -> list[str]:
        """That of what is offered to be read next, on the page alone."""
        return [related.key(self.material.id)]


def page(db: Session, slug: str, number: int | None = None) -> MaterialPage | None:
    """The page of a material in its current version, or in an older one. None where there is nothing. 3 queries;
    one more where it quotes somebody, and at most two for a playbook's chapters."""
    found = db.execute(_one(slug, number)).unique().one_or_none()
    if found is None:
        return None
    material, version = found
    if material.state is MaterialState.WITHDRAWN:
        return MaterialPage(material, None)
    cohort = material.cohort if material.cohort and material.cohort.state is not CohortState.DRAFT else None
    around = _around(db, material.id)
    named = {
        what: [Named(row[0], row[1], row[2], _logo(row), row[5] or "") for row in around[what]]
        for what in ("topic", "organisation", "question")
    }
    issues = db.execute(_issues(material.id))
    kin = [_in_language(*row) for row in around["kin"]]
    return MaterialPage(
        material,
        version,
        cohort,
        showing.of_version(db, version),
        topics=named["topic"],
        organisations=named["organisation"],
        questions=named["question"],
        versions=[Issue(each.number, each.published_at.date(), each.note) for each in issues],
        related=[Next(*row) for row in around["related"]],
        chapters=kinds_reading.chapters(db, of_json(version.particulars)),
        others=sorted((one for one in kin if one.id != material.id), key=lambda one: (one.language, one.id)),
        made_from=next((one.made_from for one in kin if one.id == material.id), None),
    )


def _one(slug: str, number: int | None) -> Select[Material, MaterialVersion]:
    which = Material.number if number is None else number
    found = select(Material, MaterialVersion).join(
        MaterialVersion, and_(MaterialVersion.material_id == Material.id, MaterialVersion.number == which)
    )
    return found.where(Material.slug == slug, Material.state.in_(access.PUBLIC)).options(joinedload(Material.cohort))


def _issues(material_id: int) -> Select[int, datetime, str]:
    columns = (MaterialVersion.number, MaterialVersion.published_at, MaterialVersion.note)
    return select(*columns).where(MaterialVersion.material_id == material_id).order_by(MaterialVersion.number.desc())


def _around(db: Session, material_id: int) -> dict[str, list[tuple[Any, ...]]]:
    """What the material hangs on, what to read next, and the same in other languages: id, slug, words, one more word,
    summary, language. One query."""
    found: dict[str, list[tuple[Any, ...]]] = {
        "topic": [], "organisation": [], "question": [], "related": [], "kin": [],
    }  # fmt: skip
    for what, _, *rest in db.execute(_all_around(), {"material_id": material_id}):
        found[what].append(tuple(rest))
    return found


@cache
def _all_around() -> Select[Any]:
    """The statement, built once: it takes longer to build than to run."""
    topics = _named_by(MaterialTopic, MaterialTopic.topic_id, Topic, "topic", Topic.name)
    organisations = _named_by(
        MaterialOrganisation, MaterialOrganisation.organisation_id, Organisation, "organisation", Organisation.name
    )
    questions = _named_by(MaterialQuestion, MaterialQuestion.prompt_id, Prompt, "question", Prompt.text)
    parts = union_all(
        topics.where(MaterialTopic.material_id == _ID),
        organisations.where(MaterialOrganisation.material_id == _ID),
        questions.where(MaterialQuestion.material_id == _ID, Prompt.is_public),
        related.statement(_ID),
        _kin(_ID),
    ).subquery()
    return select(parts).order_by(parts.c.what, parts.c.position)


def _kin(material_id: Any) -> Select[Any]:
    """Itself and the same in other languages; the last column is its version, and that which it was made from."""
    link, made_from = MaterialTranslation, func.coalesce(cast(MaterialTranslation.made_from, String), "")
    numbers = cast(Material.number, String) + "/" + made_from
    columns: tuple[Any, ...] = (
        literal("kin"),
        literal(0),
        Material.id,
        Material.slug,
        Material.title,
        cast(null(), String),
        numbers,
        Material.language,
    )
    found = select(*columns).outerjoin(link, link.material_id == Material.id)
    # Cast, so that SQLite looks up those few by their ids and does not go through all that is published.
    is_public = cast(Material.state, String) == MaterialState.PUBLISHED.value
    return found.where(Material.id.in_(translations.kin(material_id)), is_public)


def _in_language(ident: int, slug: str, title: str, _more: str | None, numbers: str, language: str) -> InLanguage:
    number, _slash, made_from = numbers.partition("/")
    return InLanguage(ident, slug, title, language, int(number), int(made_from) if made_from else None)


def _named_by(link: Any, target_id: Any, target: Any, what: str, name: Any) -> Select[Any]:
    logo = Organisation.logo_name if target is Organisation else cast(null(), String)
    language = Prompt.language if target is Prompt else cast(null(), String)
    columns = (literal(what).label("what"), link.position.label("position"), target.id, target.slug, name.label("name"))
    more = (logo.label("more"), cast(null(), String).label("summary"), language.label("language"))
    return select(*columns, *more).join(target, target.id == target_id)


def _logo(row: tuple[Any, ...]) -> str:
    return f"/media/{row[3]}" if row[3] else ""
