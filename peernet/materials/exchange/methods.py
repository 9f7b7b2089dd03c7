"""Methods of working together as files."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from peernet import pages
from peernet.materials.exchange.finding import Found
from peernet.materials.exchange.inputs import MethodFile, plain
from peernet.materials.exchange.kinds import Kind, Meaning, Work, extras, without_empty
from peernet.roundtables.agendas.models import Method
from peernet.text.front_matter import Document

_FACTS = ("name", "language", "people_least", "people_most", "fails", "source", "source_url", "steps")
# What a file leaves out, since a step that says nothing of it means this.
_USUAL = {"grouping": "all", "attribution": "open", "visibility": "cohort"}


class Methods(Kind):
    """The library of methods. What a cohort kept of its own stays with it and is not exported."""

    name, folder, model = "method", "methods", MethodFile

    def meaning(self, found: Found) -> Meaning:
        """The facts, the steps, and what it is for."""
        said = plain(self.parsed(found))
        return said | {"source_url": said["source_url"] or "", "body": found.body, "extra": self.unknown(found)}

    def current(self, db: Session, slugs: Collection[str] | None) -> dict[str, Meaning]:
        """The library, or the methods named."""
        kept = extras(db, self.name, slugs)
        return {
            row.slug: {fact: getattr(row, fact) for fact in _FACTS}
            | {"body": row.purpose, "extra": kept.get(row.slug, {})}
            for row in db.scalars(_chosen(slugs))
        }

    def rows(self, db: Session, slugs: Collection[str]) -> dict[str, Any]:
        """By slug."""
        return {row.slug: row for row in db.scalars(_chosen(slugs))}

    def write(self, db: Session, work: Work) -> None:
        """Add or revise. Agendas that were built from it stay as they are."""
        row = work.row or Method(slug=work.found.slug)
        for fact in _FACTS:
            setattr(row, fact, work.meaning[fact])
        row.purpose = work.meaning["body"]
        db.add(row)
        pages.touch(db, "methods")
        db.flush()

    def source(self, meaning: Meaning) -> str:
        """What it is for is plain text."""
        return ""

    def document(self, slug: str, meaning: Meaning) -> Document:
        """The facts that are there, and each step without what is usual."""
        meta = without_empty({fact: meaning[fact] for fact in _FACTS})
        meta["steps"] = [_short(step) for step in meaning["steps"]]
        return Document(meta | meaning["extra"], meaning["body"])


def _short(step: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in step.items() if value not in ("", _USUAL.get(key))}


def _chosen(slugs: Collection[str] | None) -> Select[Method]:
    chosen = select(Method).where(Method.cohort_id.is_(None)).order_by(Method.slug)
    return chosen if slugs is None else chosen.where(Method.slug.in_(list(slugs)))
