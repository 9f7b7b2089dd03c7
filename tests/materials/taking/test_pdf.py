"""PDFs, read by another program: whole, tagged, with page numbers and bookmarks; and what their maker cannot do."""

import io
import json
import re
import subprocess
import sys
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from pypdf import PdfReader

from peernet.admin.findings import pdfs
from peernet.db import Database
from peernet.materials.quotations.showing import Place
from peernet.materials.taking import markup, paper, pdf
from peernet.materials.taking.books import Book, Chapter
from peernet.materials.taking.markup import Surroundings
from peernet.materials.taking.pdf import Missing
from peernet.text import markdown
from tests.materials.quotations.conftest import WORDS
from tests.materials.taking.checking import need_pdf, pages_of
from tests.materials.taking.conftest import HERE, Quoting
from tests.materials.taking.test_books import BOOK, older  # noqa: F401 - a fixture
from tests.site.conftest import Ask
from tests.world import World

pytestmark = pytest.mark.once

AT = f"{HERE}/download/pdf"
LONG = "Nobody had asked before. " * 80
SIZE = re.compile(rf'<a href="{AT}">PDF</a> <span class="meta">([^<]+)</span>')


@pytest.fixture(autouse=True)
def _can_be_made() -> None:
    need_pdf()


def chapter(name: str, title: str, source: str, language: str = "en") -> Chapter:
    """A chapter as a material makes it."""
    prefix = f"{name}-"
    rendered = markdown.render(source)
    around = Surroundings("http://localhost:8000", lambda _address: None, prefix=prefix, ids={name})
    text = markup.text([Place(rendered.html, False, None)], around)
    headings = [entry | {"id": prefix + entry["id"]} for entry in rendered.toc]
    return Chapter(name, title, f"<header><h1>{title}</h1></header>\n{text}", language, headings)


def book(*chapters: Chapter) -> Book:
    """A book of these chapters."""
    at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    return Book("http://localhost:8000/x", "Häfen & more", "en", ["The editors"], [], "Net", "CC BY 4.0", "On harbours",
                at, chapters)  # fmt: skip


def outline(data: bytes) -> list[object]:
    """The bookmarks as titles, nested."""

    def titles(entries: list[object]) -> list[object]:
        return [titles(each) if isinstance(each, list) else each["/Title"] for each in entries]  # type: ignore[index]

    return titles(PdfReader(io.BytesIO(data)).outline)


def test_a_material_as_pdf(ask: Ask, quoting: Quoting) -> None:
    answer = ask(AT)
    assert (answer.status_code, answer.headers["Content-Type"], answer.headers["Content-Disposition"]) == (
        200, "application/pdf", 'attachment; filename="who-was-there-first.pdf"',
    )  # fmt: skip
    assert (answer.headers["X-Robots-Tag"], answer.headers["Cache-Control"]) == ("noindex", "no-cache")
    read = PdfReader(io.BytesIO(answer.data))
    assert dict(read.metadata or {}) | {"/Producer": ""} == {
        "/Producer": "", "/Creator": "peernet", "/Title": "Who was there first", "/Author": "The editors",
        "/Subject": "What three organisations say of deciding.", "/CreationDate": "D:20261123120000Z",
        "/ModDate": "D:20261123120000Z",
    }  # fmt: skip
    root = read.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"], "/StructTreeRoot" in root) == ("en", True, True)
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    (page,) = pages_of(answer.data)
    assert page.startswith("Blog post · 23 November 2026 Who was there first")
    assert f"{WORDS} — Peer, City Library, in answer to “Who decides" in page
    assert page.endswith("1 / 1")
    assert outline(answer.data) == [
        "Who was there first",
        ["What we heard", "About this material", ["How to cite", "How to name it on a copy"]],
    ]


