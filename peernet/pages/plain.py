"""Pages as files of their own, for a server of files that reads them with no line of Python between.

    plain/<stamp>/library/soil.br    the body of the page at /library/soil, with Brotli
    plain/<stamp>/library/soil.gz    the same with gzip

Only HTML with nothing to be said of it beside its type lies here, and only where the folder of the stamp was made. The
time of a file is no time: such a server makes its ETag of time and size, so it is taken from the hash of the page.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

from peernet.pages.codings import BROTLI, GZIP
from peernet.pages.copies import Copy

HTML = "text/html; charset=utf-8"
# How a file's name ends, by the coding of its bytes.
ENDINGS = {BROTLI: ".br", GZIP: ".gz"}
# Without a dot, no folder can have the name of a file; the home page is the ending alone.
_PATH = re.compile(r"/|(/[\w~-]{1,80}){1,12}")
# Of 255 bytes that systems of files take, with the ending.
_LONGEST = 250
# All systems of files take so many seconds.
_SECONDS = 0x7FFFFFFF


class Plain:
    """The files below ``folder``. Whoever changes them holds the store's lock."""

    def __init__(self, folder: Path, stamp: str) -> None:
        self.folder = folder
        self.own = folder / hashlib.sha256(stamp.encode()).hexdigest()[:16]

    def is_kept(self) -> bool:
        """Whether a server of files wants those of this stamp."""
        return self.own.is_dir()

    def put(self, copy: Copy, new: Path) -> None:
        """Place the files of a copy, of which none lie here; ``new`` is a place on the same disk."""
        if not (self.is_kept() and _is_plain(copy)):
            return
        moment = int(copy.etag[:8], 16) & _SECONDS
        for coding, ending in ENDINGS.items():
            if body := copy.coded(coding):
                new.write_bytes(body)
                os.utime(new, (moment, moment))
                file = self._file(self.own, copy.path, ending)
                file.parent.mkdir(parents=True, exist_ok=True)
                new.rename(file)

    def drop(self, path: str) -> None:
        """Remove the files of the page at ``path``, whatever their stamp."""
        if not _fits(path):
            return
        for folder in self._folders():
            for ending in ENDINGS.values():
                self._file(folder, path, ending).unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove all; the folder of this stamp stays if it was there."""
        is_kept = self.is_kept()
        for folder in self._folders():
            shutil.rmtree(folder)
        if is_kept:
            self.own.mkdir()

    def _folders(self) -> Iterator[Path]:
        if self.folder.is_dir():
            yield from (Path(entry.path) for entry in os.scandir(self.folder))

    @staticmethod
    def _file(folder: Path, path: str, ending: str) -> Path:
        return Path(f"{folder}{path}{ending}")


def _is_plain(copy: Copy) -> bool:
    is_html = copy.status == HTTPStatus.OK and copy.content_type == HTML and not copy.headers
    return is_html and _fits(copy.path)


def _fits(path: str) -> bool:
    """Whether a file can have such a name."""
    return _PATH.fullmatch(path) is not None and all(len(part.encode()) <= _LONGEST for part in path.split("/"))
