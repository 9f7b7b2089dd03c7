"""Lists and code as CommonMark writes them mean what they mean there."""

import re

import pytest

from peernet.text.markdown import render


def structure(source):
    """The tags of lists, code and the like, without paragraphs, attributes and line breaks."""
    shown = re.sub(r" [a-z-]+=\"[^\"]*\"", "", render(source).html)
    return re.sub(r"</?p>|\s+", "", shown)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("- a\n  1. b\n  2. c\n- d", "<ul><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ul>"),
        ("1. a\n- b", "<ol><li>a</li></ol><ul><li>b</li></ul>"),
        ("- a\n  - b\n  1. c", "<ul><li>a<ul><li>b</li></ul><ol><li>c</li></ol></li></ul>"),
        ("- a\n\n  b\n- c", "<ul><li>ab</li><li>c</li></ul>"),
        ("- a\n\n  b\n  - c", "<ul><li>ab<ul><li>c</li></ul></li></ul>"),
        ("- a\n\n      code", "<ul><li>a<pre><code>code</code></pre></li></ul>"),
        ("- a\n\n        code", "<ul><li>a<pre><code>code</code></pre></li></ul>"),
        ("- a\n\nb", "<ul><li>a</li></ul>b"),
        ("- a\nb", "<ul><li>ab</li></ul>"),
        ("- a\n# b", "<ul><li>a</li></ul><h2>b</h2>"),
        ("- a\n  # b", "<ul><li>a<h2>b</h2></li></ul>"),
        ("- a\n  > b\n  - c", "<ul><li>a<blockquote>b</blockquote><ul><li>c</li></ul></li></ul>"),
        ("- a\n  ```\n  b\n  ```\n  c", "<ul><li>a<pre><code>b</code></pre>c</li></ul>"),
        ("- a\n  ```\n  b\nc", "<ul><li>a<pre><code>b</code></pre></li></ul>c"),
        ("10. a\n    - b", "<ol><li>a<ul><li>b</li></ul></li></ol>"),
        ("-   a\n    - b\n        - c", "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li></ul>"),
        ("a\n- b\n\nc\n1. d", "a<ul><li>b</li></ul>c<ol><li>d</li></ol>"),
        ("> a\n- b", "<blockquote>a</blockquote><ul><li>b</li></ul>"),
        ("- a\n***\n- b", "<ul><li>a</li></ul><hr><ul><li>b</li></ul>"),
        ("~~~ text\n```\n~~~", "<pre><code>```</code></pre>"),
        ("````\n```\na\n```\n````", "<pre><code>```a```</code></pre>"),
        ("    ```\n    a", "<pre><code>```a</code></pre>"),
        ("```a``` b", "<code>a</code>b"),
        (
            "!!! note\n    - a\n      - b\n\n    ```\n    c\n    ```\n\nd",
            "<div>Note<ul><li>a<ul><li>b</li></ul></li></ul><pre><code>c</code></pre></div>d",
        ),
    ],
)
def test_lists_and_code_nest_as_in_commonmark(source, expected):
    assert structure(source) == expected
