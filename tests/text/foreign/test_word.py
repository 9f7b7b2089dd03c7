"""Word files: what becomes of them, what is reported, and what is refused before anything reads it."""

import io
import zipfile

import pytest

from peernet.db import Refused
from peernet.text.foreign import asking
from tests.text.foreign.documents import document, paragraph, picture, relation, types_with

PNG = b"\x89PNG not looked at here"


def test_text_images_and_what_was_not_understood() -> None:
    body = (
        paragraph("Who decides", style="Title")
        + paragraph("What we heard", style="Heading1")
        + paragraph("Everybody * asks", bold=True)
        + paragraph("Beside", style="Sidebar")
        + picture("rIdA", "A river")
        + picture("rIdB", "A logo. Description automatically generated")
        + picture("rIdC", "A drawing")
        + picture("rIdD", "Elsewhere", is_linked=True)
        + '<w:p><w:del w:id="1"><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins w:id="2"><w:r>'
        "<w:t>come</w:t></w:r></w:ins></w:p><w:p><m:oMath><m:r/></m:oMath></w:p>"
    )
    relations = (
        relation("rIdA", "image", "media/a.png")
        + relation("rIdB", "image", "media/b.png")
        + relation("rIdC", "image", "media/c.emf")
        + relation("rIdD", "image", "file:///etc/passwd", is_outside=True)
        + relation("rIdE", "hyperlink", "https://example.org", is_outside=True)
    )
    media = {"word/media/a.png": PNG, "word/media/b.png": PNG + b"2", "word/media/c.emf": b"EMF"}
    found = asking.from_word(document(body, relations=relations, more=media), "Who.DOCX")
    assert found.markdown == (
        "# Who decides\n\n# What we heard\n\n**Everybody \\* asks**\n\nBeside\n\n"
        "![A river](image:0)\n\n![](image:1)\n\ncome\n"
    )
    assert found.pictures == [PNG, PNG + b"2"]
    assert sorted(found.report) == [
        "Drawings of a kind that browsers do not show were left out: 1.",
        "Formulas were left out: 1.",
        "Images that are only linked from the file were left out: 1.",
        "The style Side bar is not known here; its text stands as ordinary text.",
        "Things outside of the file were not fetched: 1.",
        "Tracked deletions were carried out: 1.",
    ]


def _bomb(size: int) -> bytes:
    return document(paragraph("x"), more={"word/media/x.xml": b"<a>" + b" " * size + b"</a>"})


def _entities(text: str, encoding: str = "utf-8") -> bytes:
    return document(paragraph("x"), more={"word/styles.xml": text.encode(encoding)})


def _climbing() -> bytes:
    return document(paragraph("x"), more={"../../etc/x.xml": b"<a/>"})


def _other_archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        target.writestr("mimetype", "application/epub+zip")
    return made.getvalue()


def _deep() -> bytes:
    return document("<w:p>" * 60_000 + "</w:p>" * 60_000)


@pytest.mark.parametrize(
    ("made", "name", "words"),
    [
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1", "a.docx", "This is an older Word file, or one with a password."),
        (lambda: b"", "a.docx", "This is not a Word file."),
        (lambda: b"%PDF-1.7", "a.docx", "This is not a Word file."),
        (lambda: document(paragraph("x")), "a.docm", "This is not a Word file."),
        (lambda: document(paragraph("x")), "a.docx.exe", "This is not a Word file."),
        (_other_archive, "a.docx", "This is not a Word file."),
        (lambda: document("", types=types_with("document.main+xml", "x")), "a.docx", "This is not a Word file."),
        (lambda: document("", more={"word/vbaProject.bin": b"x"}), "a.docx", "This file holds programs (macros)."),
        (lambda: _bomb(30_000_000), "a.docx", "Unpacked, this file is larger than any text."),
        (lambda: _bomb(2_000_000), "a.docx", "Unpacked, this file is larger than any text."),
        (lambda: _entities('<!DOCTYPE a [<!ENTITY b "c">]><a/>'), "a.docx", "This file holds what no Word file holds"),
        (lambda: _entities("<!DOCTYPE a><a/>", "utf-16"), "a.docx", "This file holds what no Word file holds"),
        (_climbing, "a.docx", "This file holds what no Word file holds"),
        (lambda: document(paragraph("x"))[:900], "a.docx", "This file is damaged and cannot be read to its end."),
        (lambda: document("<w:p>"), "a.docx", "This file is damaged and cannot be read to its end."),
        (_deep, "a.docx", "This takes too much work to read."),
    ],
)  # fmt: skip
def test_what_is_refused_in_words(made: object, name: str, words: str) -> None:
    with pytest.raises(Refused) as refusal:
        asking.from_word(made(), name, field="word")
    assert (str(refusal.value.message)[: len(words)], refusal.value.field) == (words, "word")


