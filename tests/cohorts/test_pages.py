"""Every page of the room, and who may not open it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.cohorts.models import Membership, Role, Seat
from tests.world import World, join, make_cohort, make_organisation, make_person

ORGANISERS_PAGES = (
    "/c/practice-cohort/settings",
    "/c/practice-cohort/organisers",
    "/c/practice-cohort/people",
    "/c/practice-cohort/organisations/new",
    "/c/practice-cohort/invite",
    "/c/practice-cohort/import",
    "/c/practice-cohort/seats/{seat}",
    "/c/practice-cohort/people/{membership}",
    "/c/new",
)
ORGANISERS_FORMS = (
    "/c/practice-cohort/settings",
    "/c/practice-cohort/open",
    "/c/practice-cohort/close",
    "/c/practice-cohort/reopen",
    "/c/practice-cohort/import",
    "/c/practice-cohort/seats/{seat}/free",
    "/c/practice-cohort/people/{membership}/remove",
)
FIELDS = {
    "name": "New name",
    "theme": "Theme",
    "format": "mixed",
    "starts_on": "2026-10-01",
    "ends_on": "2027-03-31",
    "zone": "Europe/London",
    "version": "1",
}


def _filled(path: str, db: Session, world: World) -> str:
    membership = db.scalars(select(Membership).where(Membership.person_id == world.member.id)).one()
    return path.format(seat=membership.seat_id, membership=membership.id)


@pytest.mark.parametrize("path", ORGANISERS_PAGES)
def test_an_organiser_opens_it(path: str, db: Session, world: World, sign_in: Callable[[Person], FlaskClient]) -> None:
    answer = sign_in(world.organiser).get(_filled(path, db, world))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("who", ["stranger", "outsider", "member", "mate", "observer", "facilitator"])
def test_nobody_else_opens_or_sends_it(
    who: str, db: Session, world: World, sign_in: Callable[[Person], FlaskClient]
) -> None:
    client = sign_in(getattr(world, who))
    for path in ORGANISERS_PAGES:
        assert client.get(_filled(path, db, world)).status_code == 404, path
    for path in ORGANISERS_FORMS:
        assert client.post(_filled(path, db, world), data=FIELDS).status_code in (404, 422), path
    db.refresh(world.cohort)
    assert (world.cohort.name, world.cohort.state.value) == ("Practice cohort", "running")


def test_an_organiser_of_another_cohort_does_not(
    db: Session, world: World, sign_in: Callable[[Person], FlaskClient]
) -> None:
    join(db, world.other_cohort, world.stranger, Role.ORGANISER)
    client = sign_in(world.stranger)
    for path in ORGANISERS_PAGES[:-1]:
        assert client.get(_filled(path, db, world)).status_code == 404, path
    assert client.get("/c/new").status_code == 200


def test_an_administrator_appoints_and_sees_no_more(
    db: Session, world: World, sign_in: Callable[[Person], FlaskClient]
) -> None:
    client = sign_in(world.admin)
    opened = {path: client.get(_filled(path, db, world)).status_code for path in ORGANISERS_PAGES}
    assert {path for path, status in opened.items() if status == 200} == {"/c/practice-cohort/organisers", "/c/new"}


def test_seats_and_people_of_another_cohort_are_not_found(
    db: Session, world: World, sign_in: Callable[[Person], FlaskClient]
) -> None:
    theirs = db.scalars(select(Membership).where(Membership.person_id == world.outsider.id)).one()
    client = sign_in(world.organiser)
    assert client.get(f"/c/practice-cohort/seats/{theirs.seat_id}").status_code == 404
    assert client.get(f"/c/practice-cohort/people/{theirs.id}").status_code == 404
    assert client.get("/c/practice-cohort/people/99999999999999999999999").status_code == 404


def test_signed_out_is_led_to_sign_in(client: FlaskClient, world: World) -> None:
    answer = client.get("/c/practice-cohort/people")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/c/practice-cohort/people")


def test_my_cohorts(db: Session, world: World, sign_in: Callable[[Person], FlaskClient]) -> None:
    member = sign_in(world.member).get("/c").text
    assert "Practice cohort" in member
    assert "Other cohort" not in member
    assert "Start a cohort" not in member
    assert "You are in no cohort" in sign_in(world.stranger).get("/c").text
    admin = sign_in(world.admin).get("/c").text
    assert "Practice cohort" in admin
    assert "Start a cohort" in admin


def test_an_expert_finds_no_way_inside(db: Session, world: World, sign_in: Callable[[Person], FlaskClient]) -> None:
    join(db, world.cohort, world.stranger, Role.EXPERT)
    page = sign_in(world.stranger).get("/c").text
    assert "Practice cohort" in page
    assert 'href="/c/practice-cohort"' not in page


def _fill(db: Session, world: World, number: int) -> None:
    for index in range(number):
        organisation = make_organisation(db, f"organisation-{index}")
        seat = Seat(cohort=world.cohort, organisation=organisation, created_at=clock.now())
        db.add(seat)
        db.flush()
        join(db, world.cohort, make_person(db, f"Person {index}"), Role.MEMBER, seat)
        other, _ = make_cohort(db, f"cohort-{index}", [])
        join(db, other, world.organiser, Role.ORGANISER)
    db.commit()


@pytest.mark.parametrize(
    "path", ["/c", "/c/practice-cohort/people", "/c/practice-cohort/invite", "/c/practice-cohort/organisations/new"]
)
def test_as_many_queries_for_one_as_for_thirty(
    path: str,
    db: Session,
    world: World,
    sign_in: Callable[[Person], FlaskClient],
    count_queries: Callable[[], Any],
) -> None:
    client = sign_in(world.organiser)
    with count_queries() as few:
        assert client.get(path).status_code == 200
    _fill(db, world, 30)
    with count_queries() as many:
        assert client.get(path).status_code == 200
    assert len(many) == len(few)
