"""``peernet move``: to another kind of database."""

import sys
from pathlib import Path

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from peernet.cli.installation import Installation, pass_installation
from peernet.cli.search import rebuild
from peernet.db import Database
from peernet.server import open_pages
from peernet.upkeep import moving, running


@click.group()
def move() -> None:
    """Move the network to another kind of database."""


@move.command("sqlite-to-postgresql")
@click.argument("url", metavar="URL|@FILE")
@pass_installation
def to_postgresql(installation: Installation, url: str) -> None:
    """Copy the network into the empty PostgreSQL database at URL, every row compared.

    URL is like postgresql://peernet@127.0.0.1/peernet; @FILE names a file that holds it, so that a password stands in
    no list of commands. Stop peernet first. If anything is wrong nothing is written; the SQLite database is only read.
    """
    source, target = installation.ready_database, _target(url)
    try:
        with running.alone(source):
            with click.progressbar(length=0, label="Rows", file=sys.stderr) as bar:

                def on_progress(done: int, of: int) -> None:
                    bar.length = of
                    bar.update(done - bar.pos)

                counts = moving.move(source, target, on_progress)
            open_pages(installation.settings, target).store.clear()
            rebuild(target)
    finally:
        target.dispose()
    click.echo(f"Moved {sum(counts.values())} rows of {len(counts)} tables, and compared each.")
    shown = make_url(_url(url)).render_as_string()
    click.echo(f'Next: let the settings say database = "{shown}" (or database_file),')
    click.echo("then peernet doctor, and start peernet. Files of people stay in the data folder.")
    click.echo("Backups of before go back into SQLite alone: make a new one, with peernet backup.")


def _target(url: str) -> Database:
    try:
        parsed = make_url(_url(url))
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() != "postgresql":
        raise click.BadParameter("It must be postgresql://…, or @ and the name of a file that holds this.")
    try:
        return Database(_url(url))
    except ModuleNotFoundError:
        raise click.ClickException(
            "The driver of PostgreSQL is missing. Run: pip install 'peernet[postgres]'"
        ) from None


def _url(given: str) -> str:
    return Path(given[1:]).read_text("utf-8").strip() if given.startswith("@") else given
