"""Every page of the public site, in all its languages, by day and in the dark: a few of them each time, all of them by
``make endurance``, and then each on a phone in some of its languages and on a desk in the others."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page

from peernet.site.exporting import manifest
from tests.journeys import checks
from tests.journeys.site import Site, exported, made_once
from tests.sizes import WHOLE, sized

pytestmark = [pytest.mark.browser, pytest.mark.lengthy]

PARTS = sized(20, 1)
FEW = 8
# Parts take turns at the width, and so do the languages of a page, since these lie side by side and the parts are even
# in number.
SHAPES: tuple[dict[str, Any], ...] = ({}, {"viewport": checks.NARROW})
IN_A_LANGUAGE = rf"^/({'|'.join(checks.LANGUAGES)})(/|$)"
PLACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


@pytest.fixture(scope="session")
def addresses(site: Site, shared: Path, prepared: Path) -> list[str]:
    """All that an export makes pages of; of the sitemap alone where a few are enough."""
    if not WHOLE:
        with urlopen(f"{site.address}/sitemap.xml") as answer:
            found = [urlsplit(place.text or "").path for place in ET.parse(answer).iter(PLACE)]
        return found[:: len(found) // FEW]
    folder = made_once(shared / "exported", lambda folder: exported(prepared, folder))
    with manifest.opened(folder / "network" / "peernet-data", (folder / "site").resolve()) as record:
        pages = [record.get(address) for address in sorted(record.addresses())]
    found = [page.address for page in pages if page and page.place.endswith(".html")]
    return sorted(found, key=lambda path: (re.sub(IN_A_LANGUAGE, "/", path), path))


@pytest.mark.parametrize("part", range(PARTS))
def test_every_public_page(site: Site, addresses: list[str], open_browser: Callable[..., Page], part: int) -> None:
    page = open_browser(site, **checks.WIDE_AND_LIGHT | SHAPES[part % 2])
    listener = checks.Listener(page, site.address)
    light: list[int] = []
    some = addresses[part::PARTS]
    wrong = [f"{path}: {complaint}" for path in some for complaint in _look(page, path, listener, light)]
    assert some
    assert not wrong, "\n".join(wrong)


def test_words_are_seen_where_the_system_sets_the_colours(site: Site, open_browser: Callable[..., Page]) -> None:
    page = open_browser(site, forced_colors="active", reduced_motion="reduce")
    paths = ["/", "/search?q=river", "/library", "/library/how-a-roundtable-works", "/sign-in"]
    assert checks.each(page, paths, lambda _answer: checks.unseen(page)) == []


def _look(page: Page, path: str, listener: checks.Listener, light: list[int]) -> Iterator[str]:
    answer = page.request.get(path)
    if answer.status != (404 if path.endswith("/404.html") else 200):
        yield f"answers {answer.status}"
    if "attachment" in answer.headers.get("content-disposition", ""):
        page.goto("about:blank")  # Opened from a disk, a file has none of the site's rules for what it may do.
        page.set_content(answer.text())
    else:
        page.goto(path)
        yield from checks.head(page)
    yield from checks.markup(answer.text())
    if page.viewport_size == checks.NARROW:
        yield from checks.overflow(page)
    yield from checks.accessible(page, "light", known=light)
    page.emulate_media(color_scheme="dark")
    yield from checks.accessible(page, "dark", checks.LOOKS, known=listener.known)
    page.emulate_media(color_scheme="light")
    yield from listener.take()
