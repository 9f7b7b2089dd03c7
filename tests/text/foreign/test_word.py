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
