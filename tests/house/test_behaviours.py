"""The behaviours of pages in a real browser: what scripts add, and that nothing leaves that should stay."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Dialog, Page, Route, expect

from tests.house.macros import write

pytestmark = pytest.mark.browser

STATIC = Path(__file__).parents[2] / "peernet" / "static"
ORIGIN = "http://peernet.test"
Show = Callable[[str, str], Page]


@pytest.fixture
def show(chromium: Browser) -> Iterator[Show]:
    """Open a page of macros with one behaviour loaded; nothing reaches a network. The reader sits in Kolkata."""
    context = chromium.new_context(timezone_id="Asia/Kolkata")

    def open_page(behaviour: str, source: str) -> Page:
        page = context.new_page()
        script = (STATIC / "js" / f"{behaviour}.js").read_text()
        loading = '<!DOCTYPE html><html lang="en-GB"><script type="module" src="/behaviour.js"></script>'
        html = loading + write(source)
        page.route(f"{ORIGIN}/**", lambda route: route.fulfill(status=404))
        page.route(f"{ORIGIN}/behaviour.js", lambda route: route.fulfill(content_type="text/javascript", body=script))
        page.route(f"{ORIGIN}/", lambda route: route.fulfill(content_type="text/html", body=html))
        page.goto(f"{ORIGIN}/")
        return page

    yield open_page
    context.close()


@pytest.mark.parametrize(
    ("chosen", "value"),
    [("", "Asia/Kolkata"), (" selected", "Asia/Tokyo")],
    ids=["the own one, which browsers call Asia/Calcutta", "what was chosen stays"],
)
def test_a_zone_is_guessed_where_none_is_chosen(show: Show, chosen: str, value: str) -> None:
    page = show(
        "zone",
        '<label>Zone <select data-guess-zone><option value="">The city nearest to you<option>Europe/London'
        f"<option{chosen}>Asia/Tokyo<option>Asia/Kolkata</select></label>",
    )
    expect(page.get_by_label("Zone")).to_have_value(value)


def test_autosave_sends_everything_but_the_once_key_and_says_so(show: Show) -> None:
    page = show(
        "autosave",
        '{% call form("/send", data_autosave="/save") %}{{ field(none, "title", "Title") }}'
        '{{ hidden("version", 1) }}{{ autosave_state() }}{% endcall %}',
    )
    bodies: list[dict[str, list[str]]] = []

    def answer(route: Route) -> None:
        bodies.append(parse_qs(route.request.post_data))
        route.fulfill(status=204, headers={"X-Version": "2"})

    page.route(f"{ORIGIN}/save", answer)
    page.get_by_label("Title").fill("Who decides?")
    expect(page.locator("[data-autosave-state]")).to_have_text("Saved as a draft")
    assert bodies == [{"csrf_token": ["token"], "title": ["Who decides?"], "version": ["1"]}]
    assert page.locator("[name=version]").input_value() == "2"


def test_a_form_that_is_sent_while_it_is_being_saved_waits_for_its_version(show: Show) -> None:
    page = show(
        "autosave",
        '{% call form("/send", data_autosave="/save") %}{{ field(none, "title", "Title") }}'
        '{{ hidden("version", 1) }}{{ submit("Send", name="then", value="read") }}{% endcall %}',
    )
    held: list[Route] = []
    page.route(f"{ORIGIN}/save", lambda route: held.append(route))
    with page.expect_request(f"{ORIGIN}/save"):
        page.get_by_label("Title").fill("Who decides?")
    page.get_by_role("button", name="Send").click()
    with page.expect_request(f"{ORIGIN}/send") as sent:
        held[0].fulfill(status=204, headers={"X-Version": "2"})
    fields = parse_qs(sent.value.post_data)
    assert (fields["version"], fields["then"]) == (["2"], ["read"])


def test_autosave_that_is_refused_says_that_the_text_stays_and_tries_again(show: Show) -> None:
    page = show(
        "autosave",
        '{% call form("/send", data_autosave="/save") %}{{ field(none, "title", "Title") }}'
        "{{ autosave_state() }}{% endcall %}",
    )
    statuses = iter([503, 204])
    page.route(f"{ORIGIN}/save", lambda route: route.fulfill(status=next(statuses)))
    page.get_by_label("Title").fill("Who decides?")
    state = page.locator("[data-autosave-state]")
    expect(state).to_have_text("Not saved yet. Your text stays in this page, and saving is tried again.")
    expect(state).to_have_text("Saved as a draft")


def test_autosave_says_who_was_first_and_asks_again_only_for_what_is_typed_then(show: Show) -> None:
    page = show(
        "autosave",
        '{% call form("/send", data_autosave="/save") %}{{ field(none, "title", "Title") }}'
        "{{ autosave_state() }}{% endcall %}",
    )
    said = {"status": 409, "title": "Amina was first."}
    page.route(f"{ORIGIN}/save", lambda route: route.fulfill(status=409, json=said))
    page.get_by_label("Title").fill("Who decides?")
    expect(page.locator("[data-autosave-state]")).to_have_text("Amina was first.")


def test_preview_shows_what_the_server_makes_of_the_text(show: Show) -> None:
    page = show(
        "preview",
        '{% call form("/send") %}{{ textarea(none, "body", "Text", data_preview="/preview") }}{% endcall %}',
    )
    page.route(
        f"{ORIGIN}/preview",
        lambda route: route.fulfill(body=f"<p><em>{parse_qs(route.request.post_data)['text'][0]}</em></p>"),
    )
    page.get_by_label("Text").fill("so")
    expect(page.locator("[data-preview-of=f-body]")).to_have_text("so")
    assert page.locator("[data-preview-of=f-body]").inner_html() == "<p><em>so</em></p>"


def test_marks_are_set_taken_away_and_undone(show: Show) -> None:
    page = show("marks", '{% call form("/send") %}{{ textarea(none, "body", "Text", markdown=True) }}{% endcall %}')
    text, bar = page.get_by_role("textbox"), page.get_by_role("toolbar")
    text.fill("We decide together.")

    def choose(start: int, end: int) -> None:
        text.evaluate("(field, [from, to]) => { field.focus(); field.setSelectionRange(from, to); }", [start, end])

    choose(3, 9)
    page.keyboard.press("Control+b")
    expect(text).to_have_value("We **decide** together.")
    page.keyboard.press("Control+i")
    expect(text).to_have_value("We ***decide*** together.")
    page.keyboard.press("Control+i")
    page.keyboard.press("Control+b")
    expect(text).to_have_value("We decide together.")
    page.keyboard.press("Control+z")
    expect(text).to_have_value("We **decide** together.")
    page.keyboard.press("Control+k")
    page.keyboard.press("Control+a")
    bar.get_by_role("button", name="Quote").click()
    expect(text).to_have_value("> We [**decide**](https://) together.")
    bar.get_by_role("button", name="Quote").click()
    text.fill("one\ntwo")
    choose(0, 7)
    bar.get_by_role("button", name="Numbered list").click()
    expect(text).to_have_value("1. one\n2. two")
    bar.get_by_role("button", name="Numbered list").click()
    expect(text).to_have_value("one\ntwo")
    bar.get_by_role("button", name="Code").click()
    expect(text).to_have_value("```\none\ntwo\n```")
    text.fill("Note")
    bar.get_by_role("button", name="Footnote").click()
    expect(text).to_have_value("Note[^1]\n\n[^1]: What the note says.\n")
    text.fill("Table")
    bar.get_by_role("button", name="Table").click()
    expect(text).to_have_value("Table\n\n| Heading | Heading |\n| --- | --- |\n| cell | cell |\n")


def test_the_arrows_go_along_the_marks_which_are_one_stop_of_the_tab_key(show: Show) -> None:
    page = show("marks", '{% call form("/send") %}{{ textarea(none, "body", "Text", markdown=True) }}{% endcall %}')
    page.get_by_role("button", name="Bold").focus()
    for key, name in (("ArrowRight", "Italic"), ("End", "Footnote"), ("ArrowRight", "Bold"), ("ArrowLeft", "Footnote")):
        page.keyboard.press(key)
        expect(page.get_by_role("button", name=name, exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox")).to_be_focused()


PASTE = """(field, [html, text]) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/html", html);
  clipboardData.setData("text/plain", text);
  field.focus();
  return field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


