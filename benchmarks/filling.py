"""A database full of made-up materials, quickly: rows in bulk into the real tables, the index for the search too.

Not a benchmark: those that ask how cost grows fill one with it (``growing``, ``searching``).
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from peernet.cli.installation import Installation
from peernet.cohorts.models import Cohort, CohortFormat, CohortState
from peernet.db import Database, migrations
from peernet.materials import related
from peernet.materials.models import (
    Material,
    MaterialKind,
    MaterialOrganisation,
    MaterialQuestion,
    MaterialState,
    MaterialTopic,
    MaterialVersion,
)
from peernet.organisations.models import Organisation
from peernet.prompts.models import Moment, Prompt, Topic
from peernet.search.models import SearchRow
from peernet.settings import Settings, use

# Two words that stand together in one of so many materials.
SHARES = {"narrow": 5_000, "medium": 100, "broad": 2}
# And two that stand in as many however many there are.
FEW = 20
WORDS_EACH, _PARAGRAPH = 600, 100
_TOPICS, _ORGANISATIONS, _QUESTIONS = 12, 300, 60
_AT_ONCE = 2_000
_NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
_KINDS = [kind for kind in MaterialKind if kind is not MaterialKind.PLAYBOOK]
_LICENCES = ("CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0")
_CREDIT = {"credit": "author", "name": "The editors", "role": "", "organisation": None, "organisation_name": ""}
# As weights of words: with vectors of PostgreSQL the title weighs A, the text B, as where one row is put.
_VECTORS = (
    "INSERT INTO search_text (id, audience, kind, vector) SELECT id, audience, kind,"
    " setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', text), 'B')"
    " FROM search_row WHERE id NOT IN (SELECT id FROM search_text)"
)


@dataclass(frozen=True)
class Words:
    """Paragraphs in words of which few are frequent and most are rare, from which texts are put together."""

    paragraphs: tuple[str, ...]

    @classmethod
    def made(cls, chance: random.Random) -> "Words":
        """Some hundreds of them."""
        known = ["".join(chance.choices("etaoinshrdlucmfwyp", k=chance.randint(3, 9))) for _ in range(20_000)]
        weights = [1 / (place + 3) for place in range(len(known))]
        return cls(tuple(" ".join(chance.choices(known, weights, k=_PARAGRAPH)) for _ in range(600)))

    def text(self, number: int, chance: random.Random) -> str:
        """The text of one material, with the words of :data:`SHARES` that are due in it."""
        due = [f"{name}word {name}other" for name, share in SHARES.items() if number % share == 0]
        due += ["fewword fewother"] if number < FEW else []
        return "\n".join([*chance.choices(self.paragraphs, k=WORDS_EACH // _PARAGRAPH), *due])


def settings(folder: Path, url: str = "") -> Settings:
    """Of an installation in a folder of its own; with a database elsewhere, if one is named."""
    return use(Settings(data=folder / "data", secret_key=SecretStr("x" * 40), database=url))


def filled(chosen: Settings, materials: int, *, cohorts: int = 10) -> Database:
    """The database of an installation with so much in it."""
    database = Installation(chosen).database
    migrations.upgrade(database)
    with database.writing() as db:
        surroundings(db, cohorts)
    fill(database, 0, materials, cohorts=cohorts)
    return database


def surroundings(db: Session, cohorts: int) -> None:
    """What materials hang on."""
    db.execute(insert(Topic), [{"slug": f"topic-{one}", "name": f"Topic {one}"} for one in range(_TOPICS)])
    named = [
        {"slug": f"organisation-{one}", "name": f"Organisation {one}", "is_named": True, "created_at": _NOW}
        for one in range(_ORGANISATIONS)
    ]
    db.execute(insert(Organisation), named)
    asked = [
        {"slug": f"question-{one}", "text": f"Question {one}?", "moment": next(iter(Moment)), "is_public": True}
        for one in range(_QUESTIONS)
    ]
    db.execute(
        insert(Prompt), [row | {"topic_id": 1 + one % _TOPICS, "created_at": _NOW} for one, row in enumerate(asked)]
    )
    add_cohorts(db, 0, cohorts)


def add_cohorts(db: Session, first: int, last: int) -> None:
    """Cohorts with a public page."""
    made = [
        {
            "slug": f"cohort-{one}", "name": f"Cohort {one}", "theme": "Learning", "format": next(iter(CohortFormat)),
            "state": CohortState.RUNNING, "starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 1), "zone": "UTC",
            "created_at": _NOW,
        }
        for one in range(first, last)
    ]  # fmt: skip
    if made:
        db.execute(insert(Cohort), made)


def fill(database: Database, first: int, last: int, *, cohorts: int = 10) -> None:
    """Materials of these numbers, published, with all that lists, pages and the search read of them."""
    chance = random.Random(first)
    words = Words.made(random.Random(4))
    for start in range(first, last, _AT_ONCE):
        with database.writing() as db:
            for table, rows in _rows(range(start, min(start + _AT_ONCE, last)), words, chance, cohorts):
                db.execute(insert(table), rows)
            if not database.is_sqlite:
                db.execute(text(_VECTORS))
    with database.writing() as db:
        related.rebuild(db)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # On PostgreSQL also what a vacuum does by itself after a while: until then its index is not asked.
        connection.execute(text("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE"))


def _rows(
    numbers: range, words: Words, chance: random.Random, cohorts: int
) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    made = [_one(number, words.text(number, chance), cohorts) for number in numbers]
    for place, table in enumerate(
        (Material, MaterialVersion, MaterialTopic, MaterialOrganisation, MaterialQuestion, SearchRow)
    ):
        yield table, [row[place] for row in made]


def _one(number: int, body: str, cohorts: int) -> tuple[dict[str, Any], ...]:
    ident, title = number + 1, f"Material {number}: {body[:50]}"
    said = {
        "kind": _KINDS[number % len(_KINDS)], "title": title, "summary": body[:200],
        "language": "fr" if number % 5 == 0 else "en", "licence": _LICENCES[number % len(_LICENCES)],
    }  # fmt: skip
    material = said | {
        "id": ident, "slug": f"material-{number}", "state": MaterialState.PUBLISHED, "number": 1,
        "cohort_id": 1 + number % cohorts, "published_on": date(2006, 1, 1) + timedelta(days=number // 14),
        "created_at": _NOW, "changed_at": _NOW,
    }  # fmt: skip
    html = "".join(f"<p>{paragraph}</p>" for paragraph in body.split("\n"))
    version = said | {
        "material_id": ident, "number": 1, "source": body, "html": html, "toc": [],
        "credits": [_CREDIT],
        "words": WORDS_EACH, "reading_minutes": 1 + number % 20, "published_at": _NOW,
    }  # fmt: skip
    found = {
        "kind": "material", "ref": str(ident), "audience": "public", "title": title, "text": body.replace("\n", " "),
        "language": said["language"], "url": f"/library/material-{number}",
    }  # fmt: skip
    return (
        material,
        version,
        {"material_id": ident, "topic_id": 1 + number % _TOPICS, "position": 0},
        {"material_id": ident, "organisation_id": 1 + number % _ORGANISATIONS, "position": 0},
        {"material_id": ident, "prompt_id": 1 + number % _QUESTIONS, "position": 0},
        found,
    )
