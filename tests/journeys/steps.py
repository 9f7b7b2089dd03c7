"""Steps that several stories take."""

from playwright.sync_api import Page, expect


def enter_as(page: Page, name: str) -> Page:
    """Sign in with one click as a demonstration account, and land on one's own page."""
    page.goto("/sign-in")
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My page")
    return page


def told(page: Page, text: str) -> None:
    """The notice that a page shows once says ``text``."""
    expect(page.get_by_role("status").filter(has_text=text)).to_have_count(1)


def headed(page: Page, text: str) -> None:
    """The page is the one headed ``text``."""
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def unfold(page: Page, name: str) -> None:
    """Open a folded part of the page by its summary."""
    page.locator("summary").filter(has_text=name).click()
