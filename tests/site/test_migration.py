"""The way up and down with data: nobody gets a page by it, and nothing is recommended."""

from peernet.db import Database, migrations
from tests.roundtables.test_migration import _column, _insert


def test_pages_and_recommendations_go_up_and_down_with_data(own_database: Database) -> None:
    migrations.downgrade(own_database, "0051")
    with own_database.engine.begin() as connection:
        _insert(connection, "person", id=1, email="p@example.org", email_key="p@example.org", name="P. Erson")
        _insert(connection, "material", id=1, kind="blogpost", state="published", title="Rivers", extra={})
    migrations.upgrade(own_database, "head")
    with own_database.engine.begin() as connection:
        assert (_column(connection, "person", "has_page"), _column(connection, "person", "page_organisation")) == (
            [False],
            [""],
        )
        assert _column(connection, "material", "recommended_at") == [None]
        _insert(connection, "material", id=2, kind="blogpost", state="published", title="More", extra={}, slug="more")
        _insert(connection, "material_word", material_id=1, word="river", weight=1.0)
        _insert(connection, "material_alike", material_id=1, other_id=2, share=0.5)
    migrations.downgrade(own_database, "0051")
    with own_database.engine.begin() as connection:
        assert (_column(connection, "person", "name"), sorted(_column(connection, "material", "title"))) == (
            ["P. Erson"],
            ["More", "Rivers"],
        )
    migrations.upgrade(own_database, "head")
