"""What to read next: what shares most of questions, topics and words, found among the nearest of each."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from peernet import pages
from peernet.db import Database, migrations, settle
from peernet.jobs.models import Job
from peernet.materials import publishing, reading, related, translations
from peernet.materials.models import Material, MaterialAlike, MaterialRelated
from peernet.prompts import library as prompts_library
from peernet.prompts.models import Topic
from peernet.web.viewer import NOBODY
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
    related.renew(db, one.id)
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


@pytest.fixture
def two_weighed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Of each question and topic only two on either side are weighed."""
    monkeypatch.setattr(related, "_NEAR", 2)
    related._near.cache_clear()
    yield
    related._near.cache_clear()


def _shelf_of(db: Session, many: int, **facts: Any) -> list[Material]:
    found = [shelf.publish(db, f"no-{number}", text=f"{number}", **facts) for number in range(many)]
    settle(db)
    return found


def _stale(db: Session) -> set[int]:
    """The ids of those whose lists changed since the last settling, which this is the next of."""
    found = {int(key.partition(":")[2]) for key in pages.touched(db) if key.startswith("related:")}
    settle(db)
    return found


def test_of_those_that_share_as_much_the_nearest(db: Session, world: World) -> None:
    _shelf_of(db, 6, topics=(world.topic.id,))
    assert {slug: _next(db, slug) for slug in ("no-0", "no-2", "no-5")} == {
        "no-0": ["no-1", "no-2", "no-3"],
        "no-2": ["no-3", "no-1", "no-4"],
        "no-5": ["no-4", "no-3", "no-2"],
    }


@pytest.mark.usefixtures("two_weighed")
def test_only_so_many_are_weighed(db: Session, world: World) -> None:
    both: dict[str, Any] = {"topics": (world.topic.id,), "questions": (world.prompt.id,)}
    shelf.publish(db, "old", text="0", **both)
    _shelf_of(db, 3, topics=(world.topic.id,))
    shelf.publish(db, "own", text="9", topics=(world.topic.id,))
    assert _next(db, "old") == ["no-0", "no-1"]
    assert _next(db, "own") == ["no-2", "no-1"]
    # It is far by the topic, near by the question, and weighed by both.
    shelf.issue(db, shelf.publish(db, "new", text="8", questions=(world.prompt.id,)), text="8", note="", **both)
    assert _next(db, "old") == ["new", "no-0", "no-1"]


def test_what_is_published_changes_few_lists(db: Session, world: World) -> None:
    ids = [one.id for one in _shelf_of(db, 9, topics=(world.topic.id,))]
    new = shelf.publish(db, "new", text="new", topics=(world.topic.id,))
    assert _stale(db) == {new.id, ids[8], ids[7]}
    assert [_next(db, slug) for slug in ("new", "no-8", "no-7", "no-6")] == [
        ["no-8", "no-7", "no-6"],
        ["new", "no-7", "no-6"],
        ["no-8", "no-6", "new"],
        ["no-7", "no-5", "no-8"],
    ]


def test_a_list_is_stale_where_it_shows_something_else(db: Session, world: World) -> None:
    materials = _shelf_of(db, 5, topics=(world.topic.id,))
    ids = [one.id for one in materials]
    with_it = {one for one in ids if ids[4] in _listed(db, one)}
    shelf.issue(db, materials[4], text="Another text.", note="Anew", topics=(world.topic.id,))
    assert (_stale(db), with_it) == (set(), {ids[2], ids[3]})
    shelf.issue(db, materials[4], text="Another text.", title="Named anew", note="Anew", topics=(world.topic.id,))
    assert _stale(db) == with_it
    publishing.show_anew(db, materials[4])
    assert _stale(db) == set()
    shelf.issue(db, materials[4], text="Another text.", title="Named anew", note="Of nothing")
    assert _stale(db) == {ids[4], *with_it}
    assert _listed(db, ids[4]) == []


def _listed(db: Session, material_id: int) -> list[int]:
    row = MaterialRelated
    return list(db.scalars(select(row.other_id).where(row.material_id == material_id).order_by(row.place)))


def test_a_question_counts_while_it_is_public(db: Session, world: World) -> None:
    asked = shelf.ask_nobody(db, "shared", "Shared?", is_public=True)
    one, other = _shelf_of(db, 2, questions=(asked.id,))
    assert _listed(db, one.id) == [other.id]
    for is_public, found in ((False, []), (True, [other.id])):
        prompts_library.revise(db, asked, actor=NOBODY, version=asked.version, is_public=is_public)
        job = db.scalars(select(Job).where(Job.kind == prompts_library.JOB).order_by(Job.id.desc())).first()
        assert job is not None
        related.follow(db, job.payload)
        assert _listed(db, one.id) == found


def test_everything_is_found_anew_as_it_was(db: Session, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [one.id for one in _shelf_of(db, 5, topics=(world.topic.id,))]
    before = [_listed(db, one) for one in ids]
    db.execute(delete(MaterialRelated))
    monkeypatch.setattr(related, "_AT_ONCE", 2)
    related.rebuild(db)
    assert ([_listed(db, one) for one in ids], _stale(db)) == (before, set(ids))
    related.rebuild(db)
    assert _stale(db) == set()


def test_whatever_stands_around_a_material_is_looked_up(db: Session, world: World) -> None:
    if db.get_bind().dialect.name != "sqlite":
        pytest.skip("how PostgreSQL goes about it depends on what there is")
    shelf.publish(db, "one", text="one", topics=(world.topic.id,))
    statement = reading._all_around().compile(dialect=sqlite.dialect(paramstyle="named"))
    plan = db.execute(text(f"EXPLAIN QUERY PLAN {statement}"), statement.params | {"material_id": 1})
    steps = [row[3] for row in plan]
    assert len(steps) > 10
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


def test_the_table_goes_up_and_down(own_database: Database) -> None:
    migrations.downgrade(own_database, "0062")
    with own_database.engine.begin() as connection:
        for number in (1, 2):
            facts = {"kind": "blogpost", "state": "published", "title": "Rivers", "extra": {}, "slug": f"no-{number}"}
            _insert(connection, "material", id=number, **facts)
    migrations.upgrade(own_database, "head")
    with own_database.engine.begin() as connection:
        _insert(connection, "material_related", material_id=1, place=1, other_id=2, said="x")
    migrations.downgrade(own_database, "0062")
    migrations.upgrade(own_database, "head")
    with own_database.engine.begin() as connection:
        assert _column(connection, "material", "id") == [1, 2]
        assert _column(connection, "material_related", "place") == []
