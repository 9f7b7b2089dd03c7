"""``peernet init`` and ``peernet db``."""

import click

from peernet.cli.installation import Installation, pass_installation
from peernet.db import migrations
from peernet.settings import make_data_folder
from peernet.upkeep import running


@click.command()
@pass_installation
def init(installation: Installation) -> None:
    """Make the data folder, the secret key and the database. Safe to repeat."""
    settings = installation.settings
    make_data_folder(settings)
    migrations.upgrade(installation.database)
    click.echo(f"Data folder: {settings.data}")
    click.echo(f"Database: {installation.database.engine.url.render_as_string(hide_password=True)}")
    click.echo("Next: peernet person add ADDRESS --admin, then peernet serve")


@click.group()
def db() -> None:
    """The database's schema."""


@db.command()
@click.option("--to", "revision", default="head", show_default=True, help="The revision to go to.")
@pass_installation
def upgrade(installation: Installation, revision: str) -> None:
    """Bring the schema to the revision that this version needs, without the copy and check of `peernet upgrade`."""
    before = migrations.present(installation.database)
    with running.alone(installation.database):
        migrations.upgrade(installation.database, revision)
    after = migrations.present(installation.database)
    click.echo(f"Nothing to do: at revision {after}." if before == after else f"From {before or 'empty'} to {after}.")


@db.command()
@pass_installation
def check(installation: Installation) -> None:
    """Say whether the schema is the one that this version needs (exit code 1 if not)."""
    present = migrations.present(installation.ready_database)
    click.echo(f"The database is at revision {present}, as it should be.")
