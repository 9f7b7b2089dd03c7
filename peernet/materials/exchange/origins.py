"""Which version of its original a translation was made from, as files say it: by its number, and by its words, since
another network counts its own versions."""

import hashlib
from collections.abc import Collection

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from peernet.materials import access
from peernet.materials.exchange.kinds import Meaning
from peernet.materials.kinds.particulars import of_json
from peernet.materials.models import MaterialTranslation, MaterialVersion
from peernet.materials.quotations import blockquotes

KEYS = ("translation_of", "made_from", "made_from_text")


def texts_of(db: Session, ids: Collection[int]) -> dict[int, str]:
    """For each of these that is a translation, the mark of what it was made from. One query."""
    link, version = MaterialTranslation, MaterialVersion
    its = and_(version.material_id == link.original_id, version.number == link.made_from)
    rows = db.execute(select(link.material_id, version).join(version, its).where(link.material_id.in_(list(ids))))
    return {material_id: _mark(made_from) for material_id, made_from in rows}


def aligned(meaning: Meaning, before: Meaning) -> Meaning:
    """The meaning, with the number that the version has here where a file means the one that is known."""
    said = meaning.get("made_from_text")
    same = said == before.get("made_from_text") if said else meaning["made_from"] == before["made_from"]
    if not same or meaning["translation_of"] != before["translation_of"]:
        return meaning
    kept = {key: before[key] for key in KEYS if key in before}
    return {key: value for key, value in meaning.items() if key not in KEYS} | kept


def number_of(db: Session, original_id: int, meaning: Meaning) -> int:
    """The number that it has here: of the version with the same words, 0 where none has them; without such a mark the
    number that the file says, of those that there are."""
    versions = {version.number: version for version in db.scalars(access.versions_of(original_id))}
    said: str | None = meaning.get("made_from_text")
    number: int = meaning["made_from"]
    if not said:
        return min(number, max(versions))
    same = [each for each, version in versions.items() if _mark(version) == said]
    return number if number in same else max(same, default=0)


def _mark(version: MaterialVersion) -> str:
    """A hash of a version's words; of quotations their places, since their words follow consent."""
    text = blockquotes.taken_back(version.source, blockquotes.refs_in(version.source))
    parts = (version.title, version.summary, of_json(version.particulars).words, text)
    words = "\n".join(" ".join(part.split()) for part in parts)
    return hashlib.sha256(words.encode()).hexdigest()[:16]
