"""Topics: what prompts and materials are about."""

from typing import TypedDict, Unpack

from sqlalchemy.orm import Session

from peernet.ledger import ledger
from peernet.prompts.models import Topic
from peernet.web.viewer import Viewer


class Facts(TypedDict, total=False):
    """What can be said of a topic."""

    name: str
    description: str
    is_theme: bool
    position: int


def add(db: Session, *, actor: Viewer, slug: str, **facts: Unpack[Facts]) -> Topic:
    """A new topic."""
    topic = Topic(slug=slug, **facts)
    db.add(topic)
    db.flush()
    ledger.record(db, "topic.added", subject=f"topic:{topic.id}", actor_id=actor.person_id)
    return topic


def revise(db: Session, topic: Topic, *, actor: Viewer, **facts: Unpack[Facts]) -> bool:
    """Change what is given, and say whether anything changed."""
    changed = [name for name, value in facts.items() if getattr(topic, name) != value]
    for name in changed:
        setattr(topic, name, facts[name])  # type: ignore[literal-required]
    if changed:
        db.flush()
        ledger.record(db, "topic.revised", subject=f"topic:{topic.id}", actor_id=actor.person_id)
    return bool(changed)
