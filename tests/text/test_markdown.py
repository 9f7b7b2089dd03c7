"""Markdown: each extension through the sanitiser, what is shown as text, and what is refused."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peernet.text.markdown import Picture, TooHeavy, render, render_many


def html(source, **options):
    return render(source, **options).html.strip()


SHOWN = {
    "emphasis": ("*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>"),
    "words with underscores": ("snake_case_word", "<p>snake_case_word</p>"),
    "code": ("```python\na < b\n```", '<pre><code class="language-python">a &lt; b\n</code></pre>'),
    "code of an odd language": ('``` "><script>\na\n```', '<pre><code class="language-script">a\n</code></pre>'),
    "code that is not closed": ("```\na\n\n# b", "<pre><code>a\n\n# b\n</code></pre>"),
    "indented code": ("    a\n    b", "<pre><code>a\nb\n</code></pre>"),
    "nested by two": ("- a\n  - b\n- c", "<ul>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ul>"),
    "nested by four": ("- a\n    - b\n- c", "<ul>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ul>"),
    "nested in numbers": ("1. a\n   - b\n2. c", "<ol>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ol>"),
    "list after its sentence": ("A:\n- b\n- c", "<p>A:</p>\n<ul>\n<li>b</li>\n<li>c</li>\n</ul>"),
    "a year is no list": ("It was in\n1984. So", "<p>It was in\n1984. So</p>"),
    "numbers from three": ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
    "numbers with brackets": ("1) a\n2) b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
    "code in a list": (
        "- a\n\n  ```\n  b\n    c\n  ```\n",
        "<ul>\n<li>\n<p>a</p>\n<pre><code>b\n  c\n</code></pre>\n</li>\n</ul>",
    ),
    "rule": ("a\n\n* * *\n\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
    "quotation": ("> a\n> > b", "<blockquote>\n<p>a</p>\n<blockquote>\n<p>b</p>\n</blockquote>\n</blockquote>"),
    "tasks": (
        "- [x] a *b*\n- [ ] c\n- [y] d",
        '<ul>\n<li class="task"><input aria-label="done" checked="" disabled="" type="checkbox"> a <em>b</em></li>\n'
        '<li class="task"><input aria-label="to do" disabled="" type="checkbox"> c</li>\n<li>[y] d</li>\n</ul>',
    ),
    "definition": ("Term\n:   Meaning", "<dl>\n<dt>Term</dt>\n<dd>Meaning</dd>\n</dl>"),
    "admonition": (
        '!!! warning "Mind *this*"\n    Body',
        '<div class="admonition warning">\n<p class="admonition-title">Mind <em>this</em></p>\n<p>Body</p>\n</div>',
    ),
    "admonition of an unknown kind": (
        "!!! evil scroll\n    Body",
        '<div class="admonition">\n<p class="admonition-title">Evil</p>\n<p>Body</p>\n</div>',
    ),
    "table": (
        "| a | b |\n|---|--:|\n| 1 | `x|y` |",
        '<div aria-label="Table 1: a, b" class="scroll" role="region" tabindex="0">\n<table>\n<thead>\n<tr>\n'
        '<th scope="col">a</th>\n<th class="right" scope="col">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n'
        '<td class="right"><code>x|y</code></td>\n</tr>\n</tbody>\n</table>\n</div>',
    ),
    "footnote": (
        "a[^n]\n\n[^n]: Note",
        '<p>a<sup id="c-fnref:n"><a class="footnote-ref" href="#c-fn:n">1</a></sup></p>\n<div class="footnote">\n<hr>\n'
        '<ol>\n<li id="c-fn:n">\n<p>Note&nbsp;<a aria-label="Back to the text, note 1" class="footnote-backref" '
        'href="#c-fnref:n">↩</a></p>\n</li>\n</ol>\n</div>',
    ),
    "bare address": (
        "See https://example.org/a_b_(c)?x=1&y=2.",
        '<p>See <a href="https://example.org/a_b_(c)?x=1&amp;y=2" rel="noopener nofollow">'
        "https://example.org/a_b_(c)?x=1&amp;y=2</a>.</p>",
    ),
    "mail address": ("<a@b.org>", '<p><a href="mailto:a@b.org" rel="noopener nofollow">a@b.org</a></p>'),
    "own address": ("[a](/library)", '<p><a href="/library">a</a></p>'),
    "link without words": (
        "[](https://example.org)",
        '<p><a aria-label="https://example.org" href="https://example.org" rel="noopener nofollow"></a></p>',
    ),
    "entities": ("&lt;b&gt; &copy; &amp; a & b", "<p>&lt;b&gt; © &amp; a &amp; b</p>"),
    "escapes": (r"\*a\* \<b> \`c\`", "<p>*a* &lt;b&gt; `c`</p>"),
    "empty heading": ("#\n\n## \n\na", "<p></p>\n<p></p>\n<p>a</p>"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_each_extension_passes_the_sanitiser(name):
    source, expected = SHOWN[name]
    assert html(source) == expected
    assert render(source).problems == []


FOREIGN = {
    "tag": ("a <b onclick=x>c</b>", "<p>a &lt;b onclick=x&gt;c&lt;/b&gt;</p>", ["<b onclick=x>", "</b>"]),
    "script": ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", ["<script>", "</script>"]),
    "block": (
        '<div class="x">\n\n*a*\n\n</div>',
        '<p>&lt;div class="x"&gt;</p>\n<p><em>a</em></p>\n<p>&lt;/div&gt;</p>',
        ['<div class="x">', "</div>"],
    ),
    "comment": ("a <!-- b --> c", "<p>a &lt;!-- b --&gt; c</p>", ["<!-- b -->"]),
    "markdown inside": ('<img src="a_b_c">', '<p>&lt;img src="a_b_c"&gt;</p>', ['<img src="a_b_c">']),
    "hugo": ('{{< fig src="a_b_c" >}}', '<p>{{&lt; fig src="a_b_c" &gt;}}</p>', ['{{< fig src="a_b_c" >}}']),
    "hugo around": (
        "{{% note %}}a{{% /note %}}",
        "<p>{{% note %}}a{{% /note %}}</p>",
        ["{{% note %}}", "{{% /note %}}"],
    ),
    "liquid": ("{% include a_b_c.html %} {{ page.title }}", None, ["{% include a_b_c.html %}", "{{ page.title }}"]),
    "kramdown": ("a {: .no_toc_x }", "<p>a {: .no_toc_x }</p>", ["{: .no_toc_x }"]),
    "role": ("{ref}`a_b`", "<p>{ref}<code>a_b</code></p>", ["{ref}"]),
    "directive": (
        "```{figure} a.png\n:alt: <b>\n```\n",
        "<pre><code>```{figure} a.png\n:alt: &lt;b&gt;\n```\n</code></pre>",
        ["{figure}"],
    ),
    "colon directive": (":::{tip}\na\n:::\n", "<pre><code>:::{tip}\na\n:::\n</code></pre>", ["{tip}"]),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_foreign_syntax_is_shown_and_reported(name):
    source, expected, found = FOREIGN[name]
    rendered = render("\n\n" + source)
    assert rendered.html.strip() == expected or expected is None
    assert [problem.values["what"] for problem in rendered.problems] == found
    assert {problem.values["line"] for problem in rendered.problems} <= {3, 7}


def test_foreign_syntax_in_code_is_no_problem():
    rendered = render("`<b>` and\n\n```\n<b> {% x %}\n```\n")
    assert rendered.problems == []
    assert rendered.html.strip() == "<p><code>&lt;b&gt;</code> and</p>\n<pre><code>&lt;b&gt; {% x %}\n</code></pre>"


def test_a_problem_can_be_said_in_another_language():
    (problem,) = render("a <b>").problems
    assert problem == "Line 1: HTML is shown as text: <b>"
    assert problem.msgid == "Line %(line)s: HTML is shown as text: %(what)s"
    assert problem.values == {"line": 1, "what": "<b>"}


def test_headings_skip_no_level_and_make_the_contents():
    rendered = render("# A `b` [^1]\n\n### C\n\n### C\n\n## D {#given_Id}\n\n[TOC]\n\n[^1]: x", top=3, prefix="r7-")
    assert re.findall(r'<(h\d id="[^"]+")', rendered.html) == [
        'h3 id="r7-a-b"',
        'h4 id="r7-c"',
        'h4 id="r7-c-2"',
        'h4 id="r7-given-id"',
    ]
    assert rendered.toc == [
        {"level": 3, "id": "r7-a-b", "text": "A b"},
        {"level": 4, "id": "r7-c", "text": "C"},
        {"level": 4, "id": "r7-c-2", "text": "C"},
        {"level": 4, "id": "r7-given-id", "text": "D"},
    ]
    assert '<li><a href="#r7-c-2">C</a></li>' in rendered.html
    assert rendered.problems == []


def test_a_figure_has_its_caption_and_its_picture():
    picture = Picture("/media/x", 1200, 800, "/media/x?w=480 480w, /media/x 1200w")
    assert html('![A map](images/m.png "Drawn & kept")', images={"images/m.png": picture}) == (
        '<figure><img alt="A map" height="800" loading="lazy" sizes="(min-width: 48rem) 44rem, 100vw" src="/media/x" '
        'srcset="/media/x?w=480 480w, /media/x 1200w" width="1200"><figcaption>Drawn &amp; kept</figcaption>\n</figure>'
    )


def test_an_image_in_a_sentence_stays_there():
    assert html("a ![b](/media/b) c") == '<p>a <img alt="b" loading="lazy" src="/media/b"> c</p>'


def test_a_linked_image_alone_is_a_figure():
    assert html("[![b](/media/b)](/library)") == (
        '<figure><a href="/library"><img alt="b" loading="lazy" src="/media/b"></a></figure>'
    )


@pytest.mark.parametrize(
    ("source", "expected", "problems"),
    [
        ("![](/media/b)", '<figure><img alt="" loading="lazy" src="/media/b"></figure>', ["has no alternative text"]),
        ("![b](gone.png)", '<figure><span class="missing">b</span></figure>', ["there is no image gone.png"]),
        (
            "![b](https://example.org/b.png)",
            '<figure><a href="https://example.org/b.png" rel="noopener nofollow">b</a></figure>',
            ["an image from elsewhere is shown as a link: https://example.org/b.png"],
        ),
        (
            "[![b](https://example.org/b.png)](/x)",
            '<figure><a href="/x"><span class="missing">b</span></a></figure>',
            ["an image from elsewhere is shown as a link: https://example.org/b.png"],
        ),
        (
            "![b](data:image/png;base64,xx)",
            '<figure><span class="missing">b</span></figure>',
            ["there is no image data:"],
        ),
    ],
)
def test_images_that_cannot_be_shown(source, expected, problems):
    rendered = render(source)
    assert rendered.html.strip() == expected
    assert len(rendered.problems) == len(problems)
    for problem, part in zip(rendered.problems, problems, strict=True):
        assert part in problem


def test_links_are_resolved_as_written_decoded_or_with_a_fragment():
    links = {"a.md": "/library/a", "b c.md": "/library/b", "/old/": "/new"}
    source = "[1](a.md) [2](./a.md#part-two) [3](b%20c.md) [4](/old/) [5](<b c.md>) [6][x]\n\n[x]: a.md"
    assert re.findall(r'href="([^"]*)"', html(source, links=links)) == [
        "/library/a",
        "/library/a#c-part-two",
        "/library/b",
        "/new",
        "/library/b",
        "/library/a",
    ]


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#115;cript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//evil.org",
        "/\\evil.org",
        "\\\\evil.org",
        "/&#9;/evil.org",
        "http:evil",
        "ftp://a.org",
        "file:///etc/passwd",
        "gone.md",
        "https://[bad",
        "https:///x",
    ],
)
def test_a_target_that_leads_nowhere_is_text(target):
    rendered = render(f"[a](<{target}>)")
    assert "href" not in rendered.html
    assert len(rendered.problems) == 1


def test_a_link_into_the_text_that_finds_nothing_is_reported():
    rendered = render("[a](#nothing) [b](#there)\n\n# There")
    assert rendered.problems == ["Line 1: no heading of this text is called #nothing"]


def test_links_of_trusted_texts_are_followed():
    assert html("<https://a.org>", trusted=True) == '<p><a href="https://a.org" rel="noopener">https://a.org</a></p>'


def test_labels_are_said_in_the_language_of_the_text():
    labels = {"table": "Tableau", "done": "fait", "open": "à faire", "back": "Retour au texte, note {}"}
    shown = html("- [x] a[^1]\n\n| b |\n|---|\n| c |\n\n[^1]: d", labels=labels)
    assert re.findall(r'aria-label="([^"]*)"', shown) == ["fait", "Tableau 1: b", "Retour au texte, note 1"]


def test_words_and_minutes():
    assert (render("").words, render("").reading_minutes) == (0, 1)
    rendered = render("It's a *well-known* fact. " * 230)
    assert (rendered.words, rendered.reading_minutes) == (920, 4)
    assert render("数据治理" * 200).reading_minutes == 2


HOSTILE = {
    "too long": "a" * 200_001,
    "open brackets": "[" * 8000,
    "open brackets in pieces": ("[" * 190 + "\n\n") * 1000,
    "image brackets": "![a](" * 39_000,
    "quotations": ">" * 5000 + "a",
    "spaced quotations": "> " * 5000 + "a",
    "nested lists": "- " * 5000 + "a",
    "amplified reference": "[a]: /" + "x" * 90_000 + "\n\n" + "[a] " * 25_000,
    "footnotes": "".join(f"[^{n}]: x\n\n[^{n}]\n\n" for n in range(8000)),
    "half a character": "a \ud800 b",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_refused(name, monkeypatch):
    monkeypatch.setattr("peernet.text.pool.CPU_SECONDS", 0.5)
    with pytest.raises(TooHeavy) as refused:
        render(HOSTILE[name], field="body")
    assert refused.value.field == "body"
    assert refused.value.message.msgid
    assert html("still *here*") == "<p>still <em>here</em></p>"


HARD = [
    "*a **b _c " * 500,
    "`" * 5000,
    "<" * 5000,
    "<a " * 3000,
    "{{ " * 3000,
    "~~" * 5000,
    "|a" * 2000 + "\n" + "|-" * 2000,
]


@pytest.mark.parametrize("number", range(len(HARD)))
def test_a_strange_text_is_rendered(number):
    assert render(HARD[number]).html


def test_brackets_in_code_are_no_nesting():
    assert render("```\n" + "[" * 500 + "\n" + ">" * 50 + "\n```\n").html


class Judge(HTMLParser):
    """Refuses whatever could run, load or style."""

    allowed = re.compile(
        "a|p|br|hr|h[1-6]|ul|ol|li|dl|dt|dd|blockquote|pre|code|em|strong|del|sup|sub|span|img|figure|figcaption|"
        "table|thead|tbody|tr|th|td|div|input"
    )

    def handle_starttag(self, tag, attrs):
        assert self.allowed.fullmatch(tag)
        for name, value in attrs:
            assert not name.startswith("on")
            assert name not in ("style", "name", "form", "formaction")
            if name == "id":
                assert value.startswith("c-")
            if name in ("href", "src"):
                assert re.match(r"(https?://[^/]|mailto:|/(?![/\\])|/$|#)", value), value
        if tag == "input":
            assert ("type", "checkbox") in attrs


SYNTAX = r"""
<script> </script> <img/src=x onerror=alert(1)> <svg/onload=x> <!-- --> <a@b> https:// // \ javascript: data: &#106;
&lt; [a]( ![b]( ) [c]: [^1] [^1]: [x] [ ] ( {#x} {: onclick=x } | |- -- # * _ ** - 1. > !!! : ` ``` ~~~ ' " style=
"""
CONTROLS = ["\x02", "\x03", "\x02klzzwxh:0000\x03", "\x02wzxhzdk:0\x03", "\n", "\n\n", " ", "    ", "\t", "\u2028"]


@given(st.lists(st.sampled_from(SYNTAX.split() + CONTROLS), max_size=40).map("".join))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_written_nothing_can_run(source):
    Judge().feed(render(source).html)


def test_many_are_rendered_in_order_and_refusals_stand_in_their_place():
    many = list(render_many(["a", "[" * 9000, "*c*"], trusted=True))
    assert [item.html.strip() for item in (many[0], many[2])] == ["<p>a</p>", "<p><em>c</em></p>"]
    assert isinstance(many[1], TooHeavy)
