"""Plain text and excerpts."""

import pytest

from peernet.text.plain import excerpt, of_html, words_of_html


def test_html_becomes_words():
    html = (
        "<h2>Title</h2>\n<p>One <em>two</em>\nthree&nbsp;&amp; four.</p>\n"
        '<ul>\n<li>a</li>\n<li>\n<p>b</p>\n</li>\n</ul><img alt="A map" src="/m">'
        "<table><tr><th>x</th><td>y</td></tr></table><script>no()</script>"
    )
    assert of_html(html) == "Title\n\nOne two three & four.\n\n- a\n- b\n\nA map\n\nx y"


def test_code_keeps_its_lines():
    assert of_html("<pre><code>a  b\n  c\n</code></pre><p>d</p>") == "a  b\n  c\n\nd"


def test_deep_and_broken_html_is_read():
    assert of_html("<div>" * 50_000 + "x") == "x"
    assert of_html("a < b <") == "a < b <"


@pytest.mark.parametrize(
    ("text", "length", "short"),
    [
        ("short", 10, "short"),
        ("One two three four", 12, "One two…"),
        ("One two, three four", 9, "One two…"),
        ("x" * 50, 10, "x" * 9 + "…"),
        ("a\n b", 10, "a b"),
    ],
)
def test_an_excerpt_ends_between_words(text, length, short):
    assert excerpt(text, length) == short
    assert len(excerpt(text, length)) <= length


def test_words_of_rendered_html_keep_words_whole_and_speak_images():
    html = '<h2 id="c-a">Wh<em>o</em></h2><p>decides&nbsp;&amp; <img alt="A > map" src="/m"> <a href="/x">here</a>.</p>'
    assert words_of_html(html) == "Who decides & A > map here."
