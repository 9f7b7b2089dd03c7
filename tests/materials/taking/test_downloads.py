"""What is taken away, opened by other people's programs: true, whole, for everybody, and never older than its page."""

import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZIP_STORED, ZipFile

import html5lib
import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from peernet.db import Database, settle
from peernet.materials import publishing, writing
from peernet.materials.exchange import Result, bring_in, send_out
from peernet.materials.models import Material, MaterialVersion
from peernet.media import store
from peernet.media.models import MediaFile
from peernet.organisations import organisations
from peernet.web.viewer import NOBODY, Viewer
from tests.materials.conftest import reload
from tests.materials.quotations.conftest import WORDS
from tests.materials.taking.checking import PDF, epubcheck
from tests.materials.taking.conftest import HERE, Quoting
from tests.site.conftest import Ask
from tests.world import World

pytestmark = pytest.mark.once

KINDS = {
    "html": ("text/html; charset=utf-8", "who-was-there-first.html"),
    "epub": ("application/epub+zip", "who-was-there-first.epub"),
    "markdown": ("text/markdown; charset=utf-8", "who-was-there-first.md"),
    "bibtex": ("application/x-bibtex; charset=utf-8", "who-was-there-first.bib"),
    "ris": ("application/x-research-info-systems; charset=utf-8", "who-was-there-first.ris"),
    "csl": ("application/vnd.citationstyles.csl+json; charset=utf-8", "who-was-there-first.csl.json"),
}
TEXTS = ("html", "epub", "markdown")
DC, OPF = "{http://purl.org/dc/elements/1.1/}", "{http://www.idpf.org/2007/opf}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def at(kind: str) -> str:
    """Where one kind of file is."""
    return f"{HERE}/download/{kind}"


def said(answer: TestResponse) -> str:
    """Everything that a file says, unpacked."""
    if answer.data[:2] != b"PK":
        return answer.text
    with ZipFile(io.BytesIO(answer.data)) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_ready_for_the_second_reader(
    kind: str, ask: Ask, quoting: Quoting, count_queries: Callable[[], Any]
) -> None:
    first = ask(at(kind))
    with count_queries() as seen:
        second = ask(at(kind))
        known = ask(at(kind), If_None_Match=first.headers["ETag"])
    assert (seen, second.data, known.status_code, known.data) == ([], first.data, 304, b"")
    for answer in (first, second):
        assert answer.status_code == 200
        assert answer.headers["ETag"] == first.headers["ETag"]
        assert answer.headers["Cache-Control"] == "no-cache"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Length"] == str(len(answer.data))
        assert "Set-Cookie" not in answer.headers
        assert (answer.headers["Content-Type"], answer.headers["Content-Disposition"]) == (
            KINDS[kind][0],
            f'attachment; filename="{KINDS[kind][1]}"',
        )


def test_the_page_tells_each_size_as_it_is(ask: Ask, quoting: Quoting) -> None:
    page = ask(HERE).text
    shown = re.findall(r'<li><a href="([^"]+/download/[^"]+)">([^<]+)</a> <span class="meta">([^<]+)</span>', page)
    sizes = {path: len(ask(path).data) for path, _label, _size in shown}
    # That of a PDF is told once there is one.
    sizes.pop(f"{HERE}/download/pdf", None)
    told = {path: f"{size} B" if size < 1000 else f"{size / 1000:.0f} kB" for path, size in sizes.items()}
    assert {path: size for path, label, size in shown if label != "PDF"} == told
    assert [label for _path, label, _size in shown] == [
        "BibTeX", "RIS", "CSL-JSON", "One HTML page", "EPUB", *PDF, "Markdown"
    ]  # fmt: skip
    assert "/download/" not in ask("/sitemap.xml").text


def test_other_languages_get_the_same_file(ask: Ask, quoting: Quoting) -> None:
    for kind in KINDS:
        assert ask(f"/fr{at(kind)}").data == ask(at(kind)).data
    assert f'href="/fr{at("epub")}"' in ask(f"/fr{HERE}").text


