"""Tables as spreadsheet programs write them."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peernet.cohorts.spreadsheet import MAX_RECORDS, Problem, Record, read

COLUMNS = ("organisation", "name", "email")


def _read(data: bytes) -> tuple[list[Record], list[Problem]]:
    return read(data, columns=COLUMNS, required=("organisation",))


def _cells(data: bytes) -> list[tuple[int, list[str]]]:
    records, problems = _read(data)
    assert problems == []
    return [(record.number, list(record.cells.values())) for record in records]


TABLE = "organisation{0}name{0}email\r\nMusée d’Été{0}Ana{0}ana@example.org\r\n"
READ = [(2, ["Musée d’Été", "Ana", "ana@example.org"])]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_what_programs_write(separator: str, encoding: str) -> None:
    assert _cells(TABLE.format(separator).encode(encoding)) == READ


@pytest.mark.parametrize(
    "header",
    [
        "Organisation;Name;E-Mail",
        '"organisation";"name";"email"',
        " ORGANISATION ; name;email",
        "sep=;\norganisation;name;email",
    ],
)
def test_headers(header: str) -> None:
    records, problems = read(f"{header}\nA;B;C\n".encode(), columns=(*COLUMNS, "e_mail"), required=("organisation",))
    assert problems == []
    assert list(records[0].cells.values()) == ["A", "B", "C"]


def test_columns_in_any_order() -> None:
    records, _ = _read(b"email,organisation\na@b,Org\n")
    assert records == [Record(2, {"email": "a@b", "organisation": "Org"})]


def test_quotes_separators_and_line_numbers() -> None:
    data = b'organisation,name,email\n\n"Rivers, Ltd","Eve ""E"" X",e@example.org\n,,\nLast,,\n'
    assert _cells(data) == [(3, ["Rivers, Ltd", 'Eve "E" X', "e@example.org"]), (5, ["Last", "", ""])]


def test_formulas_are_text() -> None:
    rows = ("organisation,name,email", '\'=cmd|x,"=""0042""",\'+1', "=1+1,@SUM(A1),-2")
    data = "\n".join(rows).encode()
    assert _cells(data) == [(2, ["=cmd|x", "0042", "+1"]), (3, ["=1+1", "@SUM(A1)", "-2"])]


@pytest.mark.parametrize(
    ("data", "number", "words"),
    [
        (b"", 0, "empty"),
        (b"\n\n\n", 0, "empty"),
        (b"\xef\xbb\xbf", 0, "empty"),
        (b"PK\x03\x04rest", 0, "workbook"),
        (b"\xd0\xcf\x11\xe0rest", 0, "workbook"),
        (b"name,email\nA,b\n", 1, "organisation"),
        (b"organisation,shoe size\nA,b\n", 1, "shoe_size"),
        (b"organisation,name,name\nA,b,c\n", 1, "twice"),
        (b"organisation,name\nfine,x\nA,b,c,d\n", 3, "more cells"),
        (b'organisation,name\nfine,x\n"A,b\nC,d\n', 3, "quotation"),
        (b'organisation,name\n"A"b,c\n', 2, "quotation"),
        (b"organisation,name\nfine,x\nbad\x81\xff,x\n", 3, "bytes"),
        (b"organisation,name\n\x00,x\n", 2, "control"),
        (b'organisation,name\n"two\nlines",x\n', 2, "line break"),
        (b"organisation\n" + b"x\n" * (MAX_RECORDS + 1), 0, "more than"),
        (b"organisation\n" + b"x" * 1_000_001, 0, "larger"),
        (b"organisation\n" + b"x" * 200_000, 2, "too long"),
    ],
)
def test_what_cannot_be_read(data: bytes, number: int, words: str) -> None:
    _, problems = _read(data)
    assert [problem.number for problem in problems] == [number]
    assert words in problems[0].reason


@given(st.binary(max_size=300))
def test_any_bytes_get_an_answer(data: bytes) -> None:
    _read(data)
    _read(b"organisation;name;email\n" + data)


_LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp"))
_CELL = st.text(_LETTERS, min_size=1, max_size=20)


@given(st.lists(st.tuples(_CELL, _CELL, _CELL), min_size=1, max_size=5), st.sampled_from(",;\t"))
def test_what_was_written_is_read(rows: list[tuple[str, str, str]], separator: str) -> None:
    rows = [tuple(f"x{cell}" for cell in row) for row in rows]  # type: ignore[misc]
    file = StringIO()
    writer = csv.writer(file, delimiter=separator)
    writer.writerows([COLUMNS, *rows])
    assert [cells for _, cells in _cells(file.getvalue().encode())] == [list(row) for row in rows]
