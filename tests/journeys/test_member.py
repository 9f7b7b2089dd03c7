"""A member's story: invited by mail, at the table, in writing, and away again; with scripts and without."""

from collections.abc import Callable
from pathlib import Path

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, Route, expect

from tests.journeys.site import Site, link_in
from tests.journeys.steps import enter_as, headed, told, unfold

pytestmark = pytest.mark.browser

COHORT = "/c/practice-cohort"
TABLE = "Learning from data that must not move"
PROMPT = "Which promise about your data could you make in public, and keep?"
PASSWORD = "quiet-harbour-lantern-42"


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_a_member_from_the_invitation_to_leaving(site: Site, open_browser: Callable[..., Page], scripts: bool) -> None:
    name = "Ada" if scripts else "Ben"
    address = f"{name.lower()}@example.net"
    organiser = enter_as(open_browser(site), "Organiser")
    page = open_browser(site, java_script_enabled=scripts)

    _is_invited(organiser, address)
    _sets_up_the_account(site, page, address, name)
    _accepts_a_roundtable(page)
    _takes_the_calendar_file(page)
    _drafts(page, scripts)
    _gives_the_answer(page, scripts)
    _changes_who_reads_it(page)
    _deletes_it(page)
    _moves_to_another_zone(page)
    _comes_back_by_a_mailed_link(site, page, address)
    _signs_out_everywhere(page, open_browser(site), address)
    _leaves(page, address)
    assert site.mail(to="organiser@example.org", subject=f"{name} Example")


def _is_invited(organiser: Page, address: str) -> None:
    organiser.goto(f"{COHORT}/invite")
    organiser.get_by_label("Address for mail").fill(address)
    organiser.get_by_label("Name").fill("Somebody")
    organiser.get_by_role("combobox", name="Seat").select_option("Example Seed Archive")
    organiser.get_by_role("button", name="Send the invitation").click()
    told(organiser, f"An invitation goes to {address}.")


def _sets_up_the_account(site: Site, page: Page, address: str, name: str) -> None:
    page.goto(link_in(site.mail(to=address, subject="Invitation"), "/invitations/"))
    headed(page, "Practice cohort")
    expect(page.get_by_text("Organiser invites you, for Example Seed Archive.")).to_be_visible()
    page.get_by_label("Your name").fill(f"{name} Example")
    page.get_by_label("Your time zone").select_option("Asia/Kolkata")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Accept the invitation").click()
    told(page, "Welcome to the cohort Practice cohort.")


def _accepts_a_roundtable(page: Page) -> None:
    page.get_by_role("link", name="My page").click()
    table = page.get_by_role("article").filter(has_text=TABLE)
    expect(table.get_by_text("15:00 Singapore · 12:30 Kolkata, yours")).to_be_visible()
    expect(table.get_by_text("Your answer is awaited")).to_be_visible()
    table.get_by_role("button", name="Accept").click()
    page.goto("/me")
    expect(table.get_by_text("You are coming", exact=True)).to_be_visible()


def _takes_the_calendar_file(page: Page) -> None:
    page.get_by_role("link", name=TABLE).click()
    headed(page, TABLE)
    with page.expect_download() as download:
        page.get_by_role("link", name="Calendar file").click()
    calendar = Calendar.from_ical(Path(download.value.path()).read_bytes())
    event = calendar.events[0]
    assert (str(event["SUMMARY"]), event["DTSTART"].params["TZID"]) == (TABLE, "Asia/Singapore")
    assert (event["DTSTART"].dt.hour, event["SEQUENCE"]) == (15, 0)


