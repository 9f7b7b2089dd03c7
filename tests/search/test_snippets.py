"""Snippets: the right piece, marked, and safe."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peernet.search.snippets import Sought, mark, snippet
from peernet.search.words import fold, tidy, words


def test_marks_are_safe():
    text = "<script>data</script> & Daten"
    assert mark(text, Sought(["data"])) == "&lt;script&gt;<mark>data</mark>&lt;/script&gt; &amp; Daten"
    assert snippet('"><img src=x onerror=data>', Sought(["img", "data"])) == (
        "&#34;&gt;&lt;<mark>img</mark> src=x onerror=<mark>data</mark>&gt;"
    )


def test_a_mark_covers_the_word_as_it_is_written():
    assert mark("Écoles et école", Sought(["ecole"])) == "<mark>Écoles</mark> et <mark>école</mark>"
    assert mark("AI aims; ai", Sought(["ai"])) == "<mark>AI</mark> aims; <mark>ai</mark>"
    assert mark("metadata data_set", Sought(["data"])) == "metadata <mark>data</mark>_set"


def test_the_piece_is_where_the_words_stand_together():
    text = f"{'river ' * 30}{'filler ' * 100}the river trust keeps {'filler ' * 100}"
    piece = snippet(text, Sought(["river", "trust"]))
    assert "<mark>river</mark> <mark>trust</mark> keeps" in piece
    assert piece.startswith("… filler")
    assert piece.endswith("filler …")
    assert len(piece.striptags()) < 250


@pytest.mark.parametrize("text", ["", "short text", "nothing of it " * 50])
def test_without_a_place_it_is_the_beginning(text):
    piece = snippet(text, Sought(["absent"]))
    assert text.startswith(str(piece).removesuffix(" …"))


def test_a_text_without_spaces_is_cut():
    assert len(snippet("日" * 1000, Sought(["日日日"]))) < 300
    assert len(snippet("x" * 1000 + " end", Sought(["end"])).striptags()) < 600


@given(st.text(max_size=400), st.text(max_size=20))
def test_any_text_gives_back_its_own_words(text, q):
    tidied, asked = tidy(text), [fold(word) for word in words(tidy(q))] or ["a"]
    whole = mark(tidied, Sought(asked))
    assert whole.replace("<mark>", "").replace("</mark>", "").unescape() == tidied
    piece = str(snippet(tidied, Sought(asked)))
    assert "<" not in piece.replace("<mark>", "").replace("</mark>", "")
