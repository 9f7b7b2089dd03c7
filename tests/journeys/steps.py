"""Steps that several stories take."""

from datetime import UTC, datetime, timedelta

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


def plan_now(leads: Page, title: str, method: str) -> str:
    """Plan a roundtable that begins in a few minutes, with the steps of a method. The address of its page."""
    begins = datetime.now(UTC) + timedelta(minutes=4)
    leads.goto("/c/practice-cohort/roundtables/new")
    leads.get_by_label("Title", exact=True).fill(title)
    leads.get_by_label("Day").fill(begins.strftime("%Y-%m-%d"))
    leads.get_by_label("Time", exact=True).fill(begins.strftime("%H:%M"))
    leads.get_by_label("Time zone").select_option("Africa/Abidjan")
    leads.get_by_role("button", name="Plan it and invite everybody").click()
    headed(leads, title)
    leads.get_by_role("link", name="Build the agenda").click()
    unfold(leads, method)
    leads.get_by_role("button", name=f"Add the steps of {method}").click()
    leads.get_by_role("link", name="Back to the roundtable").click()
    return leads.url


def go_to(leads: Page, title: str) -> None:
    """In the room, go to a step."""
    unfold(leads, "All steps")
    leads.get_by_role("button", name=f"Go to: {title}").click()
    expect(leads.locator("#room-step")).to_contain_text(title)


def be_here(page: Page) -> None:
    """In the room, say that one is here."""
    page.get_by_role("button", name="I am here").click()
    expect(page.get_by_role("button", name="I am here")).to_have_count(0)


def agree_to_all(page: Page) -> None:
    """To the texts that stand before what others wrote is read for the first time, where there are any."""
    while page.get_by_role("button", name="I agree").count():
        page.get_by_role("button", name="I agree").first.click()
