"""The sitemap in parts (sitemaps.org, protocol 0.9): of materials one for each thousand numbers that they can have, so
that what is published changes one part.
"""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from peernet import pages
from peernet.materials import translations
from peernet.materials.models import Material, MaterialState
from peernet.settings import current
from peernet.site import feeds
from peernet.site.feeds import Address
from peernet.web import copying

# Of the protocol, in one file; and what is still made at once, which is less.
MOST_ADDRESSES, _MOST_PLACES = 50_000, 1_000
# Parts of this number and more are those of materials.
_MATERIALS = 1_000
# In a copy of the site a part depends on a key of its own; what changes it touches the other one.
PREFIX, KEYS = "sitemap:", ("library",)


def whole(db: Session) -> list[Address] | None:
    """Every address, where one file holds them; else None."""
    others, most = list(feeds.addresses(db)), _size()
    pages.depend(*KEYS)
    if len(others) > most or db.scalar(_public(Material.id).offset(most - len(others)).limit(1)) is not None:
        return None
    return [*others, *_materials(db)]


def numbers(db: Session) -> list[int]:
    """The numbers of the parts."""
    others = -(-len(list(feeds.addresses(db))) // _size())
    places = db.scalars(_public(Material.id // _size()).distinct())
    return [*range(1, others + 1), *sorted(_MATERIALS + place for place in places)]


def part(db: Session, number: int) -> Sequence[Address]:
    """The addresses of one part; none where there is no such part."""
    if number < _MATERIALS:
        return list(feeds.addresses(db))[(number - 1) * _size() : number * _size()]
    pages.depend(*([f"{PREFIX}{number}"] if copying.is_copy() else KEYS))
    first = (number - _MATERIALS) * _size()
    return _materials(db, Material.id >= first, Material.id < first + _size())


def digests(db: Session) -> dict[str, str]:
    """For the key of each part of materials a digest of what it says."""
    kin = translations.families(db)
    parts: dict[str, Any] = {}
    for ident, slug, changed in _rows(db):
        said = repr((slug, changed, kin.get(slug)))
        parts.setdefault(f"{PREFIX}{_MATERIALS + ident // _size()}", hashlib.sha256()).update(said.encode())
    return {key: made.hexdigest()[:24] for key, made in parts.items()}


def _materials(db: Session, *which: Any) -> list[Address]:
    kin = translations.families(db)
    return [Address("site.material", slug, changed, kin.get(slug, {})) for _id, slug, changed in _rows(db, *which)]


def _rows(db: Session, *which: Any) -> list[tuple[int, str, date | None]]:
    """The id and slug of what is published, and the day of its last change, in the order of the ids."""
    rows = db.execute(_public(Material.id, Material.slug, Material.told_at).where(*which).order_by(Material.id))
    return [(ident, slug, changed and changed.date()) for ident, slug, changed in rows]


def _public(*columns: Any) -> Select[Any]:
    return select(*columns).where(Material.state == MaterialState.PUBLISHED)


def _size() -> int:
    """So many pages stand in one file: each has an address in every language."""
    return min(_MOST_PLACES, MOST_ADDRESSES // len(current().network.languages))