def test_what_was_taken_back_is_gone_from_every_file_at_the_next_read(ask: Ask, quoting: Quoting) -> None:
    before = {kind: ask(at(kind)) for kind in KINDS}
    assert [WORDS in said(before[kind]) for kind in TEXTS] == [True] * 3
    quoting.withdraw()
    after = {kind: ask(at(kind)) for kind in KINDS}
    assert [WORDS in said(after[kind]) for kind in KINDS] == [False] * 6
    assert ["A contribution was withdrawn." in said(after[kind]) for kind in TEXTS] == [True] * 3
    assert ["City Library" in said(after[kind]) for kind in ("html", "epub")] == [False] * 2
    for kind in TEXTS:
        assert ask(at(kind), If_None_Match=before[kind].headers["ETag"]).status_code == 200


def test_an_organisation_called_otherwise(ask: Ask, db: Session, quoting: Quoting, world: World) -> None:
    assert ["City Library" in said(ask(at(kind))) for kind in TEXTS] == [True] * 3
    version = world.library.version
    organisations.revise(db, world.library, actor=NOBODY, version=version, is_listed=True, name="House of Books")
    settle(db)
    for kind in ("html", "epub"):
        assert ("House of Books" in said(ask(at(kind))), "City Library" in said(ask(at(kind)))) == (True, False)
    assert "— Peer, House of Books, in answer to" in said(ask(at("markdown")))


def test_the_file_is_the_one_that_an_export_writes(
    ask: Ask, database: Database, quoting: Quoting, tmp_path: Path
) -> None:
    for folder in ("before", "after"):
        send_out(database, tmp_path / folder)
        assert ask(at("markdown")).data == (tmp_path / folder / "materials/who-was-there-first.md").read_bytes()
        quoting.withdraw() if folder == "before" else None
        assert bring_in(database, tmp_path / folder).of(Result.CHANGED) == []


def test_the_page_stands_by_itself(ask: Ask, quoting: Quoting) -> None:
    answer = ask(at("html"))
    tree = html5lib.HTMLParser(strict=True).parse(answer.text)
    assert tree.get("lang") == "en"
    assert [element.tag for element in tree.iter() if element.tag in (f"{XHTML}script", f"{XHTML}iframe")] == []
    assert [element.get("href") for element in tree.iter(f"{XHTML}link")] == [f"http://localhost:8000{HERE}"]
    links = {element.get("href") for element in tree.iter(f"{XHTML}a")}
    assert {f"http://localhost:8000{HERE}", "https://creativecommons.org/licenses/by/4.0/"} <= links
    text = " ".join("".join(tree.find(f"{XHTML}body").itertext()).split())
    assert text.startswith("Blog post · 23 November 2026Who was there first")
    assert f"{WORDS}— Peer, City Library, in answer to “Who decides" in text
    assert "SourcePeer learning network: http://localhost:8000/library/who-was-there-first" in text


def opened(answer: TestResponse) -> ZipFile:
    """An EPUB as an archive, after a look at its container (Open Container Format, section 4)."""
    archive = ZipFile(io.BytesIO(answer.data))
    first = archive.infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", ZIP_STORED, b"")
    assert archive.read("mimetype") == b"application/epub+zip"
    container = ElementTree.fromstring(archive.read("META-INF/container.xml"))
    names = {element.get("full-path") for element in container.iter() if element.get("full-path")}
    assert names == {"EPUB/package.opf"}
    return archive


def test_the_package_of_an_epub(ask: Ask, quoting: Quoting) -> None:
    archive = opened(ask(at("epub")))
    package = ElementTree.fromstring(archive.read("EPUB/package.opf"))
    said = [(element.tag.removeprefix(DC), element.text) for element in package.iter() if element.tag.startswith(DC)]
    address = f"http://localhost:8000{HERE}"
    assert said == [
        ("identifier", address), ("title", "Who was there first"), ("language", "en"), ("creator", "The editors"),
        ("contributor", "River Trust"), ("publisher", "Peer learning network"), ("source", address),
        ("rights", "CC BY 4.0"), ("description", "What three organisations say of deciding."),
    ]  # fmt: skip
    assert [element.text for element in package.iter(f"{OPF}meta")] == ["2026-11-23T12:00:00Z"]
    listed = {f"EPUB/{element.get('href')}" for element in package.iter(f"{OPF}item")}
    assert listed == {name for name in archive.namelist() if name.startswith("EPUB/")} - {"EPUB/package.opf"}
    (cover,) = (item for item in package.iter(f"{OPF}item") if item.get("properties") == "cover-image")
    with Image.open(io.BytesIO(archive.read(f"EPUB/{cover.get('href')}"))) as drawn:
        assert (drawn.format, drawn.size, cover.get("media-type")) == ("PNG", (1200, 1800), "image/png")
    nav = ElementTree.fromstring(archive.read("EPUB/nav.xhtml"))
    assert [(link.get("href"), link.text) for link in nav.iter(f"{XHTML}a")] == [
        ("text.xhtml", "Who was there first"), ("text.xhtml#c-what-we-heard", "What we heard"),
    ]  # fmt: skip


