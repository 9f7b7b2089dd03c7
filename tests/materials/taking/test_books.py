"""A cohort's whole book: what is public of it, in its order, with everybody who made it and every licence."""

import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import html5lib
import pytest
from sqlalchemy.orm import Session

from peernet.cohorts.models import CohortState
from peernet.db import settle
from peernet.materials import publishing
from peernet.materials.kinds.particulars import Chapter, Particulars
from peernet.materials.manuscripts import CreditLine, Manuscript
from peernet.materials.models import Credit, MaterialKind
from peernet.text.markdown import Rendered
from tests.materials.quotations.conftest import WORDS
from tests.materials.taking.checking import PDF, epubcheck
from tests.materials.taking.conftest import HERE, Quoting
from tests.materials.taking.test_downloads import DC, XHTML, documents, opened, said
from tests.site import shelf
from tests.site.conftest import Ask
from tests.world import World

BOOK = "/cohorts/practice-cohort/book"


@pytest.fixture
def older(db: Session, world: World, quoting: Quoting) -> None:
    """A material that came out before, under another licence, and links to the one that quotes; and a draft."""
    linked = f'<h2 id="c-what-we-heard">Part</h2>\n<p><a href="{HERE}#c-what-we-heard">next</a></p>'
    toc = [{"level": 2, "id": "c-what-we-heard", "text": "Part"}]
    manuscript = Manuscript(
        kind=MaterialKind.BLOGPOST, title="<Older> & better", source="", licence="CC-BY-SA-4.0",
        credits=(CreditLine(Credit.AUTHOR, "The editors"),),
    )  # fmt: skip
    publishing.issue(
        db, shelf.draft(db, "older", cohort=world.cohort), manuscript, Rendered(linked, toc, 1, 1, []), note="",
        actor_id=None, published_on=date(2026, 11, 2),
    )  # fmt: skip
    shelf.draft(db, "hidden", cohort=world.cohort, title="Hidden")
    settle(db)


def test_the_page_of_the_book(ask: Ask, older: None) -> None:
    page = ask(BOOK)
    titles = re.findall(r'class="timeline-title"><a href="([^"]+)"', page.text)
    assert titles == ["/library/older", HERE]
    shown = re.findall(r'<li><a href="([^"]+)">([^<]+)</a> <span class="meta">([^<]+)</span>', page.text)
    assert [(path, label) for path, label, _size in shown] == [
        (f"{BOOK}/epub", "EPUB"), *((f"{BOOK}/pdf", label) for label in PDF), (f"{BOOK}/html", "One HTML page")
    ]  # fmt: skip
    assert [size for _path, _label, size in shown] == [
        "made when it is first asked for" if label == "PDF" else f"{len(ask(path).data) / 1000:.0f} kB"
        for path, label, _size in shown
    ]
    assert f'href="{BOOK}"' in ask("/cohorts/practice-cohort").text
    assert "Hidden" not in page.text


def test_the_book_as_epub(ask: Ask, older: None, world: World) -> None:
    answer = ask(f"{BOOK}/epub")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="practice-cohort.epub"'
    archive = opened(answer)
    found = dict(documents(archive))
    assert list(found) == [f"EPUB/{name}.xhtml" for name in ("nav", "start", "m1", "m2", "licences")]
    nav = [(link.get("href"), link.text) for link in found["EPUB/nav.xhtml"].iter(f"{XHTML}a")]
    assert nav == [
        ("start.xhtml", "Practice cohort"), ("m1.xhtml", "<Older> & better"), ("m1.xhtml#m1-c-what-we-heard", "Part"),
        ("m2.xhtml", "Who was there first"), ("m2.xhtml#m2-c-what-we-heard", "What we heard"),
        ("licences.xhtml", "Licences and sources"),
    ]  # fmt: skip
    package = ElementTree.fromstring(archive.read("EPUB/package.opf"))
    names = [element.text for what in ("creator", "contributor", "rights") for element in package.iter(DC + what)]
    assert names == ["The editors", "River Trust", "CC BY-SA 4.0, CC BY 4.0"]
    assert next(link.get("href") for link in found["EPUB/m1.xhtml"].iter(f"{XHTML}a")) == "m2.xhtml"
    leads = [link.get("href") for link in found["EPUB/licences.xhtml"].iter(f"{XHTML}a")]
    assert leads == [
        "https://creativecommons.org/licenses/by-sa/4.0/", "http://localhost:8000/library/older",
        "https://creativecommons.org/licenses/by/4.0/", f"http://localhost:8000{HERE}",
    ]  # fmt: skip
    assert (WORDS in said(answer), "Hidden" in said(answer)) == (True, False)


