"""`peernet site export` of the whole demonstration network: every address in it leads to what is there."""

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest

from tests.sizes import WHOLE

BASE = "https://peers.example.org"
# In any text: the site's own addresses, as they stand in metadata, feeds and files to take away.
OWN = re.compile(re.escape(BASE) + r"""[^\s"'<>\\|]*""")
# What follows an address in a sentence.
AFTER = ".,;:)}]*"
TEXTS = {".html", ".xml", ".atom", ".txt", ".json", ".ics", ".md", ".ris", ".bib", ".vtt", ".csv"}
FOLD = re.compile(r"\r?\n[ \t]")
FOUND = re.compile(r'\["(/[^"]*)"')


class Page(HTMLParser):
    """The addresses that stand in a page, and the names that an address can lead to in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: set[str] = set()
        self.names: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.names |= {given["id"]} if "id" in given else set()
        self.addresses |= {given[name] for name in ("href", "src", "poster", "action", "data") if given.get(name)}
        self.addresses |= {one.split()[0] for one in given.get("srcset", "").split(",") if one.strip()}


@pytest.mark.once
@pytest.mark.lengthy
def test_every_address_leads_to_what_is_there(demonstration, tmp_path: Path) -> None:
    """Of pages also the place in them. In all languages where the tests are run at their whole size."""
    folder = tmp_path / "site"
    settings = {"PEERNET_PUBLIC_URL": BASE} | ({} if WHOLE else {"PEERNET_NETWORK__LANGUAGES": "en,fr"})
    said = demonstration[0]("site", "export", str(folder), **settings)
    assert said.exit_code == 0, said.output
    pages = {path: Page(path.read_text()) for path in folder.rglob("*.html")}
    assert len(pages) > (2000 if WHOLE else 700)
    wrong = {
        f"{path.relative_to(folder)}: {link}" for path, link in _links(folder, pages) if _is_dead(folder, pages, link)
    }
    assert not wrong, "\n".join(sorted(wrong))


def _links(folder: Path, pages: dict[Path, Page]) -> Iterator[tuple[Path, str]]:
    """Every address of this site, without its host, and where it stands."""
    for path, page in pages.items():
        here = "/" + str(path.relative_to(folder)).removesuffix("index.html")
        for address in page.addresses:
            full = f"{here}{address}" if address.startswith("#") else address.removeprefix(BASE)
            if not urlsplit(full).scheme and not full.startswith("//"):
                yield path, full
    for path in folder.rglob("*"):
        if path.suffix in TEXTS and path.is_file():
            text = FOLD.sub("", path.read_text()) if path.suffix == ".ics" else path.read_text()
            yield from ((path, address.removeprefix(BASE).rstrip(AFTER)) for address in OWN.findall(unescape(text)))
            if "found" in path.parts and path.name.startswith("things-"):
                yield from ((path, address) for address in FOUND.findall(text))


def _is_dead(folder: Path, pages: dict[Path, Page], link: str) -> bool:
    address, name = urldefrag(link)
    path = unquote(address.partition("?")[0])
    place = folder / path.lstrip("/")
    found = place if place.is_file() else place / "index.html"
    return not found.is_file() or (name != "" and found in pages and unquote(name) not in pages[found].names)
