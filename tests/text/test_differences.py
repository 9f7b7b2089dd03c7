"""Differences of two texts."""

import time

from hypothesis import given
from hypothesis import strategies as st

from peernet.text.differences import Piece, differences, words_changed


def test_one_word_changed_shows_one_word():
    assert differences("We met in May.\nAll came.\n", "We met in June.\nAll came.\n") == [
        Piece("same", "We met in "),
        Piece("removed", "May"),
        Piece("added", "June"),
        Piece("same", ".\nAll came.\n"),
    ]


def test_a_new_paragraph_is_one_piece():
    pieces = differences("One.\n", "One.\n\nTwo words.\n")
    assert pieces == [Piece("same", "One.\n"), Piece("added", "\nTwo words.\n")]
    assert words_changed(pieces) == (2, 0)


def test_passages_that_share_little_stand_apart():
    assert differences("All of it is wrong here.", "Nobody came, sadly, on Monday") == [
        Piece("removed", "All of it is wrong here."),
        Piece("added", "Nobody came, sadly, on Monday"),
    ]


def test_what_stays_around_is_not_compared_however_long_it_is():
    before, after = "of old " * 2_000, " and new" * 2_000
    assert differences(f"{before}May{after}", f"{before}June{after}") == [
        Piece("same", before),
        Piece("removed", "May"),
        Piece("added", "June"),
        Piece("same", after),
    ]


def test_equal_and_empty_texts():
    assert differences("", "") == []
    assert differences("a", "a") == [Piece("same", "a")]


@given(st.text(alphabet="ab \n\r.", max_size=60), st.text(alphabet="ab \n\r.", max_size=60))
def test_the_pieces_join_to_both_texts(old, new):
    pieces = differences(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new


def test_long_texts_take_little_time():
    begin = time.process_time()
    differences("a b c\n" * 30_000, "a b d\n" * 30_000)
    differences(" ".join(map(str, range(30_000))), " ".join(map(str, range(1, 30_001))))
    assert time.process_time() - begin < 5
