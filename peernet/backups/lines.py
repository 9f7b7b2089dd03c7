"""Rows of a table as lines of JSON: the first names the columns, every other is a row of texts and nulls."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from peernet.backups.manifest import Unfit

Row = Sequence[str | None]

# More than the longest text of a member, many times over.
_LONGEST = 256_000_000


def write(values: Row, to: Callable[[bytes], object]) -> None:
    """Write one line."""
    to(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


def columns(path: Path) -> list[str]:
    """The names of the columns. Raises Unfit."""
    return [str(name) for name in next(_lines(path))]


def rows(path: Path) -> Iterator[Row]:
    """The rows, each as long as the columns are many. Raises Unfit at what anybody may have written instead."""
    lines = _lines(path)
    length = len(next(lines))
    for row in lines:
        if len(row) != length:
            raise Unfit(f"{path.name} has a row that is not as long as its columns are many.")
        yield row


def column(path: Path, name: str) -> list[str]:
    """What stands in one column. Raises Unfit if there is none of that name."""
    names = columns(path)
    if name not in names:
        raise Unfit(f"{path.name} has no column {name}.")
    place = names.index(name)
    return [str(row[place]) for row in rows(path)]


def _lines(path: Path) -> Iterator[list[str | None]]:
    with path.open("rb") as file:
        line = file.readline(_LONGEST)
        if not line:
            raise Unfit(f"{path.name} does not name its columns.")
        while line:
            yield _values(line, path.name)
            line = file.readline(_LONGEST)


def _values(line: bytes, name: str) -> list[str | None]:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, list) or not all(value is None or isinstance(value, str) for value in values):
        raise Unfit(f"{name} has a line that is not a row.")
    return values
