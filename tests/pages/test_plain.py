"""Pages as files of their own: which there are, when they go, and by what their time tells them apart."""

import random
import shutil
from pathlib import Path

import pytest

from peernet.pages import Copy, Store

HTML = "text/html; charset=utf-8"
PARTS = ("copies", "plain")


def page(path: str, body: bytes = b"text " * 200, **values) -> Copy:
    return Copy.of(body, path=path, content_type=values.pop("content_type", HTML), **values)


def keep(store: Store, *copies: Copy) -> None:
    for copy in copies:
        assert store.keep(copy, is_current=lambda: True)


def names(link: Path) -> list[str]:
    return sorted(str(file.relative_to(link)) for file in link.rglob("*") if file.is_file())


@pytest.fixture
def link(tmp_path: Path) -> Path:
    return tmp_path / "shown"


@pytest.fixture
def shown(tmp_path: Path, link: Path) -> Store:
    """An open store whose pages are files as well."""
    store = Store(tmp_path / "pages", stamp="one")
    store.show_at(link)
    store.open()
    return store


def test_only_pages_in_html_of_which_nothing_else_is_said_are_files(shown, link):
    keep(
        shown,
        page("/"),
        page("/fr/library/soil"),
        page("/cohorts/été"),
        page("/gone", status=410),
        page("/moved", status=301),
        page("/taken", headers=(("X-Robots-Tag", "noindex"),)),
        page("/feeds/all.atom", content_type="application/atom+xml"),
        page("/a.gz/b"),
        page("/../outside"),
        page("/" + "x" * 90),
        page("/" + "\U00010400" * 63),  # 252 bytes
        page("file:7"),
    )
    expected = [".br", ".gz", "cohorts/été.br", "cohorts/été.gz", "fr/library/soil.br", "fr/library/soil.gz"]
    assert names(link) == expected
    assert (link / "fr/library/soil.gz").read_bytes() == page("/").compressed


def test_a_folder_that_somebody_removed_comes_back(shown, link, tmp_path):
    keep(shown, page("/"))
    shutil.rmtree(tmp_path / "pages")
    assert names(link) == []
    shown.open()
    keep(shown, page("/about"))
    assert names(link) == ["about.br", "about.gz"]


def test_nothing_is_shown_before_the_store_is_open(tmp_path, link):
    store = Store(tmp_path / "pages")
    store.show_at(link)
    keep(store, page("/"))
    assert not link.is_symlink()
    store.open()
    assert names(link) == [".br", ".gz"]


def test_what_was_ready_before_is_shown_as_well_but_nothing_of_other_settings(tmp_path, link):
    folder = tmp_path / "pages"
    keep(Store(folder, stamp="one"), page("/library"))
    keep(Store(folder, stamp="two"), page("/other"))
    store = Store(folder, stamp="one")
    store.open()
    assert not (folder / "plain").exists()
    store.show_at(link)
    assert names(link) == ["library.br", "library.gz"]


def test_files_go_with_their_page_whoever_removes_it(shown, link, tmp_path):
    keep(shown, page("/library", depends=("library",)), page("/home", depends=("home",)))
    Store(tmp_path / "pages", stamp="another").sweep(["library"])
    assert names(link) == ["home.br", "home.gz"]
    shown.clear()
    assert names(link) == []
    keep(shown, page("/home"))
    assert names(link) == ["home.br", "home.gz"]


def test_a_page_that_is_made_again_leaves_nothing_of_the_one_before(shown, link):
    keep(shown, page("/library"))
    keep(shown, page("/library", status=410))
    assert names(link) == []
    keep(shown, page("/library", b"new " * 300))
    noise = random.Random(7).randbytes(3_000)  # of which a second coding saves nothing
    keep(shown, page("/library", noise))
    assert names(link) == ["library.gz"]
    assert (link / "library.gz").read_bytes() == page("/library", noise).compressed


def test_with_a_damaged_page_all_files_go_since_it_may_be_any(shown, link):
    keep(shown, page("/library", depends=("library",)), page("/home", depends=("home",)))
    for file in _files(shown.folder / "copies"):
        if b'"/library"' in file.read_bytes():
            file.write_bytes(b"{")
    shown.sweep(["library"])
    assert names(link) == []
    assert shown.look_up("/home") is not None


def test_one_that_could_not_be_current_is_no_file(shown, link):
    assert not shown.keep(page("/library"), is_current=lambda: False)
    assert names(link) == []


def test_the_time_of_a_file_is_that_of_its_words(shown, link):
    """A server of files tells two of the same size by it."""
    times = []
    for word in (b"one", b"two", b"one"):
        keep(shown, page("/library", word))
        times.append((link / "library.gz").stat().st_mtime)
    assert times[0] == times[2] != times[1]


def test_the_bound_counts_what_lies_there_twice(tmp_path, link):
    store = Store(tmp_path / "pages", max_bytes=64_000)
    store.show_at(link)
    store.open()
    for number in range(64):
        keep(store, page(f"/{number}", random.Random(number).randbytes(1_800)))
    lying = {
        part: sum(file.stat().st_size for file in _files(tmp_path / "pages" / part)) for part in ("copies", "plain")
    }
    assert 20_000 < lying["copies"] < 34_000
    assert 20_000 < lying["plain"] < 34_000


def _files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]
