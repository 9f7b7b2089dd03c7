"""From an answer to a public quotation: agreed to out of a mail, published, taken back, and gone everywhere."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import checks
from tests.journeys.site import Site, link_in, serving, text_of
from tests.journeys.steps import enter_as, headed, told

pytestmark = pytest.mark.browser

WORDS = "The data is the smaller half of that."
MATERIAL = "whom-do-we-keep-it-for"
ADDRESS = "library@example.org"


def test_a_quotation_is_agreed_to_published_and_taken_back(
    prepared: Path, tmp_path: Path, open_browser: Callable[..., Page]
) -> None:
    with serving(prepared, tmp_path / "network") as site:
        member = open_browser(site, **checks.WIDE_AND_LIGHT)
        _open_with_the_code(site, member)
        assert list(checks.accessible(member, "opened")) == []
        member.get_by_role("button", name="Yes, publish it so").click()
        expect(member.get_by_text("You said yes")).to_be_visible()
        kept = text_of(site.mail(to=ADDRESS, subject="Your word is kept"))
        assert re.search(r"Fingerprint of the wording \(SHA-256\): [0-9a-f]{64}\b", kept)

        organiser = enter_as(open_browser(site), "Organiser")
        organiser.goto(f"/write/{MATERIAL}/publish")
        organiser.get_by_role("button", name="Publish now").dblclick()
        told(organiser, "Version 1 is public")

        reader = open_browser(site)
        assert _read(reader) == dict.fromkeys(PLACES, True)
        before = reader.request.get(f"/library/{MATERIAL}").headers["etag"]

        member.once("dialog", lambda dialog: dialog.accept())
        member.get_by_role("button", name="Take it back").click()
        expect(member.get_by_text("You took it back")).to_be_visible()
        assert _read(reader) == dict.fromkeys(PLACES, False)
        again = reader.request.get(f"/library/{MATERIAL}", headers={"If-None-Match": before})
        assert again.status == 200
        reader.goto(f"/library/{MATERIAL}")
        expect(reader.get_by_text("A contribution was withdrawn.")).to_be_visible()


PLACES = (f"/library/{MATERIAL}", f"/library/{MATERIAL}/v/1", "/search?q=smaller+half+promise")


def _read(reader: Page) -> dict[str, bool]:
    """Whether the words stand in each place where the public may read them."""
    texts = {place: reader.request.get(place).text() for place in PLACES}
    return {
        place: "smaller" in re.sub(r"<title>.*?</title>|value=\"[^\"]*\"", "", _main(text))
        for place, text in texts.items()
    }


def _main(page: str) -> str:
    """A page's own part, without what somebody searched for."""
    own = page.split("<main", 1)[-1].split("</main>")[0]
    return own if MATERIAL in own else ""


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
