"""The public site as files: whole, without a dead link, and after a change only what has changed."""

import gzip
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import brotli
import pytest
from flask import Flask, has_request_context
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from peernet.accounts import public_pages
from peernet.db import Database, Refused, settle
from peernet.materials import related
from peernet.settings import Settings, current, use
from peernet.site.exporting import exporting, finding
from peernet.site.exporting.exporting import Report
from tests.site import shelf
from tests.site.conftest import Shelves
from tests.world import World

# The database is asked through statements that are tested on each kind of it elsewhere.
pytestmark = pytest.mark.once

Export = Callable[..., Report]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "site"


@pytest.fixture
def export(
    app: Flask, database: Database, settings: Settings, shelves: Shelves, target: Path, tmp_path: Path
) -> Export:
    own = settings.model_copy(update={"data": tmp_path / "data"})

    def run(stamp: str = "1", folder: Path = target) -> Report:
        return exporting.run(app, database, own, folder, stamp=stamp)

    return run


class Links(HTMLParser):
    """Every address in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.found |= {named[name] or "" for name in ("href", "src", "poster", "action") if named.get(name)}
        self.found |= {one.split()[0] for one in (named.get("srcset") or "").split(",") if one.strip()}


def lies_there(target: Path, address: str) -> bool:
    """Whether a server of files finds it, as it is or as a folder with a page."""
    place = target / unquote(urlsplit(address).path).lstrip("/")
    return place.is_file() or (place / "index.html").is_file()


def dead(target: Path, base: str) -> Iterator[str]:
    for page in target.rglob("*.html"):
        for link in Links(page.read_text()).found:
            address = link.removeprefix(base)
            if address.startswith("/") and not lies_there(target, address):
                yield f"{link} in {page.relative_to(target)}"


def test_every_link_leads_to_a_file(export: Export, target: Path, settings: Settings) -> None:
    report = export()
    assert report.is_whole
    assert list(dead(target, settings.public_url)) == []
    assert all(
        lies_there(target, path) for path in ("/", "/fr", "/library/a-playbook", "/fr/library/a-case", "/search")
    )
    for place in (
        "404.html",
        "fr/404.html",
        "sitemap.xml",
        "robots.txt",
        "feeds/all.atom",
        "library/~kind=playbook/index.html",
    ):
        assert (target / place).is_file(), place
    sitemap = re.findall("<loc>([^<]*)</loc>", (target / "sitemap.xml").read_text())
    assert [loc for loc in sitemap if not lies_there(target, loc.removeprefix(settings.public_url))] == []
    _has_endings_and_twins(target)
    _offers_nothing_that_needs_an_answer(target)


def _has_endings_and_twins(target: Path) -> None:
    taken = {
        path.name for path in (target / "library/a-playbook/download").iterdir() if path.suffix not in (".gz", ".br")
    }
    assert taken == {"bibtex.bib", "csl.csl.json", "epub.epub", "html.html", "markdown.md", "ris.ris"}
    for page in (target / "index.html", target / "library/a-playbook/index.html"):
        assert gzip.decompress(Path(f"{page}.gz").read_bytes()) == page.read_bytes()
        assert brotli.decompress(Path(f"{page}.br").read_bytes()) == page.read_bytes()


def _offers_nothing_that_needs_an_answer(target: Path) -> None:
    for page in (target / "index.html", target / "library/index.html", target / "library/~kind=playbook/index.html"):
        found = Links(page.read_text()).found
        assert "/me" not in found
        assert [link for link in found if "?" in link] == []
    assert "/library/~kind=playbook" in Links((target / "library/index.html").read_text()).found


def test_again(export: Export, target: Path) -> None:
    """Where nothing changed nothing is written; another release looks at everything; what was lost comes back."""
    first = export()
    again = export()
    assert (again.is_whole, again.written, again.removed) == (False, 0, 0)
    released = export(stamp="2")
    assert (released.is_whole, released.files, released.written) == (True, first.files, 0)
    for path in sorted(target.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    anew = export(stamp="2")
    assert (anew.is_whole, anew.written) == (True, first.written)


def test_what_is_noted_as_settled_lies_on_the_disk(
    export: Export, target: Path, db: Session, shelves: Shelves, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loss of power may come right after it is noted, and takes nothing along nor brings anything back."""
    seen: list[tuple[str | None, bool]] = []

    def sync() -> None:
        (record,) = (tmp_path / "data/exports").glob("*.db")
        settled = sqlite3.connect(record).execute("SELECT value FROM state WHERE name = 'settled'").fetchone()
        seen.append((settled[0], (target / "index.html").is_file()))

    monkeypatch.setattr(exporting.os, "sync", sync)
    export()
    export()
    assert seen == [("", True)]
    shelf.issue(db, shelves.video, title="A longer film", note="Longer")
    settle(db)
    export()
    assert seen == [("", True)] * 2


