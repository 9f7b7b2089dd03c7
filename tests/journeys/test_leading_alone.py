"""Only the one who leads has the roundtable open: all others telephone. What is noted for them is what is confirmed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.site import Site, text_of
from tests.journeys.steps import be_here, enter_as, plan_now, told, unfold

pytestmark = pytest.mark.browser
TITLE = "What do you hear when nobody types?"
SPOKE, LISTENED = "Member at Example Coast Watch", "Member at Example Seed Archive"
AWAY, AGREED, TAKEN = "Member at Example Transit Forum", "We telephone again in June.", "Writes down the numbers"


def test_a_roundtable_that_only_its_facilitator_has_open(site: Site, open_browser: Callable[..., Page]) -> None:
    leads = enter_as(open_browser(site), "Facilitator")
    page = plan_now(leads, TITLE, "Round")
    leads.goto(f"{page}/room")
    be_here(leads)
    _goes_through_the_steps(leads)
    _marks_who_telephones(leads)
    _notes_and_takes_on(leads)
    # It is ended long before the end that was booked, by mistake at first.
    site.let_its_hour_come(int(page.rsplit("/", 1)[1]))
    leads.get_by_role("button", name="End the roundtable").click()
    told(leads, "The roundtable has ended.")
    leads.get_by_role("button", name="It goes on after all: Round").click()
    told(leads, "The roundtable goes on.")
    leads.get_by_role("button", name="End the roundtable").click()
    leads.get_by_role("link", name="What came of it").click()
    _confirms_who_was_there(leads)
    leads.goto(page)
    _sends_the_recap(site, leads)


def _goes_through_the_steps(leads: Page) -> None:
    step, clock = leads.locator("#room-step"), leads.get_by_role("timer")
    leads.get_by_role("button", name="Begin: Round").click()
    expect(step).to_contain_text("Speak when it is your turn")
    until = int(clock.get_attribute("data-until") or "0")
    leads.get_by_role("button", name="Add a minute").click()
    expect(clock).to_have_attribute("data-until", str(until + 60))
    leads.get_by_role("button", name="Next: What we heard").click()
    expect(step).to_contain_text("Say what you heard from somebody else.")
    leads.get_by_role("button", name="Back: Round").click()
    expect(step).to_contain_text("Speak when it is your turn")


def _marks_who_telephones(leads: Page) -> None:
    for name in (SPOKE, LISTENED):
        leads.get_by_role("button", name=f"{name} is here").click()
        expect(leads.get_by_role("button", name=f"{name} is here")).to_have_count(0)
    leads.get_by_role("button", name=f"{SPOKE} has spoken").click()
    expect(leads.get_by_role("row").filter(has_text=SPOKE)).to_contain_text("Take back")
    expect(leads.locator("#room-people")).to_contain_text("3 people are here.")


def _notes_and_takes_on(leads: Page) -> None:
    leads.get_by_role("textbox", name="What we agreed: Round").fill(AGREED)
    expect(leads.locator("#room-notes").get_by_text("Saved", exact=True)).to_be_visible()
    unfold(leads, "Take something on")
    leads.get_by_label("Who", exact=True).select_option(SPOKE)
    leads.get_by_label("Does what").fill(TAKEN)
    leads.get_by_label("Until when").fill((datetime.now(UTC) + timedelta(days=9)).date().isoformat())
    leads.get_by_role("button", name="Note it").click()
    expect(leads.locator("#room-commitments")).to_contain_text(TAKEN)
    expect(leads.get_by_role("textbox", name="What we agreed: Round")).to_have_value(AGREED)


def _confirms_who_was_there(leads: Page) -> None:
    leads.get_by_role("link", name="Look over who was there").click()
    for name, state in (("Facilitator", "there"), (SPOKE, "there"), (LISTENED, "there"), (AWAY, "none")):
        field = leads.get_by_role("combobox", name=f"Was {name} there?")
        assert (field.input_value().rsplit(":", 1)[1], name) == (state, name)
    leads.get_by_role("combobox", name=f"Was {AWAY} there?").select_option("not there")
    leads.get_by_role("button", name="Confirm attendance").click()
    expect(leads.get_by_text("It was confirmed who was there, and changes no more:")).to_be_visible()
    expect(leads.get_by_role("row").filter(has_text=LISTENED)).to_contain_text("was there")
    expect(leads.get_by_role("row").filter(has_text=AWAY)).to_contain_text("not there")


def _sends_the_recap(site: Site, leads: Page) -> None:
    leads.get_by_role("link", name="Send the recap").click()
    leads.get_by_role("button", name="Send the recap").dblclick()
    expect(leads.get_by_role("link", name="The recap, which was sent")).to_be_visible()
    asked = "You were there: three short questions to you"
    for address, is_asked in (("coast@example.org", True), ("transit@example.org", False)):
        mail = text_of(site.mail(to=address, subject=f"What came of it: {TITLE}"))
        told_of = (AGREED in mail, f"{SPOKE}, until" in mail, TAKEN in mail, asked in mail)
        assert told_of == (True, True, True, is_asked)
        assert len(site.mails(to=address, subject=f"What came of it: {TITLE}")) == 1
