"""Two texts made of one, brought together."""

from hypothesis import given
from hypothesis import strategies as st

from peernet.text.merging import Clash, Merged, merge

BASE = "We ask. We listen.\n\nWe write it down.\n"
TEXTS = st.lists(st.sampled_from(["One. ", "Two! ", "Three", "\n", "- four\n", "Five? "]), max_size=9).map("".join)


def test_changes_of_different_sentences_are_both_taken() -> None:
    mine = "We ask. We listen.\n\nWe write it down, together.\n"
    theirs = "We ask everybody. We listen.\n\nWe write it down.\n"
    assert merge(BASE, mine, theirs) == Merged("We ask everybody. We listen.\n\nWe write it down, together.\n", ())


def test_what_one_took_out_and_the_other_left_is_gone() -> None:
    assert merge(BASE, "We ask. \n\nWe write it down.\n", BASE).text == "We ask. \n\nWe write it down.\n"


def test_a_sentence_that_both_changed_stands_twice_and_is_told() -> None:
    found = merge(BASE, BASE.replace("down", "up"), BASE.replace("down", "out"))
    clash = Clash(3, "We write it up.\n", "We write it out.\n")
    assert found == Merged("We ask. We listen.\n\nWe write it out.\nWe write it up.\n", (clash,))


def test_what_one_took_out_and_the_other_changed_stays_and_is_told() -> None:
    found = merge(BASE, "We ask. We listen.\n\n", BASE.replace("down", "up"))
    assert found == Merged(BASE.replace("down", "up"), (Clash(3, "", "We write it up.\n"),))


def test_both_made_something_of_nothing() -> None:
    assert merge("", "Mine", "Theirs") == Merged("Theirs Mine", (Clash(1, "Mine", "Theirs"),))


@given(TEXTS, TEXTS, TEXTS)
def test_one_who_changed_nothing_takes_the_other_and_no_word_is_lost(base: str, mine: str, theirs: str) -> None:
    assert merge(base, base, theirs) == Merged(theirs, ())
    assert merge(base, mine, base) == Merged(mine, ())
    assert merge(base, mine, mine) == Merged(mine, ())
    found = merge(base, mine, theirs)
    assert (set(mine.split()) | set(theirs.split())) - set(base.split()) <= set(found.text.split())
    assert len(found.clashes) == len(merge(base, theirs, mine).clashes)