def test_whom_to_tell_of_a_weakness_where_the_settings_say_it(
    app: Flask, db: Session, database: Database, settings: Settings, target: Path, tmp_path: Path
) -> None:
    own = settings.model_copy(update={"data": tmp_path / "data"})
    place = target / ".well-known/security.txt"
    exporting.run(app, database, own, target, stamp="1")
    assert not place.exists()
    network = own.network.model_copy(update={"security_contact": "safe@example.org"})
    use(own.model_copy(update={"network": network}))
    exporting.run(app, database, current(), target, stamp="2")
    use(settings)
    assert place.read_text().startswith("Contact: mailto:safe@example.org\n")


def test_after_a_change_only_what_shows_it_is_written(
    export: Export, target: Path, db: Session, shelves: Shelves
) -> None:
    whole = export()
    untouched = target / "organisations/city-library/index.html"
    before = {path: path.stat().st_ino for path in target.rglob("*.*") if "found" not in path.parts and path.is_file()}
    shelf.issue(
        db,
        shelves.video,
        title="A longer film",
        note="Longer",
        video_url="https://video.example.org/1",
        video_minutes=9,
    )
    settle(db)
    report = export()
    changed = {path for path, inode in before.items() if path.stat().st_ino != inode}
    assert "A longer film" in (target / "library/a-video/index.html").read_text()
    assert "A longer film" in (target / "library/index.html").read_text()
    assert not report.is_whole
    assert report.written < whole.written / 2
    assert untouched not in changed
    assert target / "library/a-case/download/epub.epub" not in changed


