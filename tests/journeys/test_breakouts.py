"""1-2-4-All in the room: pairs of those who are here become fours of whole pairs; one loses the line in the middle."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.site import Site
from tests.journeys.steps import enter_as, headed, unfold

pytestmark = pytest.mark.browser
MEMBERS = ("Member at Example River Trust", "Member at Example City Library", "Member at Example Clinic Network")


def test_pairs_become_fours_and_a_dropped_line_misses_nothing(site: Site, open_browser: Callable[..., Page]) -> None:
    leads = enter_as(open_browser(site), "Facilitator")
    room = _begun(leads)
    members = [enter_as(open_browser(site), name) for name in MEMBERS]
    for each in (leads, *members):
        each.goto(room)
        each.get_by_role("button", name="I am here").click()
        expect(each.get_by_role("button", name="I am here")).to_have_count(0)
    _go_to(leads, "In pairs")
    leads.get_by_role("button", name="Form groups of those who are here").click()
    for each in members:
        expect(each.locator("#room-mine")).to_contain_text(re.compile(r"You are at table [12] with [^,]+\."))
    members[0].context.set_offline(True)
    leads.get_by_role("button", name="Call: two minutes left").click()
    expect(members[1].get_by_text("Two minutes left: come to an end.")).to_be_visible()
    leads.get_by_role("button", name="Next: In fours").click()
    leads.get_by_role("button", name="Form groups of those who are here").click()
    expect(members[1].locator("#room-mine")).to_contain_text(re.compile(r"You are at table 1 with .+, .+, .+\."))
    members[0].context.set_offline(False)
    expect(members[0].locator("#room-step")).to_contain_text("In fours")
    expect(members[0].locator("#room-mine")).to_contain_text(re.compile(r"You are at table 1 with .+, .+, .+\."))
    expect(members[0].get_by_text("Two minutes left: come to an end.")).to_have_count(0)


def _begun(leads: Page) -> str:
    """The room of a roundtable that begins in a few minutes, with the steps of 1-2-4-All."""
    begins = datetime.now(UTC) + timedelta(minutes=4)
    leads.goto("/c/practice-cohort/roundtables/new")
    leads.get_by_label("Title", exact=True).fill("What would you ask a newcomer?")
    leads.get_by_label("Day").fill(begins.strftime("%Y-%m-%d"))
    leads.get_by_label("Time", exact=True).fill(begins.strftime("%H:%M"))
    leads.get_by_label("Time zone").select_option("Africa/Abidjan")
    leads.get_by_role("button", name="Plan it and invite everybody").click()
    headed(leads, "What would you ask a newcomer?")
    leads.get_by_role("link", name="Build the agenda").click()
    unfold(leads, "1-2-4-All")
    leads.get_by_role("button", name="Add the steps of 1-2-4-All").click()
    leads.get_by_role("link", name="Back to the roundtable").click()
    return f"{leads.url}/room"


def _go_to(leads: Page, title: str) -> None:
    unfold(leads, "All steps")
    leads.get_by_role("button", name=f"Go to: {title}").click()
    expect(leads.locator("#room-step")).to_contain_text(title)
