"""Folding and splitting."""

import sqlite3
import sys

import pytest

from peernet.search.words import LONGEST, asked_for, fold, spelled, tidy, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ÉCOLE", "ecole"),
        ("naïve Straße", "naive straße"),
        ("Ångström", "angstrom"),
        ("İstanbul", "istanbul"),
        ("ΛΌΓΟΣ λόγος", "λογοσ λογοσ"),
        ("Ελληνικά", "ελληνικα"),
        ("が 한국", "が 한국"),
        ("🙂", "🙂"),
    ],
)
def test_folding(text, folded):
    assert fold(text) == folded
    assert len(fold(text)) == len(text)


def test_folding_keeps_every_length_and_is_done_once():
    everything = "".join(chr(code) for code in range(sys.maxunicode + 1))
    assert len(fold(everything)) == len(everything)
    assert fold(fold(everything)) == fold(everything)


@pytest.mark.parametrize("beside", ["", "’", "œ", "µ", "Ж", "\x81"])
def test_a_letter_is_folded_alike_whatever_stands_beside_it(beside):
    letters = [chr(code) for code in range(0x3000)]
    alone = "".join(fold(letter) for letter in letters)
    assert fold("".join(letters)) == alone
    assert [fold(f"{letter}{beside}")[0] for letter in letters] == list(alone)


def test_it_folds_latin_letters_as_the_tokenizer_does():
    """What is highlighted is what was found: FTS5 finds a letter by its folded form."""
    letters = [chr(code) for code in (*range(0xC0, 0x180), *range(0x1EA0, 0x1EFA)) if chr(code).isalpha()]
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize='unicode61 remove_diacritics 2')")
    connection.executemany("INSERT INTO t VALUES (?)", [(f"w{letter}w",) for letter in letters])
    missed = [
        letter
        for letter in letters
        if (f"w{letter}w",) not in connection.execute("SELECT x FROM t WHERE t MATCH ?", [f'"w{fold(letter)}w"'])
    ]
    connection.close()
    assert missed == []


def test_tidying():
    assert tidy("  a\x00b\n\tc\ud800d\u00a0e\x1f ") == "a b c d e"
    assert tidy("e\u0301") == "é"


def test_words():
    assert words("It's foo/bar_baz, 3.5 % – 「日本語」 a-b") == [
        "It",
        "s",
        "foo",
        "bar",
        "baz",
        "3",
        "5",
        "日本語",
        "a",
        "b",
    ]
    assert words("x" * 1000) == ["x" * LONGEST]
    assert words("🙂 … !") == []


@pytest.mark.parametrize(
    ("text", "looked_up"),
    [
        ("Plain text, l’étude", "Plain text, l’étude"),
        ("حَوْكَمَة", "حوكمه"),
        ("حـــوكمة", "حوكمه"),
        ("أسئلة إلى آخر مسؤول", "اسيله الي اخر مسوول"),
        ("البيانات", "البيانات بيانات"),
        ("وبالبيانات للناس", "وبالبيانات بالبيانات للناس ناس"),
        ("وحوكمة", "وحوكمه حوكمه"),
        ("الله ولد", "الله ولد"),
        ("٢٠٢٦ ۲۰۲۶", "2026 2026"),
        ("gouver\u00adnance \u200fdata\u2060base", "gouvernance database"),
    ],
)
def test_one_spelling(text, looked_up):
    assert spelled(text) == looked_up


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("l’étude d'eau qu’elle", ["étude", "eau", "elle"]),
        ("It's O'Neill’s l'an", ["It", "s", "Neill", "s", "l", "an"]),
        ("aujourd’hui", ["aujourd", "hui"]),
        ("l\u2019eau\u00a0: « à l\u2019aide\u202f» ", ["eau", "à", "aide"]),
        ("الحَوكمة", ["حوكمة"]),
        ("والبيانات للناس", ["بيانات", "ناس"]),
        ("الله", ["الله"]),
        ("ألم", ["ألم"]),
        ("gouver\u00adnance", ["gouvernance"]),
    ],
)
def test_what_is_meant(typed, meant):
    assert asked_for(typed) == meant
