"""The data behind a graphic: a table, read strictly from what somebody pasted or brought, and kept as CSV. Pure."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from peernet.text.cells import cell
from peernet.text.messages import Message, worded

MOST_ROWS, MOST_COLUMNS = 2_000, 40
# What a program for tables may take for a number, and never for something to compute.
_NUMBER = re.compile(r"[+\-−]?\s?[\d][\d\s.,'’ \u202f]*(?:[eE][+-]?\d+)?\s?%?|[-–—]")


class Wrong(ValueError):
    """It is no table; ``sentence`` says what is wrong, and at which line."""

    def __init__(self, sentence: Message) -> None:
        super().__init__(sentence.msgid)
        self.sentence = sentence


@dataclass(frozen=True)
class Dataset:
    """A table: names of columns, and rows of as many cells."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    @property
    def is_numeric(self) -> list[bool]:
        """For each column, whether all that it says are numbers."""
        return [all(not row[n] or _NUMBER.fullmatch(row[n]) for row in self.rows) for n in range(len(self.columns))]


def parse(text: str) -> Dataset:
    """The table in a text, its cells parted by commas, semicolons or, as when pasted from a spreadsheet, tabs. Raises
    Wrong, also for a cell that a program for tables would compute: then the file does no harm wherever it is opened."""
    try:
        reader = csv.reader(StringIO(text.strip("\n\ufeff")), delimiter=_parted_by(text), strict=True)
        lines = [(reader.line_num, [value.strip() for value in row]) for row in reader if any(map(str.strip, row))]
    except csv.Error:
        raise Wrong(
            worded("This table cannot be read: a quotation mark is not closed, or not where it belongs.")
        ) from None
    if len(lines) < 2:
        raise Wrong(worded("A table has names of its columns, and at least one row."))
    if len(lines) - 1 > MOST_ROWS or len(lines[0][1]) > MOST_COLUMNS:
        most = {"rows": MOST_ROWS, "columns": MOST_COLUMNS}
        raise Wrong(worded("A table has at most %(rows)s rows and %(columns)s columns.", **most))
    for number, row in lines:
        _refuse_wrong(number, row, lines[0][1])
    return Dataset(lines[0][1], [row for _number, row in lines[1:]])


def as_csv(dataset: Dataset) -> str:
    """The table as CSV (RFC 4180), its lines ended as texts end theirs here."""
    out = StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([dataset.columns, *dataset.rows])
    return out.getvalue().rstrip("\n")


def read_as(text: str) -> Dataset | None:
    """A table that was accepted; None where there is none."""
    try:
        return parse(text) if text else None
    except Wrong:
        return None


def _parted_by(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return "\t" if "\t" in first else ";" if first.count(";") > first.count(",") else ","


def _refuse_wrong(number: int, row: Sequence[str], columns: Sequence[str]) -> None:
    if row is columns and not all(row):
        raise Wrong(worded("Every column has a name in the first line."))
    if len(row) != len(columns):
        raise Wrong(worded(
            "Line %(line)s has %(cells)s cells, and there are %(columns)s columns.",
            line=number, cells=len(row), columns=len(columns),
        ))  # fmt: skip
    for value in row:
        if cell(value) != value and not _NUMBER.fullmatch(value):
            raise Wrong(worded(
                "Line %(line)s: “%(cell)s” would be computed by a spreadsheet. Begin it with another sign.",
                line=number, cell=value[:40],
            ))  # fmt: skip
