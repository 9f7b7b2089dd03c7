"""How a source names a quotation, and where its place is."""

import pytest

from peernet.materials.quotations import marks
from peernet.materials.quotations.marks import Part
from peernet.prompts.models import Attribution
from peernet.text import markdown


def test_a_line_of_its_own_leaves_a_place() -> None:
    ref = marks.new_ref()
    rendered = markdown.render(f"Before.\n\n{marks.line_of(ref)}\n\nAfter.", prefix="c-")
    assert marks.refs_in(rendered.html) == [ref]
    assert list(marks.parts(rendered.html)) == [Part("<p>Before.</p>\n"), Part(ref=ref), Part("\n<p>After.</p>")]


@pytest.mark.parametrize(
    "text",
    [
        "In a line [quotation: abcd2345] of text.",
        "> [quotation: abcd2345]",
        "- [quotation: abcd2345]",
        "`[quotation: abcd2345]`",
        "```\n[quotation: abcd2345]\n```",
        '<div class="quotation">abcd2345</div>',
        "!!! quotation\n    abcd2345",
        "[quotation: abcd2345](https://example.org)",
        "[quotation: ABCD2345]",
        "[quotation: abcd23456]",
        "## [quotation: abcd2345]",
    ],
)
def test_nothing_else_does(text: str) -> None:
    assert marks.refs_in(markdown.render(text, prefix="c-").html) == []


def test_what_stands_around_it_is_found_without_other_quotations() -> None:
    source = "# Head\n\nFirst.\n\n[quotation: aaaaaaaa]\n\n[quotation:bbbbbbbb]\n\nLast\nlines.\n"
    assert marks.around(source, "aaaaaaaa") == ("First.", "Last\nlines.")
    assert marks.around(source, "bbbbbbbb") == ("First.", "Last\nlines.")
    assert marks.around(source, "cccccccc") == ("", "")
    assert [marks.stands_in(source, ref) for ref in ("aaaaaaaa", "bbbbbbbb", "aaaa")] == [True, True, False]


def test_a_digest_is_of_words_and_attribution() -> None:
    base = marks.digest("Words", Attribution.PERSON, "Peer", "city-library")
    # Computed apart: SHA-256 of ["Words","person","Peer","city-library"]
    assert base == "210b2958cdbcf35e66880ea4959a06af276c4170cdae66c15094257efd7d0901"
    others = {
        marks.digest("Words.", Attribution.PERSON, "Peer", "city-library"),
        marks.digest("Words", Attribution.ORGANISATION, "Peer", "city-library"),
        marks.digest("Words", Attribution.PERSON, "Mate", "city-library"),
        marks.digest("Words", Attribution.PERSON, "Peer", "museum"),
    }
    assert len(others | {base}) == 5