def test_the_book_as_one_page(ask: Ask, older: None) -> None:
    page = ask(f"{BOOK}/html").text
    tree = html5lib.HTMLParser(strict=True).parse(page)
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    inside = {element.get("href")[1:] for element in tree.iter(f"{XHTML}a") if element.get("href").startswith("#")}
    assert inside == {"start", "m1", "m2", "licences"}
    assert ids == ["start", "m1", "m1-c-what-we-heard", "m2", "m2-c-what-we-heard", "licences"]


@pytest.mark.once
def test_epubcheck_finds_nothing_in_a_book(ask: Ask, older: None, tmp_path: Path) -> None:
    epubcheck(tmp_path / "book.epub", ask(f"{BOOK}/epub").data)


@pytest.mark.once
def test_epubcheck_finds_nothing_in_a_book_of_every_kind(
    ask: Ask, db: Session, world: World, quoting: Quoting, tmp_path: Path
) -> None:
    captions = "WEBVTT\n\n00:00.000 --> 00:02.000\n<v A & B>We asked who decides."
    beside = {
        MaterialKind.VIDEO: Particulars(captions=captions),
        MaterialKind.GRAPHIC: Particulars(description="Rivers <and> banks.", dataset='river,metres\n"a & b",3'),
        MaterialKind.CASE_STUDY: Particulars(),
        MaterialKind.REPORT: Particulars(abstract="What we found & what not."),
        MaterialKind.PLAYBOOK: Particulars(chapters=(Chapter(quoting.material.id, 1),)),
    }
    for number, (kind, particulars) in enumerate(beside.items(), 1):
        manuscript = Manuscript(
            kind=kind, title=f"A {kind.value}", source="", particulars=particulars,
            video_url="https://video.example.org/1?a=b&c=d" if kind is MaterialKind.VIDEO else "",
            credits=(CreditLine(Credit.AUTHOR, "The editors"),),
        )  # fmt: skip
        publishing.issue(
            db, shelf.draft(db, kind.value, cohort=world.cohort), manuscript, Rendered("<p>Words.</p>", [], 1, 1, []),
            note="", actor_id=None, published_on=date(2026, 11, number),
        )  # fmt: skip
    settle(db)
    book = ask(f"{BOOK}/epub")
    whole = said(book)
    assert [title in whole for title in ("A video", "A graphic", "A case-study", "A report", "A playbook")] == [
        True
    ] * 5
    epubcheck(tmp_path / "book.epub", book.data)


def test_what_was_taken_back_is_gone_from_the_book(ask: Ask, older: None, quoting: Quoting) -> None:
    paths = (BOOK, f"{BOOK}/epub", f"{BOOK}/html")
    before = [ask(path) for path in paths]
    assert [WORDS in said(answer) for answer in before] == [False, True, True]
    quoting.withdraw()
    after = [ask(path) for path in paths]
    assert [WORDS in said(answer) for answer in after] == [False, False, False]
    assert [answer.headers["ETag"] for answer in after[1:]] != [answer.headers["ETag"] for answer in before[1:]]


def test_there_is_no_book_of_nothing_or_of_a_draft(
    ask: Ask, db: Session, world: World, older: None, quoting: Quoting
) -> None:
    assert [ask(f"/cohorts/other-cohort/book{kind}").status_code for kind in ("", "/epub", "/html")] == [404] * 3
    assert "/book" not in ask("/cohorts/other-cohort").text
    assert ask(f"{BOOK}/docx").status_code == 404
    world.cohort.state = CohortState.DRAFT
    settle(db)
    paths = (BOOK, f"{BOOK}/epub", f"{BOOK}/html", "/cohorts/none/book")
    assert [ask(path).status_code for path in paths] == [404] * 4


def test_as_many_queries_for_one_as_for_thirty(
    ask: Ask, db: Session, world: World, older: None, count_queries: Callable[[], Any]
) -> None:
    counts = []
    for number in range(2):
        for path in (BOOK, f"{BOOK}/epub"):
            with count_queries() as seen:
                assert ask(path).status_code == 200
            counts.append(len(seen))
        for other in range(30 * (1 - number)):
            shelf.publish(db, f"another-{other}", cohort=world.cohort)
        settle(db)
    assert counts == [4] * 4
    with ZipFile(io.BytesIO(ask(f"{BOOK}/epub").data)) as archive:
        assert len(archive.namelist()) == 40
