"""A step under the Chatham House rule asks what members answered with their names: revealed, nobody is named any more,
in no view of the room, on no page after it and in no file."""

from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.site import Site
from tests.journeys.steps import agree_to_all, enter_as, go_to, plan_now, told

pytestmark = pytest.mark.browser
COHORT, TITLE = "/c/practice-cohort", "What did you build, and would you again?"
PROMPT = "What did you build yourselves, and would you do so again?"
PLACES = ("Example Coast Watch", "Example Growers’ Cooperative", "Example Weather Observers")
SAID = [f"Candid {number}, and never again." for number in range(len(PLACES))]
NAMES = ("Member at", *PLACES)


def test_who_gave_a_name_is_named_nowhere(site: Site, open_browser: Callable[..., Page]) -> None:
    leads, screen = enter_as(open_browser(site), "Facilitator"), enter_as(open_browser(site), "Organiser")
    _ask(screen)
    page = plan_now(leads, TITLE, "Silent writing, revealed together")
    _lay_down_the_rule(leads)
    members = [enter_as(open_browser(site), f"Member at {place}") for place in PLACES]
    for each, said in zip(members, SAID, strict=True):
        _answer_with_a_name(each, said)
    screen.goto(f"{page}/screen")
    for each in (leads, *members):
        each.goto(f"{page}/room")
    go_to(leads, "Write in silence")
    _change_it_in_the_room(members[0])
    leads.get_by_role("button", name="Reveal what is written").click()
    _names_nobody(leads.locator("#room-voices"), SAID)
    _names_nobody(screen.locator("main"), SAID)
    for number, each in enumerate(members):
        _names_nobody(each.locator("#room-voices"), SAID[:number] + SAID[number + 1 :])
    _refuses_a_name_in_the_notes(members[1])
    site.let_its_hour_come(int(page.rsplit("/", 1)[1]))
    leads.get_by_role("button", name="End the roundtable").click()
    told(leads, "The roundtable has ended.")
    _after_it(leads, page)
    taken = [_take_along(site, each, name) for each, name in ((leads, "facilitator@"), (members[0], "coast@"))]
    assert [[said for said in SAID if said in file] for file in taken] == [[], SAID[:1]]


def _ask(organiser: Page) -> None:
    organiser.goto(f"{COHORT}/prompts/choose")
    organiser.get_by_label(PROMPT).check()
    organiser.get_by_role("button", name="Ask these prompts").click()
    expect(organiser.get_by_role("link", name=PROMPT).first).to_be_visible()


def _lay_down_the_rule(leads: Page) -> None:
    leads.get_by_role("link", name="Build the agenda").click()
    leads.get_by_role("link", name="Change: Write in silence").click()
    leads.get_by_label("The prompt that is answered in it").select_option(PROMPT)
    leads.get_by_label("What may be said of it afterwards").select_option("chatham-house")
    leads.get_by_role("button", name="Save the step").click()
    expect(leads.locator(".step").first).to_contain_text("Chatham House")


def _answer_with_a_name(member: Page, said: str) -> None:
    member.goto(f"{COHORT}/prompts")
    member.get_by_role("link", name=PROMPT).first.click()
    agree_to_all(member)
    member.get_by_label("In your words").fill(said)
    member.get_by_label("The cohort").check()
    member.get_by_label("With my name").check()
    member.get_by_role("button", name="Give this answer").click()
    told(member, "Your answer is saved.")


def _change_it_in_the_room(member: Page) -> None:
    """There is one way to be named, and it is chosen."""
    field = member.get_by_label("In your words")
    expect(field).to_have_value(SAID[0])
    expect(member.get_by_label("With my name")).to_have_count(0)
    expect(member.get_by_label("Unattributed")).to_be_checked()
    member.get_by_role("button", name="Save the change").click()
    expect(member.locator("#room-work")).to_contain_text("Save the change")


def _names_nobody(part: Locator, read: list[str]) -> None:
    """All that others wrote is read there, and no name."""
    for said in read:
        expect(part).to_contain_text(said)
    _free_of_names(part.inner_text())


def _free_of_names(text: str) -> None:
    assert [name for name in NAMES if name in text] == []


def _refuses_a_name_in_the_notes(member: Page) -> None:
    said = member.get_by_role("textbox", name="What was said: Write in silence")
    said.fill(f"{PLACES[0]} would not build it again.")
    member.get_by_role("button", name="Keep the note: What was said").click()
    expect(member.get_by_role("alert")).to_contain_text(PLACES[0])
    said.fill("One of us would not build it again.")
    member.get_by_role("button", name="Keep the note: What was said").click()
    expect(said).to_have_value("One of us would not build it again.")


def _after_it(leads: Page, page: str) -> None:
    leads.goto(page)
    for heading in ("What was asked", "Notes"):
        part = leads.locator("section").filter(has=leads.get_by_role("heading", name=heading, exact=True)).first
        _free_of_names(part.inner_text())
    leads.get_by_role("link", name=PROMPT).first.click()
    _names_nobody(leads.locator("#voices"), SAID)
    leads.goto(f"{page}/notes")
    with leads.expect_download() as taken:
        leads.get_by_role("link", name="Take the notes along (Markdown)").click()
    text = Path(taken.value.path()).read_text("utf-8")
    assert "One of us would not build it again." in text
    _free_of_names(text)


def _take_along(site: Site, page: Page, address: str) -> str:
    """All texts of the file of everything that is held on somebody."""
    page.goto("/me/take-along")
    page.get_by_role("button", name="Put it together").click()
    site.mail(to=address, subject="Everything held on you is ready to fetch")
    page.goto("/me/take-along")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Fetch it (ZIP)").click()
    with ZipFile(taken.value.path()) as file:
        return "\n".join(file.read(name).decode("utf-8", "replace") for name in file.namelist())
