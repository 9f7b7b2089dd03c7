"""A series across the world: hours said on a phone and with a mouse, planned, one moved, announced, and read."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PATIENCE
from tests.journeys.site import Site, serving, text_of
from tests.journeys.steps import enter_as, headed, told

pytestmark = pytest.mark.browser

PLANS = "/c/practice-cohort/roundtables/plan-series"
COAST = "Member at Example Coast Watch"


@pytest.fixture
def own_site(prepared: Path, tmp_path: Path) -> Iterator[Site]:
    """The demonstration network for this story alone: it announces to the whole practice cohort."""
    with serving(prepared, tmp_path / "network") as running:
        yield running


def test_a_series_from_hours_to_invitations(own_site: Site, open_browser: Callable[..., Page]) -> None:
    phone = enter_as(open_browser(own_site, java_script_enabled=False, viewport={"width": 360, "height": 700}), COAST)
    _says_office_hours(phone)
    _draws_an_evening(enter_as(open_browser(own_site), "Member at Example Transit Forum"))
    organiser = enter_as(open_browser(own_site), "Organiser")
    _plans(organiser)
    _moves_one(organiser)
    _announces(organiser)
    announced = own_site.mail(to="transit@example.org", subject="Autumn 1")
    assert "Autumn 1" in text_of(announced)
    _reads_the_own_burden(phone)
    moved, cancelled = _moves_and_cancels(own_site, organiser)
    # One event of one UID each time, with one attendee, that only counts on (RFC 5546, section 3.2).
    uid, _method, _sequence, start = _event_in(announced)
    assert _event_in(announced)[1:3] == ("REQUEST", 0)
    assert _event_in(moved)[:3] == (uid, "REQUEST", 1)
    assert _event_in(moved)[3] - start == timedelta(days=1)
    assert _event_in(cancelled)[:3] == (uid, "CANCEL", 2)
    assert _event_in(cancelled)[3] == _event_in(moved)[3]


def _says_office_hours(page: Page) -> None:
    page.goto("/me/hours")
    page.get_by_role("button", name="Office hours").click()
    expect(page.get_by_text("The grid is filled in and not saved yet.")).to_be_visible()
    page.get_by_label("Monday 18:00").select_option("If need be")
    page.get_by_label("Away from (1)").fill("2030-12-20")
    page.get_by_role("button", name="Save my hours").first.click()
    told(page, "Your hours are saved.")
    expect(page.get_by_label("Monday 18:00")).to_have_value("maybe")
    expect(page.get_by_label("Tuesday 10:00")).to_have_value("yes")


def _draws_an_evening(page: Page) -> None:
    page.goto("/me/hours")
    page.get_by_role("radio", name="If need be").check()
    first, last = page.get_by_label("Saturday 20:00"), page.get_by_label("Saturday 22:00")
    first.scroll_into_view_if_needed()
    first.hover()
    page.mouse.down()
    page.get_by_label("Saturday 21:00").hover()
    last.hover()
    page.mouse.up()
    page.get_by_role("button", name="Sunday: fill the whole day").click()
    expect(last).to_have_value("maybe")
    expect(page.get_by_label("Sunday 03:00")).to_have_value("maybe")
    expect(page.get_by_label("Saturday 23:00")).to_have_value("no")
    # On a keyboard a field stays a choice of three.
    page.get_by_label("Saturday 23:00").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Saturday 23:00")).to_have_value("maybe")
    page.get_by_role("button", name="Save my hours").first.click()
    told(page, "Your hours are saved.")


def _plans(page: Page) -> None:
    page.goto("/c/practice-cohort/roundtables")
    page.get_by_role("link", name="Plan a series").click()
    page.get_by_label("How many roundtables").fill("3")
    page.get_by_label("Every so many weeks").fill("1")
    page.get_by_label("Quorum").fill("4")
    page.get_by_role("button", name="Plan it").click()
    # The worker plans beside everything else that the machine has to do.
    expect(page.get_by_role("heading", level=1)).to_have_text("Draft of a series", timeout=4 * PATIENCE)
    expect(page.get_by_text("Nobody carries more than")).to_be_visible()
    expect(page.get_by_role("table").filter(has_text="Los Angeles")).to_be_visible()


def _moves_one(page: Page) -> None:
    page.get_by_role("link", name="Move roundtable").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("of the draft")
    others = page.locator("input[name=start]:not(:checked)")
    others.first.check()
    page.get_by_role("button", name="Move it in the draft").first.click()
    told(page, "It is moved in the draft.")
    expect(page.get_by_text("As it stands, moved by hand")).to_be_visible()


def _announces(page: Page) -> None:
    page.get_by_role("link", name="Go on to announce it").click()
    titles = page.get_by_label("Title of new roundtable")
    for number in range(titles.count()):
        titles.nth(number).fill(f"Autumn {number + 1}")
    page.get_by_role("button", name="Announce it and invite everybody").click()
    told(page, "announced.")
    expect(page.get_by_role("link", name="Autumn 1").first).to_be_visible()


def _moves_and_cancels(site: Site, page: Page) -> tuple[EmailMessage, EmailMessage]:
    """A day later, and then not at all; the mails of both to one member."""
    page.get_by_role("listitem").get_by_role("link", name="Autumn 1", exact=True).last.click()
    headed(page, "Autumn 1")
    page.get_by_role("link", name="Move", exact=True).click()
    day = page.get_by_label("Day", exact=True)
    day.fill((date.fromisoformat(day.input_value()) + timedelta(days=1)).isoformat())
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_role("button", name="Move it and tell everybody").click()
    told(page, "The roundtable is moved")
    moved = site.mail(to="transit@example.org", subject="Autumn 1", number=2)
    assert "has another time" in text_of(moved)
    page.get_by_role("link", name="Cancel", exact=True).click()
    page.get_by_role("button", name="Cancel it and tell them").click()
    told(page, "The roundtable is cancelled.")
    return moved, site.mail(to="transit@example.org", subject="Autumn 1", number=3)


def _event_in(mail: EmailMessage) -> tuple[str, str, int, datetime]:
    """UID, METHOD, SEQUENCE and start of the one event that goes along, for the one person whom the mail is to."""
    (part,) = [each for each in mail.walk() if each.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_content())
    (event,) = calendar.walk("VEVENT")
    assert str(calendar["METHOD"]) == part.get_param("method")
    assert str(event["ATTENDEE"]).removeprefix("mailto:") == "transit@example.org"
    return str(event["UID"]), str(calendar["METHOD"]), int(event["SEQUENCE"]), event.decoded("DTSTART")


def _reads_the_own_burden(page: Page) -> None:
    page.goto("/c/practice-cohort/roundtables")
    page.get_by_role("link", name="The burden of hours").click()
    headed(page, "The burden of hours")
    expect(page.get_by_text("You carry")).to_be_visible()
    expect(page.get_by_role("link", name="Autumn 1").first).to_be_visible()