AS_WORD_WRITES_IT = (
    paragraph("Contents", style="TOCHeading")
    + '<w:p><w:pPr><w:pStyle w:val="TOC1"/></w:pPr><w:r><w:instrText xml:space="preserve"> TOC \\o "1-3" </w:instrText>'
    "</w:r><w:r><w:t>Costs</w:t></w:r><w:r><w:tab/><w:t>3</w:t></w:r></w:p>"
    + paragraph("Costs", style="Heading1")
    + "<w:p><w:r><w:t xml:space='preserve'>“Smart” </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>bo</w:t></w:r>"
    "<w:proofErr w:type='spellStart'/><w:r><w:rPr><w:b/></w:rPr><w:t>ld</w:t></w:r>"
    "<w:r><w:footnoteReference w:id='2'/></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>the salary of one</w:t></w:r>"
    "<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>, seen</w:t></w:r></w:p>"
    + "".join(
        f'<w:p><w:pPr><w:pStyle w:val="ListParagraph"/><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{kind}"/>'
        f"</w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
        for text, kind, level in (("one", 1, 0), ("deep", 1, 1), ("two", 1, 0), ("first", 2, 0))
    )
    + "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>HYPERLINK \"https://example.org/a\""
    "</w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>the ru\u00adles</w:t></w:r>"
    "<w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
    + "<w:tbl>"
    + "".join(
        "<w:tr>"
        + "".join(f"<w:tc><w:tcPr>{more}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>" for text, more in row)
        + "</w:tr>"
        for row in (
            (("Who", ""), ("What | how", "")),
            (("Both", '<w:gridSpan w:val="2"/>'),),
            (("a", '<w:vMerge w:val="restart"/>'), ("b", "")),
            (("", "<w:vMerge/>"), ("c", "")),
        )
    )
    + "</w:tbl><w:p><w:moveFrom w:id='3'><w:r><w:t>from here</w:t></w:r></w:moveFrom>"
    "<w:moveTo w:id='4'><w:r><w:t>to here</w:t></w:r></w:moveTo></w:p>"
)
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_LISTS = "".join(
    f'<w:abstractNum w:abstractNumId="{key}">'
    + "".join(f'<w:lvl w:ilvl="{level}"><w:numFmt w:val="{kind}"/></w:lvl>' for level in range(2))
    + "</w:abstractNum>"
    for key, kind in ((0, "bullet"), (1, "decimal"))
) + "".join(f'<w:num w:numId="{key + 1}"><w:abstractNumId w:val="{key}"/></w:num>' for key in range(2))
_NAMED = {"TOCHeading": "TOC Heading", "TOC1": "toc 1", "Heading1": "heading 1", "ListParagraph": "List Paragraph"}


def test_a_file_as_word_writes_it() -> None:
    """Contents made of fields, phrases in many runs, footnotes, hidden text, lists, merged cells, moved words."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in _NAMED.items()
    )
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>A note with *stars*.</w:t></w:r></w:p></w:footnote>'
    more = {
        "word/styles.xml": f"<w:styles {_W}>{styles}</w:styles>",
        "word/numbering.xml": f"<w:numbering {_W}>{_LISTS}</w:numbering>",
        "word/footnotes.xml": f"<w:footnotes {_W}>{note}</w:footnotes>",
    }
    relations = relation("rIdN", "numbering", "numbering.xml") + relation("rIdF", "footnotes", "footnotes.xml")
    found = asking.from_word(document(AS_WORD_WRITES_IT, relations=relations, more=more), "Costs.docx")
    assert found.markdown == (
        "# Costs\n\n“Smart” **bold**[^2], seen\n\n- one\n    - deep\n- two\n\n1. first\n\n"
        "[the rules](https://example.org/a)\n\n"
        "| Who | What \\| how |\n| --- | --- |\n| Both | |\n| a | b |\n|  | c |\n\nto here\n\n"
        "[^2]: A note with \\*stars\\*.\n"
    )
    assert found.report == [
        "Tables of contents were left out; the page makes its own: 1.",
        "Pieces of hidden text were left out: 1.",
    ]