def test_it_is_ready_for_the_second_reader_and_the_same_in_french(ask: Ask, quoting: Quoting, count_queries) -> None:
    first = ask(AT)
    with count_queries() as seen:
        second = ask(AT)
    assert (seen, second.data, second.headers["ETag"]) == ([], first.data, first.headers["ETag"])
    assert ask(f"/fr{AT}").data == first.data


def test_the_page_tells_its_size_once_somebody_took_it(ask: Ask, quoting: Quoting) -> None:
    assert SIZE.findall(ask(HERE).text) == ["made when it is first asked for"]
    size = len(ask(AT).data)
    assert SIZE.findall(ask(HERE).text) == [f"{size / 1000:.0f} kB"]
    quoting.withdraw()
    assert SIZE.findall(ask(HERE).text) == ["made when it is first asked for"]


def test_what_was_taken_back_is_gone(ask: Ask, quoting: Quoting) -> None:
    assert WORDS in pages_of(ask(AT).data)[0]
    quoting.withdraw()
    (page,) = pages_of(ask(AT).data)
    assert (WORDS in page, "A contribution was withdrawn." in page, "City Library" in page) == (False, True, False)


def test_a_whole_book(ask: Ask, older: None, world: World, quoting: Quoting) -> None:  # noqa: F811
    answer = ask(f"{BOOK}/pdf")
    first, second, third, last = pages_of(answer.data)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="practice-cohort.pdf"'
    entries = re.findall(r"([A-Z<][^.]*?) ?(?:\. ?)+ ?(\d)\b", first[first.index("Contents") + len("Contents") :])
    assert entries == [
        ("<Older> & better", "2"), ("Part", "2"), ("Who was there first", "3"), ("What we heard", "3"),
        ("Licences and sources", "4"),
    ]  # fmt: skip
    assert "Who made it" in first
    assert second.startswith("Blog post · 2 November 2026 <Older> & better")
    assert second.endswith("Practice cohort <Older> & better 2 / 4")
    assert WORDS in third
    assert "CC BY-SA 4.0 · http://localhost:8000/library/older" in last
    assert outline(answer.data)[-1] == "Licences and sources"
    quoting.withdraw()
    assert WORDS not in "".join(pages_of(ask(f"{BOOK}/pdf").data))


def test_notes_stand_at_the_foot_of_their_page() -> None:
    source = f"One[^a] and two[^b], and one[^a] again.\n\n{LONG}\n\n{LONG}\n\n{LONG}\n\nThree[^c].\n\n" + (
        "[^a]: The *first* note.\n\n    With more.\n[^b]: See [there](https://example.org/).\n"
        "[^c]: A list:\n\n    - kept at the end\n"
    )
    data = pdf.write(book(chapter("text", "Notes", source)))
    first, *_others, last = pages_of(data)
    assert ("The first note." in first, "With more." in first, "See there." in first) == (True, True, True)
    assert ("kept at the end" in last, "↩" in first) == (True, False)
    assert "".join(pages_of(data)).count("The first note.") == 1


def test_a_remark_is_no_note() -> None:
    page = paper.page(book(chapter("text", "Remarks", "!!! note\n    A remark[^1].\n\n[^1]: A note.\n")))
    assert re.findall(r'<(\w+) class="at-foot"', page) == ["span"]
    assert '<div class="admonition note">' in page


def test_the_same_book_has_the_same_bytes() -> None:
    written = {pdf.write(book(chapter("start", "A", LONG), chapter("m1", "B", "## C\n\nd\n"))) for _again in range(2)}
    assert len(written) == 1


def test_languages_from_the_right() -> None:
    page = paper.page(book(chapter("start", "A", "a"), chapter("m1", "بحر", "## ماء\n\nنهر\n", "ar")))
    assert '<article id="m1" lang="ar" dir="rtl">' in page
    assert '<nav><h2>Contents</h2><ol><li lang="ar" dir="rtl">' in page


