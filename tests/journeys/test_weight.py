"""What a page weighs on a phone at its first view, in bytes over the wire: the public ones, and those behind a link."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext

from tests.journeys import checks, pages
from tests.journeys.furnishing import Furnished
from tests.journeys.site import Site, serving

pytestmark = pytest.mark.browser

PAGE, IMAGES = 60_000, 200_000


@pytest.fixture
def in_use(furnished: Furnished, tmp_path: Path) -> Iterator[Site]:
    """The furnished site as it is served where nobody develops: static files are compressed."""
    with serving(furnished.site.folder, tmp_path / "in-use", PEERNET_DEVELOPMENT="false") as site:
        yield site


def test_pages_are_light(app: Flask, furnished: Furnished, in_use: Site, chromium: Browser) -> None:
    paths = [path for path in pages.addresses(app, furnished)["reader"] if path != "/styleguide"]
    context = chromium.new_context(base_url=in_use.address, viewport=checks.NARROW)
    weighed = {path: weigh(context, path) for path in paths}
    context.close()
    heavy = {path: weight for path, weight in weighed.items() if weight["page"] > PAGE or weight["images"] > IMAGES}
    assert not heavy, heavy
    # The style sheet alone is as much as this: nobody had it already.
    assert min(weight["page"] for weight in weighed.values()) > 10_000


def weigh(context: BrowserContext, path: str) -> Counter[str]:
    """Bytes that one reader, who comes for the first time, is sent for a page: its images, and everything else."""
    page = context.new_page()
    kinds: dict[str, str] = {}
    weight: Counter[str] = Counter()
    protocol = context.new_cdp_session(page)
    protocol.send("Network.enable")
    protocol.send("Network.setCacheDisabled", {"cacheDisabled": True})
    protocol.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    protocol.on("Network.loadingFinished", lambda event: _put(weight, kinds, event))
    page.goto(path)
    page.evaluate("document.fonts.ready")
    page.close()
    return weight


def _put(weight: Counter[str], kinds: dict[str, str], event: dict) -> None:
    kind = "images" if kinds.get(event["requestId"]) in ("Image", "Media") else "page"
    weight[kind] += int(event["encodedDataLength"])
