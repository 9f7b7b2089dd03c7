"""``peernet site``: the public site as files."""

import logging
import os
import sys
import time
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from peernet import server
from peernet.app import make_app
from peernet.cli.installation import Installation, pass_installation
from peernet.db import Refused
from peernet.site.exporting import exporting
from peernet.site.exporting.exporting import Report

_SECONDS = 1.0


@click.group()
def site() -> None:
    """The public site."""


@site.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--follow", is_flag=True, help="Stay, and write what changes as soon as it does, until stopped.")
@pass_installation
def export_site(installation: Installation, folder: Path, follow: bool) -> None:
    """Write the whole public site to FOLDER, for a server of files; again, only what has changed since.

    FOLDER must be empty or one that was written so before. What is withdrawn is removed from it.
    """
    settings, database = installation.settings, installation.ready_database
    logging.getLogger("peernet.access").setLevel(logging.WARNING)  # Each page is asked for, by nobody.
    app, stamp = make_app(settings, database), server.stamp(settings)

    def once(*, quiet: bool = False) -> Report:
        with click.progressbar(length=1, label="Site", file=sys.stderr, hidden=quiet) as bar:

            def on_progress(done: int, of: int) -> None:
                bar.length = of
                bar.update(done - bar.pos)

            return exporting.run(
                app, database, settings, folder, stamp=stamp, processes=os.cpu_count() or 1, on_progress=on_progress
            )

    click.echo(_said(once(), folder))
    while follow:
        time.sleep(_SECONDS)
        try:
            if exporting.is_behind(database, settings, folder):
                click.echo(_said(once(quiet=True), folder))
        except (SQLAlchemyError, Refused, OSError) as error:  # What lies in the folder is read on.
            click.echo(f"The site could not be written: {error}. It is tried again.", err=True)


def _said(report: Report, folder: Path) -> str:
    how = "Everything was made anew. " if report.is_whole else ""
    return f"{how}{report.files} pages and files in {folder}: {report.written} written, {report.removed} removed."
