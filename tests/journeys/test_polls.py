"""Finding a time: a poll, its mails, answers without signing in, and the roundtable that comes of it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from tests.journeys.site import Site, link_in, text_of
from tests.journeys.steps import enter_as, headed, told

pytestmark = pytest.mark.browser

TITLE = "Which key, which door?"
NAMES = {"river": "Member at Example River Trust", "clinic": "Member at Example Clinic Network"}


def test_a_time_is_found_by_a_poll(site: Site, open_browser: Callable[..., Page]) -> None:
    organiser = enter_as(open_browser(site), "Organiser")
    _propose(organiser)

    by_mail = open_browser(site, java_script_enabled=False)
    _answer(site, by_mail, "clinic", ["No", "Yes"])
    mail = text_of(site.mail(to="clinic@example.org", subject=TITLE))
    assert "20:30 Kolkata" in mail
    with_scripts = open_browser(site)
    _answer(site, with_scripts, "river", ["If need be", "Yes"])

    organiser.reload()
    expect(organiser.get_by_text(re.compile(r"\b2 of \d+ have answered"))).to_be_visible()
    row = organiser.get_by_role("row").filter(has_text=NAMES["clinic"])
    expect(row).to_contain_text("Yes")
    expect(row).to_contain_text("20:30")
    organiser.get_by_role("link", name="Choose this").first.click()
    expect(organiser.get_by_text(f"Yes: {NAMES['clinic']}, {NAMES['river']}")).to_be_visible()
    organiser.get_by_role("button", name="Plan it and invite everybody").dblclick()
    headed(organiser, TITLE)

    invitation = site.mail(to="clinic@example.org", subject=TITLE, number=2)
    (file,) = [part for part in invitation.walk() if part.get_content_type() == "text/calendar"]
    (event,) = Calendar.from_ical(file.get_content()).walk("VEVENT")
    assert (str(event["SUMMARY"]), event.decoded("DTSTART").hour, int(event["SEQUENCE"])) == (TITLE, 15, 0)
    assert len(site.mails(to="clinic@example.org", subject=TITLE)) == 2

    by_mail.reload()
    expect(by_mail.get_by_role("heading", name="What was chosen")).to_be_visible()
    expect(by_mail.get_by_role("button", name="Save my answer")).to_have_count(0)


def _propose(organiser: Page) -> None:
    organiser.goto("/c/practice-cohort/roundtables")
    organiser.get_by_role("link", name="Ask when people can").click()
    organiser.get_by_label("Title").fill(TITLE)
    first = (datetime.now(UTC) + timedelta(days=25)).date()
    for number, start in ((1, "06:00"), (2, "15:00")):
        organiser.get_by_label(f"Day ({number})").fill(first.isoformat())
        organiser.get_by_label(f"Time ({number})").fill(start)
    organiser.get_by_role("button", name="More rows").click()
    expect(organiser.get_by_label("Time (2)")).to_have_value("15:00")
    organiser.get_by_role("button", name="Open the poll and ask everybody").click()
    told(organiser, "The poll is open, and everybody is asked by mail.")


def _answer(site: Site, page: Page, name: str, said: list[str]) -> None:
    """Out of the mail, by keyboard or by touch."""
    page.goto(link_in(site.mail(to=f"{name}@example.org", subject=TITLE), "/p/"))
    headed(page, TITLE)
    for place, word in enumerate(said):
        page.get_by_role("group").nth(place).get_by_label(word, exact=True).check()
    page.get_by_role("button", name="Save my answer").click()
    told(page, "Your answer is saved.")
