"""Answering an invitation out of a mail: one click there, one on the page, and no signing in."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.site import Site, link_in, text_of
from tests.journeys.steps import enter_as, headed

pytestmark = pytest.mark.browser

MEMBER = "Member at Example River Trust"


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_each_answer_of_a_mail(site: Site, open_browser: Callable[..., Page], scripts: bool) -> None:
    title = f"Who keeps the key {'at night' if scripts else 'by day'}?"
    organiser = enter_as(open_browser(site), "Organiser")
    _plan(organiser, title)
    mail = text_of(site.mail(to="river@example.org", subject=title))
    offered = {link[1]: link[0] for link in re.finditer(r"http\S+/r/\S+\?answer=(\w+)", mail)}
    assert list(offered) == ["accepted", "tentative", "declined", "writing", "deputy"]
    page = open_browser(site, java_script_enabled=scripts)

    page.goto(offered["accepted"])
    headed(page, title)
    assert _standing(organiser) == "has not answered"

    page.get_by_role("button", name="Accept").dblclick()
    expect(page.get_by_text("You are coming.").first).to_be_visible()
    assert _standing(organiser) == "comes"

    page.goto(offered["declined"])
    expect(page.get_by_role("main").get_by_role("button").first).to_have_text("Decline")
    page.get_by_role("button", name="Decline").click()
    assert _standing(organiser) == "cannot come"

    page.goto(offered["writing"])
    page.get_by_role("button", name="I will answer in writing").click()
    assert _standing(organiser) == "answers in writing"

    page.goto(offered["tentative"])
    page.get_by_role("button", name="I may come").click()
    assert _standing(organiser) == "may come"

    page.goto(offered["deputy"])
    page.get_by_role("button", name="My deputy comes").click()
    assert _standing(organiser) == "sends a deputy"
    asked = site.mail(to="river.deputy@example.org", subject=f"Can you come instead of {MEMBER}? {title}")
    page.goto(link_in(asked, "/r/"))
    page.get_by_role("button", name="Confirm that I come").click()
    expect(page.get_by_text("You are coming.").first).to_be_visible()
    site.mail(to="river@example.org", subject=f"comes instead of you: {title}")

    page.goto("/me")
    headed(page, "Sign in")


def _plan(page: Page, title: str) -> None:
    page.goto("/c/practice-cohort/roundtables/new")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Day").fill((datetime.now(UTC) + timedelta(days=20)).date().isoformat())
    page.get_by_label("Time", exact=True).fill("15:00")
    page.get_by_role("button", name="Plan it and invite everybody").click()
    headed(page, title)


def _standing(organiser: Page) -> str:
    """What the organiser reads of the member, after a look at the roundtable as it is now."""
    organiser.reload()
    line = organiser.get_by_role("listitem").filter(has_text=MEMBER).inner_text()
    return line.rsplit(" · ", 1)[-1]