def _drafts(page: Page, scripts: bool) -> None:
    page.goto("/me")
    # The script comes late, as over a slow line: what was typed by then is saved as well.
    late: list[Route] = []
    page.route("**/autosave*.js", lambda route: late.append(route))
    page.get_by_role("link", name=PROMPT).last.click(no_wait_after=True)
    _agree(page)
    headed(page, PROMPT)
    page.get_by_label("In your words").fill("That we say when we are **wrong**.")
    for route in late:
        route.continue_()
    page.unroute("**/autosave*.js")
    if scripts:
        expect(page.locator("[data-autosave-state]")).to_have_text("Saved as a draft")
    else:
        page.get_by_role("button", name="Keep as a draft").click()
        expect(page.locator("[data-autosave-state]")).to_have_text("Your draft is kept.")
    page.reload()
    expect(page.get_by_label("In your words")).to_have_value("That we say when we are **wrong**.")
    expect(page.locator("[data-autosave-state]")).to_have_text("Your draft is kept.")


def _agree(page: Page) -> None:
    """Before others are read for the first time: to the rules, text by text, and then on to where one was going."""
    headed(page, "What you agreed to")
    for _text in ("ground rules", "the Chatham House Rule"):
        page.get_by_role("button", name="I agree").first.click()


def _gives_the_answer(page: Page, scripts: bool) -> None:
    page.get_by_label("The cohort").check()
    page.get_by_label("As my organisation").check()
    if scripts:
        expect(page.locator("[data-consequence]")).to_contain_text("They see your organisation’s name, not yours.")
    else:
        unfold(page, "What follows from each choice")
        chosen = page.locator("dd[data-visibility=cohort][data-attribution=organisation]")
        expect(chosen).to_contain_text("They see your organisation’s name, not yours.")
    page.get_by_role("button", name="Give this answer").click()
    told(page, "Your answer is saved.")
    expect(page.locator("#mine > .measure")).to_contain_text("can be read by everybody in this cohort")


def _changes_who_reads_it(page: Page) -> None:
    unfold(page, "Change your answer")
    page.get_by_label("The facilitators").check()
    page.get_by_role("button", name="Save the change").click()
    expect(page.locator("#mine > .measure")).to_contain_text("can be read by the facilitators")


def _deletes_it(page: Page) -> None:
    page.get_by_role("link", name="Delete your answer").click()
    headed(page, "Delete your answer")
    page.get_by_role("button", name="Delete it").click()
    told(page, "Your answer is deleted.")
    page.get_by_role("link", name=PROMPT).click()
    expect(page.get_by_role("link", name="Delete your answer")).to_have_count(0)
    expect(page.get_by_label("In your words")).to_have_value("")


def _moves_to_another_zone(page: Page) -> None:
    page.get_by_role("link", name="Profile").first.click()
    page.get_by_label("About you").fill("I look after seeds.")
    page.get_by_label("Time zone").select_option("America/New_York")
    page.get_by_role("button", name="Save").click()
    page.goto("/me")
    expect(page.get_by_text("13:00 London · 08:00 New York, yours")).to_be_visible()


def _comes_back_by_a_mailed_link(site: Site, page: Page, address: str) -> None:
    page.get_by_role("button", name="Sign out").click()
    page.goto("/sign-in")
    page.get_by_label("Your address for mail").fill(address)
    page.get_by_role("button", name="Mail me a link instead").click()
    page.goto(link_in(site.mail(to=address, subject="Sign in"), "/sign-in/link/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sign in as")
    page.get_by_role("button", name="Sign in").click()
    headed(page, "My page")


def _signs_out_everywhere(page: Page, phone: Page, address: str) -> None:
    _signs_in_with_the_password(phone, address)
    page.goto("/me/sessions")
    unfold(page, "Sign out everywhere")
    page.get_by_role("button", name="Sign out everywhere").click()
    for browser in (page, phone):
        browser.goto("/me")
        headed(browser, "Sign in")


def _signs_in_with_the_password(page: Page, address: str) -> None:
    page.goto("/sign-in?next=/me")
    page.get_by_label("Your address for mail").fill(address)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    headed(page, "My page")


def _leaves(page: Page, address: str) -> None:
    _signs_in_with_the_password(page, address)
    page.get_by_role("link", name="Cohorts").first.click()
    page.get_by_role("link", name="Leave").click()
    page.get_by_role("button", name="Leave the cohort").click()
    assert page.goto(COHORT).status == 404
