"""Materials that are alike by their words: found when one is published, forgotten when it goes."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.db import settle
from peernet.materials import likeness, publishing
from peernet.materials.models import MaterialAlike, MaterialWord
from tests.site import shelf
from tests.world import World

RIVER = "Sensors along the estuary measure turbidity and salinity for the harbour"
CHOIR = "Composers arrange madrigals for amateur choirs in parish churches"


def _pairs(db: Session) -> set[tuple[int, int]]:
    return {(one, other) for one, other in db.execute(select(MaterialAlike.material_id, MaterialAlike.other_id))}


def _next(client: FlaskClient, slug: str) -> list[str]:
    _before, _heading, after = client.get(f"/library/{slug}").text.partition("Read next</h2>")
    listed = after.partition("</section>")[0]
    return [other for other in ("river", "estuary", "choir") if f'/library/{other}"' in listed]


def test_those_in_the_same_words_are_read_next(client: FlaskClient, db: Session, world: World) -> None:
    river = shelf.publish(db, "river", text=RIVER, summary="")
    choir = shelf.publish(db, "choir", text=CHOIR, summary="")
    settle(db)
    assert (_pairs(db), _next(client, "river")) == (set(), [])
    estuary = shelf.publish(db, "estuary", text=f"{RIVER}, and for fishing boats", summary="")
    settle(db)
    assert _pairs(db) == {(river.id, estuary.id), (estuary.id, river.id)}
    assert [_next(client, slug) for slug in ("river", "estuary", "choir")] == [["estuary"], ["river"], []]
    shelf.issue(db, estuary, text=CHOIR, summary="", note="Another text.")
    settle(db)
    assert _pairs(db) == {(choir.id, estuary.id), (estuary.id, choir.id)}
    assert [_next(client, slug) for slug in ("river", "estuary", "choir")] == [[], ["choir"], ["estuary"]]
    shelf.withdraw(db, estuary, world.organiser)
    settle(db)
    assert (_pairs(db), _next(client, "choir")) == (set(), [])
    assert db.scalars(select(MaterialWord.word).where(MaterialWord.material_id == estuary.id)).all() == []


def test_putting_everything_anew_changes_nothing(db: Session) -> None:
    shelf.publish(db, "river", text=RIVER, summary="")
    shelf.publish(db, "estuary", text=RIVER, summary="")
    before = _pairs(db)
    publishing.rebuild(db)
    assert (len(before), _pairs(db)) == (2, before)


def test_a_word_that_many_have_says_nothing(db: Session) -> None:
    for number in range(5):
        shelf.publish(db, f"river-{number}", text=RIVER, title=f"T{number}", summary="")
    assert len(_pairs(db)) == 2  # the first two, before the words were common


def test_as_many_statements_in_a_large_library(db: Session, count_queries: Callable[[], Any]) -> None:
    def statements(slug: str) -> int:
        with count_queries() as seen:
            shelf.publish(db, slug, text=RIVER, summary="")
        return len(seen)

    shelf.publish(db, "a-first", text=RIVER, summary="")
    few = statements("a-second")
    for number in range(8):
        shelf.publish(db, f"more-{number}", text=RIVER, summary="")
    assert statements("a-last") <= few + 1


def test_words_are_weighed() -> None:
    found = likeness.weights("Rivers", "The rivers and 2026 lakes, lakes and Ríos")
    assert sorted(found, key=lambda word: (-found[word], word)) == ["rivers", "lakes", "rios"]
    assert likeness.weights("", "") == {}
