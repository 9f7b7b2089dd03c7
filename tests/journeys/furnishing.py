"""A demonstration network on which one of each thing exists that a page can show, brought about as people do it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.journeys.site import Site, link_in, wait_for
from tests.journeys.steps import enter_as, headed, plan_now, told

NAMES = {
    "reader": "",
    "member": "Member at Example River Trust",
    "organiser": "Organiser",
    "administrator": "Administrator",
}
# A material that quotes answers.
QUOTING = "whom-do-we-keep-it-for"
GUEST, EXPERT, TABLE = "guest@example.net", "expert@example.net", "A table for the tests of pages"
REVIEWER, VISITOR, COMING = "reviewer@example.net", "visitor@example.net", "coming@example.net"
HELD = "A table that was held"


@dataclass(frozen=True)
class Furnished:
    """A site with all this, and the paths of its links by the endpoint that they lead to."""

    site: Site
    links: dict[str, str]


def furnish(site: Site, open_browser: Callable[..., Page]) -> dict[str, str]:
    """Have an invitation, a roundtable that was held and another one's mail, places that are signed up for, a link to
    sign in, a new address and a changed draft come about. The paths of its links."""
    organiser = enter_as(open_browser(site), "Organiser")
    _invite(organiser)
    _hold(site, organiser)
    _plan(organiser)
    _invite_expert(organiser)
    _group(organiser)
    _ask(organiser)
    _change_a_draft(organiser)
    _send_to_review(organiser)
    member = enter_as(open_browser(site), NAMES["member"])
    member.goto("/me/address")
    member.get_by_label("New address").fill("river.new@example.org")
    member.get_by_role("button", name="Mail the link").click()
    member.goto("/me/profile")
    member.get_by_label("Give me a public page").check()
    member.get_by_role("button", name="Save").click()
    reader = open_browser(site)
    reader.goto("/sign-in")
    reader.get_by_label("Your address for mail").fill("transit@example.org")
    reader.get_by_role("button", name="Mail me a link instead").click()
    own = _sign_up(site, reader)
    # Until the worker has planned it, its pages only say that it does.
    wait_for(lambda: site.value("SELECT count(*) FROM series_plan WHERE state = 'ready'"), "a planned series", 120)
    return _links(site) | {
        "materials.new_quotation": _answer_to_quote(organiser),
        "roundtables.held_by_link": f"{own}/held",
    }


def _links(site: Site) -> dict[str, str]:
    def mailed(to: str, subject: str, start: str) -> str:
        # Mails that were written before this site had its address name another one.
        return urlsplit(link_in(site.mail(to=to, subject=subject), start)).path

    return {
        "cohorts.invitation": mailed(GUEST, "Invitation", "/invitations/"),
        "roundtables.link": mailed("clinic@example.org", TABLE, "/r/"),
        # The same page as a guest sees it, beside that of a member.
        "guest": mailed(EXPERT, TABLE, "/r/"),
        "roundtables.feedback_link": mailed("river@example.org", f"What came of it: {HELD}", "/r/"),
        "roundtables.confirming": mailed(VISITOR, TABLE, "/sign-up/"),
        "roundtables.poll_link": mailed("growers@example.org", "When can", "/p/"),
        "materials.quotation_link": mailed("library@example.org", "May this", "/q/"),
        "materials.review_link": mailed(REVIEWER, "A text waits", "/v/"),
        "accounts.stop_mail": mailed("clinic@example.org", "You are asked", "/mail/stop/"),
        "accounts.sign_in_link": mailed("transit@example.org", "Sign in", "/sign-in/link/"),
        "accounts.new_address": mailed("river.new@example.org", "", "/me/address/"),
    }


def _invite(organiser: Page) -> None:
    organiser.goto("/c/practice-cohort/invite")
    organiser.get_by_label("Address for mail").fill(GUEST)
    organiser.get_by_role("combobox", name="Seat").select_option("Example Seed Archive")
    organiser.get_by_role("button", name="Send the invitation").click()
    told(organiser, "An invitation goes to")


def _hold(site: Site, organiser: Page) -> None:
    """A roundtable is over, and who was there is asked what it was worth."""
    table = plan_now(organiser, HELD, "Round")
    site.let_its_hour_come(int(table.rsplit("/", 1)[1]), minutes=180)
    organiser.goto(table)
    organiser.get_by_role("link", name="Look over who was there").click()
    organiser.get_by_role("combobox", name=f"Was {NAMES['member']} there?").select_option("was there")
    organiser.get_by_role("button", name="Confirm attendance").click()
    organiser.get_by_text("It was confirmed who was there, and changes no more:").wait_for()
    organiser.goto(table)
    organiser.get_by_role("link", name="Send the recap").click()
    organiser.get_by_role("button", name="Send the recap").click()
    organiser.get_by_role("link", name="The recap, which was sent").wait_for()


def _plan(organiser: Page) -> None:
    organiser.goto("/c/practice-cohort/roundtables/new")
    organiser.get_by_label("Title").fill(TABLE)
    organiser.get_by_label("Day").fill((datetime.now(UTC) + timedelta(days=40)).date().isoformat())
    organiser.get_by_label("Time", exact=True).fill("15:00")
    organiser.get_by_label("Places").fill("5")
    organiser.get_by_role("button", name="Plan it and invite everybody").click()
    headed(organiser, TABLE)
    organiser.get_by_role("link", name="The recording").click()
    organiser.get_by_role("button", name="Ask everybody").click()
    told(organiser, "Everybody is asked")
    organiser.get_by_role("link", name="Back to the roundtable").click()
    organiser.get_by_role("link", name="Open it to the public").click()
    organiser.get_by_label("Everybody can sign up").check()
    organiser.get_by_role("button", name="Save").click()
    told(organiser, "Everybody can sign up")
    organiser.get_by_role("link", name="Back to the roundtable").click()


def _invite_expert(organiser: Page) -> None:
    organiser.get_by_role("link", name="Guests").click()
    organiser.get_by_label("Address for mail").fill(EXPERT)
    organiser.get_by_label("Name").fill("Expert from elsewhere")
    organiser.get_by_role("button", name="Invite them").click()
    told(organiser, "The invitation is on its way.")


def _sign_up(site: Site, reader: Page) -> str:
    """Two sign up on the public page, and one of them confirms it: the path of their own page."""
    for address in (VISITOR, COMING):
        reader.goto("/roundtables/a-table-for-the-tests-of-pages/sign-up")
        reader.get_by_label("Name", exact=True).fill("Visitor from elsewhere")
        reader.get_by_label("Address for mail").fill(address)
        reader.get_by_role("main").get_by_role("button", name="Sign up").click()
        reader.wait_for_url("**/sent")
    reader.goto(link_in(site.mail(to=COMING, subject=TABLE), "/sign-up/"))
    reader.get_by_role("button", name="Yes, I want to come").click()
    reader.wait_for_url("**/r/*")
    return urlsplit(reader.url).path


def _group(organiser: Page) -> None:
    """Groups are announced, and others are a draft."""
    table = organiser.url.removesuffix("/guests")
    for number in ("3", "4"):
        organiser.goto(f"{table}/groups/new")
        organiser.get_by_label("How many").fill(number)
        organiser.get_by_role("button", name="Form them").click()
        headed(organiser, "Draft of groups")
        if number == "3":
            organiser.get_by_role("button", name="Announce them").click()
            told(organiser, "These groups are announced")
    organiser.goto("/c/practice-cohort/roundtables/groups")
    organiser.get_by_role("button", name="Form them").click()
    organiser.get_by_role("button", name="Put this draft away").wait_for()


def _ask(organiser: Page) -> None:
    organiser.goto("/c/practice-cohort/prompts/choose")
    organiser.get_by_label("With half the money and the same duties, what would you keep?").check()
    organiser.get_by_role("button", name="Ask these prompts").click()
    headed(organiser, "Prompts")


def _change_a_draft(organiser: Page) -> None:
    for words in ("How to draw it.", "How to draw it in an hour, with a river.", "How to draw it, with a river."):
        organiser.goto("/write/draw-the-ecosystem-first")
        organiser.get_by_role("textbox", name="Summary (optional)").fill(words)
        organiser.get_by_role("button", name="Save the draft").click()
        told(organiser, "Saved.")


def _answer_to_quote(organiser: Page) -> str:
    organiser.goto(f"/write/{QUOTING}/quotations/answers")
    return organiser.get_by_role("link", name="Quote from it").first.get_attribute("href")


def _send_to_review(organiser: Page) -> None:
    organiser.goto("/write/draw-the-ecosystem-first/review")
    organiser.get_by_label(NAMES["member"]).check()
    organiser.get_by_label("Name 1").fill("Reader from elsewhere")
    organiser.get_by_label("Address for mail 1").fill(REVIEWER)
    organiser.get_by_role("button", name="Send it to review").click()
    told(organiser, "It is sent to its reviewers.")
