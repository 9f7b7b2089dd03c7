"""The file store of ready-made pages. It holds no state but its files, so processes can share it.

    lock                            taken by whoever changes anything below
    state                           the boot it belongs to, and the touch up to which it was swept
    copies/<2>/<page>               one file a page
    deps/<key>/<page>               empty: this page depends on that key (names are hashes)
    plain/                          HTML pages as files of their own, where a server of files reads them (see plain)
    new/                            files not yet in place

Order makes it safe, with or without a crash between two steps. A maker, under the lock, asks the database whether
anything that it read was touched, then writes the marks, then renames the page into place. A sweep runs after the
commit and takes the same lock. So either the maker sees the touch, or the sweep sees the page. The kernel gives the
lock back when a process dies; marks without a page do no harm. Plain files are removed before their page and come after
it, so none lies there without a page that leads a sweep to it.

Nothing is synced to the disk, since every page can be made again. After a loss of power files may therefore come back
that were removed: the store belongs to one boot of the machine and is cleared at the next. It needs a local disk.
"""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_UN, flock
from pathlib import Path
from secrets import randbelow, token_hex

from peernet.pages.copies import Copy, Damaged
from peernet.pages.memory import Memory
from peernet.pages.plain import Plain
from peernet.pages.wanted import Wanted

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_COPIES, _DEPS, _NEW = "copies", "deps", "new"
# One page may take this share of the store, and so much may come in before the whole is measured again.
_SHARE = 16


