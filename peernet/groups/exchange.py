"""What somebody can help with, and what they would like to learn about: theirs to write, and to show or not."""

from collections.abc import Collection, Iterable

from sqlalchemy import delete
from sqlalchemy.orm import Session

from peernet.db import Conflict, Refused
from peernet.groups import access, matching
from peernet.groups.matching import Shared
from peernet.groups.mixing.preferring import Pair
from peernet.groups.models import Exchange, ExchangeTopic
from peernet.i18n import gettext as _
from peernet.web.viewer import Viewer


def edit(
    db: Session,
    *,
    actor: Viewer,
    offers: str,
    asks: str,
    offer_topics: Collection[int],
    ask_topics: Collection[int],
    is_shown: bool,
    version: int,
) -> None:
    """Say it anew. ``version`` is 0 where nothing was said before. Raises Conflict where it was changed meanwhile, and
    Refused for a topic that there is not."""
    row = db.scalar(access.exchange_of(actor))
    if (row.version if row else 0) != version:
        raise Conflict(_("You changed this somewhere else meanwhile. Compare, and save again if this is right."))
    if not set(offer_topics) | set(ask_topics) <= {each.id for each in db.scalars(access.topics())}:
        raise Refused(_("Please choose one of the options."), field="offer_topics")
    row = row or Exchange(person_id=actor.person_id)
    row.offers, row.asks, row.is_shown = offers, asks, is_shown
    db.add(row)
    db.flush()
    db.execute(delete(ExchangeTopic).where(ExchangeTopic.person_id == actor.person_id))
    for is_ask, topics in ((False, offer_topics), (True, ask_topics)):
        db.add_all(ExchangeTopic(person_id=row.person_id, topic_id=each, is_ask=is_ask) for each in set(topics))
    db.flush()


def shared(db: Session, rows: Iterable[Exchange]) -> list[Shared]:
    """Loaded rows with their topics. One query."""
    loaded = list(rows)
    topics: dict[tuple[int, bool], list[str]] = {}
    for each in db.scalars(access.topics_of([row.person_id for row in loaded])):
        topics.setdefault((each.person_id, each.is_ask), []).append(each.topic.name)
    return [
        Shared(
            row.person_id,
            row.person.name,
            row.offers,
            row.asks,
            tuple(topics.get((row.person_id, False), ())),
            tuple(topics.get((row.person_id, True), ())),
        )
        for row in loaded
    ]


def wanted(db: Session, person_ids: Collection[int]) -> frozenset[Pair]:
    """Pairs of these people of whom one offers what the other asks for, as far as both show it. Two queries."""
    return matching.pairs(shared(db, db.scalars(access.exchanges_between(person_ids))))
