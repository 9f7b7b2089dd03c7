"""Touches: numbered in the order of commits, once a key, and only with the transaction."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from time_machine import travel

from peernet import clock
from peernet.db import Database, settle
from peernet.pages import prune, touch, touched
from peernet.pages.models import PageTouch
from peernet.pages.touches import any_since, counted, since


def commit(database: Database, *keys: str) -> None:
    with database.writing() as db:
        for key in keys:
            touch(db, key)


def rows(database: Database) -> list[tuple[int, str]]:
    with database.reading() as db:
        return [(row.number, row.key) for row in db.scalars(select(PageTouch).order_by(PageTouch.number))]


def test_each_key_of_a_transaction_gets_one_number(own):
    commit(own, "material:7", "library", "material:7")
    commit(own, "home")
    assert rows(own) == [(1, "material:7"), (2, "library"), (3, "home")]


def test_a_transaction_that_is_rolled_back_touches_nothing(own):
    with own.session(write=True) as db:
        touch(db, "home")
        assert touched(db) == {"home"}
        db.rollback()
    assert rows(own) == []


def test_a_touch_inside_a_savepoint_is_written_with_the_whole(own):
    with own.session(write=True) as db:
        with db.begin_nested():
            touch(db, "home")
        assert touched(db) == {"home"}
        settle(db)
    assert rows(own) == [(1, "home")]


def test_one_session_can_settle_twice(own):
    with own.session(write=True) as db:
        touch(db, "a")
        settle(db)
        touch(db, "a")
        touch(db, "b")
        settle(db)
        settle(db)
    assert rows(own) == [(1, "a"), (2, "a"), (3, "b")]


def test_the_hooks_get_the_keys(own):
    heard = []
    own.after_settle.append(heard.append)
    commit(own, "a", "b", "a")
    assert heard == [["a", "b"]]


@pytest.mark.concurrency
def test_numbers_have_no_gaps_when_many_write_at_once(own):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: commit(own, f"x:{n}", f"y:{n}"), range(40)))
    found = rows(own)
    assert [number for number, _key in found] == list(range(1, 81))
    assert [key[2:] for _n, key in found[::2]] == [key[2:] for _n, key in found[1::2]]


def test_any_since_asks_only_for_the_keys_and_only_for_later(own):
    commit(own, "a")
    with own.reading() as db:
        assert [any_since(db, ["a"], number) for number in (0, 1)] == [True, False]
        assert not any_since(db, ["b"], 0)
        assert not any_since(db, [], 0)


def test_a_number_from_the_future_counts_as_touched(own):
    with own.reading() as db:
        assert any_since(db, [], 1)
    commit(own, "a")
    with own.reading() as db:
        assert any_since(db, ["b"], 2)


def test_since_gives_the_last_touch_of_each_key(own):
    commit(own, "a")
    commit(own, "b", "a")
    with own.reading() as db:
        assert counted(db) == 3
        assert since(db, 0) == (3, {"a": 3, "b": 2})
        assert since(db, 2) == (3, {"a": 3})
        assert since(db, 3) == (3, {})
        assert since(db, 4) is None


def test_an_empty_database_has_nothing_since_nought(own):
    with own.reading() as db:
        assert counted(db) == 0
        assert since(db, 0) == (0, {})
        assert since(db, 1) is None


def test_pruned_rows_are_missed(own):
    with travel(clock.now() - timedelta(days=8), tick=False):
        commit(own, "a", "b")
    commit(own, "c")
    with own.writing() as db:
        assert prune(db) == 2
    with own.reading() as db:
        assert since(db, 1) is None
        assert since(db, 2) == (3, {"c": 3})
    with travel(clock.now() + timedelta(days=8), tick=False), own.writing() as db:
        assert prune(db) == 1
    with own.reading() as db:
        assert since(db, 2) is None
        assert since(db, 3) == (3, {})
