"""What the scripts add to answering, in a real browser; the application answers behind it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.prompts.models import Draft, Response
from tests.world import World

pytestmark = pytest.mark.browser
ORIGIN = "http://localhost"


def _open(chromium: Browser, client: FlaskClient, path: str, **options: Any) -> Page:
    """A page whose every request the application answers; nothing reaches a network."""

    def answer(route: Route) -> None:
        sent = route.request
        address = urlsplit(sent.url)
        names = ("content-type", "x-autosave")
        headers = {name: value for name, value in sent.headers.items() if name in names}
        found = client.open(
            f"{address.path}?{address.query}", method=sent.method, data=sent.post_data_buffer, headers=headers
        )
        if found.status_code == 303:
            found = client.get(found.location)
        route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.data)

    page: Page = chromium.new_context(**options).new_page()
    page.route("**/*", answer)
    page.goto(f"{ORIGIN}{path}")
    return page


@pytest.fixture
def path(db: Session, world: World) -> str:
    """Address of an asking that never closes: a browser lives in the present."""
    world.asking.closes_at = None
    db.commit()
    return f"/c/practice-cohort/prompts/{world.asking.id}"


def test_the_sentence_follows_the_choice_and_typing_is_saved(
    db: Session, world: World, chromium: Browser, sign_in: Callable[[Person], FlaskClient], path: str
) -> None:
    page = _open(chromium, sign_in(world.member), path)
    sentence = page.locator("[data-consequence]")
    expect(sentence).to_contain_text("Choose who may read this")
    page.get_by_label("The cohort").check()
    page.get_by_label("As my organisation").check()
    expect(sentence).to_contain_text("They see your organisation’s name, not yours.")
    page.get_by_label("Unattributed").check()
    expect(sentence).to_contain_text("Nobody reads this until the prompt closes.")
    page.get_by_label("In your words").fill("Half *a* thought")
    expect(page.locator("[data-autosave-state]")).to_have_text("Saved as a draft")
    expect(page.locator("[data-preview-of=f-text] em")).to_have_text("a")
    db.expire_all()
    draft = db.scalars(select(Draft)).one()
    assert (draft.source, draft.visibility, draft.attribution) == ("Half *a* thought", "cohort", "unattributed")
    assert page.locator("input[name=version]").input_value() == str(draft.version)


def test_without_scripts_every_choice_is_explained_and_the_answer_arrives(
    db: Session, world: World, chromium: Browser, sign_in: Callable[[Person], FlaskClient], path: str
) -> None:
    page = _open(chromium, sign_in(world.member), path, java_script_enabled=False)
    page.get_by_text("What follows from each choice").click()
    expect(page.locator("dd[data-visibility]")).to_have_count(12)
    page.get_by_label("In your words").fill("Whole *thoughts*")
    page.get_by_label("The facilitators").check()
    page.get_by_label("With my name").check()
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview em").first).to_have_text("thoughts")
    page.get_by_role("button", name="Give this answer").click()
    expect(page.get_by_role("status").first).to_contain_text("Your answer is saved.")
    db.expire_all()
    assert db.scalars(select(Response.source)).all() == ["Whole *thoughts*"]
