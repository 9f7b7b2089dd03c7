"""Write an archive: a gzipped tar of plain files, its manifest first.

The headers are plain ones (GNU tar, without extensions), so that the reader need not understand any other.
"""

import gzip
import hashlib
import io
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

from peernet.backups import manifest as manifests
from peernet.backups.manifest import Manifest, Member

# Hears how many bytes are done, of how many.
Progress = Callable[[int, int], None]

# Images are packed already; a higher level costs more time than it saves room.
_LEVEL = 3


class Changed(Exception):
    """A file is not what it was a moment ago."""


def describe(name: str, path: Path) -> Member:
    """A file as the manifest names it. Raises Changed if it is gone."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
            return Member(name=name, size=file.tell(), sha256=digest.hexdigest())
    except FileNotFoundError:
        raise Changed(name) from None


def write(file: BinaryIO, manifest: Manifest, paths: Mapping[str, Path], on_progress: Progress) -> None:
    """Write the manifest, and the files of its members in their order. Raises Changed where one is not as it says."""
    head = manifest.to_bytes()
    with (
        gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=_LEVEL, mtime=0) as packed,
        tarfile.TarFile(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar,
    ):
        tar.addfile(_header(manifests.NAME, len(head), manifest), io.BytesIO(head))
        done = 0
        for member in manifest.members:
            _add(tar, manifest, member, paths[member.name])
            done += member.size
            on_progress(done, manifest.size)


def _add(tar: tarfile.TarFile, manifest: Manifest, member: Member, path: Path) -> None:
    try:
        with path.open("rb") as file:
            watched = _Watched(file)
            tar.addfile(_header(member.name, member.size, manifest), watched)  # type: ignore[arg-type]
            is_longer = bool(file.read(1))
    except FileNotFoundError:
        raise Changed(member.name) from None
    if is_longer or watched.digest.hexdigest() != member.sha256:
        raise Changed(member.name)


def _header(name: str, size: int, manifest: Manifest) -> tarfile.TarInfo:
    """Nothing of this machine stands in it."""
    header = tarfile.TarInfo(name)
    header.size, header.mode, header.mtime = size, 0o600, int(manifest.made_at.timestamp())
    return header


class _Watched:
    """A file whose digest is taken as it is read; one that ends too early is padded, and found by its digest."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data.ljust(size, b"\0")
