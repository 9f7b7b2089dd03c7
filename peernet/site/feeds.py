"""Atom feeds (RFC 4287) and the sitemap (sitemaps.org, protocol 0.9), as values that a template writes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from peernet import pages
from peernet.accounts import public_pages
from peernet.accounts.models import Person
from peernet.addresses import moving
from peernet.brand import texts
from peernet.cohorts import access as cohorts_access
from peernet.cohorts.models import Cohort
from peernet.materials import library
from peernet.materials.credits import authors
from peernet.materials.library import Filters
from peernet.materials.placement import listed
from peernet.materials.quotations import showing
from peernet.materials.quotations.showing import Place, depends
from peernet.materials.taking import markup
from peernet.materials.taking.markup import Surroundings
from peernet.organisations.models import Organisation
from peernet.prompts.models import Prompt, Topic
from peernet.roundtables.models import Opening
from peernet.roundtables.openings import access as openings
from peernet.settings import current
from peernet.site import reading

_NEWEST = 30


@dataclass(frozen=True)
class Item:
    """One entry of a feed. ``updated`` is when its present version came out; ``html`` is its text with whole links;
    ``first`` is the slug that it had first, which names it for ever."""

    slug: str
    first: str
    title: str
    kind: str
    summary: str
    language: str
    licence: str
    authors: list[str]
    published: datetime
    updated: datetime
    html: str


@dataclass(frozen=True)
class Feed:
    """What a feed holds, newest first; ``name`` is what it is about, empty for everything, and ``first`` the slug that
    this had first."""

    name: str
    first: str
    items: list[Item]

    @property
    def updated(self) -> datetime:
        """When it last changed; a feed without entries has not changed since the beginning of time."""
        return max((item.updated for item in self.items), default=datetime(1970, 1, 1, tzinfo=UTC))


@dataclass(frozen=True)
class Address:
    """One address of the sitemap: the endpoint, its slug, and the day of the last change where that is known.
    ``kin`` are the slugs of the same material in other languages, by language; ``argument`` is what the endpoint calls
    its slug."""

    endpoint: str
    slug: str | None = None
    changed: date | None = None
    kin: Mapping[str, str] = field(default_factory=dict)
    argument: str = "slug"


def everything(db: Session) -> Feed:
    """The feed of all materials."""
    pages.depend("library")
    return Feed("", "", _items(db, Filters()))


def of_topic(db: Session, slug: str) -> Feed | None:
    """What is published on a topic; None where there is no such topic."""
    topic = db.scalar(select(Topic).where(Topic.slug == slug))
    return _feed(db, ("topic", topic.id), topic.name, slug, Filters(topic=slug)) if topic else None


def of_cohort(db: Session, slug: str) -> Feed | None:
    """What a public cohort published."""
    found = _one(db, reading.cohort(slug), Cohort)
    return _feed(db, ("cohort", found[0].id), found[0].name, found[1], Filters(cohort=slug)) if found else None


def of_organisation(db: Session, slug: str) -> Feed | None:
    """What is published by or about an organisation that has a public page."""
    found = _one(db, reading.organisations().where(Organisation.slug == slug), Organisation)
    if found is None:
        return None
    return _feed(db, ("organisation", found[0].id), found[0].name, found[1], Filters(organisation=slug))


def of_question(db: Session, slug: str) -> Feed | None:
    """What is published in answer to a question that has a public page."""
    found = _one(db, reading.prompts().where(Prompt.slug == slug), Prompt)
    return _feed(db, ("prompt", found[0].id), found[0].text, found[1], Filters(question=slug)) if found else None


def addresses(db: Session) -> Iterator[Address]:
    """Every address that readers may come to but those of materials, in six queries."""
    pages.depend("home", "questions", "cohorts", "organisations", "roundtables", public_pages.KEY)
    lists = ("home", "questions", "library", "cohorts", "organisations", "about")
    yield from (Address(f"site.{name}") for name in lists)
    yield from (Address("site.own_page", text.slug, text.changed.date()) for text in texts.addresses())
    slugs: list[tuple[str, Any]] = [
        ("site.question", reading.prompts().with_only_columns(Prompt.slug)),
        ("site.cohort", cohorts_access.listed_publicly().with_only_columns(Cohort.slug)),
        ("site.organisation", reading.organisations().with_only_columns(Organisation.slug)),
        ("site.roundtable", openings.to_come().with_only_columns(Opening.slug)),
    ]
    for endpoint, statement in slugs:
        yield from (Address(endpoint, slug) for slug in db.scalars(statement))
    for number in db.scalars(public_pages.shown().with_only_columns(Person.id)):
        yield Address("site.person", str(number), argument="person_id")


def _one(db: Session, statement: Select[Any], model: Any) -> tuple[Any, str] | None:
    """What a feed is about, and the slug that it had first."""
    row = db.execute(statement.add_columns(moving.first(model))).unique().one_or_none()
    return (row[0], row[1]) if row else None


def _feed(db: Session, of: tuple[str, int], name: str, first: str, filters: Filters) -> Feed:
    pages.depend(f"{of[0]}:{of[1]}", listed(*of))
    return Feed(name, first, _items(db, filters))


def _items(db: Session, filters: Filters) -> list[Item]:
    rows = db.execute(reading.issued(*library.conditions(filters)).limit(_NEWEST)).all()
    versions = {row.MaterialVersion.id: row.MaterialVersion for row in rows}
    quoted = showing.of_versions(db, versions.values())
    pages.depend(*(f"material:{row.id}" for row in rows), *(key for each in quoted.values() for key in depends(each)))
    return [_item(row, showing.places(row.MaterialVersion.html, quoted[row.MaterialVersion.id])) for row in rows]


def _item(row: Row[Any], places: list[Place]) -> Item:
    base = current().public_url
    around = Surroundings(base, pictures=lambda src: f"{base}{src}" if src.startswith("/media/") else None)
    published = datetime.combine(row.published_on, time(), UTC)
    return Item(
        slug=row.slug,
        first=row.first,
        title=row.title,
        kind=row.kind,
        summary=row.summary,
        language=row.language,
        licence=row.licence,
        authors=authors(row.MaterialVersion.credits),
        published=published,
        updated=row.MaterialVersion.published_at if row.number > 1 else published,
        html=markup.text(places, around),
    )
