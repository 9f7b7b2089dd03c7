"""``peernet backup`` and ``peernet restore``: everything in one archive, and back."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import sessions
from peernet.backups import afterwards, keeping, making, restoring, verifying
from peernet.backups import manifest as manifests
from peernet.backups.manifest import Manifest
from peernet.backups.writing import Progress
from peernet.cli.installation import Installation, in_words, pass_installation
from peernet.cli.search import rebuild
from peernet.mail import delivery
from peernet.media import store
from peernet.privacy import replaying
from peernet.server import open_pages
from peernet.settings import Settings

_ARCHIVE = click.Path(exists=True, dir_okay=False, path_type=Path)


class _PathOrCommand(click.Group):
    """A group whose first word is a command, or else the place of a backup."""

    def resolve_command(
        self, context: click.Context, words: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take what is not a command for the argument of ``make``."""
        return super().resolve_command(context, words if words[0] in self.commands else ["make", *words])


@click.group(cls=_PathOrCommand, subcommand_metavar="DIR | FILE | verify FILE")
def backup() -> None:
    """Put database and files into one archive while the site runs; read one back.

    Given a folder DIR, the archive gets a name with the time; a FILE must end in .tar.gz and not be there. It holds
    everything that members wrote, and no secret key: keep that elsewhere. `peernet restore` brings it back.
    """


@backup.command(hidden=True)
@click.argument("target", metavar="DIR|FILE", type=click.Path(path_type=Path))
@pass_installation
def make(installation: Installation, target: Path) -> None:
    """Make a backup in the folder or at the name TARGET."""
    with _progress("Backup") as on_progress:
        made = making.make(
            installation.database, _file(target), key=_key(installation.settings), on_progress=on_progress
        )
    click.echo(f"Made {made.path}: {_size(made.size)}, {_in_numbers(made.manifest)}. Read again, and found whole.")
    _say_what_is_missing(made.manifest)


@backup.command()
@click.argument("archive", metavar="FILE", type=_ARCHIVE)
def verify(archive: Path) -> None:
    """Read a backup as a restore would, and change nothing. Exit code 1 if it is not whole."""
    with in_words(), _progress("Verify") as on_progress:
        found = verifying.verify(archive, on_progress)
    click.echo(f"{archive} is whole: {_in_numbers(found)}, made {_age(found)} by peernet {found.peernet}.")
    _say_what_is_missing(found)


@click.command()
@click.argument("archive", metavar="FILE", type=_ARCHIVE)
@click.option(
    "--forgotten",
    type=_ARCHIVE,
    help="The log of who was forgotten since; looked for beside FILE and in the data folder if left out.",
)
@pass_installation
def restore(installation: Installation, archive: Path, forgotten: Path | None) -> None:
    """Bring a backup back into an empty place.

    The settings name the database and the data folder; both must be empty, and peernet must not be running. Every byte
    and row is checked before anything is put in place. Everybody signs in again, and mail that was waiting is held
    back: see `peernet mail release`.
    """
    settings, database = installation.settings, installation.database
    held: list[int] = []
    replayed: list[dict[str, int]] = []
    logs = [forgotten] if forgotten else [archive.parent / afterwards.NAME, afterwards.log()]

    def settle_in(db: Session, manifest: Manifest) -> None:
        lines = [line for path in logs for line in afterwards.since(path, manifest.made_at)]
        replayed.append(replaying.replay(db, sorted(lines, key=lambda line: str(line["at"]))))
        held.append(delivery.hold_back(db))
        sessions.end_everybodys(db)

    with _progress("Restore") as on_progress:
        found = restoring.restore(database, archive, after=settle_in, on_progress=on_progress)
    open_pages(settings, database).store.clear()
    rebuild(database)
    with database.reading() as db:
        store.drop_unnamed(db)
    click.echo(f"Restored {_in_numbers(found)}. The data is of {_age(found)}; what came later is lost.")
    _say_what_is_missing(found)
    _say_what_was_replayed(logs, replayed[0])
    click.echo("Everybody signs in again.")
    if held[0]:
        click.echo(
            f"Mail that was waiting is held back: {held[0]}. "
            "To let it go: peernet mail release; one by one: Administration, Mail."
        )
    _compare_keys(found, settings)
    click.echo("Next: peernet doctor, then start peernet.")


def _file(target: Path) -> Path:
    """Where the archive goes. Raises ClickException for what is neither a folder nor can become a backup."""
    if target.is_dir():
        return target / keeping.name_at(clock.now())
    if not target.name.endswith(making.ENDING):
        raise click.ClickException(
            f"There is no folder {target}. Make it, or give a name that ends in {making.ENDING}."
        )
    return target


def _key(settings: Settings) -> str:
    return manifests.fingerprint(settings.secret_key.get_secret_value())


def _compare_keys(found: Manifest, settings: Settings) -> None:
    if found.key == _key(settings):
        return
    click.echo(
        "The secret key is not the one that this backup was made under. Links in mails that were sent before do not "
        "work: invitations, answers, calendars that are subscribed to. Accounts and passwords do. If you have the old "
        f"key, set secret_key_file to a file with it, or put it into {settings.data / 'secret_key'}, before you start."
    )


def _say_what_is_missing(found: Manifest) -> None:
    if found.missing:
        click.echo(
            f"Not in it: {len(found.missing)} files that the database names and whose bytes were not there: "
            f"{', '.join(found.missing[:5])}{' …' if len(found.missing) > 5 else ''}"
        )


def _say_what_was_replayed(logs: list[Path], replayed: dict[str, int]) -> None:
    if not any(path.is_file() for path in logs):
        click.echo(
            f"No log of who was forgotten since was found ({', '.join(map(str, logs))}): whoever was forgotten after "
            "this backup is back. If there is one, restore again with --forgotten."
        )
        return
    said = {"person": "people", "response": "answers", "readers": "readers of answers", "quotation": "quotations"}
    done = [f"{said[what]} {number}" for what, number in sorted(replayed.items())]
    click.echo(f"Taken away again as since the backup: {', '.join(done) or 'nothing'}.")


def _in_numbers(found: Manifest) -> str:
    return f"{sum(found.rows.values())} rows, {len(found.media)} files of people"


def _age(found: Manifest) -> str:
    hours = max(clock.now() - found.made_at, timedelta()) // timedelta(hours=1)
    ago = f"{hours // 24} days" if hours >= 48 else f"{hours} hours" if hours else "less than an hour"
    return f"{found.made_at:%Y-%m-%d %H:%M} UTC ({ago} ago)"


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"


@contextmanager
def _progress(label: str) -> Iterator[Progress]:
    with click.progressbar(length=0, label=label, file=sys.stderr) as bar:

        def on_progress(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        yield on_progress
