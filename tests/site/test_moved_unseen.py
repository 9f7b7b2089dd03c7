"""An address that nobody but those inside could ever come to stays theirs, also after the thing is public."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peernet.accounts import sessions
from peernet.accounts.models import Person
from peernet.cohorts import cohorts
from peernet.cohorts.models import CohortState
from peernet.db import settle
from peernet.materials import publishing
from peernet.materials.checklist import access
from peernet.organisations import organisations
from peernet.prompts import library
from peernet.site import moved
from tests.site import shelf
from tests.world import World, make_organisation, make_person

SignIn = Callable[[Person], FlaskClient]
OLD = (
    "/library/between-us",
    "/cohorts/practice-cohort",
    "/feeds/cohort/practice-cohort.atom",
    "/questions/who-decides",
)
INSIDE = {
    "/write/between-us": "/write/what-we-learned",
    "/c/practice-cohort": "/c/first-cohort",
    "/prompts/who-decides": "/prompts/who-says-no",
}


def test_an_address_of_before_it_was_public_is_told_to_nobody_outside(
    client: FlaskClient, sign_in: SignIn, db: Session, world: World
) -> None:
    actor = sessions.viewer_of(world.organiser)
    world.cohort.state, world.prompt.is_public = CohortState.DRAFT, False
    material = shelf.draft(db, "between-us", cohort=world.cohort, title="What we learned")
    publishing.move(db, actor, material, slug="what-we-learned")
    cohorts.move(db, world.cohort, actor=actor, slug="first-cohort")
    library.move(db, world.prompt, actor=actor, slug="who-says-no")
    world.cohort.state, world.prompt.is_public = CohortState.RUNNING, True
    shelf.issue(db, material, title="What we learned", summary="Much")
    settle(db)
    assert [client.get(path).status_code for path in OLD] == [404, 404, 404, 404]
    assert "Location" not in client.get("/library?question=who-decides").headers
    assert list(moved.beginnings(db)) == []
    for feed in ("/feeds/all.atom", "/feeds/cohort/first-cohort.atom"):
        text = client.get(feed).text
        assert ("what-we-learned" in text, "between-us" in text, "practice-cohort" in text) == (True, False, False)
    organiser = sign_in(world.organiser)
    assert {path: organiser.get(path).headers.get("Location") for path in INSIDE} == INSIDE


def test_what_left_a_public_address_too_is_known_by_that_one(client: FlaskClient, db: Session, world: World) -> None:
    actor = sessions.viewer_of(world.organiser)
    material = shelf.draft(db, "between-us", title="What we learned")
    publishing.move(db, actor, material, slug="what-we-learned")
    shelf.issue(db, material, title="What we learned", summary="Much")
    publishing.move(db, actor, material, slug="learned")
    settle(db)
    assert client.get("/library/what-we-learned").headers.get("Location") == "/library/learned"
    text = client.get("/feeds/all.atom").text
    assert ("/library/what-we-learned</id>" in text, "between-us" in text) == (True, False)
    assert list(moved.beginnings(db)) == [("/library/what-we-learned", "/library/learned")]


def test_a_link_to_such_an_address_is_dead(client: FlaskClient, db: Session, world: World) -> None:
    actor = sessions.viewer_of(world.organiser)
    material = shelf.draft(db, "between-us", title="What we learned")
    publishing.move(db, actor, material, slug="what-we-learned")
    shelf.issue(db, material, title="What we learned", summary="Much")
    publishing.move(db, actor, material, slug="learned")
    settle(db)
    asked = {"between-us", "what-we-learned", "learned"}
    assert access.public(db, "library", asked, ()) == {"what-we-learned": 1, "learned": 1}
    assert client.get("/library/between-us").status_code == 404


@pytest.mark.parametrize(("shown_by", "leads_on"), [((), False), (("seat",), True), (("material",), True)])
def test_an_organisation_leads_on_from_where_it_had_a_page(
    client: FlaskClient, db: Session, shown_by: tuple[str, ...], leads_on: bool
) -> None:
    made = make_organisation(db, "quiet-trust")
    made.is_named = "material" in shown_by
    actor = sessions.viewer_of(make_person(db, "Somebody"))
    organisations.move(db, made, actor=actor, slug="loud-trust", is_listed="seat" in shown_by)
    made.is_host = True
    settle(db)
    assert client.get("/organisations/loud-trust").status_code == 200
    answer = client.get("/organisations/quiet-trust")
    expected = (301, "/organisations/loud-trust") if leads_on else (404, None)
    assert (answer.status_code, answer.headers.get("Location")) == expected
