"""Links that hold a secret stand in no log of a running server, whatever is asked of them and however."""

import http.client
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.journeys.site import Site, serving
from tests.journeys.steps import enter_as, told

pytestmark = pytest.mark.browser

METHODS = ("GET", "HEAD", "POST", "PUT", "PROPFIND", "BREW")


@pytest.fixture
def talkative(prepared: Path, tmp_path: Path) -> Iterator[Site]:
    """The demonstration network, logging all that it can."""
    with serving(prepared, tmp_path / "network", PEERNET_LOG__LEVEL="DEBUG") as running:
        yield running


def test_the_address_of_a_calendar_is_in_no_log(talkative: Site, open_browser: Callable[..., Page]) -> None:
    page = enter_as(open_browser(talkative), "Member at Example River Trust")
    page.goto("/me/calendar")
    page.get_by_role("button", name="Make an address").click()
    told(page, "The address is made.")
    address = page.get_by_label("Or paste this address there").input_value()
    secret = urlsplit(address).path.split("/")[2]
    for path in (
        f"/calendar/{secret}/roundtables.ics",
        f"/fr/calendar/{secret}/roundtables.ics",
        f"//calendar/{secret}/roundtables.ics",
        f"/calendar/{secret}/roundtables.ics/",
        f"/calendar/{secret}",
        f"/r/{secret}",
        f"/no/such/{secret}",
        f"/search?q={secret}",
    ):
        for method in METHODS:
            assert _ask(talkative, method, path) < 500
    assert _ask(talkative, "GET", f"/calendar/{secret}/roundtables.ics", {"X-Long": "x" * 200_000}) < 500
    log = (talkative.folder / "log").read_text()
    assert "GET /calendar/<token>/roundtables.ics 200" in log
    assert secret not in log


def _ask(site: Site, method: str, path: str, headers: dict[str, str] | None = None) -> int:
    connection = http.client.HTTPConnection(urlsplit(site.address).netloc, timeout=30)
    try:
        connection.request(method, path, headers=headers or {})
        return connection.getresponse().status
    finally:
        connection.close()
