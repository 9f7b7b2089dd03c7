"""What a version changed, for readers: whose words it may show, and where there is nothing to show."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peernet.materials import access, manuscripts, publishing, writing
from peernet.materials.models import Material
from peernet.materials.quotations.models import Word
from peernet.prompts.models import Response
from peernet.web.viewer import Viewer
from tests.materials.conftest import reload
from tests.materials.quotations.conftest import WORDS, Decide, Publish, Quote, ask
from tests.world import World

PAGE = "/library/who-was-there-first"


@pytest.fixture
def corrected(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide,
    publish: Publish,
) -> Material:  # fmt: skip
    """Quoting the peer since its second version, which has a paragraph more and another summary."""
    publish(draft)
    material = reload(db, facilitator, draft)
    before = manuscripts.of_published(db, material, material.current)
    after = replace(before, source=f"{before.source}\n\nBoats come first.", summary="What boats say.")
    writing.save(db, facilitator, material, version=0, manuscript=after)
    db.commit()
    made = quote()
    ask(db, facilitator, draft)
    decide(made, world.peer)
    publish(draft, note="Boats were forgotten.")
    decide(made, world.peer, Word.WITHDRAWN)
    decide(made, world.peer, Word.AGAIN)
    return reload(db, facilitator, draft)


def test_readers_see_what_came_and_went_but_never_a_quotation(corrected: Material, client: FlaskClient) -> None:
    assert WORDS in client.get(PAGE).text
    assert f'href="{PAGE}/v/2/changes"' in client.get(PAGE).text
    answer = client.get(f"{PAGE}/v/2/changes")
    came, went = (
        [text.strip() for text in re.findall(rf"<{tag}>(.*?)</{tag}>", answer.text, re.S)] for tag in ("ins", "del")
    )
    assert (answer.status_code, came[-1]) == (200, "Boats come first.")
    assert "three organisations" in " ".join(went)
    assert "Boats were forgotten." in answer.text
    assert "Quotations are left out here" in answer.text
    assert [words for words in (WORDS, "keepers", "quotation:") if words in answer.text] == []
    assert '<meta name="robots" content="noindex">' in answer.text
    assert f'<link rel="canonical" href="http://localhost:8000{PAGE}">' in answer.text


@pytest.mark.parametrize("version", ["0", "1", "02", "3", "99999", "-2", "x"])
def test_there_is_one_address_for_each_version_that_followed_another(
    corrected: Material, client: FlaskClient, version: str
) -> None:
    assert client.get(f"{PAGE}/v/{version}/changes").status_code == 404


def test_a_withdrawn_one_says_so(db: Session, corrected: Material, organiser: Viewer, client: FlaskClient) -> None:
    found = db.scalars(access.editable_by(organiser).where(Material.id == corrected.id)).unique().one()
    publishing.withdraw(db, organiser, found, why="It was wrong.")
    db.commit()
    answer = client.get(f"{PAGE}/v/2/changes")
    assert (answer.status_code, "It was wrong." in answer.text, "<ins>" in answer.text) == (410, True, False)


def test_a_draft_shows_nothing(draft: Material, client: FlaskClient) -> None:
    assert client.get(f"{PAGE}/v/2/changes").status_code == 404
