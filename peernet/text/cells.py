"""Tables for spreadsheet programs, as CSV. Nothing in a cell is ever computed by the program that opens it."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

# What begins a formula in one program or another, also after spaces.
_ARMED = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(value: str) -> str:
    """A text as it stands in a cell: one that a program would take for a formula begins with an apostrophe."""
    is_armed = value.startswith(_ARMED) or value.strip().startswith(_ARMED)
    return f"'{value}" if is_armed else value


def write(rows: Iterable[Sequence[str]]) -> bytes:
    """A table as CSV (RFC 4180) in UTF-8, every cell through the above."""
    out = StringIO(newline="")
    csv.writer(out).writerows([cell(value) for value in row] for row in rows)
    return out.getvalue().encode()
