"""Passages: a text falls into its blocks and is whole again, and a comment finds its own after a change."""

from hypothesis import given, settings
from hypothesis import strategies as st

from peernet.materials.reviews import passages
from peernet.text import markdown

SOURCE = """Hello *x*

## Head <b

- a
- b

[quotation: abcd2345]

| a | b |
|---|---|
| 1 | 2 |

Text[^1]

[^1]: Note

---

> q
>
> r
"""


def test_a_text_falls_into_its_blocks() -> None:
    html = markdown.render(SOURCE).html
    found = passages.of_html(html)
    assert [(each.ref, each.excerpt, bool(each.digest)) for each in found] == [
        ("", "Hello x", True),
        ("", "Head <b", True),
        ("", "a b", True),
        ("abcd2345", "", True),
        ("", "a b 1 2", True),
        ("", "Text1", True),
        ("", "", False),
        ("", "q r", True),
        ("", "Note ↩", True),
    ]
    assert [each.place for each in found] == list(range(9))
    assert [each.html.strip()[:3] for each in found] == ["<p>", "<h2", "<ul", "", "<di", "<p>", "<hr", "<bl", "<di"]


def test_a_sign_in_an_attribute_ends_no_tag() -> None:
    html = '<p><img src="/media/a" alt="more > less"> one</p>\n<p>two</p>'
    assert [each.excerpt for each in passages.of_html(html)] == ["more > less one", "two"]


def test_equal_passages_are_told_apart_by_where_they_were() -> None:
    before = passages.of_html("<p>same</p><p>other</p><p>same</p>")
    digest = before[0].digest
    assert [passages.find(before, digest, place).place for place in (0, 2, 9)] == [0, 2, 2]
    after = passages.of_html("<h2>new</h2><p>same</p><p>changed</p>")
    assert passages.find(after, digest, 2).place == 1
    assert passages.find(after, before[1].digest, 1) is None
    assert passages.find(after, "", 0) is None


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(alphabet="ab <>&\"'*_#-[]()!`|\n", max_size=40), max_size=6))
def test_nothing_of_a_text_is_lost_in_parting(blocks: list[str]) -> None:
    html = markdown.render("\n\n".join(blocks)).html
    joined = "".join(each.html for each in passages.of_html(html))
    assert joined.split() == html.split()
