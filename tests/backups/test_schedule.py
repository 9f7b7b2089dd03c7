"""Backups by the clock: one job for each time, in a process of its own; a failed one removes nothing."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from peernet.backups import keeping, schedule, verifying
from peernet.backups.process import Failed
from peernet.db import Database
from peernet.jobs.models import Job
from peernet.settings import current, use
from peernet.worker import Worker
from tests.backups.conftest import quiet, rows
from tests.conftest import NOW


@pytest.fixture
def folder(site: Database, tmp_path: Path) -> Path:
    """Backups are made every day and two are kept. The site has no other job."""
    made = tmp_path / "backups"
    made.mkdir()
    plan = current().backup.model_copy(update={"folder": str(made), "keep": 2})
    use(current().model_copy(update={"backup": plan}))
    with site.writing() as db:
        for job in db.scalars(select(Job)):
            db.delete(job)
    return made


def ask(site: Database) -> list[int]:
    """Ask for what is due; the ids of the jobs that are open then."""
    with site.writing() as db:
        schedule.ask_for_due(db)
        return list(db.scalars(select(Job.id).where(Job.done_at.is_(None)).order_by(Job.id)))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_each_day_has_its_backup_and_two_are_kept(site: Database, folder: Path) -> None:
    worker = Worker(current(), site)
    for day in range(4):
        with time_machine.travel(NOW + timedelta(days=day), tick=False):
            (job,) = ask(site)
            assert ask(site) == [job]
            assert worker.do(job)
            assert ask(site) == []
    assert len(names(folder)) == 2
    newest = keeping.found(folder)[-1][1]
    found = verifying.verify(newest, quiet)
    assert found.rows == {table: len(there) for table, there in rows(site).items()}


def test_nothing_is_asked_for_where_no_folder_is_set(site: Database) -> None:
    with site.writing() as db:
        assert schedule.ask_for_due(db) == 0


def test_a_failure_is_told_and_removes_nothing(site: Database, folder: Path) -> None:
    old = [folder / keeping.name_at(NOW - timedelta(days=day)) for day in (1, 2, 3)]
    for path in old:
        path.touch()
    folder.rename(folder.with_name("unplugged"))
    (job,) = ask(site)
    assert not Worker(current(), site).do(job)
    with site.reading() as db:
        said = f"There is no folder {folder}. Make it first, for the user of peernet alone."
        assert schedule.last_failure(db, after=None) == said
        assert schedule.last_failure(db, after=NOW - timedelta(seconds=1)) == said
        assert schedule.last_failure(db, after=NOW + timedelta(seconds=1)) == ""
    folder.with_name("unplugged").rename(folder)
    assert names(folder) == sorted(path.name for path in old)
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        assert Worker(current(), site).do(job)
    with site.reading() as db:
        assert schedule.last_failure(db, after=None) == ""


def test_one_that_was_not_found_whole_removes_nothing(site: Database, folder: Path) -> None:
    if not site.is_sqlite:
        pytest.skip("Only a file can be damaged from here")
    site.dispose()
    path = Path(str(site.engine.url.database))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"\xff" * (len(whole) - len(whole) // 2))
    with pytest.raises(Failed, match=r"SQLite|damaged"):
        schedule.work_out(site, {})
    assert names(folder) == []


def test_the_address_of_the_database_is_no_argument(site: Database, folder: Path, monkeypatch) -> None:
    """Other users of a machine can read the arguments of a process, and its environment may be dumped."""
    from peernet.backups import process

    seen = []
    run = process.subprocess.Popen

    def remembered(arguments, **options):
        seen.append(repr((arguments, options["env"])))
        return run(arguments, **options)

    monkeypatch.setattr(process.subprocess, "Popen", remembered)
    monkeypatch.setenv("PEERNET_DATABASE", "postgresql://peernet:a-password@db/peernet")
    schedule.work_out(site, {})
    url = site.engine.url.render_as_string(hide_password=False)
    assert [word for word in (url, "a-password") if word in seen[0]] == []
    assert len(names(folder)) == 1
