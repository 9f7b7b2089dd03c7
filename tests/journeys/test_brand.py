"""A network that looks otherwise: its own colours, logo and pages are as easy to read as ours."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys import checks
from tests.journeys.site import Site, serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def another(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration under colours that cannot be read as they are."""
    folder = tmp_path_factory.mktemp("another")
    Image.new("RGBA", (400, 400), "#b4531f").save(folder / "logo.png")
    looks = {
        "NAME": "Coast and rivers",
        "ACCENT": "#ffd500",
        "SECOND_COLOUR": "#ff8a5c",
        "GROUND": "#dfeefb",
        "LOGO": str(folder / "logo.png"),
    }
    environ = {f"PEERNET_NETWORK__{key}": value for key, value in looks.items()}
    with serving(prepared, folder / "network", **environ) as running:
        yield running


def test_it_can_be_read(another: Site, open_browser: Callable[..., Page]) -> None:
    page = open_browser(another, **checks.WIDE_AND_LIGHT)
    listener = checks.Listener(page, another.address)
    paths = (
        "/", "/library", "/library/draw-the-ecosystem-first", "/questions/what-do-you-steward-and-for-whom",
        "/pages/imprint", "/sign-in", "/library/nothing",
    )  # fmt: skip
    wrong = checks.each(page, paths, lambda response: checks.examine(page, response, listener))
    assert not wrong, "\n".join(wrong)
    expect(page.get_by_role("banner").get_by_role("link", name="Coast and rivers")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(223, 238, 251)"
    assert page.evaluate("document.querySelector('.masthead-name img').naturalWidth") == 120
