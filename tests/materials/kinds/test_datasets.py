"""Tables: pasted or typed, kept as CSV, harmless wherever they are opened."""

import pytest

from peernet.materials.kinds import datasets
from peernet.materials.kinds.datasets import Dataset

TABLE = Dataset(["City", "Hours"], [["Delhi, India", "5.5"], ["Lima", "-5"]])


@pytest.mark.parametrize(
    "text",
    [
        'City,Hours\n"Delhi, India",5.5\nLima,-5',
        "City;Hours\nDelhi, India;5.5\nLima;-5\n",
        "\ufeffCity\tHours\n\nDelhi, India\t5.5\nLima\t -5 \n",
    ],
)
def test_commas_semicolons_and_tabs_part_cells(text: str) -> None:
    assert datasets.parse(text) == TABLE
    assert datasets.as_csv(TABLE) == 'City,Hours\n"Delhi, India",5.5\nLima,-5'
    assert datasets.parse(datasets.as_csv(TABLE)) == TABLE
    assert TABLE.is_numeric == [False, True]


def test_what_is_no_table_is_shown_to_nobody() -> None:
    assert (datasets.read_as(""), datasets.read_as("Alone")) == (None, None)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Alone", "A table has names of its columns, and at least one row."),
        ("a,b\n1", "Line 2 has 1 cells, and there are 2 columns."),
        ("a,\n1,2", "Every column has a name in the first line."),
        ('a,b\n"1,2', "This table cannot be read: a quotation mark is not closed, or not where it belongs."),
        ("a,b\n1,=1+1", "Line 2: “=1+1” would be computed by a spreadsheet. Begin it with another sign."),
        ("a,b\n1,@SUM(A1)", "Line 2: “@SUM(A1)” would be computed by a spreadsheet. Begin it with another sign."),
        ("a,b\n1,-1+cmd", "Line 2: “-1+cmd” would be computed by a spreadsheet. Begin it with another sign."),
        ("a\n" + "1\n" * 2_001, "A table has at most 2000 rows and 40 columns."),
    ],
)
def test_what_is_wrong_is_said(text: str, sentence: str) -> None:
    with pytest.raises(datasets.Wrong) as wrong:
        datasets.parse(text)
    assert wrong.value.sentence.msgid % wrong.value.sentence.values == sentence


@pytest.mark.parametrize("number", ["-5", "+1.5", "-", "–", "-1 000,5 %", "1e-7"])
def test_numbers_with_a_sign_are_numbers(number: str) -> None:
    assert datasets.parse(f"a;b\n1;{number}").rows == [["1", number]]
