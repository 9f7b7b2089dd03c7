"""Read an archive that anybody may have made.

No more is read than the manifest names, in its order; each header is a plain file's, and is checked before what follows
it is read. So links, devices, folders, names that lead elsewhere, members twice, and bombs are all the same to it: not
what was expected. Python's own reader would follow extensions of headers, of any size, before anybody could look.
"""

import gzip
import hashlib
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from peernet.backups import manifest as manifests
from peernet.backups.manifest import Manifest, Member, Unfit
from peernet.backups.writing import Progress

_AT_ONCE = 1 << 20
_BLOCK = tarfile.BLOCKSIZE
# tar fills its last record up with zeros.
_LAST_RECORD = tarfile.RECORDSIZE

# Where a member goes; None where it is only checked.
Place = Callable[[str], Path | None]


class Archive:
    """An archive whose manifest was read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        header = self._header()
        if header is None or header.name != manifests.NAME or header.type != tarfile.REGTYPE:
            raise Unfit("This is not a backup of peernet: it does not begin with a manifest.")
        if not 0 <= header.size <= manifests.MOST_BYTES:
            raise Unfit("This is not a backup of peernet: its manifest is too long.")
        data = b"".join(self._chunks(header.size))
        self.manifest: Manifest = manifests.read(data)

    def unpack(self, place: Place, on_progress: Progress) -> None:
        """Check every member, and write each to its place, synced. Raises Unfit at the first that is not as it should
        be; what was written until then is the caller's to remove."""
        done, total = 0, self.manifest.size
        for member in self.manifest.members:
            self._expect(member)
            path = place(member.name)
            with _sink(path) as write:
                self._copy(member, write)
            done += member.size
            on_progress(done, total)
        self._expect_end()

    def _copy(self, member: Member, write: Callable[[bytes], object]) -> None:
        digest = hashlib.sha256()
        for chunk in self._chunks(member.size):
            digest.update(chunk)
            write(chunk)
        if digest.hexdigest() != member.sha256:
            raise Unfit(f"{member.name} is damaged: its SHA-256 is not the one in the manifest.")

    def _expect(self, member: Member) -> None:
        header = self._header()
        if header is None:
            raise Unfit(f"The archive ends before {member.name}.")
        if header.type != tarfile.REGTYPE:
            raise Unfit(f"The archive holds {header.name!r}, which is not a plain file.")
        if header.name != member.name:
            raise Unfit(f"The archive holds {header.name!r} where its manifest says {member.name}.")
        if header.size != member.size:
            raise Unfit(f"{member.name} has {header.size} bytes, and not the {member.size} of the manifest.")

    def _expect_end(self) -> None:
        header = self._header()
        if header is not None:
            raise Unfit(f"The archive holds {header.name!r}, which its manifest does not name.")
        rest = self._read(_LAST_RECORD + 1)
        if len(rest) > _LAST_RECORD or rest.strip(b"\0"):
            raise Unfit("Something follows the end of the archive.")

    def _header(self) -> tarfile.TarInfo | None:
        """The next header; None at the end."""
        block = self._read(_BLOCK)
        if not block.strip(b"\0") and len(block) == _BLOCK:
            return None
        try:
            return tarfile.TarInfo.frombuf(block, "ascii", "backslashreplace")
        except (tarfile.HeaderError, ValueError):
            raise Unfit("The archive is damaged, or cut off.") from None

    def _chunks(self, size: int) -> Iterator[bytes]:
        """The data of a member; what fills its last block is read as well."""
        left = size
        while left:
            chunk = self._read(min(left, _AT_ONCE))
            if not chunk:
                raise Unfit("The archive is cut off.")
            left -= len(chunk)
            yield chunk
        self._read(-size % _BLOCK)

    def _read(self, size: int) -> bytes:
        try:
            return self._file.read(size)
        except (gzip.BadGzipFile, zlib.error, EOFError):
            raise Unfit("The archive is damaged, or cut off.") from None


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open an archive and read its manifest. Raises Unfit, and OSError where the file cannot be read."""
    with gzip.open(path, "rb") as file:
        yield Archive(file)  # type: ignore[arg-type]


@contextmanager
def _sink(path: Path | None) -> Iterator[Callable[[bytes], object]]:
    if path is None:
        yield len
        return
    _make(path.parent)
    with path.open("xb") as file:
        yield file.write
        file.flush()
        os.fsync(file.fileno())


def _make(folder: Path) -> None:
    """Make a folder and those above it, each for this user alone."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(mode=0o700)
