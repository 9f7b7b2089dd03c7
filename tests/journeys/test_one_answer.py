"""A prompt that is put to two organisations, each with one answer, from the organiser's form to the other's page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import checks
from tests.journeys.site import Site
from tests.journeys.steps import enter_as, headed, told, unfold

pytestmark = pytest.mark.browser
QUESTION = "Which two of your sources disagree?"
SEATS = ("Example River Trust", "Example City Library")


def _ask(page: Page, site: Site) -> str:
    """The organiser asks; unattributed answers among two are refused first. Gives the address."""
    enter_as(page, "Organiser").goto("/c/practice-cohort/prompts/write")
    page.get_by_role("textbox", name="The question").fill(QUESTION)
    page.get_by_role("radio", name="Some").check()
    unfold(page, "Choose whom")
    for name in SEATS:
        page.get_by_role("group", name="Organisations").get_by_role("checkbox", name=name).check()
    page.get_by_role("checkbox", name="One answer for each organisation").check()
    page.get_by_role("button", name="Ask this prompt").click()
    expect(page.get_by_role("alert")).to_contain_text("at least 5 organisations")
    page.get_by_role("checkbox", name="Admit unattributed answers").uncheck()
    page.get_by_role("button", name="Ask this prompt").click()
    headed(page, QUESTION)
    return page.url.removeprefix(site.address)


def test_a_seat_answers_as_one(site: Site, open_browser: Callable[..., Page]) -> None:
    """Without scripts. Deputy and member share a draft, one gives it, both have it, and others do not know of it."""

    def make() -> Page:
        return open_browser(site, java_script_enabled=False)

    address = _ask(make(), site)
    member, deputy = enter_as(make(), f"Member at {SEATS[0]}"), enter_as(make(), f"Deputy at {SEATS[0]}")
    member.goto(address)
    member.get_by_label("In your words").fill("Our gauges and the *weather office*.")
    member.get_by_role("button", name="Keep as a draft").click()
    told(member, "read by those who hold your organisation’s seat")
    deputy.goto(address)
    expect(deputy.get_by_label("In your words")).to_have_value("Our gauges and the *weather office*.")
    deputy.get_by_role("radio", name="Those who are asked").check()
    deputy.get_by_role("radio", name="As my organisation").check()
    deputy.get_by_role("button", name="Give this answer").click()
    told(deputy, "Your answer is saved.")
    expect(deputy.get_by_text(f"Written with Member at {SEATS[0]}.")).to_be_visible()
    member.goto("/me/journal")
    expect(member.get_by_role("link", name=QUESTION)).to_be_visible()
    other = enter_as(make(), f"Member at {SEATS[1]}")
    other.goto(address)
    expect(other.locator("#voices em")).to_have_text("weather office")
    stranger = enter_as(make(), "Member at Example Transit Forum")
    assert stranger.goto(address).status == 404
    stranger.goto("/c/practice-cohort/prompts")
    expect(stranger.get_by_text(QUESTION)).to_have_count(0)


def test_the_pages_of_it_pass(site: Site, open_browser: Callable[..., Page]) -> None:
    page = open_browser(site, **checks.WIDE_AND_LIGHT)
    listener = checks.Listener(page, site.address)
    address = _ask_another(page, site)
    wrong = []
    for path in (address, f"{address}/edit"):
        response = page.goto(path)
        wrong += checks.examine(page, response, listener)
    assert wrong == []


def _ask_another(page: Page, site: Site) -> str:
    enter_as(page, "Organiser").goto("/c/practice-cohort/prompts/write")
    page.get_by_role("textbox", name="The question").fill("Whom would you ask first?")
    page.get_by_role("radio", name="Some").check()
    unfold(page, "Choose whom")
    page.get_by_role("group", name="People by name").get_by_role("checkbox").first.check()
    page.get_by_role("checkbox", name="Admit unattributed answers").uncheck()
    page.get_by_role("button", name="Ask this prompt").click()
    headed(page, "Whom would you ask first?")
    return page.url.removeprefix(site.address)
