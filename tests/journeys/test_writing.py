"""Writing together in a browser: marks, what is pasted, and images that are dropped."""

import base64
import io
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.site import Site
from tests.journeys.steps import enter_as

pytestmark = pytest.mark.browser
TRANSFER = """(field, [kind, name, bytes, html, text]) => {
  const moved = new DataTransfer();
  const raw = Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0));
  if (bytes) moved.items.add(new File([raw], name, { type: "image/png" }));
  if (html) { moved.setData("text/html", html); moved.setData("text/plain", text); }
  field.focus();
  const options = { bubbles: true, cancelable: true };
  field.dispatchEvent(kind === "drop" ? new DragEvent("drop", { dataTransfer: moved, ...options })
    : new ClipboardEvent("paste", { clipboardData: moved, ...options }));
}"""


def _begin(page: Page, title: str) -> str:
    enter_as(page, "Facilitator").goto("/c/practice-cohort/materials/new")
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Begin", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return page.url


def _picture() -> str:
    data = io.BytesIO()
    Image.new("RGB", (64, 32), "#0b6e6e").save(data, "PNG")
    return base64.b64encode(data.getvalue()).decode()


def test_marks_a_paste_and_a_picture(site: Site, open_browser: Callable[..., Page]) -> None:
    page = open_browser(site)
    address = _begin(page, "Who keeps the river")
    text = page.get_by_role("textbox", name="Text")
    text.fill("Everybody")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+b")
    page.keyboard.press("End")
    page.keyboard.type(" ")
    text.evaluate(TRANSFER, ["paste", "", "", "<p>who <b>drinks</b><script>x()</script></p>", "who drinks"])
    expect(text).to_have_value("**Everybody** who **drinks**")
    text.evaluate(TRANSFER, ["drop", "river.png", _picture(), "", ""])
    page.get_by_role("dialog").get_by_label("What it shows").fill("A river")
    page.get_by_role("dialog").get_by_role("button", name="Bring the image").click()
    expect(page.get_by_text("river.png is here, and its line stands in the text.")).to_be_visible()
    expect(text).to_have_value("**Everybody** who **drinks**\n\n![A river](images/who-keeps-the-river/river.png)")
    expect(page.get_by_role("region", name="Preview").get_by_role("img", name="A river")).to_be_visible()
    expect(page.locator("[data-autosave-state]")).to_have_text("Saved as a draft")
    text.evaluate(TRANSFER, ["drop", "not.png", base64.b64encode(b"No image").decode(), "", ""])
    page.get_by_role("dialog").get_by_label("What it shows").fill("Nothing")
    page.get_by_role("dialog").get_by_role("button", name="Bring the image").click()
    expect(page.get_by_text("This is not an image that can be shown here.")).to_be_visible()
    page.goto(address)
    expect(text).to_have_value("**Everybody** who **drinks**\n\n![A river](images/who-keeps-the-river/river.png)")


def test_two_at_once_lose_nothing(site: Site, open_browser: Callable[..., Page]) -> None:
    first, second = open_browser(site), open_browser(site)
    address = _begin(first, "Two write at once")
    first.get_by_role("textbox", name="Text").fill("One.\n\nTwo.")
    expect(first.locator("[data-autosave-state]")).to_have_text("Saved as a draft")
    enter_as(second, "Organiser").goto(address)
    # The words of the save before stand there still, so they do not tell that this one has arrived.
    with first.expect_response(lambda response: response.request.method == "POST" and response.ok):
        first.get_by_role("textbox", name="Text").fill("One, of the first.\n\nTwo.")
    second.get_by_role("textbox", name="Text").fill("One.\n\nTwo, of the second.")
    expect(second.locator("[data-autosave-state]")).to_contain_text("changed this text since you opened it.")
    second.get_by_role("button", name="Save the draft").last.click()
    expect(second.get_by_role("heading", name="Two changed it at once")).to_be_visible()
    expect(second.get_by_role("textbox", name="Text")).to_have_value("One, of the first.\n\nTwo, of the second.")
    second.get_by_role("button", name="Save the draft").last.click()
    second.goto(address)
    expect(second.get_by_role("textbox", name="Text")).to_have_value("One, of the first.\n\nTwo, of the second.")
