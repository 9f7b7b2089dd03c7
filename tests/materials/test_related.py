"""What to read next: what shares most of questions, topics and words, found among the newest of each."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from peernet.db import Database, migrations, settle
from peernet.materials import reading, related, translations
from peernet.materials.models import MaterialAlike
from peernet.prompts.models import Topic
from tests.roundtables.test_migration import _column, _insert
from tests.site import shelf
from tests.world import World


def _next(db: Session, slug: str) -> list[str]:
    page = reading.page(db, slug)
    assert page is not None
    return [one.slug for one in page.related]


def _topic(db: Session, slug: str) -> Topic:
    topic = Topic(slug=slug, name=slug)
    db.add(topic)
    db.flush()
    return topic


def test_what_shares_most_comes_first(db: Session, world: World) -> None:
    hidden = shelf.ask_nobody(db, "hidden", "Hidden?", is_public=False)
    asked, trust, care = world.prompt.id, world.topic.id, _topic(db, "care").id
    own: dict[str, Any] = {"topics": (trust, care), "questions": (asked, hidden.id)}
    one = shelf.publish(db, "one", text="one", **own)
    shelf.publish(db, "a-topic", text="two", topics=(trust,))
    shelf.publish(db, "a-question", text="three", questions=(asked,))
    shelf.publish(db, "what-nobody-sees", text="four", questions=(hidden.id,))
    assert _next(db, "one") == ["a-question", "a-topic"]
    alike = shelf.publish(db, "both-topics", text="five", topics=(trust, care))
    assert _next(db, "one") == ["a-question", "both-topics", "a-topic"]
    db.add(MaterialAlike(material_id=one.id, other_id=alike.id, share=0.9))
    settle(db)
    assert _next(db, "one") == ["both-topics", "a-question", "a-topic"]
    shelf.withdraw(db, alike, world.organiser)
    settle(db)
    assert _next(db, "one") == ["a-question", "a-topic"]


def test_what_says_the_same_in_another_language_is_not_offered(db: Session, world: World) -> None:
    own: dict[str, Any] = {"topics": (world.topic.id,), "questions": (world.prompt.id,)}
    one = shelf.publish(db, "one", text="one", **own)
    french = shelf.publish(db, "un", text="un", language="fr", **own)
    spanish = shelf.publish(db, "uno", text="uno", language="es", **own)
    shelf.publish(db, "other", text="other", **own)
    for made in (french, spanish):
        translations.set_original(db, made, one.id, 1)
    settle(db)
    assert {slug: _next(db, slug) for slug in ("one", "un", "other")} == {
        "one": ["other"],
        "un": ["other"],
        "other": ["uno", "un", "one"],
    }
    page = reading.page(db, "other")
    assert page is not None
    assert [each.language for each in page.related] == ["es", "fr", "en"]


def test_of_those_that_share_as_much_the_newest(db: Session, world: World) -> None:
    for number in range(5):
        shelf.publish(db, f"no-{number}", text=f"{number}", topics=(world.topic.id,))
    assert _next(db, "no-4") == ["no-3", "no-2", "no-1"]


def test_only_so_many_are_weighed(db: Session, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    both: dict[str, Any] = {"topics": (world.topic.id,), "questions": (world.prompt.id,)}
    shelf.publish(db, "old", text="0", **both)
    for number in range(3):
        shelf.publish(db, f"no-{number}", text=f"{number}", topics=(world.topic.id,))
    shelf.publish(db, "own", text="9", topics=(world.topic.id,))
    assert _next(db, "no-0") == ["own", "no-2", "no-1"]
    monkeypatch.setattr(related, "_WEIGHED", 2)
    reading._all_around.cache_clear()
    assert _next(db, "no-0") == ["own", "no-2"]
    # Both of one question are its newest, and they are weighed by the topic as well.
    shelf.issue(db, shelf.publish(db, "new", text="8", questions=(world.prompt.id,)), text="8", note="", **both)
    assert _next(db, "old") == ["new", "own"]
    reading._all_around.cache_clear()


def test_whatever_stands_around_a_material_is_looked_up(db: Session, world: World) -> None:
    if db.get_bind().dialect.name != "sqlite":
        pytest.skip("how PostgreSQL goes about it depends on what there is")
    shelf.publish(db, "one", text="one", topics=(world.topic.id,))
    statement = reading._all_around().compile(dialect=sqlite.dialect(paramstyle="named"))
    plan = db.execute(text(f"EXPLAIN QUERY PLAN {statement}"), statement.params | {"material_id": 1})
    steps = [row[3] for row in plan]
    assert len(steps) > 20
    tables = ("SCAN material", "SCAN prompt", "SCAN topic", "SCAN organisation", "(state=?)")
    assert [step for step in steps if any(table in step for table in tables)] == []


def test_indexes_go_up_and_down_with_data(own_database: Database) -> None:
    migrations.downgrade(own_database, "0055")
    with own_database.engine.begin() as connection:
        _insert(connection, "topic", id=1, slug="care", name="Care")
        _insert(connection, "material", id=1, kind="blogpost", state="published", title="Rivers", extra={})
        _insert(connection, "material_topic", material_id=1, topic_id=1)
    migrations.upgrade(own_database, "head")
    migrations.downgrade(own_database, "0055")
    migrations.upgrade(own_database, "head")
    with own_database.engine.begin() as connection:
        assert _column(connection, "material_topic", "topic_id") == [1]
