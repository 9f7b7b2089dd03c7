"""A backup brought back is the same, in every row of every table and every file; or nothing is changed at all."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from peernet.backups import making, restoring, verifying
from peernet.backups.making import Made
from peernet.db import Database, Refused, migrations
from peernet.media.models import MediaFile
from peernet.organisations.models import Organisation
from peernet.settings import current
from tests.backups.conftest import KEY, files, quiet, restore, rows
from tests.world import make_organisation


def test_every_row_and_every_file_comes_back(site: Database, backup: Made, empty: Callable[[], Any]) -> None:
    before, data = rows(site), files(current().data / "media")
    assert [table for table, found in before.items() if not found] == []
    with empty() as other:
        found = restore(other, backup.path)
        assert rows(other) == before
        assert files(current().data / "media") == data
        assert migrations.present(other) == migrations.head()
    assert (found, found.rows) == (backup.manifest, {table: len(there) for table, there in before.items()})


def test_ids_go_on_after_those_that_are_there(backup: Made, empty: Callable[[], Any]) -> None:
    with empty() as other:
        restore(other, backup.path)
        last = max(row[0] for row in rows(other)["organisation"])
        with other.writing() as db:
            assert make_organisation(db, "the-next").id == last + 1


def test_what_is_done_after_is_part_of_it(backup: Made, empty: Callable[[], Any]) -> None:
    with empty() as other:

        def after(_db: Any, _manifest: Any) -> None:
            raise ZeroDivisionError

        before = files(current().data)
        with pytest.raises(ZeroDivisionError):
            _restore_with(other, backup.path, after)
        assert (files(current().data), migrations.present(other)) == (before, None)
        _restore_with(other, backup.path, lambda db, _manifest: make_organisation(db, "brought-along"))
        with other.reading() as db:
            assert db.query(Organisation).filter_by(slug="brought-along").count() == 1


def test_a_migrated_place_without_rows_is_empty(site: Database, backup: Made, empty: Callable[[], Any]) -> None:
    before = rows(site)
    with empty() as other:
        migrations.upgrade(other)
        restore(other, backup.path)
        assert rows(other) == before


def test_a_place_that_is_not_empty_is_refused(backup: Made, empty: Callable[[], Any]) -> None:
    with empty() as other:
        migrations.upgrade(other)
        with other.writing() as db:
            make_organisation(db, "somebody")
        before = rows(other)
        with pytest.raises(Refused, match=r"^The database is not empty: there are rows in organisation\."):
            restore(other, backup.path)
        assert (rows(other), (current().data / "media").exists()) == (before, False)


@pytest.mark.once
def test_files_that_are_there_are_not_mixed_with_others(backup: Made, empty: Callable[[], Any]) -> None:
    with empty() as other:
        there = current().data / "media" / "ab" / ("ab" * 16)
        there.mkdir(parents=True)
        (there / "whole.png").write_bytes(b"x")
        before = files(current().data)
        with pytest.raises(Refused, match=f"^{current().data}/media is not empty"):
            restore(other, backup.path)
        assert (files(current().data), migrations.present(other)) == (before, None)


@pytest.mark.once
def test_where_one_file_cannot_be_placed_none_is(backup: Made, empty: Callable[[], Any]) -> None:
    with empty() as other:
        last = max(member.name for member in backup.manifest.members if member.name.startswith("media/"))
        way = current().data / "media" / last.split("/")[1]
        way.parent.mkdir()
        way.write_text("not a folder")
        with pytest.raises(NotADirectoryError):
            restore(other, backup.path)
        assert ([way], migrations.present(other)) == (list(way.parent.iterdir()), None)


@pytest.mark.once
def test_what_is_brought_back_is_for_its_user_alone(backup: Made, empty: Callable[[], Any]) -> None:
    with empty() as other:
        restore(other, backup.path)
        folders = [path for path in current().data.rglob("*") if path.is_dir()]
        assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}


def test_an_older_revision_is_brought_to_the_newest(site: Database, tmp_path: Path, empty: Callable[[], Any]) -> None:
    with site.engine.begin() as connection:
        # An older revision knows no wish to be forgotten, and closes the account instead.
        connection.execute(text("DELETE FROM erasure"))
        # Nor does it know corrections that came along from another network, or that a material is recommended.
        connection.execute(text("UPDATE material SET corrections = '[]', recommended_at = NULL"))
    before = rows(site)
    migrations.downgrade(site, "0011")
    made = making.make(site, tmp_path / "old.tar.gz", key=KEY, on_progress=quiet)
    assert made.manifest.revision == "0011"
    with empty() as other:
        restore(other, made.path)
        assert migrations.present(other) == migrations.head()
        kept = ("person", "response", "material", "mail", "media_file", "sign_in")
        assert {table: rows(other)[table] for table in kept} == {table: before[table] for table in kept}


def test_a_newer_revision_is_refused(site: Database, tmp_path: Path, empty: Callable[[], Any]) -> None:
    with site.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    made = making.make(site, tmp_path / "new.tar.gz", key=KEY, on_progress=quiet)
    with empty() as other, pytest.raises(Refused, match="which belongs to a newer peernet than this one"):
        restore(other, made.path)


def test_a_backup_goes_into_its_own_kind_of_database(backup: Made, empty: Callable[[], Any], tmp_path: Path) -> None:
    url = "postgresql://127.0.0.1:1/x" if backup.manifest.dialect == "sqlite" else f"sqlite:///{tmp_path}/x.db"
    with empty():
        other = Database(url)
        with pytest.raises(Refused, match="goes back into the kind that it was made of"):
            restore(other, backup.path)
        other.dispose()
        assert not (tmp_path / "x.db").exists()


@pytest.mark.once
def test_lost_files_are_named_and_do_not_stop_it(site: Database, tmp_path: Path, empty: Callable[[], Any]) -> None:
    with site.reading() as db:
        lost, kept = sorted(db.scalars(MediaFile.__table__.select().with_only_columns(MediaFile.name)))[:2]
    shutil.rmtree(current().data / "media" / lost[:2] / lost)
    made = making.make(site, tmp_path / "lost.tar.gz", key=KEY, on_progress=quiet)
    assert (made.manifest.missing, kept in made.manifest.media) == ([lost], True)
    assert verifying.verify(made.path, quiet) == made.manifest
    with empty() as other:
        assert restore(other, made.path).missing == [lost]


def test_a_database_that_others_use_is_not_replaced(backup: Made, empty: Callable[[], Any]) -> None:
    if backup.manifest.dialect != "sqlite":
        pytest.skip("PostgreSQL puts rows into tables, under its own locks")
    with empty() as other:
        migrations.upgrade(other)
        user = Database(str(other.engine.url))
        with user.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            with pytest.raises(Refused, match="is in use"):
                restore(other, backup.path)
        user.dispose()
        assert rows(other)["person"] == []


def _restore_with(database: Database, path: Path, after: Any) -> None:
    restoring.restore(database, path, after=after, on_progress=quiet)
