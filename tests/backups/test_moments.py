"""A backup while fifty writes a second go on, restored elsewhere: every row, every file and every ready-made page is as
it was at one moment of the run."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import tables
from peernet.app import make_app
from peernet.backups import making
from peernet.db import Database
from peernet.jobs.models import Job
from peernet.ledger import ledger
from peernet.media import store
from peernet.media.access import all_names
from peernet.media.images import Prepared
from peernet.organisations import organisations
from peernet.organisations.models import Organisation
from peernet.pages import Sweeper
from peernet.server import open_pages
from peernet.settings import current
from tests.backups.conftest import KEY, files, quiet, restore, rows
from tests.sizes import WHOLE, sized
from tests.worker.conftest import wait_until

log = logging.getLogger("tests.backups")

pytestmark = [pytest.mark.concurrency, pytest.mark.lengthy]

_A_SECOND, _LEAST, _BACKUPS = 50, sized(1_500, 60), sized(5, 1)
# Where rows change; in three more they are added alone, and in no others.
_CHANGED = ("organisation", "page_counter", "page_touch")
_OTHERS = ("/", "/library", "/questions", "/cohorts", "/privacy")


class Site:
    """A site as its readers see it, and somebody who writes to it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.pages: Sweeper = open_pages(current(), database)
        self.pages.sweep()
        self.app: Flask = make_app(current(), database, self.pages)
        # After each write, what changed by it; and the writes in a second.
        self.moments: list[dict[str, list[Any]]] = []
        self.rate = 0.0
        with database.reading() as db:
            self.about, slug = db.execute(select(Organisation.id, Organisation.slug).limit(1)).one()
        self.path = f"/organisations/{slug}"

    def page(self, path: str) -> bytes:
        """A page as it is kept ready-made."""
        assert self.app.test_client().get(path).status_code == 200, path
        kept = self.pages.store.look_up(path)
        assert kept is not None, path
        return kept.body

    def write(self, number: int) -> None:
        """One write into several tables, each tenth with a file."""
        with self.database.writing() as db:
            event = ledger.record(db, "moment", subject=f"moment:{number}")
            db.flush()
            db.add(Job(kind="moment", payload={"event": event.id}, run_at=event.at, created_at=event.at))
            self._say(db, number)
            if number % 10 == 0:
                given = Prepared("image/webp", 1, 1, digest=f"{number}", whole=b"%d " % number * 5_000, copies={})
                store.keep(db, data=given, filename="x.webp", audience="public", uploaded_by=None)
        self.moments.append(self._look())

    def _look(self) -> dict[str, list[Any]]:
        with self.database.reading() as db:
            return {name: _rows(db, name) for name in _CHANGED}

    def page_of(self, number: int) -> bytes:
        """The page of what is written about, as after that write."""
        with self.database.writing() as db:
            self._say(db, number)
        return self.page(self.path)

    def _say(self, db: Session, number: int) -> None:
        about = db.get_one(Organisation, self.about)
        about.is_host = True
        about.purpose = about.purpose_html = f"As of moment {number}."
        organisations.touch(db, about)


def _rows(db: Any, name: str) -> list[Any]:
    table = tables.metadata.tables[name]
    return [tuple(row) for row in db.execute(select(table).order_by(*table.primary_key.columns))]


@contextmanager
def written_to(site: Site) -> Iterator[None]:
    """Fifty writes a second, for as long as the block lasts and until there are enough of them."""
    stop, failed = threading.Event(), []

    def work() -> None:
        begun, number = time.monotonic(), 0
        try:
            while number < _LEAST or not stop.is_set():
                number += 1
                site.write(number)
                threading.Event().wait(max(0.0, begun + number / _A_SECOND - time.monotonic()))
        except BaseException as error:
            failed.append(error)
        site.rate = number / (time.monotonic() - begun)
        log.info("%s writes, %.1f a second", number, site.rate)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    assert failed == []


def test_all_of_it_is_of_one_moment(site: Database, tmp_path: Path, empty: Callable[[], Any]) -> None:
    there = Site(site)
    there.write(0)
    still, others = rows(site), {path: there.page(path) for path in _OTHERS}
    there.moments.clear()
    with written_to(there):
        wait_until(lambda: len(there.moments) > 10)
        made = [
            making.make(site, tmp_path / f"{number}.tar.gz", key=KEY, on_progress=quiet) for number in range(_BACKUPS)
        ]
    assert not WHOLE or there.rate > 0.95 * _A_SECOND
    chosen = made[len(made) // 2]
    number = chosen.manifest.rows["event"] - len(still["event"])
    assert 0 < number < len(there.moments)
    after, media = rows(site), files(current().data / "media")
    page = there.page_of(number)
    with empty() as elsewhere:
        restore(elsewhere, chosen.path)
        found = rows(elsewhere)
        come = {"event": number, "job": number, "media_file": number // 10}
        added = {name: after[name][: len(still[name]) + more] for name, more in come.items()}
        assert found == still | there.moments[number - 1] | added
        with elsewhere.reading() as db:
            names = set(db.scalars(all_names()))
        assert files(current().data / "media") == {
            path: data for path, data in media.items() if path.split("/")[1] in names
        }
        back = Site(elsewhere)
        assert (back.page(there.path), {path: back.page(path) for path in _OTHERS}) == (page, others)
