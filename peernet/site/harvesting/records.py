"""What is told of materials: those that are public, in their current version, and that others were withdrawn."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from peernet.materials import licences
from peernet.materials.credits import display_name
from peernet.materials.models import Credit, Material, MaterialKind, MaterialTopic, MaterialVersion
from peernet.materials.words import KINDS
from peernet.prompts.models import Topic
from peernet.settings import current
from peernet.site import reading
from peernet.site.harvesting import tokens
from peernet.site.harvesting.asking import Asked, Wrong
from peernet.site.harvesting.tokens import Place

AT_ONCE = 50
_DCMI = {MaterialKind.VIDEO: "MovingImage", MaterialKind.GRAPHIC: "StillImage"}


@dataclass(frozen=True)
class Record:
    """One material. ``version`` is None for a withdrawn one, of which only the header is told."""

    material: Material
    version: MaterialVersion | None
    topics: list[Topic] = field(default_factory=list)

    @property
    def identifier(self) -> str:
        """Its name among all repositories (oai-identifier 2.0)."""
        return f"{_start()}{self.material.id}"

    @property
    def sets(self) -> list[str]:
        """Those it is in. A withdrawn one stays in them, or who harvests one set would not learn that it went."""
        return [f"kind:{self.material.kind.value}", *(_set_of(topic) for topic in self.topics)]

    @property
    def address(self) -> str:
        """Its page."""
        return f"{current().public_url}{self.material.address}"

    @property
    def creators(self) -> list[str]:
        """Its authors, as they stood."""
        return self._named(is_author=True)

    @property
    def contributors(self) -> list[str]:
        """Everybody else who is named."""
        return self._named(is_author=False)

    @property
    def type(self) -> str:
        """The word of the DCMI Type Vocabulary."""
        return _DCMI.get(self.material.kind, "Text")

    @property
    def licence(self) -> str:
        """Where its licence can be read, or its code."""
        code = self.material.licence
        return licences.find(code).url if licences.is_known(code) else code

    def _named(self, *, is_author: bool) -> list[str]:
        entries = self.version.credits if self.version else []
        # Of a comma programs think that it parts a family's name from a person's.
        return [
            display_name(one).replace(",", " –")
            for one in entries
            if (one["credit"] == Credit.AUTHOR.value) is is_author
        ]


@dataclass(frozen=True)
class Listed:
    """A part of a list: ``token`` goes on with it, and is empty at its end; ``before`` records came already."""

    records: list[Record]
    total: int
    before: int
    token: str

    @property
    def is_whole(self) -> bool:
        """Whether there was no need of tokens."""
        return not self.token and not self.before


def one(db: Session, identifier: str) -> Record:
    """The material of an identifier. Raises Wrong. Two queries."""
    number = identifier.removeprefix(_start())
    fits = identifier.startswith(_start()) and number.isascii() and number.isdigit() and len(number) < 16
    found = db.execute(reading.told(Material.id == int(number) if fits else false())).one_or_none()
    if found is None or str(found[0].id) != number:
        raise Wrong("idDoesNotExist", "There is no such material.")
    return _with_topics(db, [(found[0], found[1])])[0]


def some(db: Session, asked: Asked) -> Listed:
    """The next part of a list. Raises Wrong. Three queries."""
    conditions = _conditions(asked)
    total = db.scalar(select(func.count()).select_from(reading.told(*conditions).order_by(None).subquery())) or 0
    after = asked.after
    if after is not None:
        at = after.moment
        conditions.append(or_(Material.told_at > at, and_(Material.told_at == at, Material.id > after.material_id)))
    rows = [(row[0], row[1]) for row in db.execute(reading.told(*conditions).limit(AT_ONCE + 1))]
    if not rows:
        raise Wrong("noRecordsMatch", "There is nothing of this.")
    shown, before = rows[:AT_ONCE], after.delivered if after else 0
    token = _token(asked, shown[-1][0], before + len(shown)) if len(rows) > AT_ONCE else ""
    return Listed(_with_topics(db, shown), max(total, before + len(rows)), before, token)


def sets(db: Session) -> Iterator[tuple[str, str]]:
    """Kinds and topics: the name of each set and what it is called. One query."""
    yield from (("kind", "Kinds of material"), ("topic", "Topics"))
    yield from ((f"kind:{kind.value}", str(KINDS[kind])) for kind in MaterialKind)
    yield from ((_set_of(one), one.name) for one in db.scalars(select(Topic).order_by(Topic.slug)))


def earliest(db: Session) -> datetime:
    """No record was told before."""
    found = db.scalar(reading.told().with_only_columns(func.min(Material.told_at)).order_by(None))
    return found or datetime(1970, 1, 1, tzinfo=UTC)


def host() -> str:
    """The name of this repository in identifiers."""
    return urlsplit(current().public_url).hostname or "localhost"


def _start() -> str:
    return f"oai:{host()}:material-"


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.since:
        found.append(Material.told_at >= asked.since)
    if asked.before:
        found.append(Material.told_at < asked.before)
    if asked.chosen:
        found.append(_in_set(asked.chosen))
    return found


def _in_set(chosen: str) -> ColumnElement[bool]:
    what, colon, name = chosen.partition(":")
    topics: Select[int] = select(MaterialTopic.material_id)
    if what == "topic":
        named = topics.join(Topic, Topic.id == MaterialTopic.topic_id).where(Topic.slug == _slug_in(name))
        return Material.id.in_(named if colon else topics)
    if what == "kind" and name in set(MaterialKind):
        return Material.kind == MaterialKind(name)
    return Material.id.is_not(None) if chosen == "kind" else false()


def _set_of(topic: Topic) -> str:
    """The name of a topic's set, which has letters of ASCII only (section 2.6): others are written as in names of
    hosts (RFC 3492), after a sign that no slug has."""
    slug = topic.slug
    return f"topic:{slug}" if slug.isascii() else f"topic:~{slug.encode('punycode').decode('ascii')}"


def _slug_in(name: str) -> str:
    """The slug of the topic that a set is of; one that no topic has for what is none."""
    try:
        slug = name[1:].encode("ascii").decode("punycode") if name.startswith("~") else name
        slug.encode()  # Half a letter can be written so, which no database takes.
    except UnicodeError:
        return name
    return slug


def _token(asked: Asked, last: Material, delivered: int) -> str:
    written = asked.written or {}
    begun = asked.after
    since, until = (begun.since, begun.until) if begun else (written.get("from", ""), written.get("until", ""))
    at = last.told_at.isoformat() if last.told_at else ""
    return tokens.write(Place(asked.prefix, since, until, asked.chosen, delivered, at, last.id))


def _with_topics(db: Session, rows: Collection[tuple[Material, MaterialVersion | None]]) -> list[Record]:
    found: dict[int, list[Topic]] = {}
    links = select(MaterialTopic.material_id, Topic).join(Topic, Topic.id == MaterialTopic.topic_id)
    links = links.where(MaterialTopic.material_id.in_([material.id for material, _version in rows]))
    for material_id, topic in db.execute(links.order_by(MaterialTopic.position)):
        found.setdefault(material_id, []).append(topic)
    return [Record(material, version, found.get(material.id, [])) for material, version in rows]
