"""What a command works on: the settings, and a database that is opened when it is needed. And how commands fail."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, TypeVar

import click
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError

from peernet.cli.codes import WRONG
from peernet.db import Conflict, Database, Refused, migrations
from peernet.settings import Settings, SettingsError, load, make_data_folder, use, with_secret
from peernet.web import logs

Command = TypeVar("Command", bound=Callable[..., Any])

# What installs the driver of a database, by the beginning of its URL.
_DRIVERS = {"postgresql": "pip install 'peernet[postgres]'"}


@dataclass
class Installation:
    """One installation of peernet."""

    settings: Settings

    @classmethod
    def at(cls, config: Path | None) -> "Installation":
        """Read the settings and put them into use. Raises SettingsError."""
        settings = use(with_secret(load(config)))
        logs.configure(settings)
        return cls(settings)

    @cached_property
    def database(self) -> Database:
        """The database, whatever its revision. Raises SettingsError for a URL that names none."""
        url = self.settings.database_url
        if url.startswith("sqlite:///"):
            make_data_folder(self.settings)
        try:
            return Database(url)
        except ModuleNotFoundError as error:
            mend = _DRIVERS.get(url.partition(":")[0].partition("+")[0])
            said = f"Run: {mend}" if mend else "It must be sqlite:///… or postgresql://…"
            raise SettingsError(f"database: its driver ({error.name}) is not installed. {said}") from None
        except (NoSuchModuleError, SQLAlchemyError):
            raise SettingsError("database: it must be sqlite:///… or postgresql://…") from None

    @property
    def ready_database(self) -> Database:
        """The database, or a refusal in words when its schema is not the one that this version needs."""
        present, needed = migrations.present(self.database), migrations.head()
        if present is None:
            raise click.ClickException("The database is empty. Run: peernet init")
        if not migrations.is_known(present):
            raise click.ClickException(
                f"The database is at revision {present}, which belongs to a newer peernet than this one. "
                "Install that version again, or let peernet restore bring a backup into an empty database."
            )
        if present != needed:
            raise click.ClickException(f"The database is at revision {present}, not {needed}. Run: peernet upgrade")
        return self.database


def pass_installation(command: Command) -> Command:
    """Hand the installation to a command, and turn what can go wrong into a sentence and an exit code.

    A bug still shows its trace. The settings are read here and not before, so that help needs none.
    """

    @click.pass_obj
    @wraps(command)
    def wrapped(config: Path | None, *arguments: Any, **options: Any) -> Any:
        with in_words():
            return command(Installation.at(config), *arguments, **options)

    return wrapped  # type: ignore[return-value]


@contextmanager
def in_words() -> Iterator[None]:
    """Turn what can go wrong within the block into a sentence and an exit code."""
    try:
        yield
    except SettingsError as error:
        click.echo(str(error), err=True)
        raise SystemExit(WRONG) from None
    except (Refused, Conflict) as refusal:
        raise click.ClickException(refusal.message) from None
    except CommandError as error:
        raise click.ClickException(f"The database cannot be migrated: {error}") from None
    except DBAPIError as error:
        if _is_a_bug(error):
            raise
        raise click.ClickException(f"The database does not answer: {_first_line(error)}. Try: peernet doctor") from None
    except OSError as error:
        if error.errno is None:
            raise
        raise click.ClickException(_of_system(error)) from None


def _is_a_bug(error: DBAPIError) -> bool:
    """A wrong statement is ours; a file, a disk or a server that fails is not."""
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorname", "SQLITE_BUSY") in ("SQLITE_ERROR", "SQLITE_MISUSE")
    return not isinstance(error, OperationalError)


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().partition("\n")[0].rstrip(".?")


def _of_system(error: OSError) -> str:
    where = f" {error.filename}" if error.filename else ""
    hint = ". Run the command as the user that owns it" if isinstance(error, PermissionError) else ""
    return f"{error.strerror}:{where}{hint}" if where else f"{error.strerror}{hint}"
