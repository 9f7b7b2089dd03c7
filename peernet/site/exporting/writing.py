"""Writing whole files: a reader gets the old one or the new one, never a part, and never a page that leads to what is
not there yet.

All that is new is first written beside the folder's files under names that nobody asks for. Then it takes its place
by renaming, what pages lead to before the pages; what is no longer there goes last.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from peernet.db import Refused
from peernet.pages import codings

MARK = ".peernet-site"
# What a server of files sends to whoever takes it so: the ending, and the bytes.
Twins = Mapping[str, bytes]
GZIPPED, BROTLIED = TWINS = (".gz", ".br")
_NEW = ".peernet-new"
_LEVEL = 9
# Below this a compressed copy saves no packet.
_WORTH = 200
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
    made = {GZIPPED: codings.zipped(body, _LEVEL), BROTLIED: codings.brotlied(body)}
    return {ending: twin for ending, twin in made.items() if twin}


class Folder:
    """A folder that is a site. Raises Refused for one that holds something else."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        if not (path / MARK).exists() and any(path.iterdir()):
            raise Refused(f"{path} is not empty, and holds no exported site. Choose a new folder.")
        self.is_new = not (path / MARK).exists()
        (path / MARK).write_text("This folder is written by peernet site export. Changes made by hand are lost.\n")
        self._new: list[tuple[int, Path, Path]] = []
        self._sweep()

    def has(self, place: str) -> bool:
        """Whether there is such a file."""
        return (self.path / place).is_file()

    def holds(self, place: str, body: bytes, twins: Twins) -> bool:
        """Whether just these bytes lie there, and the twins."""
        beside = ((self.path / f"{place}{ending}", twins.get(ending)) for ending in TWINS)
        pairs = ((self.path / place, body), *beside)
        return all(path.read_bytes() == wanted if path.is_file() else wanted is None for path, wanted in pairs)

    def keep_only(self, places: Collection[str]) -> None:
        """Remove every file but these, their twins and the mark: what a run left that was stopped or is forgotten."""
        kept = {MARK, *places, *(f"{place}{ending}" for place in places for ending in TWINS)}
        for path in list(self.path.rglob("*")):
            if path.is_file() and path.relative_to(self.path).as_posix() not in kept:
                path.unlink()
                self._prune(path.parent)

    def bring(self, place: str, body: bytes, twins: Twins, *, rank: int) -> None:
        """Have a file ready, and its twins; they take their place with :meth:`settle`, lower ranks first."""
        self._one(place, body, rank)
        for ending in TWINS:
            if ending in twins:
                self._one(f"{place}{ending}", twins[ending], rank)
            elif not self.is_new:
                (self.path / f"{place}{ending}").unlink(missing_ok=True)

    def settle(self, gone: Iterable[str]) -> None:
        """Put everything in its place, and remove the files of ``gone``."""
        for _rank, new, place in sorted(self._new, key=lambda one: one[0]):
            place.parent.mkdir(parents=True, exist_ok=True)
            new.rename(place)
        self._new.clear()
        for name in gone:
            for ending in ("", *TWINS):
                (self.path / f"{name}{ending}").unlink(missing_ok=True)
            self._prune((self.path / name).parent)
        self._sweep()

    def _one(self, place: str, body: bytes, rank: int) -> None:
        new = self.path / _NEW / token_hex(16)
        new.parent.mkdir(exist_ok=True)
        new.write_bytes(body)
        self._new.append((rank, new, self.path / place))

    def _sweep(self) -> None:
        left = self.path / _NEW
        if left.is_dir():
            for file in left.iterdir():
                file.unlink()
            left.rmdir()

    def _prune(self, folder: Path) -> None:
        """Remove folders in which nothing is left."""
        with suppress(OSError):
            while folder != self.path:
                folder.rmdir()
                folder = folder.parent