def test_what_cannot_be_made_just_now_is_not_taken_for_gone(
    export: Export, target: Path, db: Session, shelves: Shelves
) -> None:
    export()
    page = target / "library/a-video/index.html"
    before = page.read_bytes()
    shelf.issue(db, shelves.video, title="A longer film", note="Longer")
    settle(db)

    def away(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if has_request_context() and "material_version" in statement:
            raise OperationalError(statement, None, Exception("away"))

    event.listen(Engine, "before_cursor_execute", away)
    try:
        with pytest.raises(Refused, match="cannot be made: it is answered with 503"):
            export()
    finally:
        event.remove(Engine, "before_cursor_execute", away)
    assert page.read_bytes() == before
    assert export().is_whole is False
    assert "A longer film" in page.read_text()


def test_what_is_read_next_stands_in_pages_alone(
    export: Export, target: Path, shelves: Shelves, tmp_path: Path
) -> None:
    """No file to take away is made anew because something like it was published."""
    export()
    with exporting.manifest.opened(tmp_path / "data", target.resolve()) as record:
        near = record.depending([related.key(shelves.case.id)])
        own = record.depending([f"material:{shelves.case.id}"])
    assert near == {"/library/a-case", "/fr/library/a-case"}
    files = {f"/library/a-case/download/{kind}" for kind in ("html", "epub", "markdown", "bibtex", "ris", "csl")}
    assert files | {"/library/a-case/group.html", "/library/a-case/share.png"} | near <= own


def test_what_is_withdrawn_is_gone(export: Export, target: Path, db: Session, world: World, shelves: Shelves) -> None:
    export()
    mark = "Summary of a-playbook"
    assert mark in (target / "library/a-playbook/index.html").read_text()
    shelf.withdraw(db, shelves.playbook, world.organiser)
    settle(db)
    report = export()
    assert report.removed > 0
    left = [path for path in target.rglob("*") if path.is_file() and mark in said_in(path)]
    assert [str(path.relative_to(target)) for path in left] == []
    assert not (target / "library/a-playbook").exists()
    assert "withdrawn" in (target / "gone/library/a-playbook/index.html").read_text()


def test_a_page_of_a_person_is_there_as_long_as_they_wish(
    export: Export, target: Path, db: Session, world: World
) -> None:
    public_pages.choose(db, world.member, has_page=True, organisation="Zzmark of theirs")
    settle(db)
    export()
    place = target / f"people/{world.member.id}/index.html"
    assert "Zzmark of theirs" in place.read_text()
    public_pages.choose(db, world.member, has_page=False, organisation="")
    settle(db)
    export()
    left = [path for path in target.rglob("*") if path.is_file() and "Zzmark of theirs" in said_in(path)]
    assert (place.exists(), left) == (False, [])


def held(folder: Path, start: str = "") -> dict[str, bytes]:
    """Every file of a folder, or those whose paths begin so."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {place: path.read_bytes() for place, path in found.items() if place.startswith(start)}


def said_in(path: Path) -> str:
    """The words of a file, also of a compressed one."""
    data = path.read_bytes()
    unpack = {".gz": gzip.decompress, ".br": brotli.decompress}.get(path.suffix, bytes)
    return unpack(data).decode("utf-8", "replace")


def test_a_folder_with_something_else_is_left_alone(export: Export, target: Path) -> None:
    target.mkdir()
    (target / "thesis.txt").write_text("mine")
    with pytest.raises(Refused, match="is not empty"):
        export()
    assert [path.name for path in target.iterdir()] == ["thesis.txt"]


def test_two_at_once_do_not_mix(export: Export, settings: Settings, target: Path, tmp_path: Path) -> None:
    with (
        exporting.manifest.opened(tmp_path / "data", target.resolve()),
        pytest.raises(Refused, match="Another process"),
    ):
        export()


def test_what_browsers_search_in(export: Export, target: Path, db: Session, shelves: Shelves) -> None:
    export()
    assert _found(target, "playbook") == {"/library/a-playbook"}
    untouched = target / "found/0" / f"{b'pl'.hex()}.json"
    before = untouched.stat().st_ino
    shelf.publish(db, "a-new-one", title="On lakes")
    settle(db)
    export()
    assert _found(target, "lakes") == {"/library/a-new-one"}
    shelf.issue(db, shelves.case, title="A study of rivers", note="Rivers")
    settle(db)
    export()
    assert (_found(target, "rivers"), _found(target, "lakes")) == ({"/library/a-case"}, {"/library/a-new-one"})
    assert untouched.stat().st_ino == before


def test_no_word_that_was_taken_back_is_found(
    export: Export, target: Path, db: Session, world: World, shelves: Shelves
) -> None:
    shelf.issue(db, shelves.case, title="Zzmark and others", note="Anew")
    settle(db)
    export()
    assert _found(target, "zzmark") == {"/library/a-case"}
    shelf.withdraw(db, shelves.case, world.organiser)
    settle(db)
    export()
    assert (_found(target, "zzmark"), _found(target, "others")) == (set(), set())
    assert not (target / "found/0" / f"{b'zz'.hex()}.json.gz").exists()


def test_a_damaged_file_of_what_is_found_is_made_anew(
    export: Export, target: Path, db: Session, shelves: Shelves
) -> None:
    shelf.issue(db, shelves.case, title="Zzmark and others", note="Anew")
    settle(db)
    export()
    whole = (target / "found/0" / f"{b'zz'.hex()}.json").read_bytes()
    (target / "found/0" / f"{b'zz'.hex()}.json").write_bytes(whole[:-5])
    shelf.issue(db, shelves.video, title="Zzmark as well", note="Anew")
    settle(db)
    with pytest.raises(finding.Damaged):
        export()
    assert export().is_whole is True
    assert _found(target, "zzmark") == {"/library/a-case", "/library/a-video"}


def test_many_things_are_found_in_parts(
    export: Export, target: Path, db: Session, shelves: Shelves, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When they become more than one part holds, everything is dealt out anew, and nothing of the old is left."""
    export()
    monkeypatch.setattr(finding, "_IN_A_PART", 6)
    shelf.publish(db, "a-new-one", title="A study of playbooks")
    settle(db)
    export()
    assert json.loads((target / finding.INDEX).read_text())["parts"] > 1
    assert _found(target, "playbook") == {"/library/a-playbook"}
    assert _found(target, "playbooks") == {"/library/a-new-one"}
    files = {path.relative_to(target).as_posix() for path in (target / "found").rglob("*.json")}
    with exporting.manifest.opened(target.parent / "data", target.resolve()) as record:
        assert files == finding.places(record)


def _found(target: Path, word: str) -> set[str]:
    """What the script finds for one word, without its order."""
    index = json.loads((target / finding.INDEX).read_text())
    name, found = word[:2].encode().hex(), set()
    for part in range(index["parts"]):
        if not index["beginnings"].get(name, 0) >> part & 1:
            continue
        for place in json.loads((target / f"found/{part}/{name}.json").read_text()).get(word, []):
            kind, rest = place // 2 % 16, place // 2 // 16
            file = f"{kind}-{rest // index['inAFile']}" if rest < 2**32 else f"{kind}-n{rest // 2**36}"
            found.add(json.loads((target / f"found/shown/{file}.json").read_text())[str(place // 2)][0])
    return found


@pytest.mark.parametrize("lost", ["the record", "the end of the run"])
def test_what_nobody_remembers_does_not_stay(
    lost: str, export: Export, target: Path, db: Session, world: World, shelves: Shelves, tmp_path: Path
) -> None:
    """A material that went while the record of its files was lost, or after a run that was killed on its way."""
    export()
    (record,) = (tmp_path / "data" / "exports").glob("*.db")
    if lost == "the record":
        record.unlink()
    else:
        (target / "library/a-case/index.html").write_bytes(b"old")
        with sqlite3.connect(record) as connection:
            connection.execute("DELETE FROM page WHERE public LIKE '%a-playbook%'")
            connection.execute("UPDATE state SET value = '' WHERE name = 'settled'")
        connection.close()
    shelf.withdraw(db, shelves.playbook, world.organiser)
    settle(db)
    assert export().is_whole
    assert [path for path in target.rglob("*") if path.is_file() and "Summary of a-playbook" in said_in(path)] == []
    assert "Summary of a-case" in (target / "library/a-case/index.html").read_text()
    assert export().written == 0


def test_what_is_read_once_is_the_same_everywhere(export: Export, target: Path, app: Flask) -> None:
    """Files of one thing share what they read, and hold what a reader would be sent."""
    export()
    client = app.test_client(use_cookies=False)
    for address in ("/library/a-case/group.html", "/library/a-case/share.png", "/fr/library/a-case/share.png"):
        assert (target / address.lstrip("/")).read_bytes() == client.get(address).data
