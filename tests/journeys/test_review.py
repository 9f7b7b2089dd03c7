"""A text is read before it is public: an organiser sends it, a reader without an account comments on it and approves it
by keyboard alone and without scripts, and after a change they are asked again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import checks
from tests.journeys.site import Site, link_in
from tests.journeys.steps import enter_as, headed, told, unfold

pytestmark = pytest.mark.browser

READER = "careful@example.net"
TEXT = "We drew the river first.\n\n## What came of it\n\nEverybody saw who was missing."


def test_a_reader_without_an_account_reviews_a_text(site: Site, open_browser: Callable[..., Page]) -> None:
    organiser = enter_as(open_browser(site), "Organiser")
    _write(organiser, TEXT)
    organiser.get_by_role("link", name="Review", exact=True).click()
    organiser.get_by_label("Name 1").fill("Careful reader")
    organiser.get_by_label("Address for mail 1").fill(READER)
    organiser.get_by_role("button", name="Send it to review").click()
    told(organiser, "It is sent to its reviewers.")

    reader = open_browser(site, java_script_enabled=False, viewport=checks.NARROW)
    reader.goto(link_in(site.mail(to=READER, subject="A text waits"), "/v/"))
    headed(reader, "The river on paper")
    passage = reader.locator(".passage").filter(has_text="Everybody saw who was missing.")
    passage.locator("summary").focus()
    reader.keyboard.press("Enter")
    reader.keyboard.press("Tab")
    reader.keyboard.type("Who was?")
    reader.keyboard.press("Tab")
    reader.keyboard.press("Enter")
    expect(passage.locator(".comment")).to_contain_text("Who was?")
    reader.get_by_role("button", name="Approve this text").focus()
    reader.keyboard.press("Enter")
    told(reader, "Your approval is kept, for this text only.")

    organiser.goto("/write/the-river-on-paper/publish")
    expect(organiser.get_by_text("Everybody who was asked to review it approved this text.")).to_be_visible()
    _write(organiser, TEXT.replace("who was missing", "that the mills were missing"))
    organiser.get_by_role("link", name="Review", exact=True).click()
    expect(organiser.get_by_role("heading", name="Changed since 1 approved it")).to_be_visible()
    expect(organiser.get_by_role("heading", name="The passage has changed")).to_be_visible()
    organiser.get_by_role("button", name="Send the new text to the reviewers").click()
    told(organiser, "The new text is sent to its reviewers.")

    reader.reload()
    expect(reader.get_by_role("heading", name="What changed since you decided")).to_be_visible()
    unfold(organiser, "Close the review without an approval")
    organiser.get_by_label("Why").fill("The reader is away")
    organiser.get_by_role("button", name="Close the review now").click()
    told(organiser, "The review is closed.")
    reader.reload()
    headed(reader, "This review is over")


def _write(organiser: Page, text: str) -> None:
    if "/write/" not in organiser.url:
        organiser.goto("/c/practice-cohort/materials/new")
        organiser.get_by_label("Title").fill("The river on paper")
        organiser.get_by_role("button", name="Begin", exact=True).click()
    organiser.goto("/write/the-river-on-paper")
    organiser.get_by_label("Text (optional)", exact=True).fill(text)
    organiser.get_by_role("button", name="Save the draft").click()
    told(organiser, "Saved.")
