"""Files that lie in a bucket: in every backup, also in those by the clock, and back into a bucket that is empty."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from peernet.backups import keeping, making, restoring, schedule, verifying
from peernet.backups.process import Failed
from peernet.db import Database, Refused
from peernet.media import bucket, folder, moving
from peernet.media.access import all_names
from peernet.settings import current, use
from peernet.settings.tree import S3
from tests.backups.conftest import KEY, quiet, restore, rows
from tests.media import s3


@pytest.fixture
def server() -> Iterator[Any]:
    """A store of its own, which is empty."""
    started = s3.serve()
    yield started
    started.shutdown()
    started.server_close()


def name_bucket(server: Any, prefix: str) -> None:
    """Let files lie in the bucket from here on."""
    here = f"http://127.0.0.1:{server.server_port}"
    named = S3(bucket="files", endpoint=here, key_id="id", secret="quiet", prefix=prefix)
    use(current().model_copy(update={"s3": named}))


def held(server: Any, prefix: str) -> dict[str, bytes]:
    """What lies in the bucket under a prefix."""
    return {key.removeprefix(prefix): data for key, data in server.objects.items() if key.startswith(f"{prefix}/")}


@pytest.fixture
def moved(site: Database, server: Any) -> Database:
    """The site, with its files in the bucket and nowhere else."""
    name_bucket(server, "site")
    with site.reading() as db:
        names = list(db.scalars(all_names()))
    assert moving.copy(names, folder, bucket) == (len(names), [])
    for name in names:
        folder.drop(name)
    return site


def test_by_the_clock_and_back_into_another_bucket(
    moved: Database, server: Any, tmp_path: Path, empty: Callable[[], Any]
) -> None:
    before, files = rows(moved), held(server, "site")
    (tmp_path / "backups").mkdir()
    plan = current().backup.model_copy(update={"folder": str(tmp_path / "backups")})
    use(current().model_copy(update={"backup": plan}))
    schedule.work_out(moved, {})
    ((_moment, path),) = keeping.found(tmp_path / "backups")
    assert verifying.verify(path, quiet).missing == []
    with empty() as other:
        name_bucket(server, "site")
        with pytest.raises(Refused, match=r"^There are files in the bucket files\."):
            restore(other, path)
        name_bucket(server, "other")
        restore(other, path)
        assert (rows(other), held(server, "other"), folder.is_empty()) == (before, files, True)


@pytest.mark.once
def test_a_restore_that_fails_leaves_nothing_in_the_bucket(
    moved: Database, server: Any, tmp_path: Path, empty: Callable[[], Any]
) -> None:
    made = making.make(moved, tmp_path / "one.tar.gz", key=KEY, on_progress=quiet)
    with empty() as other:
        name_bucket(server, "other")
        # A bucket that keeps something else than what it was given.
        server.spoils = "whole."
        with pytest.raises(OSError, match=r"does not give \w+ back as it was written"):
            restoring.restore(other, made.path, after=lambda _db, _manifest: None, on_progress=quiet)
        assert held(server, "other") == {}
        server.spoils = None
        restore(other, made.path)


def test_a_bucket_that_refuses_is_said(moved: Database, server: Any, tmp_path: Path) -> None:
    plan = current().backup.model_copy(update={"folder": str(tmp_path)})
    use(current().model_copy(update={"backup": plan}))
    server.refuses = True
    with pytest.raises(Failed, match=r"^The store of files does not answer as it should \(\w+\)\.$"):
        schedule.work_out(moved, {})
    assert keeping.found(tmp_path) == []
