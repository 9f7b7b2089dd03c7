"""The life of a cohort, and what the public sees of it."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import pages
from peernet.accounts.models import Person
from peernet.cohorts import access, cohorts, invitations, seats
from peernet.cohorts.models import Cohort, CohortFormat, CohortState, Invitation, Role
from peernet.db import Conflict, Refused
from peernet.ledger.models import Event
from peernet.mail.models import Mail
from peernet.search.models import SearchRow
from peernet.web.viewer import NOBODY, Viewer
from tests.world import World, make_organisation

Viewing = Callable[[Person], Viewer]
FACTS = {
    "name": "Rivers and data",
    "theme": "Who looks after a river's data",
    "format": CohortFormat.ROUNDTABLES,
    "starts_on": date(2027, 1, 1),
    "ends_on": date(2027, 6, 30),
    "zone": "Europe/London",
}
FORM = {name: str(value) for name, value in FACTS.items()}


def _found(db: Session) -> set[tuple[str, str]]:
    return {(row.kind, row.title) for row in db.scalars(select(SearchRow))}


def test_who_starts_one_runs_it(db: Session, world: World, as_viewer: Viewing) -> None:
    made = cohorts.start(db, actor=as_viewer(world.organiser), **FACTS)
    assert (made.slug, made.state) == ("rivers-and-data", CohortState.DRAFT)
    organisers = db.scalars(access.organisers_of(made.id)).all()
    assert [(one.person.name, one.role) for one in organisers] == [("Organiser", Role.ORGANISER)]
    assert _found(db) == set()


def test_slugs_are_made_free(db: Session, world: World) -> None:
    slugs = [cohorts.start(db, actor=NOBODY, **FACTS).slug for _ in range(3)]
    assert slugs == ["rivers-and-data", "rivers-and-data-2", "rivers-and-data-3"]
    assert cohorts.start(db, actor=NOBODY, **FACTS | {"name": "New"}).slug == "new-2"
    assert cohorts.start(db, actor=NOBODY, slug="given", **FACTS).slug == "given"


def test_an_administrator_starts_one_for_somebody_else(db: Session, world: World, as_viewer: Viewing) -> None:
    made = cohorts.start(db, actor=as_viewer(world.admin), organiser_email="else@example.org", **FACTS)
    assert db.scalars(access.organisers_of(made.id)).all() == []
    invitation = db.scalars(select(Invitation)).one()
    assert (invitation.email, invitation.role) == ("else@example.org", Role.ORGANISER)
    assert [mail.to_address for mail in db.scalars(select(Mail))] == ["else@example.org"]


def test_dates_that_run_backwards(db: Session, world: World, as_viewer: Viewing) -> None:
    with pytest.raises(Refused) as refusal:
        cohorts.start(db, actor=NOBODY, **FACTS | {"ends_on": date(2026, 12, 31)})
    assert refusal.value.field == "ends_on"
    with pytest.raises(Refused):
        cohorts.revise(db, world.cohort, actor=NOBODY, version=1, starts_on=date(2030, 1, 1))


def test_opening_makes_it_public(db: Session, world: World, as_viewer: Viewing) -> None:
    actor = as_viewer(world.organiser)
    made = cohorts.start(db, actor=actor, **FACTS)
    seats.give(db, made, make_organisation(db, "weir-keepers"), actor=actor)
    assert _found(db) == set()
    cohorts.open(db, made, actor=actor)
    assert _found(db) == {("cohort", "Rivers and data"), ("organisation", "Weir Keepers")}
    assert {"home", "cohorts", f"cohort:{made.id}", "organisations"} < pages.touched(db)
    assert made in db.scalars(access.listed_publicly()).all()
    cohorts.open(db, made, actor=actor)
    events = db.scalars(select(Event.action).where(Event.scope == f"cohort:{made.id}").order_by(Event.id)).all()
    assert list(events) == ["cohort.started", "membership.began", "seat.given", "cohort.opened"]


def test_closing_keeps_people_and_withdraws_invitations(db: Session, world: World, as_viewer: Viewing) -> None:
    actor = as_viewer(world.organiser)
    invitations.invite(db, world.cohort, actor=actor, email="late@example.org", role=Role.OBSERVER)
    cohorts.close(db, world.cohort, actor=actor)
    assert world.cohort.state is CohortState.CLOSED
    assert world.cohort.closed_at is not None
    assert db.scalars(access.open_invitations(world.cohort.id)).all() == []
    assert world.cohort in db.scalars(access.visible_to(as_viewer(world.member))).all()
    with pytest.raises(Refused):
        invitations.invite(db, world.cohort, actor=actor, email="later@example.org", role=Role.OBSERVER)
    with pytest.raises(Refused):
        seats.give(db, world.cohort, world.harbour, actor=actor)
    with pytest.raises(Refused):
        cohorts.open(db, world.cohort, actor=actor)
    cohorts.reopen(db, world.cohort, actor=actor)
    assert (world.cohort.state, world.cohort.closed_at) == (CohortState.RUNNING, None)


def test_a_draft_is_neither_closed_nor_reopened(db: Session, world: World) -> None:
    made = cohorts.start(db, actor=NOBODY, **FACTS)
    for verb in (cohorts.close, cohorts.reopen):
        with pytest.raises(Refused):
            verb(db, made, actor=NOBODY)


def test_revising_says_what_changed(db: Session, world: World, as_viewer: Viewing) -> None:
    actor = as_viewer(world.organiser)
    assert cohorts.revise(db, world.cohort, actor=actor, version=1, theme="Rivers", name="Practice cohort")
    event = db.scalars(select(Event).where(Event.action == "cohort.revised")).one()
    assert (event.actor_id, event.data) == (world.organiser.id, {"fields": ["theme"]})
    assert not cohorts.revise(db, world.cohort, actor=actor, version=2, theme="Rivers")
    with pytest.raises(Conflict) as conflict:
        cohorts.revise(db, world.cohort, actor=actor, version=1, theme="Seas")
    assert conflict.value.theirs is not None
    assert "Rivers" in conflict.value.theirs


def test_a_form_starts_a_cohort_once(db: Session, world: World, sign_in: Callable[[Person], FlaskClient]) -> None:
    client = sign_in(world.organiser)
    form = FORM | {"_once": "key", "description": "A *short* word."}
    first, second = (client.post("/c/new", data=form) for _ in range(2))
    assert (first.status_code, first.headers["Location"]) == (303, "/c/rivers-and-data/people")
    assert (second.status_code, second.headers["Location"]) == (303, "/c/rivers-and-data/people")
    made = db.scalars(select(Cohort).where(Cohort.name == "Rivers and data")).one()
    assert made.description_html.strip() == "<p>A <em>short</em> word.</p>"


def test_an_administrator_sees_nothing_of_the_cohort_of_another(
    db: Session, world: World, sign_in: Callable[[Person], FlaskClient]
) -> None:
    client = sign_in(world.admin)
    answer = client.post("/c/new", data=FORM | {"organiser_email": "else@example.org"})
    assert answer.headers["Location"] == "/c/rivers-and-data/organisers"
    page = client.get("/c/rivers-and-data/organisers")
    assert "else@example.org" in page.text
    assert client.get("/c/rivers-and-data/people").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"starts_on": "2027-02-30"}, "starts_on"),
        ({"ends_on": "2026-01-01"}, "ends_on"),
        ({"zone": "Europe/Atlantis"}, "zone"),
        ({"format": "seminar"}, "format"),
        ({"theme": "x" * 301}, "theme"),
        ({"theme": "bell\x07"}, "theme"),
        ({"description": "[" * 3000}, "description"),
    ],
)
def test_bad_input_returns_to_its_field(
    wrong: dict[str, str], name: str, db: Session, world: World, sign_in: Callable[[Person], FlaskClient]
) -> None:
    answer = sign_in(world.organiser).post("/c/new", data=FORM | wrong)
    assert answer.status_code == 422
    assert re.search(rf'id="f-{name}(-all)?-error"', answer.text)
    assert "Who looks after a river" in answer.text or name == "theme"
    assert db.scalars(select(Cohort).where(Cohort.zone == "Europe/Atlantis")).all() == []


def test_unknown_fields_are_refused(world: World, sign_in: Callable[[Person], FlaskClient]) -> None:
    assert sign_in(world.organiser).post("/c/new", data=FORM | {"state": "running"}).status_code == 422


def test_a_lost_race_shows_both_and_can_be_sent_again(
    db: Session, world: World, sign_in: Callable[[Person], FlaskClient]
) -> None:
    client = sign_in(world.organiser)
    assert client.post("/c/practice-cohort/settings", data=FORM | {"version": "1"}).status_code == 303
    lost = client.post("/c/practice-cohort/settings", data=FORM | {"version": "1", "theme": "Another theme"})
    assert lost.status_code == 409
    assert "Who looks after a river" in lost.text
    assert 'value="Another theme"' in lost.text
    assert 'name="version" value="2"' in lost.text
    assert client.post("/c/practice-cohort/settings", data=FORM | {"version": "2", "theme": "Another theme"}).headers[
        "Location"
    ] == ("/c/practice-cohort/settings")


def test_the_buttons_of_its_state(db: Session, world: World, sign_in: Callable[[Person], FlaskClient]) -> None:
    client = sign_in(world.organiser)
    assert client.post("/c/practice-cohort/close").status_code == 303
    assert "Open the cohort again" in client.get("/c/practice-cohort/settings").text
    assert client.post("/c/practice-cohort/open").status_code == 422
    assert client.post("/c/practice-cohort/reopen").status_code == 303
    db.refresh(world.cohort)
    assert world.cohort.state is CohortState.RUNNING
