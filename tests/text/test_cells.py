"""Cells of a spreadsheet: text stays text."""

import pytest

from peernet.text import cells


@pytest.mark.parametrize("armed", ["=1+1", "+49 30", "-2", "@SUM(A1)", " =1", "\t=1", "\n=1", "\r=1"])
def test_what_a_program_would_compute_is_inert(armed: str) -> None:
    assert cells.cell(armed) == f"'{armed}"


@pytest.mark.parametrize("plain", ["", "Ada", "a=b", "1", "ada@example.org", "'=1"])
def test_other_text_stays_as_it_is(plain: str) -> None:
    assert cells.cell(plain) == plain


def test_a_table_is_quoted_where_it_must_be() -> None:
    assert cells.write([("Name", "Note"), ("Ä, B", '=x"y"')]) == 'Name,Note\r\n"Ä, B","\'=x""y"""\r\n'.encode()
