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
def phone(site: Site, open_browser: Callable[..., Page]) -> Page:
    """A phone on which no script runs."""
    return open_browser(site, java_script_enabled=False, viewport={"width": 360, "height": 740})


def test_from_a_question_to_a_material_and_its_version(phone: Page) -> None:
    phone.goto("/")
    phone.get_by_role("main").get_by_role("link", name=QUESTION).first.click()
    headed(phone, QUESTION)
    material = phone.get_by_role("main").locator("a[href^='/library/']").first
    title = material.inner_text()
    material.click()
    headed(phone, title)
    expect(phone.get_by_role("link", name="CC BY 4.0").first).to_be_visible()
    expect(phone.get_by_text("How to cite")).to_be_visible()
    phone.goto(f"{phone.url}/v/1")
    headed(phone, title)


def test_the_library_narrowed_by_kind_and_topic(phone: Page) -> None:
    phone.goto("/library")
    count = phone.get_by_role("main").get_by_role("status")
    everything = _number(count.inner_text())
    narrow = phone.get_by_role("navigation", name="Narrow the list down")
    narrow.get_by_role("link", name="Blog post").click()
    posts = _number(count.inner_text())
    narrow.locator("a[href$='topic=trust']").click()
    narrowed = phone.get_by_role("list", name="Narrowed to").get_by_role("listitem")
    expect(narrowed.filter(has_text="Blog post")).to_be_visible()
    expect(narrowed.filter(has_text="Topic Trust")).to_be_visible()
    assert everything > posts > _number(count.inner_text()) > 0


def test_a_search_and_what_any_text_does_to_it(phone: Page) -> None:
    phone.goto("/")
    phone.locator("header a[href='/search']").click()
    phone.get_by_role("main").get_by_role("searchbox").fill("river map")
    phone.get_by_role("main").get_by_role("button", name="Search").click()
    expect(phone.get_by_role("article").first.locator("mark").first).to_be_visible()
    phone.goto("/search?q=%22%28*%3B--%20%3Cb%3E%F0%9F%90%9F")
    headed(phone, "Search")
    assert phone.locator("main b").count() == 0


def test_a_search_while_typing(site: Site, open_browser: Callable[..., Page]) -> None:
    page = open_browser(site)
    page.goto("/search")
    page.get_by_role("main").get_by_role("searchbox").press_sequentially("ecosys")
    expect(page.get_by_role("article").first.locator("mark").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"/search\?q=ecosys$"))


def test_a_word_of_a_transcript(site: Site, open_browser: Callable[..., Page]) -> None:
    page = open_browser(site)
    page.goto("/library/how-a-roundtable-works")
    transcript = page.locator("#transcript")
    said = transcript.locator("p[data-start]:visible")
    everything = said.count()
    transcript.get_by_label("Find in the transcript").fill("QUESTION")
    found = [text for text in said.all_inner_texts() if "question" in text.lower()]
    assert (said.count(), 0 < len(found) < everything) == (len(found), True)
    assert transcript.locator("output").inner_text() == f"Paragraphs with these words: {len(found)}"
    transcript.get_by_label("Find in the transcript").fill("")
    assert said.count() == everything


def test_how_to_cite_is_copied_with_one_press(site: Site, open_browser: Callable[..., Page]) -> None:
    page = open_browser(site, permissions=["clipboard-read", "clipboard-write"])
    page.goto("/library/how-a-roundtable-works")
    page.get_by_role("button", name="Copy: APA").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
    cited = page.evaluate("navigator.clipboard.readText()")
    assert cited == page.locator("#cite .cite").first.inner_text().strip()
    assert "How a roundtable works, in three minutes [Video]." in cited


def test_on_paper_stands_only_what_paper_can_use(site: Site, open_browser: Callable[..., Page]) -> None:
    page = open_browser(site)
    page.goto("/library/how-a-roundtable-works")
    page.emulate_media(media="print")
    sections = page.locator("main > section:visible").evaluate_all("all => all.map(one => one.id)")
    assert sections == ["about", "cite"]
    assert page.locator("#about dt:visible").all_inner_texts() == ["Cohort", "Topics", "Licence"]


def test_an_organisation_and_its_cohort(phone: Page) -> None:
    phone.goto("/organisations")
    phone.get_by_role("link", name="WikiRate").first.click()
    headed(phone, "WikiRate")
    phone.get_by_role("main").get_by_role("link", name="Stewards of open data").first.click()
    headed(phone, "Stewards of open data")
    for name in ("WikiRate", "MetaBrainz Foundation"):
        expect(phone.get_by_role("main").get_by_role("link", name=name).first).to_be_visible()


def test_the_feed_and_the_sitemap_lead_to_pages_that_are_there(phone: Page, site: Site) -> None:
    phone.goto("/")
    feed = phone.locator("link[type='application/atom+xml']").first.get_attribute("href")
    entries = ET.fromstring(phone.request.get(feed).body()).findall(f"{ATOM}entry")
    newest = entries[0].find(f"{ATOM}link").get("href")
    places = ET.fromstring(phone.request.get("/sitemap.xml").body()).findall(f"{SITEMAP}url/{SITEMAP}loc")
    addresses = [place.text for place in places]
    assert newest in addresses
    assert {phone.request.get(address).status for address in addresses[:60]} == {200}
    assert phone.request.get("/robots.txt").text().splitlines()[-1] == f"Sitemap: {site.address}/sitemap.xml"


def test_in_french(phone: Page) -> None:
    phone.goto("/")
    phone.get_by_role("link", name="Français").click()
    assert (phone.locator("html").get_attribute("lang"), phone.url.rsplit("/", 2)[-2:]) == ("fr", ["fr", ""])
    phone.get_by_role("link", name="Bibliothèque").first.click()
    headed(phone, "Bibliothèque")
    assert phone.url.endswith("/fr/library")


def test_a_page_that_is_not_there(phone: Page) -> None:
    assert phone.goto("/library/no-such-thing").status == 404
    expect(phone.get_by_text("There is no such page, or it is not open to you.")).to_be_visible()
    phone.get_by_role("link", name=NETWORK).first.click()
    assert phone.url.count("/") == 3


@pytest.mark.parametrize(
    "path",
    ["/", "/questions", "/library?kind=blogpost", "/cohorts", "/cohorts/practice-cohort", "/organisations/wikirate",
     "/library/how-a-roundtable-works", "/questions/what-do-you-steward-and-for-whom/group"],
)  # fmt: skip
def test_no_word_is_too_long_for_a_phone(site: Site, open_browser: Callable[..., Page], path: str) -> None:
    page = open_browser(site, bypass_csp=True, viewport={"width": 360, "height": 740})
    page.goto(path)
    width = page.evaluate(
        """word => {
          const roots = document.querySelectorAll("main, .masthead-name");
          for (const root of roots) {
            const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT, text =>
              text.data.trim() && !text.parentNode.closest("svg, pre, button, label, legend, script, .kicker, h2")
                ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_REJECT);
            const all = [];
            while (texts.nextNode()) all.push(texts.currentNode);
            for (const text of all) text.data = word;
          }
          return document.documentElement.scrollWidth;
        }""",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    )
    assert width == 360


def _number(text: str) -> int:
    return int(re.match(r"\d+", text.strip()).group())
