"""A table as spreadsheet programs write it: bytes in, records by column name out. Nothing in it is ever computed.

Understood: UTF-8 with and without a byte order mark, UTF-16 with one, Windows-1252; commas, semicolons or tabs; quoted
fields as in RFC 4180, with line breaks in them; a first line "sep=;".
"""

import csv
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from io import StringIO

from peernet.i18n import gettext as _

MAX_BYTES = 1_000_000
MAX_RECORDS = 5_000
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATORS = (",", ";", "\t")
# What a program that writes formulas as text puts before them, so that they stay text.
_DISARMED = re.compile(r"\A'(?=[=+\-@])")
_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)


@dataclass(frozen=True)
class Problem:
    """Why a line cannot be used. ``number`` is the line's in the file, 0 for the whole file."""

    number: int
    reason: str


@dataclass(frozen=True)
class Record:
    """One record: the number of its first line, and its cells by column name."""

    number: int
    cells: dict[str, str]


def read(data: bytes, *, columns: Collection[str], required: Collection[str]) -> tuple[list[Record], list[Problem]]:
    """The records of a table whose first line names its columns, in any order, and what is wrong with it.

    Column names are compared in lower case with "_" for spaces and hyphens. Empty lines are passed over.
    """
    text = _decode(data)
    if isinstance(text, Problem):
        return [], [text]
    first = 1
    if declared := re.match(r"sep=(.)\r?\n", text):
        text, first = text[declared.end() :], 2
    separator = declared[1] if declared else _separator(text, columns)
    return _records(text, separator, first, columns, required)


def _decode(data: bytes) -> str | Problem:
    if len(data) > MAX_BYTES:
        return Problem(0, _("This file is larger than %(most)s kB.", most=MAX_BYTES // 1000))
    if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        return Problem(0, _("This is a workbook. Save the sheet as CSV in your spreadsheet program, and bring that."))
    for encoding in (*(name for mark, name in _BOMS if data.startswith(mark)), "utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            bad = data.count(b"\n", 0, error.start) + 1
    return Problem(bad, _("This line holds bytes that are no text in UTF-8 or Windows-1252."))


def _separator(text: str, columns: Collection[str]) -> str:
    """The separator by which the first line names most columns."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    return max(_SEPARATORS, key=lambda tried: sum(_name(cell) in columns for cell in line.split(tried)))


def _records(
    text: str, separator: str, first: int, columns: Collection[str], required: Collection[str]
) -> tuple[list[Record], list[Problem]]:
    rows = _rows(text, separator, first)
    header = next(rows, None)
    if not isinstance(header, tuple):
        return [], [header or Problem(0, _("This file is empty."))]
    names = [_name(cell) for cell in header[1]]
    wrong = _wrong_header(header[0], names, columns, required)
    if wrong is not None:
        return [], [wrong]
    records: list[Record] = []
    problems: list[Problem] = []
    for row in rows:
        if len(records) + len(problems) == MAX_RECORDS:
            return [], [Problem(0, _("This file has more than %(most)s lines.", most=MAX_RECORDS))]
        found = row if isinstance(row, Problem) else _record(*row, names)
        records.append(found) if isinstance(found, Record) else problems.append(found)
    return records, problems


def _rows(text: str, separator: str, first: int) -> Iterator[tuple[int, list[str]] | Problem]:
    """Each row that is not empty with the number of its first line; a problem ends the file."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        number = reader.line_num + first
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Problem(number, _("The quotation marks of this line do not match, or a cell is too long."))
            return
        cells = [_inert(cell) for cell in row]
        if any(cells):
            yield number, cells


def _inert(cell: str) -> str:
    """A cell as plain text: without the marks by which programs keep a formula from being computed."""
    written = _AS_TEXT.fullmatch(cell.strip())
    return _DISARMED.sub("", written[1] if written else cell.strip()).strip()


def _name(cell: str) -> str:
    return re.sub(r"[\s-]+", "_", _inert(cell.lstrip("\ufeff")).strip('"').casefold())


def _wrong_header(number: int, names: list[str], columns: Collection[str], required: Collection[str]) -> Problem | None:
    missing = [name for name in required if name not in names]
    if missing:
        return Problem(
            number,
            _(
                "The first line names the columns, and %(missing)s is not among them. Known: %(known)s.",
                missing=", ".join(missing),
                known=", ".join(columns),
            ),
        )
    unknown = [name for name in names if name and name not in columns]
    if unknown:
        return Problem(number, _("This column is not known: %(names)s.", names=", ".join(unknown)))
    if len(set(names)) < len(names):
        return Problem(number, _("A column is named twice."))
    return None


def _record(number: int, cells: list[str], names: list[str]) -> Record | Problem:
    if len(cells) > len(names) and any(cells[len(names) :]):
        return Problem(number, _("This line has more cells than there are columns."))
    if any(unicodedata.category(letter) == "Cc" for cell in cells for letter in cell):
        return Problem(number, _("A cell of this line holds a line break or another control character."))
    padded = cells + [""] * (len(names) - len(cells))
    return Record(number, {name: cell for name, cell in zip(names, padded, strict=False) if name})
