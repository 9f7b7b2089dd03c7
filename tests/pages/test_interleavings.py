"""No order of steps, and no crash between two of them, leaves a stale page that can be read.

The page shows one number; a change raises it and touches "thing" in one transaction.
"""

import os
import signal
import sys
from dataclasses import dataclass, field
from itertools import combinations
from multiprocessing import get_context
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import column, select, table, text

from peernet.db import Database, settle
from peernet.pages import Making, Store, Sweeper, depend, making, touch

HTML = "text/html; charset=utf-8"
# Where the two steps of a change can fall among the three of a maker.
ORDERS = list(combinations(range(5), 2))


def value(own: Database) -> int:
    with own.reading() as db:
        return db.scalar(select(column("value")).select_from(table("thing")))


def change(own: Database) -> None:
    with own.session(write=True) as db:
        db.execute(text("UPDATE thing SET value = value + 1"))
        touch(db, "thing")
        settle(db)


@pytest.fixture
def thing(own: Database) -> Database:
    with own.engine.begin() as connection:
        connection.execute(text("CREATE TABLE thing (value INTEGER)"))
        connection.execute(text("INSERT INTO thing VALUES (0)"))
    return own


@dataclass
class Maker:
    """Makes the page of the thing in four steps."""

    own: Database
    store: Store
    seen: int = -1
    made: Making | None = None
    context: object = field(default=None)

    def begin(self) -> None:
        self.context = making(self.own)
        self.made = self.context.__enter__()

    def read(self) -> None:
        depend("thing")
        self.seen = value(self.own)

    def keep(self) -> None:
        self.made.keep(self.store, path="/thing", body=b"%d" % self.seen, content_type=HTML)
        self.context.__exit__(None, None, None)

    def run(self) -> None:
        self.begin()
        self.read()
        self.keep()


def is_true(own: Database, store: Store) -> bool:
    copy = store.look_up("/thing")
    return copy is None or int(copy.body) == value(own)


@pytest.mark.parametrize("places", ORDERS)
def test_every_order_of_making_and_changing(thing, store, places):
    """Steps of the maker (begin, read, keep) and of the change (commit, sweep) in each of their ten orders."""
    maker = Maker(thing, store)
    making_steps = iter([maker.begin, maker.read, maker.keep])
    changing_steps = iter([lambda: change(thing), lambda: store.sweep(["thing"])])
    for place in range(5):
        next(changing_steps if place in places else making_steps)()
    assert is_true(thing, store)
    assert (store.look_up("/thing") is not None) == (places in ((0, 1), (0, 2), (0, 3)))


@pytest.mark.parametrize("places", ORDERS)
def test_every_order_when_another_process_sweeps_by_number(thing, store, tmp_path, places):
    """The same with a sweep that learns of the change from the database; a page made since then stays."""
    sweeper = Sweeper(Store(store.folder), thing)
    sweeper.sweep()
    maker = Maker(thing, store)
    making_steps = iter([maker.begin, maker.read, maker.keep])
    changing_steps = iter([lambda: change(thing), sweeper.sweep])
    for place in range(5):
        next(changing_steps if place in places else making_steps)()
    assert is_true(thing, store)
    assert (store.look_up("/thing") is not None) == (places[0] == 0)


@pytest.mark.concurrency
def test_a_sweep_waits_for_the_maker_that_has_already_asked(thing, store):
    """The change commits after the maker's question and before its rename: the sweep must come after the rename."""
    maker = Maker(thing, store)
    maker.begin()
    maker.read()
    ask = maker.made._is_current
    swept = Event()

    def sweep() -> None:
        store.sweep(["thing"])
        swept.set()

    sweeping = Thread(target=sweep)

    def ask_then_let_it_change() -> bool:
        answer = ask()
        change(thing)
        sweeping.start()
        assert not swept.wait(0.2)
        return answer

    maker.made._is_current = ask_then_let_it_change
    maker.keep()
    sweeping.join(5)
    assert swept.is_set()
    assert store.look_up("/thing") is None


def test_a_number_that_the_process_knows_is_enough(thing, store, sweeper):
    change(thing)
    assert sweeper.number == 1
    with making(thing, known=sweeper.number) as made:
        depend("thing")
        made.keep(store, path="/thing", body=b"%d" % value(thing), content_type=HTML)
    assert store.look_up("/thing").body == b"1"
    change(thing)
    assert store.look_up("/thing") is None


def test_an_older_number_only_costs_the_copy(thing, store):
    change(thing)
    with making(thing, known=0) as made:
        depend("thing")
        made.keep(store, path="/thing", body=b"1", content_type=HTML)
    assert store.look_up("/thing") is None


@pytest.mark.concurrency
def test_readers_and_writers_at_once(thing, store, sweeper):
    """What is read after a change was settled is never older than that change."""
    wrong = []
    ended = Event()

    def read_and_make() -> None:
        while not ended.is_set():
            least = value(thing)
            copy = store.look_up("/thing")
            if copy is None:
                Maker(thing, store).run()
            elif int(copy.body) < least - 1:
                # One behind is a change whose settling has not returned yet.
                wrong.append((int(copy.body), least))

    readers = [Thread(target=read_and_make) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(30):
        change(thing)
        copy = store.look_up("/thing")
        if copy is not None and int(copy.body) != value(thing):
            wrong.append((int(copy.body), value(thing)))
    ended.set()
    for reader in readers:
        reader.join(5)
    assert wrong == []


STEPS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.utime", "fcntl.flock")


def live_until(step: int, url: str, folder: Path) -> None:
    """Sweep, make the page, change the thing and make the page again; die before the given step on the files."""
    own, store = Database(url), Store(folder)
    sweeper = Sweeper(store, own)
    own.after_settle.append(sweeper.after_settle)
    left = step

    def count(happening: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if happening in STEPS and (happening != "open" or str(folder) in str(arguments[0])):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    sweeper.sweep()
    Maker(own, store).run()
    change(own)
    Maker(own, store).run()


def die_at(step: int, url: str, folder: Path) -> bool:
    """Whether a process that is to die at its n-th step had so many."""
    processes = get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    process = processes.Process(target=live_until, args=(step, url, folder))
    process.start()
    process.join(60)
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


@pytest.mark.concurrency
@pytest.mark.once
def test_a_crash_at_any_step_leaves_nothing_stale(thing, url, tmp_path):
    """kill -9 before each single step of sweeping, making, changing and making again; then a new process starts."""
    deaths = found = 0
    while die_at(deaths + 1, url, tmp_path / "crash"):
        deaths += 1
        store = Store(tmp_path / "crash")
        sweeper = Sweeper(store, thing)
        sweeper.sweep()
        found += store.look_up("/thing") is not None
        assert is_true(thing, store), f"died at step {deaths}"
        change(thing)
        sweeper.sweep()
        assert store.look_up("/thing") is None, f"died at step {deaths}, and the next change did not sweep it"
    assert deaths > 30
    assert found > 5
