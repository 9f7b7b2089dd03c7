"""1-2-4-All in the room: pairs of those who are here become fours of whole pairs; one loses the line in the middle."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.site import Site
from tests.journeys.steps import be_here, enter_as, go_to, plan_now, told, unfold

pytestmark = pytest.mark.browser
MEMBERS = ("Member at Example River Trust", "Member at Example City Library", "Member at Example Clinic Network")


def test_pairs_become_fours_and_a_dropped_line_misses_nothing(site: Site, open_browser: Callable[..., Page]) -> None:
    leads = enter_as(open_browser(site, permissions=["clipboard-read", "clipboard-write"]), "Facilitator")
    room = f"{plan_now(leads, 'What would you ask a newcomer?', '1-2-4-All')}/room"
    members = [enter_as(open_browser(site), name) for name in MEMBERS]
    for each in (leads, *members):
        each.goto(room)
        be_here(each)
    go_to(leads, "In pairs")
    leads.get_by_role("button", name="Form groups of those who are here").click()
    for each in members:
        expect(each.locator("#room-mine")).to_contain_text(re.compile(r"You are at table [12] with [^,]+\."))
    _copies_the_groups(leads)
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


def _copies_the_groups(leads: Page) -> None:
    """As a text for the chat of the call."""
    unfold(leads, "For the chat of the call")
    leads.get_by_role("button", name="Copy: Round 1, for the chat of the call").click()
    told(leads, "Copied")
    copied = leads.evaluate("navigator.clipboard.readText()")
    assert copied == leads.get_by_label("Round 1, for the chat of the call", exact=True).input_value().strip()
    assert all(name in copied for name in ("Facilitator", *MEMBERS))
