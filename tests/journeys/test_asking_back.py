"""A member says something with their name; others ask back, out of a page without scripts; the answer goes round."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import checks
from tests.journeys.site import Site, text_of
from tests.journeys.steps import enter_as, told

pytestmark = pytest.mark.browser

AUTHOR, ASKER = "Member at Example Seed Archive", "Member at Example Growers’ Cooperative"
PROMPT = "How do people learn that you have made a mistake with data?"
SAID, ASKED, ANSWERED = "That nobody has to ask twice.", "And if **nobody** asks?", "Then we *call*."


def test_a_question_goes_back_and_its_answer_round(site: Site, open_browser: Callable[..., Page]) -> None:
    author = enter_as(open_browser(site, **checks.WIDE_AND_LIGHT), AUTHOR)
    _say(author)
    asker = enter_as(open_browser(site, java_script_enabled=False), ASKER)
    asker.get_by_role("link", name=PROMPT).first.click()
    voice = asker.get_by_role("article").filter(has_text=AUTHOR)
    voice.get_by_role("button", name="This resonates").click()
    expect(voice.get_by_role("button", name="This resonates")).to_have_attribute("aria-pressed", "true")
    voice.get_by_text("Ask back").click()
    voice.get_by_label("Your question").fill(ASKED)
    voice.get_by_role("button", name="Ask", exact=True).click()
    told(asker, "Your question is asked.")

    mail = text_of(site.mail(to="seeds@example.org", subject="A question waits for you"))
    assert (PROMPT in mail, "nobody" in mail) == (True, False)
    author.goto("/me")
    author.get_by_role("link", name=f"{ASKER} asks back about your answer").click()
    author.get_by_label("Your answer to it").fill(ANSWERED)
    author.get_by_role("button", name="Answer it").click()
    told(author, "Your answer stands under the question.")
    asker.reload()
    expect(voice.get_by_text("Then we call.")).to_be_visible()
    expect(voice.get_by_role("button", name="Take your question back")).to_have_count(0)

    with author.expect_download() as taken:
        author.goto("/me/journal")
        author.get_by_role("link", name="Take it along as one Markdown file").click()
    assert taken.value.suggested_filename == "journal.md"
    assert [words in taken.value.path().read_text("utf-8") for words in (SAID, ASKED, ANSWERED)] == [True] * 3


def test_pages_with_threads_are_as_good_as_the_others(site: Site, open_browser: Callable[..., Page]) -> None:
    """With a question that waits, for its author, for whoever asked it, and for everybody."""
    author = enter_as(open_browser(site, **checks.WIDE_AND_LIGHT), "Member at Example Coast Watch")
    _say(author)
    asker = enter_as(open_browser(site, **checks.WIDE_AND_LIGHT), "Member at Example Transit Forum")
    asker.get_by_role("link", name=PROMPT).first.click()
    voice = asker.get_by_role("article").filter(has_text="Example Coast Watch")
    voice.get_by_text("Ask back").click()
    voice.get_by_label("Your question").fill(ASKED)
    voice.get_by_role("button", name="Ask", exact=True).click()
    reader = open_browser(site, **checks.WIDE_AND_LIGHT)
    inside = asker.url.partition("#")[0]
    found = {}
    for who, page, path in (
        ("author", author, inside), ("asker", asker, inside), ("journal", author, "/me/journal"),
        ("me", author, "/me"), ("reader", reader, "/questions/how-you-admit-mistakes"),
    ):  # fmt: skip
        listener = checks.Listener(page, site.address)
        response = page.goto(path)
        assert (response.status, "asks back" in response.text()) == (200, True), who
        found[who] = list(checks.examine(page, response, listener, crossed=True))
    assert found == {who: [] for who in found}


def _say(author: Page) -> None:
    author.get_by_role("link", name=PROMPT).first.click()
    author.get_by_label("In your words").fill(SAID)
    author.get_by_role("group", name="Who may read it?").get_by_label("Everyone").check()
    author.get_by_role("group", name="How are you named?").get_by_label("With my name").check()
    author.get_by_role("button", name="Give this answer").click()
    told(author, "Your answer is saved.")
