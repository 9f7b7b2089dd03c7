"""Writing whole files: a reader gets the old one or the new one, never a part, and never a page that leads to what is
not there yet.

All that is new is first written beside the folder's files under names that nobody asks for. Then it takes its place
by renaming, what pages lead to before the pages; what is no longer there goes last.
"""

import os
import shutil
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from peernet.db import Refused
from peernet.pages import codings

MARK = ".peernet-site"
# What a server of files sends to whoever takes it so: the ending, and the bytes.
Twins = Mapping[str, bytes]
GZIPPED, BROTLIED = TWINS = (".gz", ".br")
_NEW = ".peernet-new"
# The highest takes a fifth longer for one in a thousand.
_LEVEL = 6
# Below this a file goes in one packet however it is coded.
_WORTH = 1_000
_TEXTS = (
    ".html",
    ".css",
    ".js",
    ".xml",
    ".atom",
    ".json",
    ".txt",
    ".svg",
    ".csv",
    ".md",
    ".bib",
    ".ris",
    ".vtt",
    ".ics",
)


def compressed(place: str, body: bytes) -> Twins:
    """The twins of a file, by their ending: with gzip, and with Brotli where it is installed. None for what they would
    not make smaller."""
    if len(body) <= _WORTH or not place.endswith(_TEXTS):
        return {}
    return _packed(body)


# What is offered in several languages is packed once.
@lru_cache(maxsize=32)
def _packed(body: bytes) -> Twins:
    made = {GZIPPED: codings.zipped(body, _LEVEL), BROTLIED: codings.brotlied(body)}
    return {ending: twin for ending, twin in made.items() if twin}


class Folder:
    """A folder that is a site, for one run. Raises Refused for one that holds something else."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        if not (path / MARK).exists() and any(path.iterdir()):
            raise Refused(f"{path} is not empty, and holds no exported site. Choose a new folder.")
        self.is_new = not (path / MARK).exists()
        (path / MARK).write_text("This folder is written by peernet site export. Changes made by hand are lost.\n")
        # What is to be renamed: its rank, where it is, and its place.
        self._new: dict[str, tuple[int, str, str]] = {}
        self._folders: set[str] = set()
        # Of files that come without a twin: it goes with the bytes that it was made from.
        self._untwinned: list[Path] = []
        self._sweep()

    def has(self, place: str) -> bool:
        """Whether there is such a file."""
        return (self.path / place).is_file()

    def size_of(self, place: str) -> int | None:
        """Bytes of a file; None where there is none."""
        path = self.path / place
        return path.stat().st_size if path.is_file() else None

    def holds(self, place: str, body: bytes, twins: Twins) -> bool:
        """Whether just these bytes lie there, and the twins."""
        if self.is_new:
            return False
        beside = ((self.path / f"{place}{ending}", twins.get(ending)) for ending in TWINS)
        pairs = ((self.path / place, body), *beside)
        return all(path.read_bytes() == wanted if path.is_file() else wanted is None for path, wanted in pairs)

    def keep_only(self, places: Collection[str]) -> None:
        """Remove every file but these, their twins and the mark: what a run left that was stopped or is forgotten."""
        if self.is_new:
            return
        kept = {MARK, *places, *(f"{place}{ending}" for place in places for ending in TWINS)}
        start = len(str(self.path)) + 1
        for folder, _folders, names in os.walk(self.path):
            for path in [f"{folder}/{name}" for name in names if f"{folder}/{name}"[start:] not in kept]:
                Path(path).unlink()
                self._prune(Path(folder))

    def bring(self, place: str, body: bytes, twins: Twins, *, rank: int) -> None:
        """Have a file ready, and its twins; they take their place with :meth:`settle`, lower ranks first."""
        self._one(place, body, rank)
        for ending in TWINS:
            if ending in twins:
                self._one(f"{place}{ending}", twins[ending], rank)
            elif not self.is_new:
                self._untwinned.append(self.path / f"{place}{ending}")

    def settle(self, gone: Iterable[str]) -> None:
        """Put everything in its place, and remove the files of ``gone``."""
        for _rank, new, place in sorted(self._new.values(), key=lambda one: one[0]):
            self._make_folder(place.rpartition("/")[0])
            os.rename(new, place)  # noqa: PTH104 - as below
        for twin in self._untwinned:
            twin.unlink(missing_ok=True)
        self._new.clear()
        self._folders.clear()
        self._untwinned.clear()
        for name in gone:
            for ending in ("", *TWINS):
                (self.path / f"{name}{ending}").unlink(missing_ok=True)
            self._prune((self.path / name).parent)
        self._sweep()

    def _one(self, place: str, body: bytes, rank: int) -> None:
        # There are very many files: an object for a path, or a buffer, would cost more than the file.
        new = self._beside(place, rank)
        # Not O_EXCL: two addresses may lead to one file.
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
        try:
            left = memoryview(body)
            while left:
                left = left[os.write(handle, left) :]
        finally:
            os.close(handle)

    def _beside(self, place: str, rank: int) -> str:
        """Where it waits. What is in no folder yet waits as it is to lie, and its folders take their place whole."""
        whole = place.partition("/")[0] if self.is_new else place
        if whole in self._new:
            last, waits, there = self._new[whole]
            self._new[whole] = max(last, rank), waits, there
        else:
            waits = f"{self.path}/{_NEW}/{whole if self.is_new else len(self._new)}"
            self._new[whole] = rank, waits, f"{self.path}/{whole}"
        new = f"{waits}{place.removeprefix(whole)}"
        self._make_folder(new.rpartition("/")[0])
        return new

    def _make_folder(self, path: str) -> None:
        if path not in self._folders:
            Path(path).mkdir(parents=True, exist_ok=True)
            self._folders.add(path)

    def _sweep(self) -> None:
        if (self.path / _NEW).is_dir():
            shutil.rmtree(self.path / _NEW)

    def _prune(self, folder: Path) -> None:
        """Remove folders in which nothing is left."""
        with suppress(OSError):
            while folder != self.path:
                folder.rmdir()
                folder = folder.parent
