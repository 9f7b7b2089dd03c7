"""Words in a row that two texts have in common."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peernet.materials.quotations import overlap
from peernet.materials.quotations.overlap import Passage

ANSWER = "We only trust data whose keepers tell us plainly what they left out."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("They trust data whose keepers tell us little.", []),
        (
            "Only trust data whose keepers tell us plainly!",
            [Passage("Only trust data whose keepers tell us plainly", 1)],
        ),
        (
            "Head\n\nSo: *we only* trust data whose\nkeepers TELL us — plainly; what they hide.",
            [Passage("we only* trust data whose keepers TELL us — plainly; what they", 3)],
        ),
        (f"{ANSWER} Other words stand in between here. {ANSWER}", [Passage(ANSWER[:-1], 1), Passage(ANSWER[:-1], 1)]),
        ("", []),
    ],
)
def test_eight_words_in_a_row_are_found_where_they_begin(text: str, found: list[Passage]) -> None:
    assert overlap.passages(text, [overlap.shingles("Nothing to do with it."), overlap.shingles(ANSWER)]) == found


def test_signs_case_and_forms_of_letters_hide_nothing() -> None:
    known = [overlap.shingles("L’équipe n’a jamais reçu les données qu’on lui avait promises")]
    text = "l'e\u0301quipe N'A jamais rec\u0327u les don\u00adne\u0301es\u200b qu'on lui avait promises."
    seen = "l'équipe N'A jamais reçu les données qu'on lui avait promises"
    assert [each.words for each in overlap.passages(text, known)] == [seen]


def test_scripts_without_spaces_count_each_character() -> None:
    known = [overlap.shingles("私たちは何が欠けているかを知りたい")]
    assert [each.words for each in overlap.passages("だから、私たちは何が欠けているかを知る。", known)] == [
        "私たちは何が欠けているかを知"
    ]


words = st.lists(st.sampled_from("abcdefghijkl"), max_size=30).map(" ".join)


@given(words, words, words)
def test_whatever_stands_around_a_run_of_eight_it_is_found(before: str, run: str, after: str) -> None:
    shared = f"{run} one two three four five six seven eight".strip()
    found = overlap.passages(f"{before} {shared} {after}", [overlap.shingles(shared)])
    assert any("one two three four five six seven eight" in each.words for each in found)


@given(words, words)
def test_texts_without_a_common_run_are_apart(one: str, other: str) -> None:
    runs = {tuple(one.split()[at : at + 8]) for at in range(len(one.split()) - 7)}
    common = [at for at in range(len(other.split()) - 7) if tuple(other.split()[at : at + 8]) in runs]
    assert bool(overlap.passages(other, [overlap.shingles(one)])) == bool(common)
