"""Rendering a material's text: where its relative links lead, and which pictures it names.

``surroundings`` asks the database; ``render`` does not, takes its time, and belongs before the write lock.
"""

import posixpath
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from peernet import i18n
from peernet.addresses import moving
from peernet.i18n import gettext as _
from peernet.materials import access
from peernet.materials.models import ContentFile, Material, MaterialState
from peernet.media.store import picture_of
from peernet.text import markdown
from peernet.text.markdown import Picture, Rendered
from peernet.text.targets import path_of, relative_targets

# Where the public reads what a file of content is about.
_ADDRESSES = {
    "material": "/library/{}",
    "prompt": "/questions/{}",
    "cohort": "/cohorts/{}",
    "organisation": "/organisations/{}",
    "topic": "/library?topic={}",
}
_SUFFIXES = (".md", ".markdown")


@dataclass(frozen=True)
class Surroundings:
    """What a text can point at: an address for each link, a picture for each image, as the text writes them."""

    links: Mapping[str, str] = field(default_factory=dict)
    images: Mapping[str, Picture] = field(default_factory=dict)


def render(source: str, language: str, around: Surroundings) -> Rendered:
    """Render a material's text. Raises Refused, with the field "text", for one that is too heavy."""
    return markdown.render(
        source, links=around.links, images=around.images, trusted=True, labels=labels(language), field="text"
    )


def labels(language: str) -> dict[str, str]:
    """What screen readers say inside a text, in the text's own language where there is a translation."""
    with i18n.use_language(language):
        return {"back": _("Back to the text, note {}"), "table": _("Table"), "done": _("done"), "open": _("to do")}


def surroundings(db: Session, material: Material, source: str) -> Surroundings:
    """What ``source`` points at, written as the text of ``material``."""
    targets = relative_targets(source)
    home = db.scalar(_content_path("material", material.slug)) if targets else None
    files = {row.path: row.media for row in db.scalars(access.files_of(material.id))}
    found = {target: files[path_of(target)] for target in targets if path_of(target) in files}
    images = {target: picture_of(file) for target, file in found.items() if file.is_image}
    links = {target: file.url for target, file in found.items() if not file.is_image}
    return Surroundings(links | links_to(db, targets, home or f"materials/{material.slug}.md"), images)


def address_of(kind: str, slug: str) -> str:
    """The public address of what a file of content is about."""
    return _ADDRESSES[kind].format(slug)


def joined(home: str, target: str) -> str:
    """The path that a relative target names, seen from the file ``home``; "../" beyond the top stays."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(home), path_of(target)))


def links_to(db: Session, targets: Collection[str], home: str) -> dict[str, str]:
    """The address of each relative link in a text at the path ``home``: files that were brought in are known by their
    path, published materials by the file name. What leads nowhere is left out."""
    wanted = {target: joined(home, target) for target in targets if path_of(target).endswith(_SUFFIXES)}
    if not wanted:
        return {}
    known = {path: address_of(kind, slug) for path, kind, slug in db.execute(_content_at(wanted.values()))}
    stems = {_stem(path) for path in wanted.values()}
    public = {slug: slug for slug in db.scalars(_public_slugs(stems))}
    public |= moving.present(db, Material, stems - public.keys(), among=access.published())
    found: dict[str, str] = {}
    for target, path in wanted.items():
        stem = _stem(path)
        address = known.get(path) or (address_of("material", public[stem]) if stem in public else None)
        if address:
            found[target.split("#")[0]] = address
    return found


def _stem(path: str) -> str:
    return posixpath.basename(path).rsplit(".", 1)[0]


def _content_path(kind: str, slug: str) -> Select[str]:
    return select(ContentFile.path).where(ContentFile.kind == kind, ContentFile.slug == slug)


def _content_at(paths: Collection[str]) -> Select[str, str, str]:
    return select(ContentFile.path, ContentFile.kind, ContentFile.slug).where(ContentFile.path.in_(list(paths)))


def _public_slugs(slugs: Collection[str]) -> Select[str]:
    return select(Material.slug).where(Material.slug.in_(list(slugs)), Material.state == MaterialState.PUBLISHED)
