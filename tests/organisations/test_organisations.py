"""Organisations: made, revised by those who speak for them, and seen by the public where they should be."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peernet import pages
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.cohorts import access
from peernet.cohorts.models import CohortState
from peernet.db import Conflict
from peernet.ledger.models import Event
from peernet.media.models import MediaFile
from peernet.organisations import countries, organisations
from peernet.organisations.models import Organisation
from peernet.search.models import SearchRow
from peernet.web.viewer import NOBODY
from tests.world import World

SignIn = Callable[[Person], FlaskClient]
EDIT = "/organisations/river-trust/edit"


def _names(db: Session, statement: Any) -> set[str]:
    return {organisation.name for organisation in db.scalars(statement)}


def test_slugs_are_made_free(db: Session, world: World) -> None:
    made = [organisations.create(db, actor=NOBODY, name=name).slug for name in ("River Trust", "Rivière", "New", "水")]
    assert made == ["river-trust-2", "riviere", "new-2", "水"]
    assert organisations.create(db, actor=NOBODY, name="X", slug="given").slug == "given"


def test_only_hosts_are_listed_without_a_seat(db: Session, world: World) -> None:
    organisations.create(db, actor=NOBODY, name="Host", is_host=True)
    organisations.create(db, actor=NOBODY, name="Guest")
    world.other_cohort.state = CohortState.DRAFT
    db.flush()
    assert _names(db, access.organisations_listed()) == {"Host", "City Library", "Museum", "River Trust"}
    assert {row.title for row in db.scalars(select(SearchRow))} == {"Host"}


def test_what_may_be_chosen_tells_nothing_of_drafts(db: Session, world: World) -> None:
    world.other_cohort.state = CohortState.DRAFT
    organisations.create(db, actor=NOBODY, name="Unseated")
    seen = _names(db, access.organisations_choosable_by(viewer_of(world.organiser)))
    assert seen == {"City Library", "Museum", "River Trust", "Unseated"}
    assert "Harbour" in _names(db, access.organisations_choosable_by(viewer_of(world.admin)))


def test_a_change_is_recorded_touched_and_found(db: Session, world: World) -> None:
    changed = organisations.revise(
        db,
        world.river,
        actor=viewer_of(world.member),
        version=1,
        is_listed=True,
        purpose="We *measure*.",
        purpose_html="<p>We <em>measure</em>.</p>",
        home_page="",
    )
    assert changed
    event = db.scalars(select(Event).where(Event.action == "organisation.revised")).one()
    assert event.data == {"fields": ["purpose", "purpose_html"]}
    assert pages.touched(db) == {"organisations", f"organisation:{world.river.id}"}
    row = db.scalars(select(SearchRow)).one()
    assert (row.title, row.text, row.url) == ("River Trust", "We measure.", "/organisations/river-trust")
    with pytest.raises(Conflict) as conflict:
        organisations.revise(db, world.river, actor=NOBODY, version=1, is_listed=True, name="Other")
    assert "We *measure*." in (conflict.value.theirs or "")


@pytest.mark.parametrize("who", ["stranger", "outsider", "peer", "observer", "facilitator"])
def test_who_does_not_speak_for_it(who: str, db: Session, world: World, sign_in: SignIn) -> None:
    client = sign_in(getattr(world, who))
    assert client.get(EDIT).status_code == 404
    assert client.post(EDIT, data={"version": "1", "purpose": "Mine"}).status_code == 404
    assert client.post("/organisations/river-trust/logo", data={"logo": (_picture(), "x.png")}).status_code == 404
    assert client.post("/organisations/river-trust/logo/remove").status_code == 404
    assert client.get("/organisations/new").status_code == 404
    db.refresh(world.river)
    assert world.river.purpose == ""


@pytest.mark.parametrize("who", ["member", "mate"])
def test_who_holds_its_seat_changes_some_of_it(who: str, db: Session, world: World, sign_in: SignIn) -> None:
    client = sign_in(getattr(world, who))
    assert 'name="purpose"' in client.get(EDIT).text
    assert 'name="country"' not in client.get(EDIT).text
    form = {"version": "1", "purpose": "We **look after** rivers.", "home_page": "rivers.example.org"}
    assert client.post(EDIT, data=form | {"name": "Mine"}).status_code == 422
    assert client.post(EDIT, data=form).headers["Location"] == EDIT
    db.refresh(world.river)
    assert (world.river.name, world.river.home_page) == ("River Trust", "https://rivers.example.org")
    assert world.river.purpose_html.strip() == "<p>We <strong>look after</strong> rivers.</p>"


def test_an_organiser_changes_more_and_an_administrator_all(db: Session, world: World, sign_in: SignIn) -> None:
    form = {"version": "1", "name": "River Trust International", "stewards": "Levels of rivers", "country": "ke"}
    organiser = sign_in(world.organiser)
    assert organiser.post(EDIT, data=form | {"is_host": "yes"}).status_code == 422
    assert organiser.post(EDIT, data=form).status_code == 303
    assert sign_in(world.admin).post(EDIT, data=form | {"version": "2", "is_host": "yes"}).status_code == 303
    db.refresh(world.river)
    assert (world.river.name, world.river.country, world.river.is_host) == ("River Trust International", "KE", True)
    assert world.river.slug == "river-trust"


def test_a_lost_race_shows_both(world: World, sign_in: SignIn) -> None:
    assert sign_in(world.member).post(EDIT, data={"version": "1", "purpose": "First"}).status_code == 303
    lost = sign_in(world.mate).post(EDIT, data={"version": "1", "purpose": "Second"})
    assert lost.status_code == 409
    assert "First" in lost.text
    assert ">\nSecond</textarea>" in lost.text
    assert 'name="version" value="2"' in lost.text


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"home_page": "javascript:alert(1)"}, "home_page"),
        ({"home_page": "http://a b"}, "home_page"),
        ({"country": "XX"}, "country"),
        ({"country": "Kenya"}, "country"),
        ({"name": ""}, "name"),
        ({"stewards": "two\nlines"}, "stewards"),
        ({"purpose": "x" * 5001}, "purpose"),
        ({"purpose": "[" * 3000}, "purpose"),
    ],
)
def test_bad_input_returns_to_its_field(wrong: dict[str, str], name: str, world: World, sign_in: SignIn) -> None:
    answer = sign_in(world.organiser).post(EDIT, data={"version": "1", "name": "River Trust"} | wrong)
    assert answer.status_code == 422
    assert f'id="f-{name}-error"' in answer.text


def test_versions_that_are_none(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.member)
    for version in ("", "x", "9" * 40):
        assert client.post(EDIT, data={"version": version, "purpose": "P"}).status_code == 422


def test_an_administrator_adds_one(db: Session, world: World, sign_in: SignIn) -> None:
    client = sign_in(world.admin)
    assert client.get("/organisations/new").status_code == 200
    form = {"name": "Open Institute", "is_host": "yes", "purpose": "Open.", "_once": "key"}
    answers = [client.post("/organisations/new", data=form) for _ in range(2)]
    assert [answer.headers["Location"] for answer in answers] == ["/organisations/open-institute/edit"] * 2
    assert db.scalars(select(Organisation).where(Organisation.is_host)).one().purpose_html.strip() == "<p>Open.</p>"


def _picture(size: int = 200) -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (size, size), "teal").save(file, "PNG")
    file.seek(0)
    return file


def test_a_logo_is_shown_replaced_and_removed(db: Session, world: World, sign_in: SignIn) -> None:
    client = sign_in(world.member)
    path = "/organisations/river-trust/logo"
    for _ in range(2):
        assert client.post(path, data={"logo": (_picture(), "logo.png")}).headers["Location"] == EDIT
    db.expire_all()
    kept = db.scalars(select(MediaFile)).one()
    assert (world.river.logo_id, world.river.logo_url) == (kept.id, kept.url)
    assert (kept.audience, kept.alt, kept.uploaded_by_id) == ("public", "River Trust", world.member.id)
    assert f'src="{kept.url}"' in client.get(EDIT).text
    assert client.post(f"{path}/remove").status_code == 303
    db.expire_all()
    assert (world.river.logo_id, world.river.logo_url) == (None, "")
    assert db.scalar(select(func.count()).select_from(MediaFile)) == 0


@pytest.mark.parametrize("data", [b"", b"not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
def test_a_broken_picture_is_refused(data: bytes, db: Session, world: World, sign_in: SignIn) -> None:
    answer = sign_in(world.member).post("/organisations/river-trust/logo", data={"logo": (BytesIO(data), "logo.png")})
    assert answer.status_code == 422
    assert 'id="f-logo-error"' in answer.text
    assert sign_in(world.member).post("/organisations/river-trust/logo").status_code == 422


def test_countries() -> None:
    assert {"GB", "KE", "NO"} <= countries.codes()
    assert not {"EU", "UK", "XX", "001"} & countries.codes()
    names = [name for _code, name in countries.choices()]
    assert names[0] == "Afghanistan"
