"""``peernet upgrade``: a copy, the newer schema, a check; and back."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from peernet import clock
from peernet.admin.findings import examine
from peernet.backups import making
from peernet.backups.manifest import fingerprint
from peernet.backups.writing import Progress
from peernet.cli.codes import FAILED
from peernet.cli.installation import Installation, pass_installation
from peernet.cli.search import rebuild
from peernet.db import Refused
from peernet.db.migrations import OnStep, Step
from peernet.server import open_pages
from peernet.settings import Settings
from peernet.upkeep import running, upgrading

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would be done, and rehearse it; nothing changes.")
@click.option("--back", "goes_back", is_flag=True, help="Take the last upgrade back; what people wrote since stays.")
@click.option("--copy", "folder", type=_FOLDER, help="Where the copy goes, instead of backup.folder.")
@pass_installation
def upgrade(installation: Installation, dry_run: bool, goes_back: bool, folder: Path | None) -> None:
    """Make a copy, bring the database to this version, and check it.

    Stop peernet first, and install the new version. If anything is wrong, nothing is changed, and the version that you
    had runs on. Should the new one turn out to be wrong later: peernet upgrade --back.
    """
    if dry_run:
        _rehearse(installation)
    elif goes_back:
        _go_back(installation, folder)
    else:
        _go_on(installation, folder)


def _rehearse(installation: Installation) -> None:
    database = installation.database
    steps = upgrading.plan(database)
    for step in steps:
        click.echo(f"{step.revision}  {step.sentence}")
    if not steps:
        click.echo("Nothing to do: the database is at the revision of this version.")
        return
    if not database.is_sqlite and running.is_running(database):
        click.echo(
            "Not rehearsed: on PostgreSQL that would lock its tables, and peernet is running. Stop it, and try again."
        )
        return
    with _each_of(steps) as on_step:
        upgrading.rehearse(database, installation.settings.data, on_step)
    click.echo("Rehearsed and checked. Nothing was changed. Next: systemctl stop peernet, then peernet upgrade")


def _go_on(installation: Installation, folder: Path | None) -> None:
    database = installation.database
    steps = upgrading.plan(database)
    if not steps:
        click.echo("Nothing to do: the database is at the revision of this version.")
        return
    with running.alone(database):
        copy = _copy(installation, folder, f"before-{steps[-1].revision}")
        try:
            with _each_of(steps) as on_step:
                upgrading.upgrade(database, copy=copy, on_step=on_step)
        except BaseException:
            click.echo("Nothing was changed: install the version that you had, and start it. The copy stays.", err=True)
            raise
        open_pages(installation.settings, database).store.clear()
        rebuild(database)
    click.echo(f"Upgraded to {steps[-1].revision} and checked. If it turns out to be wrong: peernet upgrade --back")
    wrong = [finding for finding in examine(installation.settings, database, is_running=False) if finding.wrong]
    for finding in wrong:
        click.echo(f"wrong  {finding.what}\n       {finding.wrong}\n       Mend: {finding.mend}")
    click.echo("Next: systemctl start peernet")
    if wrong:
        raise SystemExit(FAILED)


def _go_back(installation: Installation, folder: Path | None) -> None:
    database = installation.database
    to = upgrading.before(database)
    with running.alone(database):
        copy = _copy(installation, folder, f"before-back-to-{to.revision}")
        steps = upgrading.steps_since(to)
        with _each_of(steps) as on_step:
            fewer = upgrading.take_back(database, to, copy=copy, on_step=on_step)
        open_pages(installation.settings, database).store.clear()
    version = f"peernet {to.peernet}" if to.peernet else "the peernet that you had"
    click.echo(f"Taken back to {to.revision}. What people wrote since is there, as far as it had a place before.")
    for said in fewer:
        click.echo(f"Fewer than before: {said}.")
    click.echo(f"Next: install {version}, then peernet search rebuild and systemctl start peernet")
    if to.copy:
        click.echo(f"To have it wholly as it was before the upgrade, restore {to.copy} into an empty place.")


def _copy(installation: Installation, folder: Path | None, name: str) -> Path:
    """Make a backup beside the others; those made by the clock do not push it out."""
    settings = installation.settings
    target = (folder or _place(settings)) / f"{name}-{clock.now():%Y-%m-%dT%H%M%SZ}{making.ENDING}"
    key = fingerprint(settings.secret_key.get_secret_value())
    with _progress("Copy") as on_progress:
        made = making.make(installation.database, target, key=key, on_progress=on_progress)
    click.echo(f"Made a copy, and read it again: {made.path}")
    return made.path


def _place(settings: Settings) -> Path:
    if settings.backup.folder:
        folder = Path(settings.backup.folder)
        if not folder.is_dir():
            raise Refused(f"There is no folder {folder} for the copy. Make it, or name another with --copy.")
        return folder
    folder = settings.data / "upgrades"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@contextmanager
def _each_of(steps: list[Step]) -> Iterator[OnStep]:
    with click.progressbar(length=len(steps), label="Steps", file=sys.stderr) as bar:
        yield lambda _step: bar.update(1)


@contextmanager
def _progress(label: str) -> Iterator[Progress]:
    with click.progressbar(length=0, label=label, file=sys.stderr) as bar:

        def on_progress(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        yield on_progress
