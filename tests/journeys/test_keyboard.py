"""With the keyboard alone: the way in, the order of things, and where one is."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import checks
from tests.journeys.site import Site, link_in
from tests.journeys.steps import headed, told

pytestmark = pytest.mark.browser

PROMPT = "Which promise about your data could you make in public, and keep?"
# What has the focus: its words, whether that shows, and whether it stands after what had it before.
FOCUS = """() => {
  const now = document.activeElement, before = window.before;
  window.before = now;
  const styles = [now, ...[now.closest(".entry")].filter(Boolean)].map(one => getComputedStyle(one));
  return {
    name: (now.getAttribute("aria-label") || now.innerText || now.name || "").trim(),
    shows: styles.some(style => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2),
    follows: !before || !!(before.compareDocumentPosition(now) & (Node.DOCUMENT_POSITION_FOLLOWING)),
    inView: now.getBoundingClientRect().bottom > 0 && now.getBoundingClientRect().top < innerHeight,
  };
}"""


def test_the_skip_link_comes_first_and_leads_to_the_text(site: Site, open_browser: Callable[..., Page]) -> None:
    page = open_browser(site)
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the text")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("path", ["/", "/library", "/sign-in"])
def test_focus_shows_and_goes_in_the_order_of_the_page(
    site: Site, open_browser: Callable[..., Page], path: str
) -> None:
    page = open_browser(site)
    page.goto(path)
    stops = []
    for _step in range(25):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUS))
    assert [stop["name"] for stop in stops if not (stop["shows"] and stop["follows"] and stop["inView"])] == []


def test_a_picture_opens_large_and_the_focus_returns(site: Site, open_browser: Callable[..., Page]) -> None:
    page = open_browser(site, **checks.WIDE_AND_LIGHT)
    page.goto("/library/one-hour-eight-clocks")
    link, dialog = page.locator("a.large").first, page.get_by_role("dialog")
    name, whole = link.get_by_role("img").get_attribute("alt"), link.evaluate("link => link.href")
    for close in ("Escape", "Enter", "Space", "a press beside it"):
        link.focus()
        page.keyboard.press("Enter")
        expect(dialog).to_have_accessible_name(name)
        expect(dialog.get_by_role("button", name="Close")).to_be_focused()
        picture = dialog.get_by_role("img", name=name)
        expect(picture).to_be_in_viewport()
        assert (picture.evaluate("img => img.src"), picture.bounding_box()["width"] > 600) == (whole, True)
        assert list(checks.accessible(page, close, checks.LOOKS)) == []
        if close == "a press beside it":
            page.mouse.click(2, 2)
        else:
            page.keyboard.press(close)
        expect(dialog).to_have_count(0)
        expect(link).to_be_focused()
    assert page.url.endswith("/library/one-hour-eight-clocks")


def test_signing_in_answering_and_accepting(site: Site, open_browser: Callable[..., Page]) -> None:
    page = open_browser(site)
    _signs_in(site, page)
    _accepts(page)
    _answers(page)


def _signs_in(site: Site, page: Page) -> None:
    page.goto("/sign-in")
    _tab_to(page, "Your address for mail")
    page.keyboard.type("weather@example.org")
    _tab_to(page, "Mail me a link instead")
    page.keyboard.press("Enter")
    page.goto(link_in(site.mail(to="weather@example.org", subject="Sign in"), "/sign-in/link/"))
    _tab_to(page, "Sign in", within="main")
    page.keyboard.press("Enter")
    headed(page, "My page")


def _accepts(page: Page) -> None:
    page.goto("/c/practice-cohort/roundtables")
    _tab_to(page, "Learning from data that must not move", within="main")
    page.keyboard.press("Enter")
    headed(page, "Learning from data that must not move")
    _tab_to(page, "Accept")
    page.keyboard.press("Enter")
    told(page, "You are coming.")


def _answers(page: Page) -> None:
    page.goto("/c/practice-cohort/prompts")
    _tab_to(page, PROMPT)
    page.keyboard.press("Enter")
    _tab_to(page, "In your words")
    page.keyboard.type("That we say when we are wrong.")
    _tab_to(page, "Only me")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("The cohort")).to_be_checked()
    _tab_to(page, "With my name")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("As my organisation")).to_be_checked()
    _tab_to(page, "Give this answer")
    page.keyboard.press("Enter")
    told(page, "Your answer is saved.")


def _tab_to(page: Page, name: str, within: str = "body") -> None:
    """Press Tab until what is called ``name`` has the focus."""
    wanted = page.locator(within).get_by_label(name, exact=True)
    wanted = wanted.or_(page.locator(within).get_by_role("link", name=name, exact=True))
    wanted = wanted.or_(page.locator(within).get_by_role("button", name=name, exact=True)).first
    for _step in range(120):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab does not reach {name!r} on {page.url}")
