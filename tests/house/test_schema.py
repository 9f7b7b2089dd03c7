"""The schema: models and migrations say the same, and every link between rooms points down."""

import tomllib
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.orm import Session

from peernet import tables
from peernet.db import Database, migrations

ROOT = Path(__file__).parents[2]


def _floors() -> list[str]:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    return list(reversed(contract["layers"]))


def test_models_equal_migrations(db: Session) -> None:
    def include(name: str | None, kind: str, _parents: object) -> bool:
        return not (kind in ("table", "index", "column") and name is not None and name.startswith("search_text"))

    context = MigrationContext.configure(db.connection(), opts={"compare_type": True, "include_name": include})
    assert compare_metadata(context, tables.metadata) == []


def test_foreign_keys_point_down() -> None:
    floors = _floors()
    room = {table: made.__name__.split(".")[1] for made in tables.ROOMS for table in _tables_of(made)}
    # The one exception: machinery knows a person, and only as a foreign key.
    upward = [
        f"{table.name} -> {key.column.table.name}"
        for table in tables.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name != "person"
        and floors.index(room[key.column.table.name]) > floors.index(room[table.name])
    ]
    assert upward == []


def _tables_of(module: object) -> list[str]:
    name = module.__name__
    return [mapper.class_.__tablename__ for mapper in tables.Base.registry.mappers if mapper.class_.__module__ == name]


def test_migrations_go_down_and_up_again(own_database: Database) -> None:
    assert migrations.present(own_database) == migrations.head()
    migrations.downgrade(own_database, "base")
    assert migrations.present(own_database) is None
    migrations.upgrade(own_database)
    assert migrations.present(own_database) == migrations.head()
