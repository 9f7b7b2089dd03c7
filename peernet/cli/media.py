"""``peernet media``: the files of people."""

import sys

import click

from peernet.cli.installation import Installation, pass_installation
from peernet.db import Refused
from peernet.media import bucket, folder, moving, store
from peernet.media.shelf import shelf


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
        size = sum(shelf().size_of(name, file) for file in shelf().listed(name))
        click.echo(f"{name}  {size} bytes")
    click.echo(f"{len(gone)} files would be removed.")


@media.command("move")
@click.argument("to", type=click.Choice(["s3", "folder"]))
@pass_installation
def move(installation: Installation, to: str) -> None:
    """Copy all files to the bucket of the settings, or from there to the data folder.

    Each is compared by its hash as it is read back; what is there already is not copied again, so it can be broken off
    and begun anew. Nothing is removed where the files were. Stop peernet first, so that nobody brings any meanwhile.
    """
    if not installation.settings.s3.bucket:
        raise click.ClickException("The settings name no bucket: see s3.bucket.")
    with installation.ready_database.reading() as db:
        names = moving.names(db)
    source, target = (folder, bucket) if to == "s3" else (bucket, folder)
    try:
        with click.progressbar(length=len(names), label="Files", file=sys.stderr) as bar:
            copied, missing = moving.copy(names, source, target, lambda _name: bar.update(1))
    except (bucket.Unreachable, bucket.NotInstalled, Refused) as error:
        raise click.ClickException(f"{error} What was copied so far stays: begin anew.") from None
    for name in missing:
        click.echo(f"{name} is not there.", err=True)
    click.echo(f"{copied} of {len(names)} files copied and compared; the others were there, or are missing.")
    if to == "folder":
        click.echo("Next: take s3.bucket out of the settings, then peernet doctor, and start peernet.")
