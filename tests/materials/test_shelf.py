"""The library counted in memory tells what the database counts, and forgets nothing that changed."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from peernet import pages
from peernet.cohorts.models import CohortState
from peernet.db import settle
from peernet.materials import library, shelf
from peernet.materials.library import Filters
from peernet.materials.models import MaterialKind
from peernet.prompts.models import Topic
from tests.site import shelf as made
from tests.world import World


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if there were very many, and nothing known of them yet."""
    shelf._held.clear()
    monkeypatch.setattr(shelf, "LEAST", 0)
    yield
    shelf._held.clear()


def counted(db: Session, filters: Filters) -> list[object]:
    several = library.options(db, filters)
    options = {name: sorted((one.value, one.name, one.count) for one in found) for name, found in several.items()}
    set_ones = library.options(db, filters, only_set=True)
    return [library.count(db, filters), options, {name: sorted(map(str, found)) for name, found in set_ones.items()}]


def same(db: Session, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether both ways tell the same under many filters."""
    topic, cohort, question = world.topic.slug, world.cohort.slug, world.prompt.slug
    for filters in (
        Filters(),
        Filters(MaterialKind.REPORT, topic, world.river.slug, question, cohort, "en", "short"),
        Filters(topic=topic, length="long"),
        Filters(organisation="nothing", language="fr"),
        Filters(question=question, cohort=cohort),
    ):
        held = counted(db, filters)
        with monkeypatch.context() as patched:
            patched.setattr(shelf, "LEAST", 10**9)
            assert counted(db, filters) == held, filters


@pytest.fixture
def stock(db: Session, world: World) -> World:
    """Four materials that hang on different things."""
    hangs = {"topics": (world.topic.id,), "questions": (world.prompt.id,), "organisations": (world.river.id,)}
    made.publish(db, "one", cohort=world.cohort, day=date(2026, 1, 1), kind=MaterialKind.REPORT, **hangs)
    made.publish(db, "two", kind=MaterialKind.REPORT, topics=(world.topic.id,))
    made.publish(db, "three", kind=MaterialKind.VIDEO, video_url="https://video.example.org/1", video_minutes=30)
    made.publish(db, "four", cohort=world.cohort, language="fr", questions=(world.prompt.id,))
    settle(db)
    return world


def test_it_counts_what_the_database_counts(db: Session, stock: World, monkeypatch: pytest.MonkeyPatch) -> None:
    same(db, stock, monkeypatch)
    assert library.count(db, Filters()) == 4
    assert library.count(db, Filters(topic="nothing")) == 0


def test_what_is_published_changed_withdrawn_and_renamed_since_counts(
    db: Session, stock: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert library.count(db, Filters()) == 4
    one = made.publish(db, "five", kind=MaterialKind.REPORT, topics=(stock.topic.id,))
    settle(db)
    assert library.count(db, Filters(kind=MaterialKind.REPORT)) == 3
    made.issue(db, one, kind=MaterialKind.BLOGPOST, organisations=(stock.river.id,), note="Otherwise")
    settle(db)
    same(db, stock, monkeypatch)
    made.withdraw(db, one, stock.admin)
    settle(db)
    assert library.count(db, Filters()) == 4
    stock.cohort.state = CohortState.DRAFT
    stock.topic.name = "Called otherwise"
    settle(db)
    same(db, stock, monkeypatch)
    db.execute(delete(Topic).where(Topic.id == stock.topic.id))
    settle(db)
    same(db, stock, monkeypatch)


def test_what_nobody_was_told_yet_is_counted_by_the_database(db: Session, stock: World) -> None:
    assert library.count(db, Filters()) == 4
    made.publish(db, "five")
    assert library.count(db, Filters()) == 5
    assert shelf.of(db) is None


def test_after_very_many_changes_all_is_read_anew(db: Session, stock: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "_MOST_TOUCHED", 1)
    assert library.count(db, Filters()) == 4
    for slug in ("five", "six"):
        made.publish(db, slug)
    settle(db)
    assert library.count(db, Filters()) == 6


def test_what_is_not_changed_costs_two_questions(db: Session, stock: World, count_queries) -> None:
    library.count(db, Filters())
    for _turn in range(2):
        with count_queries() as seen:
            library.count(db, Filters())
        assert len(seen) == 2
        pages.touch(db, "home")
        settle(db)
        library.count(db, Filters())
