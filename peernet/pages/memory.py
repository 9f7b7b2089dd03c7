"""What this process holds of the store, so that a page costs one look at the file system.

A held copy counts only while its file is the one that it was read from (device, number, time, size).
"""

import os
from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from peernet.pages.copies import Copy, Damaged

_Identity = tuple[int, int, int, int]


class _Held(NamedTuple):
    file: str
    identity: _Identity
    copy: Copy


class Memory:
    """Copies by path, the longest unused leaving first when there are more than ``max_bytes`` of them."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, path: str) -> Copy | None:
        """The held copy, if its file is still in place."""
        held = self._held.get(path)
        if held is None:
            return None
        if _identity_of(held.file) != held.identity:
            self._drop(path)
            return None
        with self._lock:
            if path in self._held:
                self._held.move_to_end(path)
        return held.copy

    def load(self, path: str, file: Path) -> Copy | None:
        """Read the copy from its file and hold it; None if there is no such file, or no whole one."""
        try:
            with file.open("rb") as opened:
                identity = _identify(os.fstat(opened.fileno()))
                copy = Copy.from_bytes(opened.read())
        except (OSError, Damaged):
            return None
        self._hold(path, _Held(str(file), identity, copy))
        return copy

    def _hold(self, path: str, held: _Held) -> None:
        self._drop(path)
        if held.copy.size > self.max_bytes:
            return
        with self._lock:
            self._held[path] = held
            self._bytes += held.copy.size
            while self._bytes > self.max_bytes:
                _path, oldest = self._held.popitem(last=False)
                self._bytes -= oldest.copy.size

    def _drop(self, path: str) -> None:
        with self._lock:
            held = self._held.pop(path, None)
            if held is not None:
                self._bytes -= held.copy.size


def _identity_of(file: str) -> _Identity | None:
    try:
        return _identify(os.stat(file))  # noqa: PTH116 - a Path would cost more than the question
    except OSError:
        return None


def _identify(known: os.stat_result) -> _Identity:
    return known.st_dev, known.st_ino, known.st_mtime_ns, known.st_size
