"""The paths of what was read once and is ready no more: a file with a line for each, beside the store."""

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

# Of the file; what comes beyond is made when somebody reads it.
_MOST = 1_000_000


class Wanted:
    """Such a file. It is written and read under the store's lock."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def add(self, paths: Iterable[str]) -> None:
        """Note paths, as far as there is room."""
        room, lines = _MOST - self._size(), []
        for path in paths:
            line = json.dumps(path).encode() + b"\n"
            room -= len(line)
            if room < 0:
                break
            lines.append(line)
        if lines:
            with suppress(OSError), self.file.open("ab") as opened:
                opened.write(b"".join(lines))

    def take(self) -> list[str]:
        """Every path once, in the order in which they were noted first; they are noted no more."""
        try:
            lines = self.file.read_bytes().splitlines()
            self.file.unlink()
        except OSError:
            return []
        return list(dict.fromkeys(path for line in lines if isinstance(path := _read(line), str)))

    def _size(self) -> int:
        try:
            return self.file.stat().st_size
        except OSError:
            return 0


def _read(line: bytes) -> object:
    # A line that was cut off is one page less.
    with suppress(ValueError):
        return json.loads(line)
    return None
