"""The way up and down with data: texts stay; what belongs to a kind comes with the column and goes with it."""

from sqlalchemy import MetaData, Table, select

from peernet.db import Database, migrations
from tests.roundtables.test_migration import _insert

_LISTS = {"topics": [], "organisations": [], "questions": [], "credits": [], "passages": []}


def test_particulars_go_up_and_down_with_their_data(own_database: Database) -> None:
    migrations.downgrade(own_database, "0017")
    with own_database.engine.begin() as connection:
        _insert(connection, "material", id=1, kind="video", state="published", extra={}, number=1)
        _insert(connection, "material_draft", material_id=1, kind="video", source="As it was", **_LISTS)
        _insert(
            connection, "material_version", id=1, material_id=1, kind="video", source="As it was", toc=[], credits=[]
        )
        _insert(connection, "review_round", id=1, material_id=1)
        _insert(connection, "review_text", id=1, round_id=1, source="As it was", credits=[])
    migrations.upgrade(own_database, "0018")
    tables = ("material_draft", "material_version", "review_text")
    with own_database.engine.begin() as connection:
        for name in tables:
            table = Table(name, MetaData(), autoload_with=connection)
            assert connection.execute(select(table.c.source, table.c.particulars)).all() == [("As it was", {})]
            connection.execute(table.update().values(particulars={"captions": "WEBVTT"}))
    migrations.downgrade(own_database, "0017")
    with own_database.engine.begin() as connection:
        for name in tables:
            table = Table(name, MetaData(), autoload_with=connection)
            assert "particulars" not in table.c
            assert connection.execute(select(table.c.source)).all() == [("As it was",)]
    migrations.upgrade(own_database)
    assert migrations.present(own_database) == migrations.head()