def order(html: str, *, seconds: int = 60, pictures: dict[str, object] | None = None) -> bytes:
    """What the child is told."""
    order = {"html": html, "pictures": pictures or {}, "memory": 1_500_000_000, "seconds": seconds, "plain": True}
    return json.dumps(order).encode()


def laid_out(request: bytes, before: str = "") -> "subprocess.CompletedProcess[bytes]":
    """What the child does with it."""
    start = f"{before}\nfrom peernet.materials.taking.printing import main; main()"
    return subprocess.run([sys.executable, "-c", start], input=request, capture_output=True, check=False)


def picture() -> str:
    """A PNG as an order holds it."""
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(drawn, "PNG")
    return b64encode(drawn.getvalue()).decode()


def test_only_what_was_handed_in_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("Secret")
    (tmp_path / "secret.css").write_text("p { content: 'Secret' }")
    handed = {"images/a.png": ("image/png", picture())}
    image = re.compile(rb"/Subtype /Image")
    assert len(image.findall(laid_out(order('<p>A<img src="images/a.png" alt="a">', pictures=handed)).stdout)) == 1
    (tmp_path / "b.png").write_bytes(b64decode(picture()))
    for src in (f"file://{tmp_path}/b.png", f"{tmp_path}/b.png", "http://127.0.0.1:9/b.png", "images/../../b.png"):
        done = laid_out(order(f'<p>A<img src="{src}" alt="a">', pictures=handed))
        assert (done.returncode, image.findall(done.stdout)) == (0, []), src
    attached = laid_out(order(f'<link rel="attachment" href="file://{tmp_path}/secret.txt"><p>A'))
    styled = laid_out(order(f'<link rel="stylesheet" href="file://{tmp_path}/secret.css"><p>A'))
    assert [b"EmbeddedFile" in attached.stdout, b"Secret" in attached.stdout + styled.stdout] == [False, False]


@pytest.mark.parametrize(
    "attempt",
    ["import socket; socket.create_connection(('127.0.0.1', 9))", "open('/etc/passwd')", "open('/tmp/x', 'w')",
     "import subprocess; subprocess.run(['true'])", "import os; os.system('true')", "import os; os.remove('/tmp/x')",
     "import socket; socket.getaddrinfo('example.org', 80)"],
)  # fmt: skip
def test_the_child_is_refused_what_it_has_no_need_of(attempt: str) -> None:
    hooked = "import sys; from peernet.materials.taking import printing; sys.addaudithook(printing._guard)\n" + attempt
    done = subprocess.run([sys.executable, "-c", hooked], capture_output=True, text=True, check=False)
    assert done.stderr.strip().splitlines()[-1].startswith("PermissionError")


def test_what_is_too_much_work_ends() -> None:
    heavy = "<table>" + "<tr><td>a<td>b" * 20_000 + "</table>"
    assert laid_out(order(heavy, seconds=2)).stdout == b""


def test_a_pdf_that_cannot_be_made_says_so(
    ask: Ask, quoting: Quoting, app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "CPU_SECONDS", 0)
    answer = ask(AT)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "This PDF cannot be made just now." in answer.text


def test_where_it_cannot_be_made_nobody_is_led_to_it(
    ask: Ask, quoting: Quoting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "_missing", lambda: (Missing.LIBRARIES, "OSError: libpango"))
    assert ("/download/pdf" in ask(HERE).text, "/pdf" in ask(BOOK).text) == (False, False)
    assert [ask(AT).status_code, ask(f"{BOOK}/pdf").status_code] == [404, 404]


def test_doctor_says_what_mends_it() -> None:
    found = [pdfs(missing, "OSError: no libpango") for missing in Missing]
    assert [(one.what, bool(one.wrong), one.mend.partition(",")[0]) for one in found] == [
        ("PDFs are offered", False, ""),
        ("no PDFs are offered (pip install 'peernet[pdf]' brings them)", False, ""),
        ("PDFs", True, "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"),
        ("PDFs", True, "apt-get install fonts-dejavu"),
    ]
