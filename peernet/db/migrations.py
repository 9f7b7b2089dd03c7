"""Run Alembic from inside the package, wherever it is installed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from peernet.db.engine import Database

_PACKAGE = Path(__file__).parent.parent


@dataclass(frozen=True)
class Step:
    """One migration: its revision, what its first line says, and the tables whose rows it may remove (``REMOVES``)."""

    revision: str
    sentence: str
    removes: tuple[str, ...] = ()


# Told after each step that was taken, up or down.
OnStep = Callable[[Step], None]


def _tell_nobody(_step: Step) -> None:
    """Nobody listens."""


def folder(name: str) -> Path:
    """``migrations`` or ``content``: beside the package in a checkout, inside it in a wheel."""
    shipped = _PACKAGE / "_shipped" / name
    return shipped if shipped.is_dir() else _PACKAGE.parent / name


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema to ``revision``."""
    with database.engine.begin() as connection:
        upgrade_within(connection, revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the schema back to ``revision`` ("base" is empty)."""
    with database.engine.begin() as connection:
        downgrade_within(connection, revision)


def upgrade_within(connection: Connection, revision: str = "head", on_step: OnStep = _tell_nobody) -> None:
    """The same inside a transaction that is the caller's."""
    command.upgrade(_config(connection, on_step), revision)


def downgrade_within(connection: Connection, revision: str, on_step: OnStep = _tell_nobody) -> None:
    """The same inside a transaction that is the caller's."""
    command.downgrade(_config(connection, on_step), revision)


def steps(after: str | None, to: str) -> list[Step]:
    """What lies between two revisions, in the order of going up."""
    between = ScriptDirectory.from_config(_config()).iterate_revisions(to, after or "base")
    return [_step(found) for found in reversed(list(between))]


@cache
def head() -> str:
    """The newest revision that this version knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def is_known(revision: str) -> bool:
    """Whether this version knows a revision; it does not where the database was used by a newer one."""
    return any(known.revision == revision for known in ScriptDirectory.from_config(_config()).walk_revisions())


def present(database: Database) -> str | None:
    """The revision that the database is at, or None for an empty one."""
    with database.engine.execution_options(peernet_write=False).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def present_within(connection: Connection) -> str | None:
    """The same inside a transaction that is the caller's."""
    return MigrationContext.configure(connection).get_current_revision()


def _step(found: Any) -> Step:
    return Step(found.revision, found.doc, tuple(getattr(found.module, "REMOVES", ())))


def _config(connection: Connection | None = None, on_step: OnStep = _tell_nobody) -> Config:
    config = Config()
    config.attributes["connection"] = connection
    config.attributes["on_step"] = lambda step, **_rest: on_step(_step(step.up_revision))
    config.set_main_option("script_location", str(folder("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
