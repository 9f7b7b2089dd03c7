"""From an answer to a public quotation: agreed to out of a mail, read by a guest before it is public, published, taken
back, and gone everywhere."""

import io
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import checks
from tests.journeys.site import PEERNET, Site, link_in, serving, text_of, wait_for
from tests.journeys.steps import enter_as, headed, told

pytestmark = pytest.mark.browser

WORDS = "The data is the smaller half of that."
ANSWER, QUOTED = "To be candid, a promise quokkas would keep.", "A promise quokkas would keep."
QUESTION = "Which promise about your data could you make in public, and keep?"
MATERIAL = "whom-do-we-keep-it-for"
ADDRESS = "library@example.org"


def test_a_quotation_is_agreed_to_published_and_taken_back(
    prepared: Path, tmp_path: Path, open_browser: Callable[..., Page]
) -> None:
    with serving(prepared, tmp_path / "network") as site:
        organiser = enter_as(open_browser(site), "Organiser")
        _answer(enter_as(open_browser(site), "Member at Example City Library"))
        _quote(organiser)
        member = open_browser(site, **checks.WIDE_AND_LIGHT)
        _open_with_the_code(site, member)
        expect(member.get_by_text(QUOTED).first).to_be_visible()
        assert list(checks.accessible(member, "opened")) == []
        for number in (1, 2):
            member.get_by_role("button", name="Yes, publish it so").first.click()
            expect(member.get_by_text("You said yes")).to_have_count(number)
        kept = text_of(site.mail(to=ADDRESS, subject="Your word is kept"))
        assert re.search(r"Fingerprint of the wording \(SHA-256\): [0-9a-f]{64}\b", kept)

        _review(site, organiser, open_browser(site, java_script_enabled=False))
        organiser.goto(f"/write/{MATERIAL}/publish")
        organiser.get_by_role("button", name="Publish now").dblclick()
        # Which of the two clicks the browser shows the answer to is its own affair; it is published once.
        wait_for(lambda: organiser.request.get(f"/library/{MATERIAL}").status == 200, "the published material")
        assert organiser.request.get(f"/library/{MATERIAL}/v/2").status == 404

        reader = open_browser(site)
        assert _read(site, reader) == dict.fromkeys((*PLACES, EXPORT), True)
        before = reader.request.get(f"/library/{MATERIAL}").headers["etag"]

        while (back := member.get_by_role("button", name="Take it back")).count():
            left = back.count()
            member.once("dialog", lambda dialog: dialog.accept())
            back.first.click()
            expect(back).to_have_count(left - 1)
        assert _read(site, reader) == dict.fromkeys((*PLACES, EXPORT), False)
        again = reader.request.get(f"/library/{MATERIAL}", headers={"If-None-Match": before})
        assert again.status == 200
        reader.goto(f"/library/{MATERIAL}")
        expect(reader.get_by_text("A contribution was withdrawn.")).to_have_count(2)


PLACES = (
    *(f"/library/{MATERIAL}{rest}" for rest in ("", "/v/1", "/download/epub", "/download/html", "/download/markdown")),
    *("/search?q=quokkas", "/feeds/all.atom"),
)
EXPORT = "content export"


def _answer(member: Page) -> None:
    member.goto("/c/practice-cohort")
    member.get_by_role("link", name=QUESTION).last.click()
    while member.get_by_role("button", name="I agree").count():
        member.get_by_role("button", name="I agree").first.click()
    headed(member, QUESTION)
    member.get_by_label("In your words").fill(ANSWER)
    member.get_by_label("The cohort").check()
    member.get_by_label("With my name").check()
    member.get_by_role("button", name="Give this answer").click()
    told(member, "Your answer is saved.")


def _quote(organiser: Page) -> None:
    organiser.goto(f"/write/{MATERIAL}/quotations/answers")
    organiser.locator("section > *").filter(has_text=ANSWER).get_by_role("link", name="Quote from it").click()
    organiser.get_by_label("The wording, as it will stand").fill(QUOTED)
    organiser.get_by_label("Put it at the end of the text").check()
    organiser.get_by_role("button", name="Take it as a quotation").click()
    organiser.goto(f"/write/{MATERIAL}/publish")
    expect(organiser.get_by_text("Not every quotation has a yes to its present wording.").first).to_be_visible()
    organiser.goto(f"/write/{MATERIAL}/quotations")
    organiser.get_by_role("button", name="Ask everybody").click()
    told(organiser, "1 wording is asked for.")


def _review(site: Site, organiser: Page, reader: Page) -> None:
    """Somebody without an account reads it, and approves."""
    organiser.goto(f"/write/{MATERIAL}/review")
    organiser.get_by_label("Name 1").fill("Careful reader")
    organiser.get_by_label("Address for mail 1").fill("careful@example.net")
    organiser.get_by_role("button", name="Send it to review").click()
    reader.goto(link_in(site.mail(to="careful@example.net", subject="A text waits"), "/v/"))
    reader.get_by_role("button", name="Approve this text").click()
    told(reader, "Your approval is kept, for this text only.")


def _read(site: Site, reader: Page) -> dict[str, bool]:
    """Whether the words stand in each place where the public may read them, and in what is taken away."""
    said = {place: _said(reader.request.get(place).body()) for place in PLACES}
    folder = site.folder / "export"
    subprocess.run([*PEERNET, "content", "export", str(folder)], cwd=site.folder, check=True, capture_output=True)
    said[EXPORT] = "".join(path.read_text() for path in folder.rglob("*.md"))
    return {place: "quokkas would keep" in re.sub("</?mark>", "", text) for place, text in said.items()}


def _said(data: bytes) -> str:
    if data[:2] != b"PK":
        return data.decode()
    with ZipFile(io.BytesIO(data)) as book:
        return "".join(book.read(name).decode(errors="replace") for name in book.namelist())


def _open_with_the_code(site: Site, member: Page) -> None:
    # The mail was written before this site had its address.
    link = urlsplit(link_in(site.mail(to=ADDRESS, subject="May this be published?"), "/q/")).path
    member.goto(link)
    headed(member, "Your word is asked for")
    expect(member.get_by_text(WORDS)).to_have_count(0)
    member.get_by_role("button", name="Mail me the code").click()
    code = re.search(r"\b\d{8}\b", text_of(site.mail(to=ADDRESS, subject="Your code")))[0]
    member.get_by_label("The code").fill(code)
    member.get_by_role("button", name="Open").click()
    expect(member.get_by_text(WORDS).first).to_be_visible()
