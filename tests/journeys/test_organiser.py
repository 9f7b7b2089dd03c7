"""An organiser's story: a cohort begun, filled, gathered, published and closed, all from its own pages."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.site import Site, link_in, text_of
from tests.journeys.steps import enter_as, headed, told, unfold

pytestmark = pytest.mark.browser

COHORT = "/c/keepers-of-light"
KEEPER = "keeper@example.net"
PROMPT = "Which of your rules was right when it was made and is in the way today?"
MATERIAL = "/library/what-a-lighthouse-keeps"
DAY = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
# As a spreadsheet program on Windows writes it: a byte order mark, semicolons, CR LF.
HEAD = "\ufefforganisation;home_page;country;name;email;role;deputy\r\n"
GOOD = "Example Mill;https://example.org/mill;NL;Mila Example;mila@example.net;member;no\r\n"
BAD = "Example Ferry;;NO;Finn Example;finn.example.net;member;no\r\n"
MENDED = "Example Ferry;;NO;Finn Example;finn@example.net;member;no\r\n"


def test_an_organiser_from_the_first_day_to_the_last(site: Site, open_browser: Callable[..., Page]) -> None:
    page = enter_as(open_browser(site), "Organiser")
    keeper = open_browser(site, java_script_enabled=False)
    reader = open_browser(site, java_script_enabled=False)

    _starts_a_cohort(page)
    _adds_an_organisation_and_invites(page)
    _brings_a_spreadsheet(page)
    _opens_it(page)
    _is_joined_by(site, keeper)
    _names_a_deputy(page)
    _asks_a_prompt(site, page)
    _plans_a_roundtable(site, page)
    _moves_it(site, page)
    _cancels_it(site, page)
    _writes_a_material(page)
    _publishes_it(page, reader)
    _corrects_it(page, reader)
    _withdraws_it(page, reader)
    _closes_the_cohort(page)
    _alumni_keep_reading(keeper)


def _starts_a_cohort(page: Page) -> None:
    page.get_by_role("link", name="Cohorts").first.click()
    page.get_by_role("link", name="Start a cohort").click()
    page.get_by_label("Name").fill("Keepers of light")
    page.get_by_label("Theme").fill("Looking after what others steer by")
    page.get_by_label("First day").fill(datetime.now(UTC).date().isoformat())
    page.get_by_label("Last day").fill((datetime.now(UTC) + timedelta(days=120)).date().isoformat())
    page.get_by_label("Time zone").select_option("Europe/London")
    page.get_by_role("button", name="Start as a draft").click()
    told(page, "The cohort is a draft: only its organisers see it.")
    assert page.url.endswith(f"{COHORT}/people")


def _adds_an_organisation_and_invites(page: Page) -> None:
    page.get_by_role("link", name="Add an organisation").first.click()
    page.get_by_label("Name").fill("Example Lighthouse")
    page.get_by_label("Country").select_option(label="Norway")
    page.get_by_role("button", name="Give it a seat").click()
    told(page, "Example Lighthouse has a seat.")
    page.get_by_label("Address for mail").fill(KEEPER)
    page.get_by_role("button", name="Send the invitation").click()
    told(page, f"An invitation goes to {KEEPER}.")


def _brings_a_spreadsheet(page: Page) -> None:
    page.get_by_role("link", name="Bring a CSV file").click()
    _brings(page, HEAD + GOOD + BAD)
    expect(page.get_by_role("alert").get_by_text("Line 3:")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Carry out"))).to_have_count(0)
    page.goto(f"{COHORT}/import")
    _brings(page, HEAD + GOOD + MENDED)
    page.get_by_role("button", name="Carry out 2 lines").click()
    told(page, "2 lines were carried out.")
    expect(page.get_by_role("heading", level=2).first).to_have_text("3 seats")


def _brings(page: Page, table: str) -> None:
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": table.encode()}
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="See what would happen").click()
    headed(page, "What would happen")


def _opens_it(page: Page) -> None:
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("button", name="Open the cohort").click()
    told(page, "The cohort is open, and has a public page.")


def _is_joined_by(site: Site, keeper: Page) -> None:
    keeper.goto(link_in(site.mail(to=KEEPER, subject="Invitation"), "/invitations/"))
    keeper.get_by_label("Your name").fill("Kari Keeper")
    keeper.get_by_label("Your time zone").select_option("Europe/Oslo")
    keeper.get_by_role("button", name="Accept the invitation").click()
    told(keeper, "Welcome to the cohort Keepers of light.")
    assert site.mail(to="mila@example.net", subject="Invitation")


def _names_a_deputy(page: Page) -> None:
    page.get_by_role("link", name="People and seats").click()
    page.get_by_role("link", name="Kari Keeper").click()
    page.get_by_role("button", name="Name as the deputy of this seat").click()
    expect(page.get_by_role("paragraph").filter(has_text="Kari Keeper")).to_contain_text("deputy")


def _asks_a_prompt(site: Site, page: Page) -> None:
    page.goto(f"{COHORT}/prompts")
    page.get_by_role("link", name="Choose from the library").first.click()
    page.get_by_label(PROMPT).check()
    page.get_by_label("A focus question").check()
    page.get_by_role("button", name="Ask these prompts").click()
    expect(page.get_by_role("link", name=PROMPT)).to_be_visible()
    assert PROMPT in text_of(site.mail(to=KEEPER, subject="You are asked"))


def _plans_a_roundtable(site: Site, page: Page) -> None:
    page.goto(COHORT)
    page.get_by_role("link", name="Plan a roundtable").click()
    page.get_by_label("Title").fill("Who trims the lamp?")
    page.get_by_label("Day", exact=True).fill(DAY)
    page.get_by_label("Time", exact=True).fill("15:00")
    page.get_by_label("Link to the meeting").fill("https://meet.example.org/lamp")
    page.get_by_label("What to read before").fill("On lamps https://example.org/lamps")
    page.get_by_label(PROMPT).select_option(label="Before")
    page.get_by_role("button", name="Plan it and invite everybody").click()
    headed(page, "Who trims the lamp?")
    expect(page.get_by_text("Kari Keeper · Example Lighthouse · has not answered")).to_be_visible()
    assert "Who trims the lamp?" in text_of(_newest(site, 1))


def _moves_it(site: Site, page: Page) -> None:
    page.get_by_role("link", name="Move", exact=True).click()
    page.get_by_label("Time", exact=True).fill("16:30")
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_text("16:30 London")).to_be_visible()
    page.get_by_role("button", name="Move it and tell everybody").click()
    told(page, "The roundtable is moved")
    assert "16:30" in text_of(_newest(site, 2))


def _cancels_it(site: Site, page: Page) -> None:
    page.get_by_role("link", name="Cancel", exact=True).click()
    page.get_by_label("A word to them").fill("The storm is too strong.")
    page.get_by_role("button", name="Cancel it and tell them").click()
    told(page, "The roundtable is cancelled.")
    assert "The storm is too strong." in text_of(_newest(site, 3))


def _newest(site: Site, number: int):
    """The ``number``-th mail to the keeper about the roundtable."""
    return site.mail(to=KEEPER, subject="Who trims the lamp?", number=number)


def _writes_a_material(page: Page) -> None:
    page.goto(COHORT)
    page.get_by_role("link", name="Materials being written").click()
    page.get_by_role("link", name="Begin a material").first.click()
    page.get_by_label("Title").fill("What a lighthouse keeps")
    page.get_by_role("button", name="Begin", exact=True).click()
    headed(page, "What a lighthouse keeps")
    page.get_by_role("textbox", name="Summary (optional)").fill("A short text on keeping.")
    page.locator("#f-text").fill("## The lamp\n\nIt is **lit** every evening.")
    expect(page.locator("[data-preview-of=f-text] strong")).to_have_text("lit")
    page.get_by_role("group", name="Credit 1").get_by_label("Name").fill("Olga Organiser")
    page.get_by_role("button", name="Save the draft").click()
    told(page, "Saved. Only those who write this material see the draft.")
    _brings_an_image(page)
    page.goto(COHORT)
    page.get_by_role("link", name="What a lighthouse keeps").first.click()


def _brings_an_image(page: Page) -> None:
    picture = BytesIO()
    Image.new("RGB", (640, 320), "#0b6e6e").save(picture, "PNG")
    file = {"name": "lamp.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    page.get_by_label("An image").set_input_files(file)
    page.get_by_role("textbox", name="What it shows").fill("A lamp in the evening")
    page.get_by_role("button", name="Bring the image").click()
    told(page, "The image is here.")
    line = page.locator("#images code").inner_text().replace('""', '"The lamp."')
    page.locator("#f-text").fill(f"## The lamp\n\nIt is **lit** every evening.\n\n{line}\n")
    page.get_by_role("button", name="Save the draft").click()
    told(page, "Saved.")


def _publishes_it(page: Page, reader: Page) -> None:
    assert reader.goto(MATERIAL).status == 404
    page.get_by_role("button", name="Save, and look at what will be public").click()
    headed(page, "Publish")
    page.get_by_role("button", name="Publish now").click()
    told(page, "Version 1 is public")
    assert reader.goto(MATERIAL).status == 200
    headed(reader, "What a lighthouse keeps")
    expect(reader.get_by_text("Olga Organiser").first).to_be_visible()
    picture = reader.get_by_role("img", name="A lamp in the evening")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    reader.goto("/library")
    expect(reader.get_by_role("link", name="What a lighthouse keeps")).to_be_visible()


def _corrects_it(page: Page, reader: Page) -> None:
    page.locator("#f-text").fill("## The lamp\n\nIt is lit at dusk.\n")
    page.get_by_role("button", name="Save, and look at what will be public").click()
    headed(page, "Publish a correction")
    page.get_by_role("link", name="What this changes of the public version").click()
    expect(page.get_by_text("It is lit at dusk.").first).to_be_visible()
    page.go_back()
    page.get_by_label("What is changed").first.fill("Dusk, not evening.")
    page.get_by_role("button", name="Publish the correction").click()
    told(page, "Version 2 is public")
    reader.goto(MATERIAL)
    expect(reader.get_by_text("It is lit at dusk.")).to_be_visible()
    expect(reader.get_by_text("Dusk, not evening.")).to_be_visible()
    reader.goto(f"{MATERIAL}/v/1")
    expect(reader.get_by_text("every evening.")).to_be_visible()
    reader.goto(MATERIAL)
    reader.get_by_role("link", name="What version 2 changed").click()
    headed(reader, "What version 2 changed")
    expect(reader.locator("ins").filter(has_text="dusk").first).to_be_visible()


def _withdraws_it(page: Page, reader: Page) -> None:
    page.get_by_role("link", name="Withdraw the material from the public").click()
    page.get_by_label("Reason").fill("The lamp is electric now.")
    page.get_by_role("button", name="Withdraw it now").click()
    told(page, "The material is withdrawn.")
    assert [reader.goto(path).status for path in (MATERIAL, f"{MATERIAL}/v/1")] == [410, 410]
    headed(reader, "This material was withdrawn")
    expect(reader.get_by_text("The lamp is electric now.")).to_be_visible()
    reader.goto("/library")
    expect(reader.get_by_role("link", name="What a lighthouse keeps")).to_have_count(0)


def _closes_the_cohort(page: Page) -> None:
    page.goto(f"{COHORT}/settings")
    unfold(page, "Close the cohort")
    page.get_by_role("button", name="Close the cohort now").click()
    told(page, "The cohort is closed. Its people keep reading what they could read.")


def _alumni_keep_reading(keeper: Page) -> None:
    assert keeper.goto(f"{COHORT}/prompts").status == 200
    expect(keeper.get_by_role("link", name=PROMPT)).to_be_visible()
