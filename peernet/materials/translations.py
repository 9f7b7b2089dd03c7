"""Translations: a material in another language, made from one version of it, and outdated when that moves on.

A translation is a material of its own, with its own draft, reviews and versions. It keeps the places of quotations and
none of their words: a translated wording is a changed wording, so each is quoted anew and its author asked again.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import CompoundSelect, func, select, union
from sqlalchemy.orm import Session, aliased, joinedload

from peernet.db import Refused, take_turn
from peernet.i18n import gettext as _
from peernet.i18n import native_name
from peernet.materials import access, images, manuscripts, placement, recordings, related, writing
from peernet.materials.checks import Check
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import (
    Credit,
    Material,
    MaterialAsset,
    MaterialDraft,
    MaterialFile,
    MaterialKind,
    MaterialState,
    MaterialTranslation,
    MaterialVersion,
)
from peernet.media import store
from peernet.media.images import Prepared
from peernet.media.incoming import Brought
from peernet.web.viewer import Viewer

_Copy = Prepared | Brought


@dataclass(frozen=True)
class Standing:
    """How a translation stands with what it was made from."""

    material: Material
    original: Material
    made_from: int

    @property
    def is_outdated(self) -> bool:
        """Whether the original moved on since."""
        return self.original.state is MaterialState.PUBLISHED and self.made_from < self.original.number


def begin(
    db: Session, viewer: Viewer, original: Material, *, language: str, brought: Sequence[tuple[MaterialFile, _Copy]]
) -> Material:
    """A draft in another language, with the text, the credits and the files of what is public of ``original``.

    ``brought`` are copies of these (see ``files_of``): its pictures decoded, films, recordings and papers in bytes of
    their own. Raises Refused where nothing is public, or there is one in that language.
    """
    if original.state is not MaterialState.PUBLISHED or original.current is None:
        raise Refused(_("Only what is public can be translated: a translation says which version it was made from."))
    take_turn(db, f"translations:{original.id}")
    if language == original.language or language in {each.material.language for each in of_original(db, original)}:
        raise Refused(_("There is one in this language already."), field="language")
    title = f"{original.title} ({native_name(language)})"
    made = writing.start(db, viewer, title=title, kind=original.kind, language=language, cohort=original.cohort)
    text = manuscripts.of_published(db, original, original.current)
    for row, copy in brought:
        _bring(db, viewer, made, row, copy)
    film = text.particulars.film if text.particulars.film in {row.path for row, _copy in brought} else ""
    text = replace(text, language=language, particulars=replace(text.particulars, film=film))
    manuscripts.write_into(db.get_one(MaterialDraft, made.id), text)
    db.add(MaterialTranslation(material_id=made.id, original_id=original.id, made_from=original.number))
    db.flush()
    return made


def files_of(db: Session, original: Material) -> list[MaterialFile]:
    """The pictures, films, recordings and papers that the public has with a material and whose bytes are there."""
    if original.current is None:
        return []
    html, film = original.current.html, original.current.particulars.get("film")
    rows = db.scalars(access.files_of(original.id)).all()
    return [row for row in rows if (row.media.url in html or row.path == film) and store.is_there(row.media)]


def bring_up_to_date(db: Session, standing: Standing) -> None:
    """Say that a translation follows the present version of its original."""
    row = db.get_one(MaterialTranslation, standing.material.id)
    row.made_from = standing.original.number
    placement.touch(db, standing.material)
    db.flush()


def standing(db: Session, material: Material) -> Standing | None:
    """What a material was translated from; None for an original."""
    row = db.scalars(
        select(MaterialTranslation)
        .where(MaterialTranslation.material_id == material.id)
        .options(joinedload(MaterialTranslation.original))
    ).one_or_none()
    return Standing(material, row.original, row.made_from) if row else None


def checks(db: Session, material: Material, manuscript: Manuscript) -> Iterator[Check]:
    """Whether a translation names who translated it, and its captions are its own. Nothing for an original."""
    found = standing(db, material)
    if found is not None:
        is_named = any(line.credit is Credit.TRANSLATOR for line in manuscript.credits)
        good, bad = _("Its translator is named."), _("Name who translated it.")
        yield Check("authors", is_named, good if is_named else bad)
        yield from _captions(db, found, manuscript)


def links_of(db: Session, ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """For each of these that is a translation: its original, and the version it was made from. One query."""
    rows = select(MaterialTranslation).where(MaterialTranslation.material_id.in_(list(ids)))
    return {row.material_id: (row.original_id, row.made_from) for row in db.scalars(rows)}


def of_original(db: Session, original: Material) -> list[Standing]:
    """The translations of a material, in whatever state."""
    rows = db.execute(
        select(Material, MaterialTranslation.made_from)
        .join(MaterialTranslation, MaterialTranslation.material_id == Material.id)
        .where(MaterialTranslation.original_id == original.id)
        .order_by(Material.language, Material.id)
    )
    return [Standing(material, original, made_from) for material, made_from in rows]


def families(db: Session) -> dict[str, dict[str, str]]:
    """For each published material that is public in other languages too: the slug in each language, its own among
    them. One query."""
    root = func.coalesce(MaterialTranslation.original_id, Material.id)
    rows = db.execute(
        select(root, Material.language, Material.slug)
        .outerjoin(MaterialTranslation, MaterialTranslation.material_id == Material.id)
        .where(Material.state == MaterialState.PUBLISHED)
        .where(root.in_(select(MaterialTranslation.original_id)))
        .order_by(Material.id)
    )
    found: dict[int, dict[str, str]] = {}
    for original_id, language, slug in rows:
        found.setdefault(original_id, {})[language] = slug
    return {slug: family for family in found.values() if len(family) > 1 for slug in family.values()}


def kin(material_id: Any) -> CompoundSelect[int]:
    """The ids of a material, of its original, of that one's other translations, and of its own. Each is looked up; a
    condition on any of them would go through all materials."""
    one, link, other = aliased(Material), aliased(MaterialTranslation), aliased(MaterialTranslation)
    return union(
        select(one.id).where(one.id == material_id),
        select(link.original_id).where(link.material_id == material_id),
        select(link.material_id).where(link.original_id == material_id),
        select(other.material_id)
        .join(link, link.original_id == other.original_id)
        .where(link.material_id == material_id),
    )


def set_original(db: Session, material: Material, original_id: int | None, made_from: int) -> None:
    """Make what a file of content says the link of a material, or take it away."""
    row = db.get(MaterialTranslation, material.id)
    if row is not None:
        db.delete(row)
        db.flush()
    if original_id is not None:
        db.add(MaterialTranslation(material_id=material.id, original_id=original_id, made_from=made_from))
        db.flush()
    related.renew(db, material.id)
    placement.touch(db, material)


def _captions(db: Session, found: Standing, manuscript: Manuscript) -> Iterator[Check]:
    """Captions go out as words in the language of the translation, so those of the original may not stand."""
    captions = manuscript.particulars.captions
    if captions and manuscript.kind is MaterialKind.VIDEO:
        version = access.versions_of(found.original.id).where(MaterialVersion.number == found.made_from)
        theirs = db.scalars(version).one_or_none()
        is_own = theirs is None or theirs.particulars.get("captions") != captions
        good, bad = _("Its captions are translated."), _("Its captions are those of the original: translate them too.")
        yield Check("captions", is_own, good if is_own else bad)


def _bring(db: Session, viewer: Viewer, made: Material, row: MaterialFile, copy: _Copy) -> None:
    """A file under the path by which the text names it, with what is known of it."""
    media = row.media
    if isinstance(copy, Prepared):
        kept = images.bring(db, viewer, made, image=copy, filename=media.filename, alt=media.alt or row.path)
    else:
        kept = recordings.bring(db, viewer, made, file=copy, filename=media.filename, title=media.alt)
    kept.path = row.path
    if row.asset is not None:
        names = ("title", "creator", "source_url", "licence", "changes", "permission", "permission_on")
        values = {name: getattr(row.asset, name) for name in names}
        db.add(MaterialAsset(material_id=made.id, media_id=kept.media_id, **values))
    db.flush()
