"""The pages of earlier states: who sees them, what they compare, and restoring."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.materials import manuscripts, writing
from peernet.materials.earlier.models import EarlierDraft
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Material
from peernet.web.viewer import Viewer
from tests.materials.conftest import reload
from tests.materials.test_pages import ROLES, came
from tests.world import World

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def states(db: Session, draft: Material, facilitator: Viewer, complete: Manuscript) -> list[int]:
    """A draft that said "Who decides", then "Who pays", and now "Who is asked"."""
    for version, words in enumerate(("Who decides", "Who pays", "Who is asked"), 2):
        found = reload(db, facilitator, draft)
        writing.save(db, facilitator, found, version=version, manuscript=replace(complete, source=words))
    db.commit()
    return list(db.scalars(select(EarlierDraft.id).order_by(EarlierDraft.id)))[-2:]


@pytest.mark.parametrize("role", ROLES)
def test_whoever_does_not_write_it_finds_nothing(
    sign_in: SignIn, world: World, draft: Material, states: list[int], role: str
) -> None:
    client, base = sign_in(getattr(world, role)), f"/write/{draft.slug}/earlier"
    asked = [
        client.get(path).status_code for path in (base, f"{base}/{states[0]}", f"{base}/difference?old={states[0]}")
    ]
    assert [*asked, client.post(f"{base}/{states[0]}/restore", data={"version": 5}).status_code] == [404] * 4


def test_they_are_listed_compared_and_restored(
    db: Session, sign_in: SignIn, world: World, draft: Material, states: list[int], complete: Manuscript
) -> None:
    client, base = sign_in(world.organiser), f"/write/{draft.slug}/earlier"
    listed = client.get(base).text
    assert [listed.count(f'href="{base}/{one}"') for one in states] == [1, 1]
    assert [f"{world.facilitator.name} · {number} characters" in listed for number in (11, 8)] == [True, True]
    assert came(client.get(f"{base}/{states[0]}").text) == ["is asked"]
    assert came(client.get(f"{base}/difference?new={states[0]}&old={states[1]}").text) == ["pays"]
    assert client.get(f"{base}/difference").location == base
    assert client.post(f"{base}/{states[0]}/restore", data={"version": "4"}).status_code == 409
    assert client.post(f"{base}/{states[0]}/restore", data={"version": "5"}).status_code == 303
    found = reload(db, Viewer(person_id=world.organiser.id), draft)
    assert manuscripts.of_draft(found.draft) == replace(complete, source="Who decides")
    last = db.scalars(select(EarlierDraft).order_by(EarlierDraft.id.desc())).first()
    assert (last.source, last.saved_by_id) == ("Who is asked", world.facilitator.id)


def test_the_state_of_another_material_is_not_reached(
    db: Session, sign_in: SignIn, world: World, states: list[int], facilitator: Viewer
) -> None:
    other = writing.start(db, facilitator, title="Another", cohort=world.cohort)
    db.commit()
    client, base = sign_in(world.organiser), f"/write/{other.slug}/earlier"
    asked = [client.get(path).status_code for path in (f"{base}/{states[0]}", f"{base}/difference?old={states[0]}")]
    assert [*asked, client.post(f"{base}/{states[0]}/restore", data={"version": 1}).status_code] == [404] * 3
