"""What those who write find while a text waits: the moment that it is planned for, and the next step."""

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.materials.models import Material
from peernet.materials.reviews.models import Schedule
from tests.materials.reviews.conftest import Send, decide, version_of
from tests.roundtables.test_pages import words_of
from tests.world import World

SignIn = Callable[[Person], FlaskClient]
WRITE = "/write/who-was-there-first"
HERE = f"{WRITE}/review"


def test_an_organiser_plans_by_their_clocks_and_a_facilitator_does_not(
    db: Session, world: World, draft: Material, sign_in: SignIn
) -> None:
    world.organiser.zone = "Asia/Kolkata"
    db.commit()
    organiser, writer = sign_in(world.organiser), sign_in(world.facilitator)
    data = {"version": version_of(db, draft), "day": "2026-12-01", "time": "09:30"}
    assert writer.post(f"{WRITE}/plan", data=data).status_code == 404
    assert "An organiser of the cohort can choose a moment." in words_of(writer.get(f"{WRITE}/publish"))
    assert organiser.post(f"{WRITE}/plan", data=data | {"day": "2026-11-01"}).status_code == 422
    assert organiser.post(f"{WRITE}/plan", data=data).headers["Location"] == f"{WRITE}/publish"
    moment = "Tuesday 1 December 2026, 09:30 Kolkata"
    assert f"It is published by itself on {moment}." in words_of(organiser.get(f"{WRITE}/publish"))
    assert f"Planned for {moment}" in words_of(writer.get("/c/practice-cohort/materials"))
    assert "Saving a change calls that off." in words_of(writer.get(WRITE))
    assert writer.post(f"{WRITE}/plan/cancel").status_code == 404
    assert organiser.post(f"{WRITE}/plan/cancel").status_code == 303
    assert [each.is_live for each in db.scalars(select(Schedule))] == [None]


def test_what_waits_in_the_cohort_leads_to_the_next_step(
    db: Session, world: World, draft: Material, send: Send, sign_in: SignIn
) -> None:
    writer = sign_in(world.facilitator)

    def entry() -> tuple[str, str]:
        page = writer.get("/c/practice-cohort").text
        return re.search(r">([^<>]*:) <a href=\"([^\"]*)\">Who was there first</a>", page).groups()  # type: ignore[union-attr,return-value]

    assert entry() == ("Draft of a material:", WRITE)
    send([world.peer])
    assert entry() == ("In review:", HERE)
    decide(db, world.peer)
    assert entry() == ("Approved, and not published yet:", f"{WRITE}/publish")
    assert "Who was there first" not in sign_in(world.member).get("/c/practice-cohort").text
