"""A reader's story: no account, no scripts; from the home page to a material, and every way round it."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.site import NETWORK, Site
from tests.journeys.steps import headed

pytestmark = pytest.mark.browser

QUESTION = "What do you steward, and for whom?"
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def page(site: Site, open_browser: Callable[..., Page]) -> Page:
    """A phone on which no script runs."""
    return open_browser(site, java_script_enabled=False, viewport={"width": 360, "height": 740})


def test_from_a_question_to_a_material_and_its_version(page: Page) -> None:
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name=QUESTION).first.click()
    headed(page, QUESTION)
    material = page.get_by_role("main").locator("a[href^='/library/']").first
    title = material.inner_text()
    material.click()
    headed(page, title)
    expect(page.get_by_role("link", name="Creative Commons").first).to_be_visible()
    expect(page.get_by_text("How to cite")).to_be_visible()
    page.goto(f"{page.url}/v/1")
    headed(page, title)


def test_the_library_narrowed_by_kind_and_topic(page: Page) -> None:
    page.goto("/library")
    count = page.get_by_role("main").get_by_role("status")
    everything = _number(count.inner_text())
    narrow = page.get_by_role("navigation", name="Narrow the list down")
    narrow.get_by_role("link", name="Blog post").click()
    posts = _number(count.inner_text())
    narrow.get_by_role("link", name="Trust").click()
    narrowed = page.get_by_role("list", name="Narrowed to").get_by_role("listitem")
    expect(narrowed.filter(has_text="Blog post")).to_be_visible()
    expect(narrowed.filter(has_text="Trust")).to_be_visible()
    assert everything > posts > _number(count.inner_text()) > 0


def test_a_search_and_what_any_text_does_to_it(page: Page) -> None:
    page.goto("/")
    page.locator("header a[href='/search']").click()
    page.get_by_role("main").get_by_role("searchbox").fill("rivers and maps")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    expect(page.get_by_role("article").first.locator("mark").first).to_be_visible()
    page.goto("/search?q=%22%28*%3B--%20%3Cb%3E%F0%9F%90%9F")
    headed(page, "Search")
    assert page.locator("main b").count() == 0


def test_an_organisation_and_its_cohort(page: Page) -> None:
    page.goto("/organisations")
    page.get_by_role("link", name="WikiRate").first.click()
    headed(page, "WikiRate")
    page.get_by_role("main").get_by_role("link", name="Stewards of open data").first.click()
    headed(page, "Stewards of open data")
    for name in ("WikiRate", "MetaBrainz Foundation"):
        expect(page.get_by_role("main").get_by_role("link", name=name).first).to_be_visible()


def test_the_feed_and_the_sitemap_lead_to_pages_that_are_there(page: Page, site: Site) -> None:
    page.goto("/")
    feed = page.locator("link[type='application/atom+xml']").first.get_attribute("href")
    entries = ET.fromstring(page.request.get(feed).body()).findall(f"{ATOM}entry")
    newest = entries[0].find(f"{ATOM}link").get("href")
    places = ET.fromstring(page.request.get("/sitemap.xml").body()).findall(f"{SITEMAP}url/{SITEMAP}loc")
    addresses = [place.text for place in places]
    assert newest in addresses
    assert {page.request.get(address).status for address in addresses[:60]} == {200}
    assert page.request.get("/robots.txt").text().splitlines()[-1] == f"Sitemap: {site.address}/sitemap.xml"


def test_in_french(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Français").click()
    assert (page.locator("html").get_attribute("lang"), page.url.rsplit("/", 2)[-2:]) == ("fr", ["fr", ""])
    page.get_by_role("link", name="Bibliothèque").first.click()
    headed(page, "Bibliothèque")
    assert page.url.endswith("/fr/library")


def test_a_page_that_is_not_there(page: Page) -> None:
    assert page.goto("/library/no-such-thing").status == 404
    expect(page.get_by_text("There is no such page, or it is not open to you.")).to_be_visible()
    page.get_by_role("link", name=NETWORK).first.click()
    assert page.url.count("/") == 3


def _number(text: str) -> int:
    return int(re.match(r"\d+", text.strip()).group())
