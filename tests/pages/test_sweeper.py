"""The sweeper: start, every second, after a settled transaction, and without a database."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import text
from time_machine import travel

from peernet import clock
from peernet.db import Database
from peernet.pages import Copy, Store, Sweeper, prune, touch


def keep(store: Store, path: str, *, made_at: int = 0) -> None:
    copy = Copy.of(b"x", path=path, content_type="text/plain", made_at=made_at, depends=(path,))
    assert store.keep(copy, is_current=lambda: True)


def commit(database: Database, *keys: str) -> None:
    with database.writing() as db:
        for key in keys:
            touch(db, key)


def test_a_store_of_unknown_age_is_cleared_at_the_start(own, tmp_path):
    store = Store(tmp_path / "pages")
    keep(store, "/")
    commit(own, "other")
    Sweeper(store, own).sweep()
    assert store.look_up("/") is None
    assert store.swept_to() == 1


def test_the_next_start_applies_what_was_missed(own, store, sweeper):
    keep(store, "/a")
    keep(store, "/b")
    own.after_settle.clear()
    commit(own, "/a")
    again = Store(store.folder)
    Sweeper(again, own).sweep()
    assert again.look_up("/a") is None
    assert again.look_up("/b") is not None


def test_a_settled_transaction_has_swept(own, store, sweeper):
    keep(store, "/a")
    keep(store, "/b")
    commit(own, "/a")
    assert store.look_up("/a") is None
    assert store.look_up("/b") is not None
    assert sweeper.number == 1


def test_what_cannot_be_removed_is_answered_by_nobody_until_it_can(own, store, sweeper, tmp_path):
    link = tmp_path / "shown"
    store.show_at(link)
    keep(store, "/a")
    keep(store, "/b")
    lock = store.folder / "lock"
    lock.unlink()
    lock.mkdir()  # stands for a disk that nothing can be written to any more
    commit(own, "/a")
    assert (store.look_up("/a"), store.look_up("/b"), link.is_symlink()) == (None, None, False)
    assert sweeper.try_to_sweep() is False
    assert store.look_up("/b") is None
    lock.rmdir()
    assert sweeper.try_to_sweep() is True
    assert store.look_up("/a") is None
    assert store.look_up("/b") is not None
    assert link.is_dir()


def test_what_was_made_after_the_touch_stays(own, store, sweeper):
    own.after_settle.clear()
    commit(own, "/a", "/b")
    keep(store, "/a", made_at=2)
    keep(store, "/b", made_at=1)
    sweeper.sweep()
    assert store.look_up("/a") is not None
    assert store.look_up("/b") is None


def test_missed_rows_clear_the_store(own, store, sweeper):
    own.after_settle.clear()
    keep(store, "/a")
    with travel(clock.now() - timedelta(days=8), tick=False):
        commit(own, "x", "y")
    with own.writing() as db:
        prune(db)
    sweeper.sweep()
    assert store.look_up("/a") is None
    assert sweeper.number == 2


def test_a_restored_database_clears_the_store(own, store, sweeper):
    commit(own, "a", "b", "c")
    keep(store, "/a", made_at=3)
    with own.engine.begin() as connection:
        connection.execute(text("UPDATE page_counter SET number = 1"))
        connection.execute(text("DELETE FROM page_touch WHERE number > 1"))
    sweeper.sweep()
    assert store.look_up("/a") is None
    assert store.swept_to() == sweeper.number == 1


def test_without_a_database_ready_pages_stay_and_new_processes_stay_closed(own, store, sweeper, caplog):
    keep(store, "/a")
    with own.engine.begin() as connection:
        connection.execute(text("ALTER TABLE page_counter RENAME TO gone"))
    assert not sweeper.try_to_sweep()
    assert not sweeper.try_to_sweep()
    assert caplog.text.count("could not be swept") == 1
    assert store.look_up("/a") is not None
    other = Store(store.folder)
    assert not Sweeper(other, own).try_to_sweep()
    assert other.look_up("/a") is None
    with own.engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO page_counter"))
    assert sweeper.try_to_sweep()


def test_the_hook_removes_copies_even_when_the_database_is_gone(own, store, sweeper):
    keep(store, "/a")
    own.dispose()
    with own.engine.begin() as connection:
        connection.execute(text("ALTER TABLE page_counter RENAME TO gone"))
    sweeper.after_settle(["/a"])
    assert store.look_up("/a") is None


@pytest.mark.concurrency
def test_the_thread_sweeps_what_others_touch(own, store, sweeper):
    keep(store, "/a")
    own.after_settle.clear()
    sweeper.start()
    commit(own, "/a")
    until = time.monotonic() + 5
    while store.look_up("/a") and time.monotonic() < until:
        time.sleep(0.05)
    sweeper.stop()
    assert store.look_up("/a") is None
