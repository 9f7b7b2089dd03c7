"""How many published materials hang on what, of very many: held in memory, a bit for each material.

Counting a hundred thousand rows for each filter takes a database a second. Here each value of a filter is one number
whose bits are the ids of the materials that have it, so that to narrow is to AND. What was touched since (``pages``) is
read anew in the transaction that asks, so it counts what that sees. Below some thousands the database counts as fast.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, String, and_, case, cast, func, select
from sqlalchemy.orm import Session

from peernet import pages
from peernet.materials.models import (
    Material,
    MaterialOrganisation,
    MaterialQuestion,
    MaterialState,
    MaterialTopic,
    MaterialVersion,
)

# Lengths that a reader can choose, each with its least and most minutes; a film counts by what it takes to watch.
LENGTHS: dict[str, tuple[int, int | None]] = {"short": (0, 5), "medium": (6, 15), "long": (16, None)}
# Fewer materials the database counts itself; after more touches than that all is read anew.
LEAST, _MOST_TOUCHED = 2_000, 500
_KEY = "material:"
# So many rows are in memory at a time: all of them would take more than the shelf, and never be given back.
_IN_PARTS = {"yield_per": 2_000}
_PLAIN = ("kind", "language", "licence", "cohort", "length")
_LINKS: tuple[tuple[str, Any, Any], ...] = (
    ("topic", MaterialTopic.material_id, MaterialTopic.topic_id),
    ("organisation", MaterialOrganisation.material_id, MaterialOrganisation.organisation_id),
    ("question", MaterialQuestion.material_id, MaterialQuestion.prompt_id),
)
# A value of a filter: a word, or the id of what a material hangs on.
Value = str | int
Bits = dict[str, dict[Value, int]]


@dataclass(frozen=True)
class Shelf:
    """All published materials as of a touch; ``whole`` has a bit for each, ``bits`` those of each filter's values, and
    ``numbers`` how many these are."""

    number: int
    whole: int
    bits: Bits
    numbers: dict[str, dict[Value, int]]

    def chosen(self, values: Mapping[str, Value | None]) -> int:
        """The materials that have all these values; none have None."""
        found = self.whole
        for name, value in values.items():
            found &= self.bits[name].get(value, 0) if value is not None else 0
        return found

    def counts(self, name: str, within: int) -> dict[Value, int]:
        """How many of ``within`` have each value of a filter."""
        if within == self.whole:
            return {value: count for value, count in self.numbers[name].items() if count}
        counted = ((value, (bits & within).bit_count()) for value, bits in self.bits[name].items())
        return {value: count for value, count in counted if count}


_held: WeakKeyDictionary[Any, Shelf] = WeakKeyDictionary()
_lock = Lock()


def of(db: Session) -> Shelf | None:
    """The shelf as this transaction sees it; None where the database counts better: there are few, or this transaction
    has changed something that nobody was told yet."""
    if pages.touched(db) or (db.scalar(select(func.max(Material.id))) or 0) < LEAST:
        return None
    pool = db.get_bind().engine.pool
    with _lock:
        held = _held.get(pool)
        now = pages.counted(db)
        if held is not None and now < held.number:
            return None  # an older state than others have seen
        shelf = _renewed(db, held, now) if held is not None else _read(db, now)
        _held[pool] = shelf
    return shelf


def read(db: Session) -> Shelf:
    """The shelf as this transaction sees it, however few there are."""
    return of(db) or _read(db, pages.counted(db))


def ids(bits: int) -> list[int]:
    """Those of which the bit is set, in their order."""
    if bits.bit_count() * 16 > bits.bit_length():
        return [place for place, digit in enumerate(reversed(f"{bits:b}")) if digit == "1"]
    found = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found


def is_current(version: Any = MaterialVersion) -> ColumnElement[bool]:
    """Whether a version is the one that readers read."""
    return and_(version.material_id == Material.id, version.number == Material.number)


def length(version: Any = MaterialVersion) -> ColumnElement[str]:
    """Which of LENGTHS a material has."""
    minutes = func.coalesce(Material.video_minutes, version.reading_minutes)
    bounded = [(minutes <= most, name) for name, (_least, most) in LENGTHS.items() if most is not None]
    return case(*bounded, else_=next(name for name, (_least, most) in LENGTHS.items() if most is None))


def _renewed(db: Session, held: Shelf, now: int) -> Shelf:
    if now == held.number:
        return held
    found = pages.since(db, held.number)
    ids = {int(key.removeprefix(_KEY)) for key in found[1] if key.startswith(_KEY)} if found else set()
    if found is None or len(ids) > _MOST_TOUCHED:
        return _read(db, now)
    if not ids:
        return replace(held, number=now)
    touched, new = sum(1 << one for one in ids), _read(db, now, ids)
    bits: Bits = {name: dict(values) for name, values in held.bits.items()}
    numbers = {name: dict(values) for name, values in held.numbers.items()}
    for name, values in bits.items():
        changed = {value: each & ~touched for value, each in values.items() if _meet(each, touched, min(ids))}
        for value, each in new.bits[name].items():
            changed[value] = changed.get(value, values.get(value, 0)) | each
        values |= changed
        numbers[name] |= _counted(changed)
    return Shelf(now, (held.whole & ~touched) | new.whole, bits, numbers)


def _meet(bits: int, touched: int, lowest: int) -> bool:
    """Whether they have a bit in common, of which ``lowest`` is the first of ``touched``. Most often one material is
    touched: where it is a new one, the many bits before it need not be gone through, else those after it."""
    if bits.bit_length() - lowest < touched.bit_length():
        return bool((bits >> lowest) & (touched >> lowest))
    return bool(bits & touched)


def _read(db: Session, number: int, ids: Collection[int] | None = None) -> Shelf:
    """All that is published, or these of it. Four queries."""
    published = [Material.state == MaterialState.PUBLISHED]
    if ids is not None:  # Cast, so that SQLite looks up those few and does not go through all that is published.
        published = [cast(Material.state, String) == MaterialState.PUBLISHED.value, Material.id.in_(ids)]
    columns = (cast(Material.kind, String), Material.language, Material.licence, Material.cohort_id, length())
    rows = select(Material.id, *columns).join(MaterialVersion, is_current()).where(*published)
    places: dict[str, dict[Value, list[int]]] = {name: {} for name in (*_PLAIN, *(link[0] for link in _LINKS))}
    whole: list[int] = []
    for ident, *values in db.execute(rows, execution_options=_IN_PARTS):
        whole.append(ident)
        for name, value in zip(_PLAIN, values, strict=True):
            if value is not None:
                places[name].setdefault(value, []).append(ident)
    for name, material_id, target_id in _LINKS:
        linked = select(material_id, target_id).join(Material, Material.id == material_id).where(*published)
        for ident, target in db.execute(linked, execution_options=_IN_PARTS):
            places[name].setdefault(target, []).append(ident)
    bits = {name: {value: _bits(ones) for value, ones in values.items()} for name, values in places.items()}
    numbers = {name: {value: len(ones) for value, ones in values.items()} for name, values in places.items()}
    return Shelf(number, _bits(whole), bits, numbers)


def _counted(values: Mapping[Value, int]) -> dict[Value, int]:
    return {value: bits.bit_count() for value, bits in values.items()}


def _bits(ids: list[int]) -> int:
    if not ids:
        return 0
    found = bytearray(max(ids) // 8 + 1)
    for one in ids:
        found[one >> 3] |= 1 << (one & 7)
    return int.from_bytes(found, "little")
