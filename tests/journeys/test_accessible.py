"""Every page that the demonstration can show: WCAG 2.2 AA in light and dark, wide and narrow, sound HTML, no noise."""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.journeys import checks, pages
from tests.journeys.furnishing import NAMES, Furnished
from tests.journeys.pages import NOT_PAGES
from tests.journeys.steps import enter_as

pytestmark = pytest.mark.browser

TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
CANONICAL = re.compile(r'<link rel="canonical" href="(.*?)">')
CROSSED = ("/styleguide", "/library", "/library/draw-the-ecosystem-first", "/me", "/c/practice-cohort")
PARTS = [("reader", 3), ("member", 2), ("organiser", 4), ("administrator", 1)]


@pytest.fixture(scope="session")
def every_page(app: Flask, furnished: Furnished) -> dict[str, list[str]]:
    """The addresses of all pages, by role."""
    return pages.addresses(app, furnished)


@pytest.mark.parametrize(("role", "part", "of"), [(role, part, of) for role, of in PARTS for part in range(of)])
def test_every_page(
    furnished: Furnished,
    every_page: dict[str, list[str]],
    open_browser: Callable[..., Page],
    role: str,
    part: int,
    of: int,
) -> None:
    page = open_browser(furnished.site, **checks.WIDE_AND_LIGHT)
    if NAMES[role]:
        enter_as(page, NAMES[role])
    listener = checks.Listener(page, furnished.site.address)
    paths = every_page[role][part::of]
    wrong = checks.each(page, paths, lambda response: _look(page, response, listener))
    assert not wrong, "\n".join(wrong)


def _look(page: Page, response, listener: checks.Listener):
    if response.status != 200:
        yield f"answers {response.status}"
    yield from checks.examine(page, response, listener, crossed=response.url.endswith(CROSSED))


@pytest.mark.parametrize("path", ["/library/no-such-thing", "/sign-in/link/0-none", "/r/0-none", "/mail/stop/0-none"])
def test_pages_of_what_is_not_there(furnished: Furnished, open_browser: Callable[..., Page], path: str) -> None:
    page = open_browser(furnished.site, **checks.WIDE_AND_LIGHT)
    listener = checks.Listener(page, furnished.site.address)
    response = page.goto(path)
    assert response.status in (404, 410)
    wrong = list(checks.examine(page, response, listener))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "pale",
    [
        '<p style="color: #999">Pale</p>',
        '<p class="pale">Pale</p>',
        '<section style="background: #666"><p>Pale</p></section>',
        '<div style="opacity: 0.4"><p>Pale</p></div>',
        '<div style="position: absolute; background: #666"><p>Pale</p></div>',
    ],
)
def test_what_is_pale_is_found_among_what_is_alike(chromium: Browser, pale: str) -> None:
    page = chromium.new_page()
    rest = "<p>One of many words</p>" * 3
    page.set_content(f"<!DOCTYPE html><style>.pale {{ color: #aaa }}</style><main>{rest}{pale}{rest}{pale}</main>")
    everywhere = list(checks.accessible(page, "here", checks.LOOKS))
    known: list[int] = []
    found = list(checks.accessible(page, "here", checks.LOOKS, known=known))
    again = list(checks.accessible(page, "here", checks.LOOKS, known=known))
    page.close()
    assert [one.split(": ")[1] for one in everywhere] == ["color-contrast"] * 2
    assert found[0] == everywhere[0]
    assert again == (found if "absolute" in pale else [])


def test_a_form_that_was_refused(furnished: Furnished, open_browser: Callable[..., Page]) -> None:
    page = enter_as(open_browser(furnished.site, **checks.WIDE_AND_LIGHT), NAMES["organiser"])
    listener = checks.Listener(page, furnished.site.address)
    page.goto("/c/practice-cohort/roundtables/new")
    page.evaluate("document.querySelector('main form').noValidate = true")
    with page.expect_response(lambda response: response.request.method == "POST") as refused:
        page.get_by_role("button", name="Plan it and invite everybody").click()
    assert refused.value.status == 422
    page.wait_for_load_state()
    wrong = list(checks.examine(page, refused.value, listener))
    assert not wrong, "\n".join(wrong)


def test_each_page_has_a_title_of_its_own(
    furnished: Furnished, every_page: dict[str, list[str]], open_browser: Callable[..., Page]
) -> None:
    shared = []
    for role, name in NAMES.items():
        page = open_browser(furnished.site, java_script_enabled=False)
        if name:
            enter_as(page, name)
        # A translation has the title of its original.
        own = [path for path in every_page[role] if not path.startswith(("/fr/", "/es/", "/pt/", "/ar/"))]
        # Where an address leads on to another, the page is that of the other.
        sources = {answer.url: answer.text() for answer in map(page.request.get, own)}
        titles = {_known_as(path, source): TITLE.search(source)[1] for path, source in sources.items()}
        often = Counter(titles.values())
        shared += [f"{path}: {title}" for path, title in titles.items() if often[title] > 1]
    assert not shared, "\n".join(shared)


def _known_as(path: str, source: str) -> str:
    """The address that a page asks to be found under."""
    named = CANONICAL.search(source)
    return named[1] if named else path


def test_no_page_is_left_out(app: Flask) -> None:
    endpoints = {route.endpoint for route in app.url_map.iter_rules() if "GET" in (route.methods or ())}
    assert NOT_PAGES - endpoints == set()
    assert {endpoint for endpoint in endpoints - NOT_PAGES if not pages.roles(app, endpoint)} == set()