def test_rich_text_is_pasted_as_markdown_and_as_plain_text_where_that_fails(show: Show) -> None:
    page = show("paste", '{% call form("/send") %}{{ textarea(none, "body", "Text", markdown=True) }}{% endcall %}')
    statuses = iter([200, 503])

    def answer(route: Route) -> None:
        said = parse_qs(route.request.post_data)["html"][0]
        route.fulfill(status=next(statuses), content_type="text/plain", body=f"**{len(said)}**\n")

    page.route(f"{ORIGIN}/pasting.paste", answer)
    text = page.get_by_role("textbox")
    assert not text.evaluate(PASTE, ["<b>bold</b>", "bold"])
    expect(text).to_have_value("**11**")
    text.evaluate(PASTE, ["<b>bold</b>", " plain"])
    expect(text).to_have_value("**11** plain")
    assert text.evaluate(PASTE, ["<span>plain</span>", "plain"])
    page.keyboard.press("Control+z")
    expect(text).to_have_value("")


def test_confirm_asks_and_a_no_sends_nothing(show: Show) -> None:
    page = show("confirm", '{% call form("/send") %}{{ submit("Delete", data_confirm="Sure?") }}{% endcall %}')
    asked: list[str] = []
    sent: list[str] = []

    def decline(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", decline)
    page.on("request", lambda request: sent.append(request.url))
    page.get_by_role("button", name="Delete").click()
    assert (asked, sent) == (["Sure?"], [])


def test_confirm_folds_away_on_escape(show: Show) -> None:
    page = show("confirm", '{% call confirm("Leave", "Gone.") %}{{ submit("Yes") }}{% endcall %}')
    page.get_by_text("Leave").click()
    expect(page.get_by_role("button", name="Yes")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Yes")).to_be_hidden()
    expect(page.get_by_text("Leave")).to_be_focused()


@pytest.mark.parametrize(("typed", "asked"), [("", 0), ("x", 1)])
def test_dirty_asks_only_when_something_was_typed(show: Show, typed: str, asked: int) -> None:
    page = show("dirty", '{% call form("/send") %}{{ field(none, "title", "Title") }}{% endcall %}<a href="/">Away</a>')
    dialogs: list[str] = []

    def leave(dialog: Dialog) -> None:
        dialogs.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.get_by_label("Title").press_sequentially(typed)
    page.get_by_role("link", name="Away").click()
    page.wait_for_load_state()
    assert dialogs == ["beforeunload"] * asked


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("Europe/London", "15:00 London · 20:30, yours"),
        ("Pacific/Auckland", "04:00 Auckland · Tuesday 20:30, yours"),
        ("Asia/Colombo", "20:30 Colombo"),
    ],
)
def test_local_time_stands_beside_an_hour_elsewhere(show: Show, zone: str, text: str) -> None:
    page = show("local-time", f'{{{{ time(moment, "{zone}") }}}}')
    expect(page.locator("time")).to_have_text(text)