NASTY = """---
title: "</title><script>x</script> & \\"q\\" \\u202e {n}"
summary: "]]> <b>"
language: ar
authors: [{{name: "<i> & {long}"}}]
---

# One

A [whole link](https://x.example/a b?c=[1]&d=ü "t"), [to here](#two), [nowhere](#none), [own](/about), note[^1].

![A dot](dot.png "A caption") and in a line ![again](dot.png).

![A web picture](web.webp)

![One of tomorrow](tomorrow.avif)

- [x] done
- [ ] open

| a | b |
|:--|--:|
| 1 | `<2>` |

!!! note "Mind"
    It.

Term
:   What it means

## Two

```python
print("<a href='x'>")  # src="images/x.png"
```

<script>alert(1)</script>

[TOC]

[^1]: A note with [a link](two.md).
"""


@pytest.fixture
def nasty(database: Database, db: Session, tmp_path: Path) -> Path:
    """A folder whose material has everything that a text can have, brought in."""
    db.commit()
    folder = tmp_path / "nasty" / "materials"
    folder.mkdir(parents=True)
    (folder / "nasty.md").write_text(NASTY.format(n="n", long="l" * 180))
    for name, kind in (("dot.png", "PNG"), ("web.webp", "WEBP"), ("tomorrow.avif", "AVIF")):
        Image.new("RGBA", (40, 30), (200, 90, 20, 128)).save(folder / name, kind)
    report = bring_in(database, folder.parent)
    assert report.is_good, list(report.lines())
    db.expire_all()
    settle(db)
    return folder.parent


def documents(archive: ZipFile) -> Iterator[tuple[str, ElementTree.Element]]:
    """Each XHTML document, parsed."""
    for name in archive.namelist():
        if name.endswith(".xhtml"):
            yield name, ElementTree.fromstring(archive.read(name))


def test_everything_that_a_text_can_have_is_well_formed(ask: Ask, nasty: Path) -> None:
    archive = opened(ask("/library/nasty/download/epub"))
    found = dict(documents(archive))
    assert list(found) == ["EPUB/nav.xhtml", "EPUB/text.xhtml"]
    tree = found["EPUB/text.xhtml"]
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    links = [element.get("href") for element in tree.iter(f"{XHTML}a") if element.get("href")]
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    assert (tree.get("lang"), tree.get("dir")) == ("ar", "rtl")
    images = [element.get("src") for element in tree.iter(f"{XHTML}img")]
    kinds = [Image.open(io.BytesIO(archive.read(f"EPUB/{path}"))).format for path in images]
    assert kinds == ["PNG", "PNG", "JPEG", "JPEG"]
    page = ask("/library/nasty/download/html")
    shown = html5lib.HTMLParser(strict=True).parse(page.text)
    sources = [element.get("src").partition(";")[0] for element in shown.iter(f"{XHTML}img")]
    assert sources == ["data:image/png", "data:image/png", "data:image/webp", "data:image/avif"]
    assert [element.tag for element in shown.iter(f"{XHTML}script")] == []
    assert "src=&quot;images/x.png&quot;" in page.text


@pytest.mark.once
def test_epubcheck_finds_nothing(ask: Ask, nasty: Path, quoting: Quoting, tmp_path: Path) -> None:
    for path in ("/library/nasty", HERE):
        epubcheck(tmp_path / "book.epub", ask(f"{path}/download/epub").data)


def test_with_pictures_markdown_is_an_archive_that_can_be_brought_in(
    ask: Ask, database: Database, own_database: Database, nasty: Path, tmp_path: Path
) -> None:
    answer = ask("/library/nasty/download/markdown")
    assert (answer.headers["Content-Type"], answer.headers["Content-Disposition"]) == (
        "application/zip", 'attachment; filename="nasty.zip"'
    )  # fmt: skip
    with ZipFile(io.BytesIO(answer.data)) as archive:
        archive.extractall(tmp_path / "out")
    names = sorted(path.name for path in (tmp_path / "out/materials").iterdir())
    assert names == ["dot.png", "nasty.md", "tomorrow.avif", "web.webp"]
    assert bring_in(database, tmp_path / "out").of(Result.CHANGED) == []
    assert bring_in(own_database, tmp_path / "out").is_good
    send_out(own_database, tmp_path / "again")
    assert (tmp_path / "again/materials/nasty.md").read_text() == (tmp_path / "out/materials/nasty.md").read_text()


