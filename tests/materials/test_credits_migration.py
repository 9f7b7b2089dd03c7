"""The way up and down with data: nobody who is named is lost, and what they did stays said."""

from datetime import datetime

from sqlalchemy import MetaData, Table, select

from peernet.db import Database, migrations
from tests.roundtables.test_migration import _insert, _rows

_NAMED = {"name": "A. Writer", "organisation_id": None}


def test_credits_go_up_and_down_with_their_data(own_database: Database) -> None:
    migrations.downgrade(own_database, "0017")
    with own_database.engine.begin() as connection:
        _insert(connection, "material", id=1, kind="blogpost", state="draft", extra={})
        _insert(connection, "material_credit", id=1, material_id=1, credit="author", name="A. Writer")
    migrations.upgrade(own_database, "0019")
    drafted = [_NAMED | {"credit": word, "role": role} for word, role in (("editor", ""), ("illustrator", "maps"))]
    with own_database.engine.begin() as connection:
        assert _rows(connection, "material_credit", "credit", "name") == [("author", "A. Writer")]
        for number, (word, role) in enumerate((("interviewee", ""), ("facilitator", "Chair")), 2):
            _insert(connection, "material_credit", id=number, material_id=1, credit=word, role=role)
        lists = {"topics": [], "organisations": [], "questions": [], "passages": []}
        _insert(connection, "material_draft", material_id=1, kind="blogpost", credits=drafted, **lists)
        version = {"material_id": 1, "number": 1, "kind": "blogpost", "toc": [], "published_at": datetime(2026, 11, 1)}
        _insert(
            connection, "material_version", id=1, credits=[_NAMED | {"credit": "facilitator", "role": ""}], **version
        )
    migrations.downgrade(own_database, "0017")
    with own_database.engine.begin() as connection:
        assert _rows(connection, "material_credit", "credit", "role") == [
            ("author", ""),
            ("contributor", "Interviewee"),
            ("contributor", "Chair"),
        ]
        draft, issued = (
            Table(name, MetaData(), autoload_with=connection) for name in ("material_draft", "material_version")
        )
        assert connection.execute(select(draft.c.credits)).scalar_one() == [
            _NAMED | {"credit": "editor", "role": ""},
            _NAMED | {"credit": "contributor", "role": "maps"},
        ]
        assert connection.execute(select(issued.c.credits)).scalar_one() == [
            _NAMED | {"credit": "contributor", "role": "Facilitator"}
        ]
    migrations.upgrade(own_database)
    assert migrations.present(own_database) == migrations.head()
