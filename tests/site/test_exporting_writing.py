"""What lies where in an exported site, and how its files take their place."""

from html import unescape
from pathlib import Path

import pytest

from peernet.site.exporting import addresses
from peernet.site.exporting.writing import Folder
from tests.site.test_exporting import held

pytestmark = pytest.mark.once


def test_a_killed_run_leaves_whole_files(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.bring("a/index.html", b"first", {}, rank=0)
    folder.settle([])
    folder.bring("a/index.html", b"second", {}, rank=0)
    assert (tmp_path / "a/index.html").read_bytes() == b"first"
    Folder(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".peernet-site", "a"]


def test_a_new_folder_takes_its_place_whole(tmp_path: Path) -> None:
    brought = {"a/index.html": b"page", "a/b/index.html": b"below", "media/x.png": b"picture", "index.html": b"home"}
    folder = Folder(tmp_path)
    for place, body in [*brought.items(), ("media/x.png", b"picture")]:  # that one under two addresses
        folder.bring(place, body, {".gz": b"zipped"} if place.endswith("html") else {}, rank=0)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".peernet-new", ".peernet-site"]
    folder.settle([])
    twins = {f"{place}.gz": b"zipped" for place in brought if place.endswith("html")}
    found = held(tmp_path)
    del found[".peernet-site"]
    assert found == brought | twins


def test_a_twin_goes_with_what_it_was_made_from(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.bring("a.txt", b"first", {".gz": b"zipped"}, rank=0)
    folder.settle([])
    folder = Folder(tmp_path)
    folder.bring("a.txt", b"second", {}, rank=0)
    assert held(tmp_path, "a.txt") == {"a.txt": b"first", "a.txt.gz": b"zipped"}
    folder.settle([])
    assert held(tmp_path, "a.txt") == {"a.txt": b"second"}


@pytest.mark.parametrize(
    ("address", "kind", "is_file", "public"),
    [
        ("/library/soil", "text/html; charset=utf-8", False, "/library/soil"),
        ("/library?kind=report&part=2", "text/html", False, "/library/~kind=report~part=2"),
        ("/fr/library?part=3", "text/html", False, "/fr/library/~part=3"),
        ("/media/ab", "image/png", True, "/media/ab.png"),
        ("/media/ab/480", "image/webp", True, "/media/ab-480.webp"),
        ("/media/ab?w=480", "image/webp", True, "/media/ab-480.webp"),
        ("/library/soil/download/epub", "application/epub+zip", True, "/library/soil/download/epub.epub"),
        ("/library/soil/group.html", "text/html", True, "/library/soil/group.html"),
        ("/feeds/all.atom", "application/atom+xml", False, "/feeds/all.atom"),
    ],
)
def test_where_an_address_is_read(address: str, kind: str, is_file: bool, public: str) -> None:
    assert addresses.public(address, kind, is_file=is_file) == public


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("/library?page=1", "/library"),
        ("/library?part=2&kind=report", "/library?kind=report&part=2"),
        ("/library?page=2", None),
        ("/library?kind=report&topic=trust", None),
        ("/library#filters", "/library"),
        ("//elsewhere.example.org/x", None),
        ("https://elsewhere.example.org/x", None),
    ],
)
def test_one_form_of_an_address(address: str, known: str | None) -> None:
    assert addresses.known(address) == known


@pytest.mark.parametrize("address", ["/a/../../etc/passwd", "/%2e%2e/x", "/a//b", "/a/%00"])
def test_no_file_leaves_the_folder(address: str) -> None:
    with pytest.raises(ValueError, match="No file can be called"):
        addresses.place(address, is_page=False)


def test_addresses_in_any_text_are_moved() -> None:
    text = (
        '<img src="/media/ab" srcset="/media/ab/480 480w"> {"u":"https://h.org/media/ab"} '
        "&quot;https://h.org/media/ab&quot; a/media/ab"
    )
    moved = addresses.moved(
        text, "https://h.org", {"/media/ab": "/media/ab.png", "/media/ab/480": "/media/ab-480.png"}.get
    )
    assert moved == text.replace("/media/ab/480", "/media/ab-480.png").replace('/media/ab"', '/media/ab.png"').replace(
        "/media/ab&", "/media/ab.png&"
    )
    assert unescape(moved).count("/media/ab.png") == 3