def test_a_picture_that_is_not_public_comes_along_nowhere(ask: Ask, db: Session, nasty: Path) -> None:
    for row in db.scalars(select(MediaFile).where(MediaFile.kind == "image/png")).all():
        store.set_audience(db, row, "organisers:1")
    settle(db)
    page = ask("/library/nasty/download/html").text
    assert ("data:image/png" in page, "data:image/webp" in page) == (False, True)
    assert '<span class="missing">A dot</span>' in page
    names = [
        name
        for kind in ("epub", "markdown")
        for name in ZipFile(io.BytesIO(ask(f"/library/nasty/download/{kind}").data)).namelist()
    ]
    assert [name for name in names if name.endswith(".png")] == ["EPUB/cover.png"]


def test_there_is_a_file_of_nothing_but_what_is_public(
    ask: Ask, db: Session, draft: Material, quoting: Quoting, organiser: Viewer
) -> None:
    for path in (
        at("docx"),
        at("HTML"),
        f"{HERE}/v/9/download/html",
        f"{HERE}/v/01/download/html",
        "/library/none/download/html",
    ):
        assert (ask(path).status_code, "Content-Disposition" in ask(path).headers) == (404, False)
    found = reload(db, organiser, quoting.material)
    publishing.withdraw(db, organiser, found, why="It named somebody.")
    settle(db)
    for path in (at("html"), f"{HERE}/v/1/download/epub"):
        answer = ask(path)
        assert (answer.status_code, answer.headers["Content-Type"]) == (410, "text/html; charset=utf-8")
        assert ("It named somebody." in answer.text, "Who was there first" in answer.text) == (True, False)


def test_a_draft_has_no_file(ask: Ask, draft: Material) -> None:
    assert [ask(at(kind)).status_code for kind in KINDS] == [404] * 6


def test_as_many_queries_for_one_picture_as_for_many(
    ask: Ask, database: Database, db: Session, nasty: Path, count_queries: Callable[[], Any], tmp_path: Path
) -> None:
    """What the page asks, one question more where there are pictures, and whether anything changed meanwhile."""
    (tmp_path / "one/materials").mkdir(parents=True)
    (tmp_path / "one/materials/one.md").write_text("---\ntitle: One\n---\n\n![A dot](dot.png)\n")
    shutil.copy(nasty / "materials/dot.png", tmp_path / "one/materials/dot.png")
    assert bring_in(database, tmp_path / "one").is_good
    settle(db)
    for slug in ("one", "nasty"):
        for path in (f"/library/{slug}", f"/library/{slug}/download/epub"):
            with count_queries() as seen:
                assert ask(path).status_code == 200
            assert len(seen) == 5


def test_versions_have_their_own_files(
    ask: Ask, db: Session, quoting: Quoting, publish: Callable[..., MaterialVersion], organiser: Viewer
) -> None:
    assert ask(f"{HERE}/v/1/download/html").data == ask(at("html")).data
    first = ask(at("csl")).headers["ETag"]
    writing.append(db, organiser, reload(db, organiser, quoting.material), "More.")
    found = reload(db, organiser, quoting.material)
    found.draft.title = "Who came second"
    db.flush()
    publish(found, note="Another title.")
    settle(db)
    assert ask(at("csl")).headers["ETag"] != first
    old, new = ask(f"{HERE}/v/1/download/csl"), ask(at("csl"))
    assert [json.loads(each.text)[0]["title"] for each in (old, new)] == ["Who was there first", "Who came second"]
    assert json.loads(old.text)[0]["URL"] == f"http://localhost:8000{HERE}/v/1"
    assert old.headers["Content-Disposition"] == 'attachment; filename="who-was-there-first-v1.csl.json"'
    assert f'href="{HERE}/v/1/download/epub"' in ask(f"{HERE}/v/1").text
    assert WORDS in said(ask(f"{HERE}/v/1/download/html"))
    quoting.withdraw()
    assert WORDS not in said(ask(f"{HERE}/v/1/download/html"))
