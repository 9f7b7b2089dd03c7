"""Make a backup while people work: the database at one moment, then the files that it names, then read it all again.

The archive gets its name only when it was found whole, so what lies under a backup's name is one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from peernet import __version__, clock
from peernet.backups import postgresql, sqlite, verifying, workspace, writing
from peernet.backups.contents import Contents
from peernet.backups.manifest import Manifest, Member
from peernet.backups.writing import Changed, Progress
from peernet.db import Database, Refused
from peernet.media import store

ENDING = ".tar.gz"
# A file may be removed between the database and the files; the next try does not name it any more.
_TRIES = 5


@dataclass(frozen=True)
class Made:
    """A backup: where it lies, what it says of itself, and its size."""

    path: Path
    manifest: Manifest
    size: int


def make(database: Database, target: Path, *, key: str, on_progress: Progress) -> Made:
    """Make a backup at ``target``, which must not be there. ``key`` is the fingerprint of the secret key.

    Raises Refused where it cannot be made, and OSError; nothing is left then.
    """
    _check(target)
    with workspace.opened(target.parent) as work:
        missing: list[str] = []
        for number in range(_TRIES):
            try:
                part, manifest = _try(database, work / str(number), missing, key, on_progress)
            except _OthersMissing as others:
                missing = others.names
            except Changed as changed:
                last = changed
            else:
                verifying.verify(part, lambda done, of: on_progress(of + done, 2 * of))
                return _put_in_place(part, target, manifest)
        raise Refused(f"Files went away while they were read ({last}). Try again.")


def _check(target: Path) -> None:
    if not target.parent.is_dir():
        raise Refused(f"There is no folder {target.parent}. Make it first, for the user of peernet alone.")
    if target.exists():
        raise Refused(f"{target} is there already.")


class _OthersMissing(Changed):
    """The bytes of other files are not there than of those known to be lost."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names[:5]))
        self.names = names


def _try(database: Database, work: Path, known: list[str], key: str, on_progress: Progress) -> tuple[Path, Manifest]:
    """One try; raises Changed where the files do not fit the database any more."""
    work.mkdir(mode=0o700)
    moment = clock.now()
    contents = sqlite.take(database, work) if database.is_sqlite else postgresql.take(database.engine, work)
    paths, missing = _files(contents, work / "files")
    if missing != known:
        raise _OthersMissing(missing)
    manifest = Manifest(
        format=1,
        peernet=__version__,
        made_at=moment,
        dialect="sqlite" if database.is_sqlite else "postgresql",
        revision=contents.revision,
        key=key,
        rows=contents.rows,
        members=_members(paths.items()),
        missing=missing,
    )
    part = work / f"backup{ENDING}"
    with part.open("xb") as file:
        part.chmod(0o600)
        writing.write(file, manifest, paths, lambda done, of: on_progress(done, 2 * of))
    workspace.sync(part)
    return part, manifest


def _files(contents: Contents, work: Path) -> tuple[dict[str, Path], list[str]]:
    """The files of the archive by their names in it, and the names of those whose bytes are not there."""
    paths, missing = dict(contents.paths), []
    for name in contents.media:
        files = _copies(name, work)
        paths |= {f"media/{name[:2]}/{name}/{path.name}": path for path in files}
        if not files:
            missing.append(name)
    return paths, missing


def _copies(name: str, work: Path) -> list[Path]:
    try:
        return store.local_copies(name, work)
    except FileNotFoundError:  # It was there when the bucket was asked what it holds of it.
        raise Changed(name) from None


def _members(paths: Iterable[tuple[str, Path]]) -> list[Member]:
    return [writing.describe(name, path) for name, path in paths]


def _put_in_place(part: Path, target: Path, manifest: Manifest) -> Made:
    size = part.stat().st_size
    part.rename(target)
    workspace.sync(target.parent)
    return Made(target, manifest, size)
