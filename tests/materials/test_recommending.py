"""Recommended on the home page: by those who publish, at most six, and never what was withdrawn."""

import re
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


def _offered(page: str) -> dict[str, str]:
    """What an administrator can do with which material."""
    return dict(
        re.findall(r'name="slug" value="([^"]*)"><input type="hidden" name="is_recommended" value="(\w+)"', page)
    )


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


def test_an_administrator_does_of_all_that_is_public(
    client: FlaskClient, db: Session, world: World, sign_in: SignIn
) -> None:
    shelf.publish(db, "a-playbook", cohort=world.cohort)
    shelf.publish(db, "a-video")
    shelf.draft(db, "a-draft")
    settle(db)
    admin, at = sign_in(world.admin), "/admin/recommended"
    for _twice in range(2):
        answer = admin.post(at, data={"slug": "a-playbook", "is_recommended": "yes"}, follow_redirects=True)
        assert "is recommended on the home page." in answer.text
    assert ("A playbook" in _shown(client), "A video" in _shown(client)) == (True, False)
    assert _offered(admin.get(at).text) == {"a-playbook": "no", "a-video": "yes"}
    recorded = select(Event.actor_id, Event.action).where(Event.action.like("material.%recommended"))
    assert [tuple(row) for row in db.execute(recorded)] == [(world.admin.id, "material.recommended")]
    # Being an administrator opens no draft, neither here nor where it is written.
    assert [admin.post(at, data={"slug": slug, "is_recommended": "yes"}).status_code for slug in ("a-draft", "x")] == [
        404, 404,
    ]  # fmt: skip
    assert admin.get("/write/a-draft/publish").status_code == 404
    admin.post(at, data={"slug": "a-playbook", "is_recommended": "no"})
    assert (_shown(client), _offered(admin.get(at).text)) == ("", {"a-playbook": "yes", "a-video": "yes"})


@pytest.mark.parametrize(
    ("words", "found"),
    [("PLAY", {"a-playbook"}), ("http://localhost/library/a-video/", {"a-video"}), ("100%", set()), ("a_video", set())],
)
def test_administrators_find_it_by_its_title_or_address(
    db: Session, world: World, sign_in: SignIn, words: str, found: set[str]
) -> None:
    shelf.publish(db, "a-playbook", cohort=world.cohort)
    shelf.publish(db, "a-video")
    settle(db)
    page = sign_in(world.admin).get("/admin/recommended", query_string={"q": words}).text
    assert set(_offered(page)) == found


@pytest.mark.parametrize("name", ["facilitator", "member", "outsider", "organiser"])
def test_nobody_else_has_that_page(db: Session, world: World, sign_in: SignIn, name: str) -> None:
    material = shelf.publish(db, "a-playbook", cohort=world.cohort)
    settle(db)
    somebody = sign_in(getattr(world, name))
    answer = somebody.post("/admin/recommended", data={"slug": "a-playbook", "is_recommended": "yes"})
    db.refresh(material)
    assert (answer.status_code, somebody.get("/admin/recommended").status_code) == (404, 404)
    assert material.recommended_at is None


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
