"""Troika consulting: threes of those who are here stay together, and each brings a case in turn. What a table notes is
read there, and by nobody else."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.site import Site
from tests.journeys.steps import enter_as, go_to, plan_now

pytestmark = pytest.mark.browser
HERE = [
    f"Member at Example {place}"
    for place in (
        "Coast Watch",
        "Growers’ Cooperative",
        "Seed Archive",
        "Transit Forum",
        "Weather Observers",
        "Clinic Network",
    )
]
CASES, BRINGS = ("First case", "Second case", "Third case"), "You bring the case now"
TOLD = "Say your question in two minutes.", "Ask to understand. Then talk about the case with the other consultant"
NOTED = "Ask the neighbours before the ministry."


def test_each_of_three_brings_a_case_and_two_consult(site: Site, open_browser: Callable[..., Page]) -> None:
    leads = enter_as(open_browser(site), "Facilitator")
    room = f"{plan_now(leads, 'With what do you need help?', 'Troika consulting')}/room"
    leads.goto(room)
    go_to(leads, CASES[0])
    _form_threes(leads)
    tables = [re.findall("|".join(HERE), each) for each in leads.locator("#room-breakout .table-of").all_inner_texts()]
    assert ([len(table) for table in tables], sorted(each for table in tables for each in table)) == (
        [3, 3],
        sorted(HERE),
    )
    three = {name: enter_as(open_browser(site), name) for name in tables[0]}
    other = enter_as(open_browser(site), tables[1][0])
    for each in (*three.values(), other):
        each.goto(room)
    brought = [_who_brings_it(three)]
    _note(leads, *three.values(), other)
    for case in CASES[1:]:
        leads.get_by_role("button", name=f"Next: {case}").click()
        leads.get_by_role("button", name="Form groups of those who are here").click()
        expect(leads.get_by_text("Everybody who is here has a table.")).to_be_visible()
        for each in three.values():
            expect(each.locator("#room-step")).to_contain_text(case)
        brought.append(_who_brings_it(three))
    assert sorted(brought) == sorted(three)
    # What is said in threes stays there.
    notes = f"{room.removesuffix('/room')}/notes"
    assert [NOTED in page.request.get(notes).text() for page in (three[brought[0]], leads, other)] == [
        True,
        False,
        False,
    ]


def _form_threes(leads: Page) -> None:
    for name in HERE:
        leads.get_by_role("button", name=f"{name} is here").click()
        expect(leads.get_by_role("button", name=f"{name} is here")).to_have_count(0)
    leads.get_by_role("button", name="Form groups of those who are here").click()
    expect(leads.get_by_text("Everybody who is here has a table.")).to_be_visible()


def _who_brings_it(three: dict[str, Page]) -> str:
    """The one of them who does. Each sits with the two others, and reads large what their own part is."""
    for name, page in three.items():
        mine, step = page.locator("#room-mine"), page.locator("#room-step")
        expect(mine).to_contain_text("You are at table")
        assert {each for each in HERE if each in mine.inner_text()} == set(three) - {name}
        expect(step.locator(".room-mine")).to_contain_text(re.compile("|".join(TOLD)))
    (found,) = [name for name, page in three.items() if page.get_by_text(BRINGS).count()]
    for name, page in three.items():
        step = page.locator("#room-step")
        expect(step.locator(".room-mine")).to_contain_text(TOLD[0] if name == found else TOLD[1])
        other = "Everybody" if name == found else f"{found} brings the case"
        expect(step.locator("dt")).to_have_text(other)
    return found


def _note(leads: Page, writes: Page, reads: Page, reads_too: Page, other: Page) -> None:
    writes.get_by_role("textbox", name=": First case").first.fill(NOTED)
    for page in (reads, reads_too):
        expect(page.locator("#room-table-notes textarea:visible").first).to_have_value(NOTED)
    expect(leads.locator("#room-breakout")).to_contain_text("6 words")
    for page in (leads, other):
        page.reload()
        expect(page.locator("#room-step")).to_contain_text("First case")
        assert NOTED not in page.content()
