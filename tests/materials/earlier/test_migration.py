"""The way up and down with data: drafts stay as they are."""

from datetime import datetime

from peernet.db import Database, migrations
from tests.roundtables.test_migration import _insert, _rows

_LISTS = {"topics": [], "organisations": [], "questions": [], "credits": [], "particulars": {}}


def test_earlier_states_come_and_go_and_drafts_stay(own_database: Database) -> None:
    migrations.downgrade(own_database, "0022")
    with own_database.engine.begin() as connection:
        _insert(connection, "material", id=1, kind="blogpost", state="draft", extra={})
        _insert(connection, "material_draft", material_id=1, kind="blogpost", source="As it is", passages=[], **_LISTS)
    migrations.upgrade(own_database, "0023")
    with own_database.engine.begin() as connection:
        kept = {"source": "As it was", "saved_at": datetime(2026, 11, 1)}
        _insert(connection, "material_draft_earlier", id=1, material_id=1, kind="blogpost", **kept, **_LISTS)
        assert _rows(connection, "material_draft_earlier", "source", "saved_by_id") == [("As it was", None)]
    migrations.downgrade(own_database, "0022")
    migrations.upgrade(own_database)
    assert migrations.present(own_database) == migrations.head()
