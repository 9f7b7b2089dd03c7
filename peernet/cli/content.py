"""``peernet content``: materials, prompts, organisations and cohorts as files."""

import sys
from pathlib import Path

import click

from peernet.cli.codes import FAILED
from peernet.cli.installation import Installation, pass_installation
from peernet.db import Database
from peernet.materials import exchange
from peernet.server import open_pages


@click.group()
def content() -> None:
    """Bring content in from files, and send it out to files."""


@content.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@pass_installation
def import_content(installation: Installation, folder: Path) -> None:
    """Bring in the Markdown files of FOLDER: peernet's own layout, or a folder written for another system.

    Files that did not change are left alone, so it can be repeated. Exit code 1 if a file was refused.
    """
    database = installation.ready_database
    open_pages(installation.settings, database)
    if not bring_in(database, folder).is_good:
        raise SystemExit(FAILED)


@content.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@pass_installation
def export_content(installation: Installation, folder: Path) -> None:
    """Write what is public, and the prompt library, to FOLDER as files that can be brought in again."""
    count = exchange.send_out(installation.ready_database, folder)
    click.echo(f"{count} files written to {folder}.")


def bring_in(database: Database, folder: Path, *, quiet: bool = False) -> exchange.Report:
    """Import with a progress bar, and say what was done; ``quiet`` leaves notes about single files out."""
    with click.progressbar(length=0, label="Content", file=sys.stderr) as bar:

        def on_progress(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        report = exchange.bring_in(database, folder, on_progress=on_progress)
    for line in _in_short(report) if quiet else report.lines():
        click.echo(line)
    return report


def _in_short(report: exchange.Report) -> list[str]:
    """What was refused, and the numbers."""
    *_notes, numbers = report.lines()
    return [*(str(entry) for entry in report.of(exchange.Result.REFUSED)), numbers]
