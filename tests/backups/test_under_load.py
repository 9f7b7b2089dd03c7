"""While people write, and when the machine is switched off in the middle."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from peernet.backups import making, process, verifying, workspace
from peernet.db import Database
from peernet.jobs.models import Job
from peernet.ledger import ledger
from peernet.ledger.models import Event
from peernet.media import folder as media
from peernet.media import store
from peernet.media.models import MediaFile
from peernet.settings import current
from tests.backups.conftest import KEY, files, quiet, restore
from tests.worker.conftest import wait_until

pytestmark = pytest.mark.concurrency

# What is left of a pipe of 4096 bytes takes one line, such as {"progress": 37}, and not two.
_FILLED = 4096 - 20
_SUBJECTS = select(Event.subject).where(Event.action == "pair")


@contextmanager
def writing(site: Database) -> Iterator[Callable[[], int]]:
    """Threads that write, each time two rows that belong together; gives a function that counts their commits."""
    stop, done = threading.Event(), []

    def write(name: int) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with site.writing() as db:
                event = ledger.record(db, "pair", subject=f"pair:{name}-{number}")
                db.flush()
                db.add(Job(kind="pair", payload={"event": event.id}, run_at=event.at, created_at=event.at))
            done.append(number)

    threads = [threading.Thread(target=write, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield lambda: len(done)
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_what_belongs_together_comes_back_together(site: Database, tmp_path: Path, empty: Callable[[], Any]) -> None:
    with writing(site) as count:
        wait_until(lambda: count() > 20)
        before = count()
        made = making.make(site, tmp_path / "one.tar.gz", key=KEY, on_progress=quiet)
        # The backup stopped nobody.
        wait_until(lambda: count() > before + 20)
    with empty() as other:
        restore(other, made.path)
        with other.reading() as db:
            events = set(db.scalars(select(Event.id).where(Event.action == "pair")))
            named = {job.payload["event"] for job in db.scalars(select(Job).where(Job.kind == "pair"))}
            assert (events == named, len(events) >= before) == (True, True)
            # Of each writer all up to some moment, and nothing later.
            wrote = [subject.removeprefix("pair:").split("-") for subject in db.scalars(_SUBJECTS)]
            for writer in range(4):
                numbers = sorted(int(number) for name, number in wrote if int(name) == writer)
                assert numbers == list(range(1, len(numbers) + 1))
            if other.is_sqlite:
                assert db.execute(text("PRAGMA foreign_key_check")).all() == []
                assert db.execute(text("PRAGMA integrity_check")).all() == [("ok",)]


def test_a_file_that_is_removed_meanwhile_is_in_neither(site: Database, tmp_path: Path) -> None:
    """Between the database and its files one goes, row and bytes: another try knows nothing of it."""
    with site.reading() as db:
        # Rows of other tables may point to the first of them.
        *others, name = db.scalars(select(MediaFile.name).order_by(MediaFile.id))
    heard = []

    def remove(done: int, _of: int) -> None:
        if not heard:
            with site.writing() as db:
                store.remove(db, db.scalars(select(MediaFile).where(MediaFile.name == name)).one())
            media.drop(name)
        heard.append(done)

    made = making.make(site, tmp_path / "one.tar.gz", key=KEY, on_progress=remove)
    assert (made.manifest.missing, sorted(made.manifest.media)) == ([], sorted(others))
    assert made.manifest.rows["media_file"] == len(others)


def test_killed_in_the_middle_it_leaves_no_backup(site: Database, tmp_path: Path) -> None:
    where = tmp_path / "backups"
    where.mkdir()
    target = where / "one.tar.gz"
    with _started(site, target) as (child, heard):
        # It has said how far it is once, and cannot say it again: there is room for no more.
        wait_until(lambda: _waiting_in(heard) > _FILLED)
        child.send_signal(signal.SIGKILL)
    assert [path.name.startswith(workspace.PREFIX) for path in where.iterdir()] == [True]
    # The next one removes what is left of it.
    made = making.make(site, target, key=KEY, on_progress=quiet)
    assert list(where.iterdir()) == [target]
    assert verifying.verify(target, quiet) == made.manifest


def test_with_nobody_left_to_tell_it_ends_and_leaves_nothing(site: Database, tmp_path: Path) -> None:
    where = tmp_path / "backups"
    where.mkdir()
    with _started(site, where / "one.tar.gz") as (child, heard):
        wait_until(lambda: _waiting_in(heard) > _FILLED)
        os.close(heard)
        assert child.wait(60) != 0
    assert list(where.iterdir()) == []


def test_one_that_is_being_made_is_not_removed_by_another(site: Database, tmp_path: Path) -> None:
    with workspace.opened(tmp_path) as first:
        making.make(site, tmp_path / "one.tar.gz", key=KEY, on_progress=quiet)
        assert first.is_dir()
    assert not first.exists()


def test_what_was_deleted_is_not_in_it(site: Database, tmp_path: Path) -> None:
    secret = "a sentence that was taken back"
    with site.writing() as db:
        ledger.record(db, "said", subject="x", data={"words": secret * 50})
    with site.engine.begin() as connection:
        connection.execute(text("DELETE FROM event WHERE action = 'said'"))
    made = making.make(site, tmp_path / "one.tar.gz", key=KEY, on_progress=quiet)
    with verifying.reading.opened(made.path) as archive:
        archive.unpack(lambda name: tmp_path / "out" / name, quiet)
    assert [name for name, data in files(tmp_path / "out").items() if secret.encode() in data] == []


@contextmanager
def _started(site: Database, target: Path) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """The process that makes backups, and the end of a pipe with room for one line of what it says."""
    request = process.Request(
        database=site.engine.url.render_as_string(hide_password=False),
        data=str(current().data),
        target=str(target),
        keep=9,
        key=KEY,
    )
    heard, said = os.pipe()
    fcntl.fcntl(said, fcntl.F_SETPIPE_SZ, 4096)
    os.write(said, b"\n" * _FILLED)
    child = subprocess.Popen(
        [sys.executable, "-c", process._START], stdin=subprocess.PIPE, stdout=said, stderr=subprocess.DEVNULL
    )
    os.close(said)
    assert child.stdin is not None
    child.stdin.write(json.dumps(asdict(request)).encode())
    child.stdin.close()
    try:
        yield child, heard
    finally:
        child.kill()
        child.wait()
        with suppress(OSError):
            os.close(heard)


def _waiting_in(pipe: int) -> int:
    """Bytes that can be read."""
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)
