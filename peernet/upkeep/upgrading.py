"""A newer schema: the steps, checked before they are committed, so that what fails has changed nothing.

All steps and the check are one transaction, on SQLite as well (https://www.sqlite.org/lang_transaction.html: its DDL is
part of one). Going back takes the same steps down, and so keeps what people wrote since.
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from peernet import __version__
from peernet.backups import sqlite, workspace
from peernet.backups.manifest import SQLITE
from peernet.db import Database, Refused, migrations
from peernet.db.migrations import OnStep, Step
from peernet.ledger import ledger
from peernet.ledger.models import Event
from peernet.upkeep import checking

UPGRADED, TAKEN_BACK = "installation.upgraded", "installation.taken_back"
_SUBJECT = "installation"


class Failed(Refused):
    """What came out is not what it must be. Everything is as it was."""


@dataclass(frozen=True)
class Before:
    """What the last upgrade began from: its revision, the version of peernet that ran on it ("" if nobody noted it),
    and the copy that was made."""

    revision: str
    peernet: str
    copy: str


def plan(database: Database) -> list[Step]:
    """The steps to the newest schema, in order. Raises Refused for a database that is empty, or of a newer version."""
    return migrations.steps(_known_revision(database), migrations.head())


def upgrade(database: Database, *, copy: Path | None, on_step: OnStep) -> None:
    """Take all steps, check, and only then commit. Raises Failed, and then nothing has changed."""
    with database.engine.begin() as connection:
        _upgrade_within(connection, copy, on_step)


def rehearse(database: Database, folder: Path, on_step: OnStep) -> None:
    """Do all of it for nothing: with SQLite on a copy in ``folder``, while people work; with PostgreSQL in a
    transaction that is rolled back, for which nobody else may use the database. Raises Failed."""
    if database.is_sqlite:
        with workspace.opened(folder) as work:
            sqlite.take(database, work)
            copy = Database(f"sqlite:///{work / SQLITE}")
            try:
                upgrade(copy, copy=None, on_step=on_step)
            finally:
                copy.dispose()
        return
    with database.engine.connect() as connection, connection.begin() as transaction:
        _upgrade_within(connection, None, on_step)
        transaction.rollback()


def steps_since(to: Before) -> list[Step]:
    """The steps of the last upgrade."""
    return migrations.steps(to.revision, migrations.head())


def before(database: Database) -> Before:
    """What the last upgrade began from. Raises Refused if there was none, or the schema is not what it led to."""
    present = _known_revision(database)
    if present != migrations.head():
        raise Refused(f"The database is at revision {present}, not {migrations.head()}: nothing was upgraded.")
    with database.reading() as db:
        found = db.scalars(
            select(Event).where(Event.action.in_((UPGRADED, TAKEN_BACK))).order_by(Event.id.desc()).limit(1)
        ).first()
    if found is None or found.action == TAKEN_BACK or found.data.get("to") != present:
        raise Refused("This database was not upgraded by peernet upgrade, so there is nothing to take back.")
    return Before(found.data["from"], found.data["was"], found.data["copy"])


def take_back(database: Database, to: Before, *, copy: Path, on_step: OnStep) -> list[str]:
    """Take the schema down to where the last upgrade began. What people wrote since is kept where the older schema has
    a place for it; the tables that have fewer rows are said. Raises Failed, and then nothing has changed."""
    with database.engine.begin() as connection:
        rows = checking.count(connection)
        came_from = migrations.head()
        _note(connection, TAKEN_BACK, {"from": came_from, "to": to.revision, "copy": str(copy)})
        migrations.downgrade_within(connection, to.revision, on_step)
        _refuse(checking.broken_links(connection))
        return checking.lost(rows, checking.count(connection))


def _upgrade_within(connection: Connection, copy: Path | None, on_step: OnStep) -> None:
    rows, present = checking.count(connection), migrations.present_within(connection)
    steps = migrations.steps(present, migrations.head())
    migrations.upgrade_within(connection, "head", on_step)
    meant = {table for step in steps for table in step.removes}
    _refuse(
        [
            *checking.differences(connection),
            *checking.broken_links(connection),
            *checking.lost(rows, checking.count(connection), meant=meant),
        ]
    )
    with Session(connection, join_transaction_mode="create_savepoint") as db:
        was = db.scalars(select(Event).where(Event.action == UPGRADED).order_by(Event.id.desc()).limit(1)).first()
        version = str(was.data.get("peernet", "")) if was else ""
    _note(
        connection,
        UPGRADED,
        {
            "from": present,
            "to": migrations.head(),
            "was": version,
            "peernet": __version__,
            "copy": str(copy) if copy else "",
        },
    )


def _known_revision(database: Database) -> str:
    present = migrations.present(database)
    if present is None:
        raise Refused("The database is empty. Run: peernet init")
    if not migrations.is_known(present):
        raise Refused(
            f"The database is at revision {present}, which belongs to a newer peernet than this one. "
            "Install that version again, or let peernet restore bring a backup into an empty database."
        )
    return present


def _refuse(wrong: list[str]) -> None:
    if wrong:
        more = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        raise Failed(f"The upgraded database is not what this version needs: {'; '.join(wrong[:5])}{more}.")


def _note(connection: Connection, action: str, data: dict[str, str | None]) -> None:
    with Session(connection, join_transaction_mode="create_savepoint") as db:
        ledger.record(db, action, subject=_SUBJECT, data=data)
        db.commit()
