"""Headings in order, as the source has them."""

import pytest

from peernet.materials.checklist import headings
from peernet.materials.checklist.headings import Heading


def test_a_heading_stands_before_its_line_or_over_a_rule_and_not_in_code() -> None:
    source = "## One ##\n\nTwo\n---\n\n```\n# Not one\n```\n\n    # Nor this\n\n- a\n---\n\nThree\n===\n"
    assert list(headings.headings(source)) == [Heading(1, 2, "One"), Heading(3, 2, "Two"), Heading(15, 1, "Three")]


@pytest.mark.parametrize("source", ["", "No headings.", "## A\n\n### B\n\n#### C\n\n## D", "~~~\n```\n# x\n~~~\n## A"])
def test_what_goes_down_one_level_at_a_time_is_in_order(source: str) -> None:
    found = headings.check(source)
    assert (found.name, found.passed, found.text, found.details) == (
        *("headings", True),
        *("The headings are in order.", []),
    )


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("# The title again", ["Line 1: “The title again” is as high as the title. Begin it with ##."]),
        ("### A", ["Line 1: “A” is of level 3, after one of level 1."]),
        ("## A\n#### B\n### C", ["Line 2: “B” is of level 4, after one of level 2."]),
    ],
)
def test_a_level_that_is_skipped_or_a_second_title_blocks(source: str, said: list[str]) -> None:
    found = headings.check(source)
    assert (found.blocks, found.text, found.details) == (True, "The headings are not in order.", said)
