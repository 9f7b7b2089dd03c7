"""Recommended on the home page: by those who publish, at most six, and never what was withdrawn."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import sessions
from peernet.db import Refused, settle
from peernet.ledger.models import Event
from peernet.materials import recommending
from peernet.materials.models import Material
from tests.site import shelf
from tests.world import World

SignIn = Callable[..., FlaskClient]


def _shown(client: FlaskClient) -> str:
    page = client.get("/").text
    return page[page.index("Recommended</h2>") : page.index("New in the library")] if "Recommended</h2>" in page else ""


def test_an_organiser_ticks_it_and_takes_it_back(
    client: FlaskClient, db: Session, world: World, sign_in: SignIn
) -> None:
    shelf.publish(db, "a-playbook", cohort=world.cohort)
    settle(db)
    assert _shown(client) == ""
    organiser = sign_in(world.organiser)
    for _twice in range(2):
        organiser.post("/write/a-playbook/recommend", data={"is_recommended": "yes"})
    assert "A playbook" in _shown(client)
    assert "checked" in organiser.get("/write/a-playbook/publish").text.split('id="recommend"')[1]
    actions = select(Event.action).where(Event.action.like("material.%recommended"))
    assert db.scalars(actions).all() == ["material.recommended"]
    organiser.post("/write/a-playbook/recommend")
    assert _shown(client) == ""


@pytest.mark.parametrize("name", ["facilitator", "member", "outsider", "admin"])
def test_nobody_else_does(db: Session, world: World, sign_in: SignIn, name: str) -> None:
    material = shelf.publish(db, "a-playbook", cohort=world.cohort)
    settle(db)
    answer = sign_in(getattr(world, name)).post("/write/a-playbook/recommend", data={"is_recommended": "yes"})
    db.refresh(material)
    assert (answer.status_code, material.recommended_at) == (404, None)


def test_the_seventh_takes_the_place_of_the_first(db: Session, world: World) -> None:
    viewer, now = sessions.viewer_of(world.organiser), clock.now()
    some = [shelf.publish(db, f"material-{number}") for number in range(7)]
    for number, one in enumerate(some):
        recommending.recommend(db, viewer, one)
        one.recommended_at = now + timedelta(minutes=number)
        db.flush()
    recommending._make_room(db)
    db.flush()
    recommended = select(Material.slug).where(Material.recommended_at.is_not(None)).order_by(Material.id)
    assert db.scalars(recommended).all() == [f"material-{number}" for number in range(1, 7)]


def test_what_is_not_public_is_not_recommended(client: FlaskClient, db: Session, world: World) -> None:
    viewer = sessions.viewer_of(world.organiser)
    with pytest.raises(Refused):
        recommending.recommend(db, viewer, shelf.draft(db, "a-draft"))
    material = shelf.publish(db, "a-playbook", cohort=world.cohort)
    recommending.recommend(db, viewer, material)
    settle(db)
    assert "A playbook" in _shown(client)
    shelf.withdraw(db, material, world.organiser)
    settle(db)
    assert (_shown(client), material.recommended_at) == ("", None)