class Store:
    """Ready-made pages below ``folder``.

    ``stamp`` names all that pages depend on beside the database: release, templates, settings. ``max_bytes`` bounds
    the files (passed by at most a sixteenth in each process), ``memory_bytes`` what this process holds of them.
    """

    def __init__(
        self, folder: Path, *, stamp: str = "", max_bytes: int = 1_000_000_000, memory_bytes: int = 64_000_000
    ) -> None:
        self.folder = folder
        self.stamp = stamp
        self.wanted = Wanted(folder / "wanted")
        self._plain = Plain(folder / "plain", stamp)
        self._shown_at: Path | None = None
        self.max_bytes = max_bytes
        self._memory = Memory(memory_bytes)
        self._since_measured = max_bytes
        self._open = False
        self._make_folders()

    def look_up(self, path: str) -> Copy | None:
        """The copy for ``path``, or None. Asks the file system, never the database."""
        if not self._open:
            return None
        return self._memory.get(path) or self._memory.load(path, self._file(self._page(path)))

    def has(self, path: str) -> bool:
        """Whether there is a copy for ``path``, without reading it."""
        return self._file(self._page(path)).is_file()

    def keep(self, copy: Copy, *, is_current: Callable[[], bool]) -> bool:
        """Store ``copy`` if ``is_current`` says, under the lock, that nothing it depends on was touched meanwhile."""
        data = copy.to_bytes()
        if len(data) > self.max_bytes // _SHARE:
            return False
        new = self.folder / _NEW / token_hex(16)
        try:
            _write(new, data)
            kept = self._place(new, copy, is_current)
        finally:
            new.unlink(missing_ok=True)
        self._bound(len(data))
        return kept

    def sweep(self, keys: Iterable[str]) -> None:
        """Remove every copy that depends on one of ``keys``."""
        self.sweep_older(dict.fromkeys(keys))

    def sweep_older(self, touches: Mapping[str, int | None], *, swept_to: int | None = None) -> None:
        """Remove the copies that depend on a key and were made before its touch (whenever made, where it is None).

        ``swept_to`` notes the number up to which all touches are now applied.
        """
        if not touches and swept_to is None:
            return
        with self._locked():
            gone = [path for key, number in touches.items() for path in self._sweep_key(key, number)]
            self.wanted.add(gone)
            if swept_to is not None and swept_to > self._swept_to():
                self._note(swept_to)

    def clear(self, *, swept_to: int = 0) -> None:
        """Remove every copy. Needed as well after a database was restored from a backup."""
        with self._locked():
            self._forget()
            self._note(swept_to)

    def swept_to(self) -> int | None:
        """The touch up to which the store is swept, or None if it was left by another boot or another release."""
        with self._locked():
            return self._swept_to() if self._state().get("of") == self._of() else None

    def take_wanted(self) -> list[str]:
        """What was read once and has been removed since as stale, each path once; to be made again by whoever asks."""
        with self._locked():
            return self.wanted.take()

    def want(self, paths: Iterable[str]) -> None:
        """Note what could not be made."""
        with self._locked():
            self.wanted.add(paths)

    def open(self) -> None:
        """Answer from now on: all touches so far are applied. Called again, it brings back a folder that somebody
        removed."""
        if self._shown_at is not None and not (self._open and self._plain.is_kept()):
            self._show(self._shown_at)
        self._open = True

    def close(self) -> None:
        """Answer nothing until it is opened again, here or by a server of files."""
        self._open = False
        if self._shown_at is not None:
            self._shown_at.unlink(missing_ok=True)

    def show_at(self, link: Path) -> None:
        """Keep HTML pages as files of their own, and as soon as the store is open let ``link`` lead to them."""
        self._shown_at = link
        if self._open:
            self._show(link)

    def _show(self, link: Path) -> None:
        with self._locked():
            if not self._plain.is_kept():
                self._plain.own.mkdir(parents=True)
                self._fill()
            new = link.with_name(token_hex(16))
            new.symlink_to(self._plain.own.resolve())
            new.rename(link)

    def _fill(self) -> None:
        new = self.folder / _NEW / token_hex(16)
        for file in _files(self.folder / _COPIES):
            with suppress(OSError, Damaged):
                copy = Copy.from_bytes(file.read_bytes())
                if file.name == self._page(copy.path):  # else another release or other settings made it
                    self._plain.put(copy, new)

    def _forget(self) -> None:
        self.wanted.add(_paths(self.folder / _COPIES))
        self._plain.clear()
        for part in (_COPIES, _DEPS, _NEW):
            _empty(self.folder / part)

    def _make_folders(self) -> None:
        for part in (_COPIES, _DEPS, _NEW):
            (self.folder / part).mkdir(parents=True, exist_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._make_folders()
        handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            flock(handle, LOCK_EX)
            yield
        finally:
            # Said aloud, because a child process forked meanwhile would otherwise hold the lock on.
            flock(handle, LOCK_UN)
            os.close(handle)

    def _place(self, new: Path, copy: Copy, is_current: Callable[[], bool]) -> bool:
        page = self._page(copy.path)
        file = self._file(page)
        with self._locked():
            if not is_current():
                return False
            for key in copy.depends:
                mark = self._marks(key) / page
                mark.parent.mkdir(exist_ok=True)
                mark.touch()
            file.parent.mkdir(exist_ok=True)
            self._plain.drop(copy.path)
            new.rename(file)
            with suppress(OSError):  # then the page is answered from its copy
                self._plain.put(copy, new)
        return True

    def _sweep_key(self, key: str, number: int | None) -> list[str]:
        """Gives the paths of what was removed."""
        marks, gone = self._marks(key), []
        if not marks.is_dir():
            return []
        for mark in list(marks.iterdir()):
            copy = _head(self._file(mark.name))
            depends = copy is not None and key in copy.depends
            if copy and depends and number is not None and copy.made_at >= number:
                continue
            if copy is None or depends:
                self._remove(mark.name, copy)
                gone += [copy.path] if copy else []
            mark.unlink(missing_ok=True)
        with suppress(OSError):
            marks.rmdir()
        return gone

    def _remove(self, page: str, copy: Copy | None) -> None:
        if copy is not None:
            self._plain.drop(copy.path)
        elif self._file(page).exists():  # damaged: nobody knows whose files are to go
            self._plain.clear()
        self._file(page).unlink(missing_ok=True)
        for key in copy.depends if copy else ():
            (self._marks(key) / page).unlink(missing_ok=True)

    def _bound(self, came: int) -> None:
        self._since_measured += came
        if self._since_measured < self.max_bytes // _SHARE:
            return
        self._since_measured = 0
        with self._locked():
            self._remove_oldest()

    def _remove_oldest(self) -> None:
        found = sorted(_measured(self.folder / _COPIES))
        # As a plain file as well, a page takes its place twice.
        times = 2 if self._plain.is_kept() else 1
        total = times * sum(size for _moment, size, _page in found)
        for _moment, size, page in found:
            if total <= self.max_bytes:
                return
            self._remove(page, _head(self._file(page)))
            total -= times * size

    def _page(self, path: str) -> str:
        return hashlib.sha256(f"{self.stamp}\n{path}".encode("utf-8", "surrogatepass")).hexdigest()

    def _file(self, page: str) -> Path:
        return self.folder / _COPIES / page[:2] / page

    def _marks(self, key: str) -> Path:
        return self.folder / _DEPS / hashlib.sha256(key.encode()).hexdigest()

    def _of(self) -> list[str]:
        try:
            return [_BOOT.read_text().strip(), self.stamp]
        except OSError:
            # Without a name for the boot, no state can be told to be of this one.
            return [token_hex(16), self.stamp]

    def _state(self) -> dict[str, object]:
        try:
            state = json.loads((self.folder / "state").read_bytes())
        except (OSError, ValueError):
            return {}
        return state if isinstance(state, dict) else {}

    def _swept_to(self) -> int:
        number = self._state().get("swept_to")
        return number if isinstance(number, int) else 0

    def _note(self, swept_to: int) -> None:
        new = self.folder / _NEW / token_hex(16)
        new.write_text(json.dumps({"of": self._of(), "swept_to": swept_to}))
        new.rename(self.folder / "state")


def _write(new: Path, data: bytes) -> None:
    new.write_bytes(data)
    # Memory knows a file by its time, and neither the clock nor the file system promises two files two of them.
    moment = int(time.time()) * 1_000_000_000 + randbelow(1_000_000_000)
    os.utime(new, ns=(moment, moment))


def _head(file: Path) -> Copy | None:
    """The copy in a file, without its bytes; None if there is none, or no whole one."""
    try:
        with file.open("rb") as opened:
            return Copy.from_bytes(opened.readline())
    except (FileNotFoundError, Damaged):
        return None


def _paths(folder: Path) -> Iterator[str]:
    """The paths of all copies, as far as they are whole."""
    for file in _files(folder):
        copy = _head(file)
        if copy is not None:
            yield copy.path


def _files(folder: Path) -> Iterator[Path]:
    for part in os.scandir(folder):
        yield from (Path(entry.path) for entry in os.scandir(part.path))


def _measured(folder: Path) -> Iterator[tuple[int, int, str]]:
    for part in os.scandir(folder):
        for entry in os.scandir(part.path):
            known = entry.stat()
            yield known.st_ctime_ns, known.st_size, entry.name


def _empty(folder: Path) -> None:
    for entry in os.scandir(folder):
        if entry.is_dir():
            shutil.rmtree(entry.path)
        else:
            Path(entry.path).unlink(missing_ok=True)
