"""A step of silent writing, run from one page and followed on four others; one loses its line in the middle."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.site import Site
from tests.journeys.steps import enter_as

pytestmark = pytest.mark.browser
QUESTION = "What do you keep that nobody asked you to keep?"
MEMBERS = ("Member at Example River Trust", "Member at Example City Library", "Member at Example Clinic Network")


def test_what_is_written_in_silence_is_revealed_to_all_at_once(site: Site, open_browser: Callable[..., Page]) -> None:
    leads = enter_as(open_browser(site), "Facilitator")
    leads.goto("/c/practice-cohort/roundtables")
    one = leads.get_by_role("link", name="What makes data worth trusting?").first
    leads.goto(one.get_attribute("href") or "")
    leads.get_by_role("link", name="Build the agenda").click()
    leads.get_by_role("link", name="Change: Write in silence").first.click()
    leads.get_by_label("Or a question of its own").fill(QUESTION)
    leads.get_by_role("button", name="Save the step").click()
    leads.get_by_role("link", name="Back to the roundtable").click()
    leads.get_by_role("link", name="Run it in the room").click()
    room = leads.url
    members = [enter_as(open_browser(site), name) for name in MEMBERS]
    for each in members:
        each.goto(room)
        expect(each.get_by_role("heading", name="It has not begun yet")).to_be_visible()
    screen = open_browser(site)
    enter_as(screen, "Organiser").goto(room.removesuffix("/room") + "/screen")
    leads.locator("summary", has_text="All steps").click()
    leads.get_by_role("button", name="Go to: Write in silence").click()
    # No page was loaded anew: the step came by itself.
    for number, each in enumerate(members):
        each.get_by_label("In your words").fill(f"Candid {number}")
        each.get_by_label("The cohort").check()
        each.get_by_label("Unattributed").check()
    members[0].context.set_offline(True)
    members[0].get_by_label("In your words").fill("Candid 0, typed without a line")
    expect(members[0].get_by_text("Not saved yet.")).to_be_visible()
    members[0].context.set_offline(False)
    expect(members[0].get_by_text("Saved as a draft")).to_be_visible()
    for each in members:
        each.get_by_role("button", name="Give this answer").click()
        expect(each.get_by_role("button", name="Save the change")).to_be_visible()
        expect(each.locator("#room-voices")).not_to_contain_text("Candid")
    leads.get_by_role("button", name="Reveal what is written").click()
    for page in (*members, screen, leads):
        expect(page.locator("main")).to_contain_text("Candid 1")
        expect(page.locator("main")).to_contain_text("Candid 0, typed without a line")
    expect(screen.locator("main")).not_to_contain_text("Member at")
