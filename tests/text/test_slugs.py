"""Slugs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peernet.text.slugs import free_slug, slugify


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("What makes data worth trusting?", "what-makes-data-worth-trusting"),
        ("Ça va à Zürich, straße & Łódź", "ca-va-a-zurich-strasse-and-lodz"),
        ("The network's editors’ notes", "the-networks-editors-notes"),
        ("数据 治理", "数据-治理"),
        ("हिन्दी में", "हिन्दी-में"),
        ("  --  ", ""),
        ("½ ﬁne ① x²", "1-2-fine-1-x2"),
        ("../../etc/passwd", "etc-passwd"),
        ("a" * 100, "a" * 80),
        ("word " * 40, "-".join(["word"] * 16)),
    ],
)
def test_a_slug_is_readable(text, slug):
    assert slugify(text) == slug


@given(st.text())
def test_a_slug_of_a_slug_is_itself(text):
    slug = slugify(text)
    assert slugify(slug) == slug
    assert len(slug) <= 80
    assert not set(slug) & set(" /\\?#%.<>\"'&\x00\n")


def test_a_taken_slug_gets_the_first_free_number():
    assert free_slug("Trust", {"trust", "trust-2"}.__contains__) == "trust-3"
    assert free_slug("Trust", set().__contains__) == "trust"
    assert free_slug("???", {"untitled"}.__contains__) == "untitled-2"
