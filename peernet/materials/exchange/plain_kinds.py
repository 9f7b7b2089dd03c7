"""Topics, organisations and prompts as files."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from peernet import pages
from peernet.cohorts import access as cohorts
from peernet.materials.exchange.finding import Found
from peernet.materials.exchange.inputs import OrganisationFile, PromptFile, TopicFile, plain
from peernet.materials.exchange.kinds import Kind, Meaning, Work, extras, without_empty
from peernet.organisations import organisations
from peernet.organisations.models import Organisation
from peernet.prompts import library, topics
from peernet.prompts.models import Moment, Prompt, Topic
from peernet.text.front_matter import Document


class Topics(Kind):
    """Themes and topics."""

    name, folder, model = "topic", "topics", TopicFile

    def meaning(self, found: Found) -> Meaning:
        """Name, kind, position, description."""
        return plain(self.parsed(found)) | {"body": found.body, "extra": self.unknown(found)}

    def current(self, db: Session, slugs: Collection[str] | None) -> dict[str, Meaning]:
        """All topics, or those named."""
        kept = extras(db, self.name, slugs)
        return {
            row.slug: {
                "name": row.name,
                "kind": "theme" if row.is_theme else "topic",
                "position": row.position,
                "body": row.description,
                "extra": kept.get(row.slug, {}),
            }
            for row in db.scalars(_chosen(Topic, slugs))
        }

    def rows(self, db: Session, slugs: Collection[str]) -> dict[str, Any]:
        """By slug."""
        return {row.slug: row for row in db.scalars(_chosen(Topic, slugs))}

    def write(self, db: Session, work: Work) -> None:
        """Add or revise."""
        said = work.meaning
        facts: topics.Facts = {
            "name": said["name"],
            "description": said["body"],
            "is_theme": said["kind"] == "theme",
            "position": said["position"],
        }
        row = work.row
        if row is None:
            row = topics.add(db, actor=work.actor, slug=work.found.slug, **facts)
        else:
            topics.revise(db, row, actor=work.actor, **facts)
        for key in ("library", "questions", f"topic:{row.id}"):
            pages.touch(db, key)

    def source(self, meaning: Meaning) -> str:
        """A description is plain text."""
        return ""

    def document(self, slug: str, meaning: Meaning) -> Document:
        """Name, kind, position."""
        meta = {"name": meaning["name"], "kind": meaning["kind"], "position": meaning["position"]}
        return Document(meta | meaning["extra"], meaning["body"])


class Organisations(Kind):
    """Organisations. One whose name begins with "Example" is an example unless its file says otherwise."""

    name, folder, model = "organisation", "organisations", OrganisationFile

    def meaning(self, found: Found) -> Meaning:
        """The facts, and the purpose."""
        said = plain(self.parsed(found))
        if said["example"] is None:
            said["example"] = _sounds_like_example(said["name"])
        said = {key: "" if value is None else value for key, value in said.items()}
        return said | {"body": found.body, "extra": self.unknown(found)}

    def current(self, db: Session, slugs: Collection[str] | None) -> dict[str, Meaning]:
        """All organisations, or those named."""
        kept = extras(db, self.name, slugs)
        return {
            row.slug: {
                "name": row.name,
                "home_page": row.home_page,
                "country": row.country,
                "stewards": row.stewards,
                "host": row.is_host,
                "example": row.is_example,
                "body": row.purpose,
                "extra": kept.get(row.slug, {}),
            }
            for row in db.scalars(_chosen(Organisation, slugs))
        }

    def rows(self, db: Session, slugs: Collection[str]) -> dict[str, Any]:
        """By slug."""
        return {row.slug: row for row in db.scalars(_chosen(Organisation, slugs))}

    def write(self, db: Session, work: Work) -> None:
        """Create or revise."""
        said = work.meaning
        facts: organisations.Facts = {
            "name": said["name"],
            "home_page": said["home_page"],
            "country": said["country"],
            "stewards": said["stewards"],
            "is_host": said["host"],
            "is_example": said["example"],
            "purpose": said["body"],
            "purpose_html": work.rendered.html,
        }
        row = work.row
        if row is None:
            organisations.create(db, actor=work.actor, slug=work.found.slug, **facts)
        else:
            listed = cohorts.is_listed(db, row)
            organisations.revise(db, row, actor=work.actor, version=row.version, is_listed=listed, **facts)

    def document(self, slug: str, meaning: Meaning) -> Document:
        """The facts that are there."""
        keys = ("name", "home_page", "country", "stewards")
        meta: dict[str, Any] = without_empty({key: meaning[key] for key in keys})
        if meaning["host"]:
            meta["host"] = True
        if meaning["example"] != _sounds_like_example(meaning["name"]):
            meta["example"] = meaning["example"]
        return Document(meta | meaning["extra"], meaning["body"])


class Prompts(Kind):
    """The prompt library. A cohort's own prompts stay with it and are not exported."""

    name, folder, model = "prompt", "prompts", PromptFile
    references = {"theme": "topic"}

    def meaning(self, found: Found) -> Meaning:
        """The question, where it belongs, and why it is asked."""
        return plain(self.parsed(found)) | {"body": found.body, "extra": self.unknown(found)}

    def current(self, db: Session, slugs: Collection[str] | None) -> dict[str, Meaning]:
        """The library, or the prompts named."""
        kept = extras(db, self.name, slugs)
        chosen = _chosen(Prompt, slugs).options(joinedload(Prompt.topic))
        if slugs is None:
            chosen = chosen.where(Prompt.cohort_id.is_(None))
        return {
            row.slug: {
                "text": row.text,
                "theme": row.topic.slug if row.topic else None,
                "moment": row.moment.value,
                "language": row.language,
                "public": row.is_public,
                "body": row.why,
                "extra": kept.get(row.slug, {}),
            }
            for row in db.scalars(chosen)
        }

    def rows(self, db: Session, slugs: Collection[str]) -> dict[str, Any]:
        """By slug."""
        return {row.slug: row for row in db.scalars(_chosen(Prompt, slugs).options(joinedload(Prompt.topic)))}

    def write(self, db: Session, work: Work) -> None:
        """Add or revise."""
        said = work.meaning
        facts: library.Facts = {
            "text": said["text"],
            "topic": db.scalar(select(Topic).where(Topic.slug == said["theme"])),
            "moment": Moment(said["moment"]),
            "language": said["language"],
            "is_public": said["public"],
            "why": said["body"],
            "why_html": work.rendered.html,
        }
        row = work.row
        if row is None:
            library.add(db, actor=work.actor, slug=work.found.slug, **facts)
        else:
            library.revise(db, row, actor=work.actor, version=row.version, **facts)

    def path(self, slug: str, meaning: Meaning) -> str:
        """In the folder of its theme."""
        return f"{self.folder}/{meaning['theme']}/{slug}.md" if meaning["theme"] else f"{self.folder}/{slug}.md"

    def document(self, slug: str, meaning: Meaning) -> Document:
        """The question first."""
        meta = without_empty({key: meaning[key] for key in ("text", "theme", "moment", "language")})
        return Document(meta | {"public": meaning["public"]} | meaning["extra"], meaning["body"])


def _chosen(model: Any, slugs: Collection[str] | None) -> Any:
    chosen = select(model).order_by(model.slug)
    return chosen if slugs is None else chosen.where(model.slug.in_(list(slugs)))


def _sounds_like_example(name: str) -> bool:
    return name.startswith("Example ")
