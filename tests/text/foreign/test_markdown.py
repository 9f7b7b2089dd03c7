"""Rich text as Markdown: what Word, LibreOffice and Google Docs put into the clipboard, and what browsers do."""

from pathlib import Path

import pytest

from peernet.text import markdown as house
from peernet.text.foreign import markdown

SAMPLES = Path(__file__).with_name("samples")


@pytest.mark.parametrize("name", [path.stem for path in sorted(SAMPLES.glob("*.html"))])
def test_a_sample_becomes_what_stands_beside_it(name: str) -> None:
    made = markdown.of_html((SAMPLES / f"{name}.html").read_text("utf-8"))
    assert made == (SAMPLES / f"{name}.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", ""),
        ("<p>\xa0</p><p></p>", ""),
        ("<p>Cela va\xa0: « oui\xa0»,\xa0 dit-il</p>", "Cela va\xa0: « oui\xa0», dit-il\n"),
        ("<p><b>a</b><b>b</b> <b> c </b></p>", "**ab**  **c**\n"),
        ("<b style='mso-bidi-font-weight:normal'>a</b> <span style='mso-bidi-font-style:italic'>b</span>", "**a** b\n"),
        ("<h2><strong>Bold <em>head</em></strong></h2>", "## Bold *head*\n"),
        ("<p># no heading</p><p>- no list</p><p>3. no number</p>", "\\# no heading\n\n\\- no list\n\n3\\. no number\n"),
        ("<p>snake_case _edge_ 2*3 `tick` ~~gone~~</p>", "snake_case \\_edge\\_ 2\\*3 \\`tick\\` \\~~gone\\~~\n"),
        ("<p>[quotation: abcdefgh] [link](x) [1]</p>", "\\[quotation: abcdefgh] \\[link](x) \\[1]\n"),
        ("<a href='javascript:alert(1)'>here</a> <a href='#x'>there</a>", "here there\n"),
        ("<img src='https://tracker.example/x.gif' alt='x'>", ""),
        ("<p>one<br>two<br></p>", "one  \ntwo\n"),
        ("<ol start='3'><li>three<li>four</ol>", "3. three\n4. four\n"),
        ("<table><tr><td>A box</td></tr></table>", "A box\n"),
        (
            "<table><tr><th>a<th>b<tr><td>1<ul><li>x<li>y</ul><td>2</table>",
            "| a | b |\n| --- | --- |\n| 1 • x • y | 2 |\n",
        ),
        ("<span style='display:none'>hidden</span><del>gone</del><ins>come</ins><s>struck</s>", "come~~struck~~\n"),
        ("<pre>a * b\n  c</pre>", "```\na * b\n  c\n```\n"),
        ("a\x00b<p title='\x01'>c", "ab\n\nc\n"),
    ],
)
def test_small_things(html: str, expected: str) -> None:
    assert markdown.of_html(html) == expected


@pytest.mark.parametrize("name", ["word", "docs"])
def test_lists_nest_when_it_is_shown(name: str) -> None:
    shown = house.render((SAMPLES / f"{name}.md").read_text("utf-8"))
    assert (shown.html.count("<ul>") + shown.html.count("<ol>"), shown.problems) == ({"word": 4, "docs": 2}[name], [])
