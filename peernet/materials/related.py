"""What to read next after a material, found when something is published, so that readers wait for nothing.

Of each of its questions and topics only those come into question that were begun shortly before and after it, and
whatever is alike by its words (see ``likeness``). They are weighed by all that they share with it. So what is published
changes the lists of few others, however many there are, and each is kept with a digest of what it shows: a page is made
anew where it would show something else.

Where two are published at once that belong together, neither may be in the list of the other until one of them, or
another of the same, is published again.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from peernet import pages
from peernet.materials.models import (
    Material,
    MaterialAlike,
    MaterialQuestion,
    MaterialRelated,
    MaterialState,
    MaterialTopic,
    MaterialTranslation,
)
from peernet.prompts.models import Prompt

# How many are offered, and of each question and topic so many on either side are weighed.
_OFFERED, _NEAR = 3, 8
# How much more than a shared topic a shared question counts, and the same words.
_OF_A_QUESTION, _OF_WORDS = 3, 2
# So many lists are made at once where all are.
_AT_ONCE = 250
_LAST = 2**62
_LINKS: tuple[tuple[Any, str], ...] = ((MaterialQuestion, "prompt_id"), (MaterialTopic, "topic_id"))
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_PUT = text(
    "INSERT INTO material_related (material_id, place, other_id, said) VALUES (:material_id, :place, :other_id, :said)"
    " ON CONFLICT (material_id, place) DO UPDATE SET other_id = excluded.other_id, said = excluded.said"
)
_COLUMNS = ("material_id", "place", "other_id", "said")
_DROP = text("DELETE FROM material_related WHERE material_id = :material_id AND place = :place")
_PUBLIC_QUESTIONS = (
    select(MaterialQuestion.material_id, MaterialQuestion.prompt_id)
    .join(Prompt, Prompt.id == MaterialQuestion.prompt_id)
    .where(Prompt.is_public)
)
# What is to be read next, in order: the id, and a digest of what is shown of it.
_List = list[tuple[int, str]]


def key(material_id: int) -> str:
    """What a page depends on that shows what to read next after a material."""
    return f"related:{material_id}"


def statement(material_id: Any) -> Select[str, int, int, str, str, str, str, str]:
    """What to read next after a material, the nearest first: what, place, id, slug, title, kind, summary, language."""
    # Cast, so that SQLite looks up those few by their ids and does not go through all that is published.
    is_public = cast(Material.state, String) == MaterialState.PUBLISHED.value
    columns = (literal("related"), MaterialRelated.place, Material.id, Material.slug, Material.title)
    more = (cast(Material.kind, String), Material.summary, Material.language)
    found = select(*columns, *more).join(MaterialRelated, MaterialRelated.other_id == Material.id)
    return found.where(MaterialRelated.material_id == material_id, is_public)


def around(db: Session, material_id: int) -> set[int]:
    """The materials whose lists may change with this one: those that have it in theirs, or weigh it. Three queries."""
    listed = select(MaterialRelated.material_id).where(MaterialRelated.other_id == material_id)
    alike = select(MaterialAlike.other_id).where(MaterialAlike.material_id == material_id)
    near = {other for link, _target in _LINKS for _own, other in db.execute(_near(link), {"ids": [material_id]})}
    return {*near, *db.scalars(union_all(listed, alike))}


def renew(db: Session, material_id: int, before: Iterable[int] = ()) -> None:
    """Find anew what to read next after a material that has changed, and after those around it now; ``before`` are
    those that were around it."""
    _renew(db, {material_id, *before, *around(db, material_id)})


def rebuild(db: Session) -> None:
    """Find all of it anew."""
    _in_parts(db, db.scalars(select(Material.id).where(Material.number > 0)).all())


def follow(db: Session, payload: dict[str, Any]) -> None:
    """Job: a question was made public, or is not any more; what shares it is nearer or less near."""
    link = MaterialQuestion
    _in_parts(db, db.scalars(select(link.material_id).where(link.prompt_id == payload["prompt_id"])).all())


def _in_parts(db: Session, ids: Sequence[int]) -> None:
    for first in range(0, len(ids), _AT_ONCE):
        _renew(db, ids[first : first + _AT_ONCE])


def _renew(db: Session, ids: Collection[int]) -> None:
    """The lists of these. Eight queries, and few for what changes."""
    row = MaterialRelated
    kept = select(row.material_id, row.place, row.other_id, row.said).where(row.material_id.in_(ids))
    before = {(one, place): (other, said) for one, place, other, said in db.execute(kept)}
    now = {(one, place): said for one, found in _lists(db, ids).items() for place, said in enumerate(found, 1)}
    changed = sorted(at for at in before.keys() | now.keys() if before.get(at) != now.get(at))
    # Everybody writes them in this order, one after another: so nobody waits in a circle.
    for is_there, places in groupby(changed, now.__contains__):
        rows = [(*at, *now.get(at, ())) for at in places]
        db.execute(_PUT if is_there else _DROP, [dict(zip(_COLUMNS, row, strict=False)) for row in rows])
    for material_id in dict.fromkeys(material_id for material_id, _place in changed):
        pages.touch(db, key(material_id))


def _lists(db: Session, ids: Collection[int]) -> dict[int, _List]:
    """For each of these what is to be read next."""
    weighed: dict[int, set[int]] = defaultdict(set)
    for link, _target in _LINKS:
        for own, other in db.execute(_near(link), {"ids": list(ids)}).all():
            weighed[own].add(other)
    share: dict[tuple[int, int], float] = {}
    alike = select(MaterialAlike.material_id, MaterialAlike.other_id, MaterialAlike.share)
    for own, other, much in db.execute(alike.where(MaterialAlike.material_id.in_(ids))).all():
        weighed[own].add(other)
        share[own, other] = much
    everything = {*ids, *(other for others in weighed.values() for other in others)}
    family = _families(db, everything)
    questions = _hung_on(db, _PUBLIC_QUESTIONS, everything)
    topics = _hung_on(db, select(MaterialTopic.material_id, MaterialTopic.topic_id), everything)

    def order(own: int, other: int) -> tuple[float, int, int]:
        much = _OF_A_QUESTION * len(questions[own] & questions[other]) + len(topics[own] & topics[other])
        return -much - _OF_WORDS * share.get((own, other), 0.0), abs(own - other), -other

    def best(own: int) -> Sequence[int]:
        others = [other for other in weighed[own] if other in family and family[other] != family[own]]
        placed = sorted((order(own, other), other) for other in others)
        return [other for (weight, *_rest), other in placed[:_OFFERED] if weight < 0]

    found = {own: best(own) for own in ids if own in family}
    said = _said(db, {other for others in found.values() for other in others})
    return {own: [(other, said[other]) for other in others] for own, others in found.items()}


@cache
def _near(link: Any) -> CompoundSelect[Any]:
    """For each of ``ids`` the nearest on each side that hang on the same, as pairs."""
    target = dict(_LINKS)[link]
    parts = []
    for is_later in (True, False):
        own, other, further = aliased(link), aliased(link), aliased(link)
        ident, place = other.material_id, further.material_id
        last = select(place).where(getattr(further, target) == getattr(own, target)).offset(_NEAR - 1).limit(1)
        if is_later:
            last = last.where(place > own.material_id).order_by(place)
            reach = and_(ident > own.material_id, ident <= func.coalesce(last.correlate(own).scalar_subquery(), _LAST))
        else:
            last = last.where(place < own.material_id).order_by(place.desc())
            reach = and_(ident < own.material_id, ident >= func.coalesce(last.correlate(own).scalar_subquery(), 0))
        on = and_(getattr(other, target) == getattr(own, target), reach)
        parts.append(select(own.material_id, ident).join(other, on).where(own.material_id.in_(_IDS)))
    return union_all(*parts)


def _hung_on(db: Session, statement: Select[int, int], ids: Collection[int]) -> Mapping[int, set[int]]:
    """What each of these materials hangs on."""
    found: dict[int, set[int]] = defaultdict(set)
    for one, target in db.execute(statement.where(statement.selected_columns[0].in_(ids))).all():
        found[one].add(target)
    return found


def _families(db: Session, ids: Collection[int]) -> dict[int, int]:
    """Of those that are public which original each is, or is a translation of."""
    original = func.coalesce(MaterialTranslation.original_id, Material.id)
    found = select(Material.id, original).outerjoin(MaterialTranslation, MaterialTranslation.material_id == Material.id)
    is_public = cast(Material.state, String) == MaterialState.PUBLISHED.value
    return dict[int, int](iter(db.execute(found.where(Material.id.in_(ids), is_public)).all()))


def _said(db: Session, ids: Iterable[int]) -> dict[int, str]:
    """Digests of what a card shows of each."""
    columns = (Material.id, Material.slug, Material.title, cast(Material.kind, String), Material.summary)
    found = db.execute(select(*columns, Material.language).where(Material.id.in_(ids)))
    return {row.id: hashlib.sha256(repr(tuple(row)).encode()).hexdigest()[:24] for row in found}
