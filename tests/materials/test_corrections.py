"""What was put right after a material was out: told with its day on the page, in downloads and in files."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import MetaData, Table, select
from sqlalchemy.orm import Session

from peernet.db import Database, migrations, settle
from peernet.materials import corrections, reading, writing
from peernet.materials.corrections import Correction
from peernet.materials.exchange import bring_in, send_out
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Material
from peernet.web.viewer import Viewer
from tests.materials.conftest import reload
from tests.materials.folders import Bring, counts, files, put
from tests.materials.test_publishing import Publish
from tests.roundtables.test_migration import _insert

DAY = date(2026, 11, 23)


def test_only_later_versions_that_say_something_are_corrections() -> None:
    here = [Correction(DAY, note, number) for number, note in ((3, "Third."), (4, ""), (1, "First."), (2, "Second."))]
    elsewhere = [{"day": "2025-01-02", "note": "Before."}]
    told = corrections.of(elsewhere, here, 4)
    assert [(one.number, one.note) for one in told] == [(3, "Third."), (2, "Second."), (None, "Before.")]
    assert [one.note for one in corrections.of(elsewhere, here, 2)] == ["Second.", "Before."]
    assert corrections.from_elsewhere(corrections.said(told), told) == elsewhere


def test_readers_are_told_and_every_version_stays(
    db: Session, draft: Material, publish: Publish, complete: Manuscript, organiser: Viewer, client: FlaskClient
) -> None:
    publish(draft, note="The first.")
    assert 'id="corrections"' not in client.get(f"/library/{draft.slug}").text
    changed = replace(complete, source="Other words.")
    writing.save(db, organiser, reload(db, organiser, draft), version=0, manuscript=changed)
    db.commit()
    publish(draft, note="A number was wrong.")
    settle(db)
    page = client.get(f"/library/{draft.slug}").text
    assert page.count("Corrected on 23 November 2026") == 2
    assert page.count("A number was wrong.") == 2  # to read, and for machines
    assert f'href="/library/{draft.slug}/v/1"' in page
    assert "Corrected on" not in client.get(f"/library/{draft.slug}/v/1").text
    taken = client.get(f"/library/{draft.slug}/download/html")
    assert taken.text.count("<dt>Corrected on 23 November 2026</dt><dd>A number was wrong.</dd>") == 1


def test_files_carry_them_into_another_network_and_back(
    own_database: Database, database: Database, db: Session, bring: Bring, tmp_path: Path
) -> None:
    head = "---\ntitle: One\npublished_on: 2026-01-02\n"
    put(tmp_path, "in/materials/one.md", f"{head}---\n\nOld words.")
    bring(tmp_path / "in")
    put(tmp_path, "in/materials/one.md", f"{head}changes: Put right.\n---\n\nNew words.")
    assert counts(bring(tmp_path / "in")) == (0, 1, 0, 0)
    told = [Correction(DAY, "Put right.", 2)]
    assert reading.page(db, "one").corrections == told
    send_out(database, tmp_path / "out")
    out = files(tmp_path / "out")["materials/one.md"].decode()
    assert 'corrections:\n  - {day: 2026-11-23, note: "Put right."}\n' in out
    assert counts(bring(tmp_path / "out")) == (0, 0, 1, 0)
    assert bring_in(own_database, tmp_path / "out").is_good
    with own_database.reading() as there:
        found = reading.page(there, "one")
        assert (found.version.number, found.corrections) == (1, [Correction(DAY, "Put right.")])
    send_out(own_database, tmp_path / "again")
    assert files(tmp_path / "again") == files(tmp_path / "out")


def test_the_column_goes_up_and_down(own_database: Database) -> None:
    migrations.downgrade(own_database, "0024")
    with own_database.engine.begin() as connection:
        _insert(connection, "material", id=1, kind="blogpost", state="published", extra={}, number=1, title="As it was")
    migrations.upgrade(own_database, "0025")
    with own_database.engine.begin() as connection:
        table = Table("material", MetaData(), autoload_with=connection)
        assert connection.execute(select(table.c.title, table.c.corrections)).all() == [("As it was", [])]
    migrations.downgrade(own_database, "0024")
    migrations.upgrade(own_database)
    assert migrations.present(own_database) == migrations.head()
