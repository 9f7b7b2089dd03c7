"""The writers: names that every system takes, text that stands by itself, citations whose values stay values."""

import json
from datetime import date
from xml.etree import ElementTree

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.http import parse_options_header

from peernet.materials import citation
from peernet.materials.citation import Cited
from peernet.materials.quotations.showing import Place
from peernet.materials.taking import citing, markup
from peernet.materials.taking.books import contents, in_language
from peernet.materials.taking.files import File, name_of
from peernet.materials.taking.markup import Surroundings
from peernet.text import markdown
from peernet.text.slugs import slugify

HOSTILE = '</title><script>x</script> "a" & \u202eb\u0000\u0007 \\{c}\r\nER  - \n\nTY  - JOUR'
PICTURES = {"/media/a": "images/a.png"}


def xhtml(source: str, **more: object) -> str:
    """A text as it is taken away."""
    html = markdown.render(source, images={"a.png": markdown.Picture("/media/a", 9, 6, "/media/a?w=480 480w")}).html
    around = Surroundings("https://peers.example.org", PICTURES.get, **more)
    return markup.text([Place(html, False, None)], around)


def test_links_are_whole_pictures_beside_it_and_boxes_signs() -> None:
    source = "[a](/library/b#c-d) [e](#part) [f](#none) <https://x.example/ü?q=[1]> ![alt](a.png) ![gone](/media/z)\n\n"
    assert xhtml(f"{source}- [x] done\n\n## Part") == (
        '<p><a href="https://peers.example.org/library/b#c-d">a</a> <a href="#c-part">e</a> <a>f</a> '
        '<a href="https://x.example/%C3%BC?q=%5B1%5D">https://x.example/ü?q=[1]</a> '
        '<img alt="alt" height="6" src="images/a.png" width="9"/> <span class="missing">gone</span></p>\n'
        '<ul>\n<li class="task">☑ done</li>\n</ul>\n<h2 id="c-part">Part</h2>'
    )


def test_in_a_book_ids_have_a_prefix_and_links_stay_inside() -> None:
    inside = {"/library/b": "m2.xhtml"}.get
    assert xhtml("[a](/library/b) [e](#part)\n\n## Part", inside=inside, prefix="m1-") == (
        '<p><a href="m2.xhtml">a</a> <a href="#m1-c-part">e</a></p>\n<h2 id="m1-c-part">Part</h2>'
    )


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab[]()<>&\"'`*_#>-|:^!\\\n \x00\u202e~=1{}$"), max_size=120))
def test_whatever_was_rendered_is_well_formed(source: str) -> None:
    made = xhtml(source)
    ElementTree.fromstring(f"<div>{made}</div>")
    strict = html5lib.HTMLParser(strict=True)
    strict.parse(f"<!DOCTYPE html><html><head><title>t</title></head><body>{made}</body></html>")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Who decides?", "who-decides.epub"),
        (HOSTILE, "title-script-x-script-a-and-b-c-er-ty-jour.epub"),
        ("../../etc/passwd", "etc-passwd.epub"),
        ("\u202egnp.exe", "gnp-exe.epub"),
        ("CON", "con.epub"),
        ("…", "file.epub"),
    ],
)
def test_file_names(title: str, name: str) -> None:
    file = File("", name_of(slugify(title), "epub"), "", b"")
    assert (file.name, file.disposition) == (name, f'attachment; filename="{name}"')


@settings(deadline=None)
@given(st.text(max_size=300))
def test_file_names_are_short_and_read_back(title: str) -> None:
    file = File("", name_of(slugify(title, length=300), "csl.json", "-v2"), "", b"")
    assert len(file.name.encode()) <= 200
    disposition, values = parse_options_header(file.disposition)
    assert (disposition, values["filename"]) == ("attachment", file.name)
    assert file.disposition.isascii()
    assert file.disposition.isprintable()


def test_a_name_of_other_letters_has_one_in_ascii_as_well() -> None:
    file = File("", name_of("फैसला", "md"), "", b"")
    assert file.disposition == (
        "attachment; filename=\"file.md\"; filename*=UTF-8''%E0%A4%AB%E0%A5%88%E0%A4%B8%E0%A4%B2%E0%A4%BE.md"
    )


def hostile(text: str) -> Cited:
    """A citation that says the same everywhere."""
    address = "https://peers.example.org/library/a"
    return Cited("a", text, [text], date(2026, 11, 3), "Blog post", text, address, "CC BY 4.0", 2, "en", text, [text])


def test_ris() -> None:
    said = '</title><script>x</script> "a" & \u202eb \\{c} ER - TY - JOUR'
    assert citing.ris(hostile(HOSTILE)).split("\r\n") == [
        "TY  - BLOG", f"TI  - {said}", f"AU  - {said}", "PY  - 2026", "DA  - 2026/11/03", f"PB  - {said}", "ET  - 2",
        "M3  - Blog post", "LA  - en", f"AB  - {said}", f"KW  - {said}", "N1  - CC BY 4.0",
        "UR  - https://peers.example.org/library/a", "ER  - ", "",
    ]  # fmt: skip


def test_csl_json() -> None:
    said = '</title><script>x</script> "a" & \u202eb \\{c} ER - TY - JOUR'
    assert json.loads(citing.csl_json(hostile(HOSTILE))) == [
        {
            "id": "a", "type": "post-weblog", "title": said, "author": [{"literal": said}],
            "issued": {"date-parts": [[2026, 11, 3]]}, "genre": "Blog post", "publisher": said, "version": "2",
            "URL": "https://peers.example.org/library/a", "language": "en", "abstract": said, "keyword": said,
            "note": "CC BY 4.0",
        }
    ]  # fmt: skip


@settings(deadline=None)
@given(st.text(max_size=80))
def test_no_value_begins_another_field(text: str) -> None:
    lines = citing.ris(hostile(text)).split("\r\n")
    tags = [line[:6] for line in lines]
    assert tags.count("TY  - ") == tags.count("ER  - ") == 1
    assert {line[2:6] for line in lines if line} == {"  - "}
    assert len(json.loads(citing.csl_json(hostile(text)))) == 1
    entry = citation.bibtex(hostile(text)).replace("\\{", "").replace("\\}", "")
    assert entry.count("{") == entry.count("}")
    assert entry.count("\n}\n") == 1


def test_the_contents_of_a_text() -> None:
    headings = [
        {"level": level, "id": f"c-{number}", "text": f"<{number}>"} for number, level in enumerate((3, 2, 3, 4, 3, 2))
    ]
    assert contents(headings, "text.xhtml").replace("text.xhtml#c-", "") == (
        '<ol><li><a href="0">&lt;0&gt;</a></li><li><a href="1">&lt;1&gt;</a><ol><li><a href="2">&lt;2&gt;</a></li>'
        '<li><a href="4">&lt;4&gt;</a></li></ol></li><li><a href="5">&lt;5&gt;</a></li></ol>'
    )
    assert contents([]) == ""


def test_languages_as_attributes() -> None:
    assert [in_language(code) for code in ("en", "ar", "pt-BR", 'x" onload="')] == [
        'lang="en"', 'lang="ar" dir="rtl"', 'lang="pt-BR"', 'lang="und"',
    ]  # fmt: skip
