"""Archives that somebody made to do harm, or that were damaged: each is refused in words, and nothing is written."""

import gzip
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from peernet.backups import verifying
from peernet.backups.making import Made
from peernet.backups.manifest import Unfit
from peernet.db import Database
from peernet.settings import Settings
from tests.backups.conftest import closing_all, files, quiet, restore
from tests.databases import a_database

# What an archive is refused for is found before any database is asked.
pytestmark = pytest.mark.once

_GNU = tarfile.GNU_FORMAT


@pytest.fixture(scope="module")
def stays_empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database for all of these, in which nothing is ever written: each test sees to that."""
    with a_database(f"peernet_hostile_{os.getpid()}", tmp_path_factory.mktemp("hostile")) as url:
        yield url


@pytest.fixture
def empty(stays_empty: str, tmp_path: Path, at: Callable[[str], Settings]) -> Callable[[], Any]:
    """Move to an empty place: that database, and another data folder."""
    (tmp_path / "other").mkdir(mode=0o700)

    @contextmanager
    def move() -> Iterator[Database]:
        at("other")
        with closing_all(Database(stays_empty)) as database:
            yield database

    return move


@dataclass
class Parts:
    """A backup taken apart: its manifest, and its members as headers with data. ``after`` follows the last of them."""

    manifest: dict[str, Any]
    members: list[tuple[tarfile.TarInfo, bytes]]
    after: bytes = b""
    first: list[tuple[tarfile.TarInfo, bytes]] = field(default_factory=list)

    def put(self, number: int, data: bytes) -> None:
        """Replace a member's data, and say so in the manifest."""
        header, _old = self.members[number]
        header.size = len(data)
        self.members[number] = header, data
        self.manifest["members"][number] |= {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}

    def write(self, path: Path) -> Path:
        """Put it together again."""
        head = json.dumps(self.manifest).encode()
        with (
            gzip.open(path, "wb", compresslevel=1) as packed,
            tarfile.TarFile(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar,
        ):
            for header, data in [*self.first, (plain("manifest.json", len(head)), head), *self.members]:
                tar.addfile(header, io.BytesIO(data))
        if self.after:
            whole = gzip.decompress(path.read_bytes())
            path.write_bytes(gzip.compress(whole + self.after, compresslevel=1))
        return path


def plain(name: str, size: int = 0, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.type, header.linkname = size, kind, target
    return header


@pytest.fixture
def parts(backup: Made) -> Parts:
    with tarfile.open(backup.path) as tar:
        read = [(header, tar.extractfile(header).read()) for header in tar.getmembers()]
    return Parts(json.loads(read[0][1]), read[1:])


def _named(name: str) -> Callable[[Parts], None]:
    """A member under another name, which the manifest names as well."""

    def change(parts: Parts) -> None:
        parts.members[-1][0].name = parts.manifest["members"][-1]["name"] = name

    return change


def _added(header: tarfile.TarInfo, data: bytes = b"") -> Callable[[Parts], None]:
    return lambda parts: parts.members.append((header, data))


def _instead(kind: bytes, target: str = "/etc/passwd") -> Callable[[Parts], None]:
    """Something that is no file, under the name of the last member."""

    def change(parts: Parts) -> None:
        parts.members[-1] = plain(parts.members[-1][0].name, 0, kind, target), b""

    return change


def _twice(parts: Parts) -> None:
    parts.members.append(parts.members[-1])


def _twice_in_the_manifest(parts: Parts) -> None:
    _twice(parts)
    parts.manifest["members"].append(parts.manifest["members"][-1])


def _swapped(parts: Parts) -> None:
    parts.members[-1], parts.members[-2] = parts.members[-2], parts.members[-1]


def _left_out(parts: Parts) -> None:
    parts.members.pop()


def _other_bytes(parts: Parts) -> None:
    header, data = parts.members[-1]
    parts.members[-1] = header, data[:-1] + bytes([data[-1] ^ 1])


def _longer(parts: Parts) -> None:
    header, data = parts.members[-1]
    header.size += 1_000_000
    parts.members[-1] = header, data + b"\0" * 1_000_000


def _without_a_file(parts: Parts) -> None:
    name = parts.manifest["members"][-1]["name"].split("/")[2]
    for number in reversed(range(len(parts.members))):
        if f"/{name}/" in parts.members[number][0].name:
            del parts.members[number], parts.manifest["members"][number]


def _said(**values: Any) -> Callable[[Parts], None]:
    return lambda parts: parts.manifest.update(values)


def _more_rows(parts: Parts) -> None:
    parts.manifest["rows"]["person"] += 1


def _not_a_database(parts: Parts) -> None:
    parts.put(0, b"SQLite format 3\0" + b"\xff" * 4096)


def _bomb(parts: Parts) -> None:
    parts.after = b"\0" * 300_000_000


def _pickle(parts: Parts) -> None:
    parts.put(0, b"cposix\nsystem\n(S'touch /tmp/x'\ntR.")


HOSTILE: dict[str, tuple[Callable[[Parts], None], str]] = {
    "an absolute path": (_named("/etc/cron.d/x"), "'/etc/cron.d/x' cannot be a part of a backup"),
    "a path that leads out": (_named("media/../../x"), "'media/../../x' cannot be a part of a backup"),
    "another shard": (_named(f"media/ab/{'cd' * 16}/whole.png"), "cannot be a part of a backup"),
    "a member not in the manifest": (_added(plain("media/x")), "holds 'media/x', which its manifest does not name"),
    "an absolute member": (_added(plain("/etc/x")), "holds '/etc/x', which its manifest does not name"),
    "something before the manifest": (lambda parts: parts.first.append((plain("x"), b"")), "does not begin with a man"),
    "a symbolic link": (_instead(tarfile.SYMTYPE), "which is not a plain file"),
    "a hard link": (_instead(tarfile.LNKTYPE), "which is not a plain file"),
    "a character device": (_instead(tarfile.CHRTYPE), "which is not a plain file"),
    "a block device": (_instead(tarfile.BLKTYPE), "which is not a plain file"),
    "a pipe": (_instead(tarfile.FIFOTYPE), "which is not a plain file"),
    "a folder": (_instead(tarfile.DIRTYPE), "which is not a plain file"),
    "a sparse file": (_instead(tarfile.GNUTYPE_SPARSE), "which is not a plain file"),
    "a long name": (_instead(tarfile.GNUTYPE_LONGNAME), "which is not a plain file"),
    "an extended header": (_instead(tarfile.XHDTYPE), "which is not a plain file"),
    "a member twice": (_twice, "which its manifest does not name"),
    "a member twice in the manifest": (_twice_in_the_manifest, "a member is named twice"),
    "members in another order": (_swapped, "where its manifest says"),
    "a member left out": (_left_out, "The archive ends before media/"),
    "other bytes": (_other_bytes, "is damaged: its SHA-256 is not the one in the manifest"),
    "more bytes than it says": (_longer, "bytes, and not the"),
    "a file left out, and its name": (_without_a_file, "Files that the database names are not in the archive"),
    "an unknown form": (_said(format=2), "in a form (2) that this version does not know"),
    "more than it may say": (_said(extra=1), "The manifest of this backup is wrong: extra: Extra inputs"),
    "a table that leads elsewhere": (_said(rows={"../x": 1}), "a table has a name that it cannot have"),
    "a revision that is a command": (_said(revision="x; DROP"), "The manifest of this backup is wrong: revision"),
    "a size below zero": (lambda parts: parts.manifest["members"][0].update(size=-1), "members.0.size"),
    "more rows than there are": (_more_rows, "The rows of person are not as many as the manifest says"),
    "no database": (_not_a_database, ""),
    "a pickle": (_pickle, ""),
    "a bomb": (_bomb, "Something follows the end of the archive"),
    "nesting": (_said(missing=json.loads("[" * 200 + "]" * 200)), "The manifest of this backup is wrong"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_archives_are_refused_and_nothing_is_written(
    name: str, parts: Parts, empty: Callable[[], Any], tmp_path: Path
) -> None:
    change, words = HOSTILE[name]
    change(parts)
    path = parts.write(tmp_path / "hostile.tar.gz")
    with pytest.raises(Unfit) as refused:
        verifying.verify(path, quiet)
    assert words in refused.value.message
    with empty() as other:
        before = _everything(tmp_path)
        with pytest.raises(Unfit) as refused:
            restore(other, path)
        assert words in refused.value.message
        assert (_everything(tmp_path), inspect(other.engine).get_table_names()) == (before, [])


def test_a_backup_put_together_again_is_the_same(parts: Parts, backup: Made, tmp_path: Path) -> None:
    assert verifying.verify(parts.write(tmp_path / "again.tar.gz"), quiet) == backup.manifest


@pytest.mark.parametrize("length", [0, 10, 512, 2000, -1, -9000])
def test_one_that_is_cut_off_is_refused(length: int, backup: Made, tmp_path: Path) -> None:
    path = tmp_path / "cut.tar.gz"
    path.write_bytes(backup.path.read_bytes()[:length])
    with pytest.raises(Unfit, match=r"The archive is damaged, or cut off\."):
        verifying.verify(path, quiet)


@pytest.mark.parametrize(
    "data",
    [b"hello", gzip.compress(b"hello" * 1000, mtime=0), gzip.compress(b"\0" * 20_000, mtime=0)],
    ids=["text", "compressed text", "zeros"],
)
def test_what_is_no_archive_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "no.tar.gz"
    path.write_bytes(data)
    with pytest.raises(Unfit, match=r"^(The archive is damaged|This is not a backup of peernet)"):
        verifying.verify(path, quiet)


def _everything(folder: Path) -> dict[str, Any]:
    """All folders and files."""
    there = {str(path): "folder" for path in _walk(folder) if path.is_dir()}
    return there | {name: data for name, data in files(folder).items() if not name.endswith(("-shm", "-wal"))}


def _walk(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.rglob("*"))
