"""What a command works on: the settings, and a database that is opened when it is needed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from peernet.db import Conflict, Database, Refused, migrations
from peernet.settings import Settings, SettingsError, load, use, with_secret
from peernet.web import logs

Command = TypeVar("Command", bound=Callable[..., Any])

# Exit codes: 0 done, 1 it was refused or a check failed, 2 the command or the settings are wrong.
FAILED, WRONG = 1, 2


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
        """The database, whatever its revision."""
        if self.settings.database_url.startswith("sqlite:///"):
            self.settings.data.mkdir(parents=True, exist_ok=True)
        return Database(self.settings.database_url)

    @property
    def ready_database(self) -> Database:
        """The database, or a refusal in words when its schema is not the one that this version needs."""
        present = migrations.present(self.database)
        if present != migrations.head():
            state = "is empty" if present is None else f"is at revision {present}, not {migrations.head()}"
            raise click.ClickException(f"The database {state}. Run: peernet db upgrade")
        return self.database


def in_words(command: Command) -> Command:
    """Turn what can go wrong into a sentence and an exit code; a bug still shows its trace."""

    @wraps(command)
    def wrapped(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except SettingsError as error:
            click.echo(str(error), err=True)
            raise SystemExit(WRONG) from None
        except (Refused, Conflict) as refusal:
            raise click.ClickException(refusal.message) from None
        except OperationalError as error:
            raise click.ClickException(f"The database does not answer: {error.orig}. Try: peernet doctor") from None
        except SQLAlchemyError as error:
            raise click.ClickException(f"The database refused: {error}") from None

    return wrapped  # type: ignore[return-value]


pass_installation = click.make_pass_decorator(Installation)
