"""``peernet media``: the files of people."""

import click

from peernet.cli.installation import Installation, pass_installation
from peernet.media import folder, store


@click.group()
def media() -> None:
    """The files of people: images, films, recordings, papers."""


@media.command("sweep")
@click.option("--dry-run", is_flag=True, help="Say what would go, and remove nothing.")
@pass_installation
def sweep(installation: Installation, *, dry_run: bool) -> None:
    """Remove what nobody can fetch any more. The worker does it every night."""
    with installation.ready_database.reading() as db:
        gone = store.orphans(db)
        if not dry_run:
            click.echo(f"{store.sweep(db)} files removed.")
            return
    for name in gone:
        size = sum(path.stat().st_size for path in folder.files_of(name))
        click.echo(f"{name}  {size} bytes")
    click.echo(f"{len(gone)} files would be removed.")
