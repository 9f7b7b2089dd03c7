"""Public pages of people: there for whoever asked for one, with what is public under their name, and gone at once."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peernet import clock, search
from peernet.accounts import people, public_pages, sessions
from peernet.accounts.models import Person
from peernet.cli.search import ROOMS
from peernet.db import settle
from peernet.materials import publishing
from peernet.materials.contributors import deciding
from peernet.materials.contributors.models import Contributor, Wish
from peernet.materials.manuscripts import CreditLine, Manuscript
from peernet.materials.models import Credit, Material
from peernet.privacy import erasing, replaying
from peernet.prompts.models import Attribution, Visibility
from peernet.settings import current
from tests.site import shelf
from tests.world import World


@pytest.fixture
def opened(db: Session, world: World) -> Callable[..., Person]:
    """Somebody who asked for a page."""

    def ask(person: Person | None = None, organisation: str = "The trust by the river") -> Person:
        chosen = person or world.member
        public_pages.choose(db, chosen, has_page=True, organisation=organisation)
        settle(db)
        return chosen

    return ask


def _credited(db: Session, slug: str, person: Person, wish: Wish | None, name: str = "") -> Material:
    """A published material among whose authors somebody is."""
    material = shelf.draft(db, slug)
    db.add(Contributor(material_id=material.id, person_id=person.id, wish=wish, name=name, asked_at=clock.now()))
    db.flush()
    lines = (CreditLine(Credit.AUTHOR, "The editors"), CreditLine(Credit.AUTHOR, "", person_id=person.id))
    manuscript = Manuscript(kind=material.kind, title=material.title, source="Body", credits=lines)
    publishing.issue(db, material, manuscript, shelf.rendered("Body"), note="", actor_id=None)
    settle(db)
    return material


def test_nobody_has_one_who_did_not_ask(client: FlaskClient, world: World) -> None:
    for number in (world.member.id, world.admin.id, 999_999, 2**53):
        assert client.get(f"/people/{number}").status_code == 404


def test_a_page_has_what_is_public_under_the_name_and_nothing_else(
    client: FlaskClient, db: Session, world: World, opened: Callable[..., Person]
) -> None:
    member = world.member
    member.about, member.about_html = "Zzabout", "<p>Zzabout</p>"
    shelf.answer(db, world.asking, member, "Zzpublic")
    _credited(db, "named-one", member, Wish.NAME, "M. Ember")
    for slug, wish in (("by-organisation", Wish.ORGANISATION), ("unnamed", Wish.UNNAMED), ("silent", None)):
        _credited(db, slug, member, wish)
    opened()
    page = client.get(f"/people/{member.id}").text
    assert [word in page for word in (member.name, "The trust by the river", "Zzpublic", "Named one")] == [True] * 4
    hidden = ("Zzabout", member.email, member.zone, "By organisation", "Unnamed", "Silent")
    assert [word for word in hidden if word in page] == []
    assert '"@type": "Person"' in page
    assert client.get(f"/people/0{member.id}").status_code == 404


@pytest.mark.parametrize(
    ("visibility", "attribution"),
    [
        (Visibility.COHORT, Attribution.PERSON),
        (Visibility.PUBLIC, Attribution.ORGANISATION),
        (Visibility.PUBLIC, Attribution.UNATTRIBUTED),
    ],
)
def test_what_is_not_public_under_the_name_is_not_there(
    client: FlaskClient, db: Session, world: World, opened: Callable[..., Person],
    visibility: Visibility, attribution: Attribution,
) -> None:  # fmt: skip
    shelf.answer(db, world.asking, world.member, "Zzsaid", visibility, attribution)
    opened()
    page = client.get(f"/people/{world.member.id}")
    assert (page.status_code, "Zzsaid" in page.text) == (200, False)
    assert f"/people/{world.member.id}" not in client.get(f"/questions/{world.prompt.slug}").text


def test_names_lead_to_it_only_while_it_is_there(
    client: FlaskClient, db: Session, world: World, opened: Callable[..., Person]
) -> None:
    member, address = world.member, f"/people/{world.member.id}"
    shelf.answer(db, world.asking, member, "Zzpublic")
    _credited(db, "named-one", member, Wish.NAME, "M. Ember")
    _credited(db, "unnamed", member, Wish.UNNAMED)
    showing = ("/library/named-one", f"/questions/{world.prompt.slug}", "/organisations/river-trust", "/sitemap.xml")
    paths = (*showing, "/library/unnamed", "/")

    def leading() -> list[str]:
        return [path for path in paths if address in client.get(path).text]

    assert leading() == []
    opened()
    assert leading() == list(showing)
    assert f'<a href="/fr{address}">M. Ember</a>' in client.get("/fr/library/named-one").text
    assert f'"@id": "{current().public_url}{address}"' in client.get("/library/named-one").text
    public_pages.choose(db, member, has_page=False, organisation="")
    settle(db)
    assert (leading(), client.get(address).status_code) == ([], 404)


def test_it_is_found_by_name_while_it_is_there(
    client: FlaskClient, db: Session, world: World, opened: Callable[..., Person]
) -> None:
    def found() -> list[str]:
        return [row.url for row in search.held_by(db, "public") if row.kind == "person"]

    assert found() == []
    member = opened()
    assert found() == [f"/people/{member.id}"]
    assert f"/people/{member.id}" in client.get("/search?q=the+trust+by&kind=person").text
    search.clear(db)
    for _name, rebuild in ROOMS:
        rebuild(db)
    assert found() == [f"/people/{member.id}"]
    people.disable(db, member)
    settle(db)
    assert (found(), client.get(f"/people/{member.id}").status_code) == ([], 404)
    people.enable(db, member)
    settle(db)
    assert (found(), client.get(f"/people/{member.id}").status_code) == ([f"/people/{member.id}"], 200)


def test_a_name_that_is_taken_back_takes_the_material_along(
    client: FlaskClient, db: Session, world: World, opened: Callable[..., Person]
) -> None:
    material, member = _credited(db, "named-one", world.member, Wish.NAME, "M. Ember"), opened()
    assert "Named one" in client.get(f"/people/{member.id}").text
    line = db.query(Contributor).filter_by(material_id=material.id).one()
    deciding.decide(db, sessions.viewer_of(member), line, wish=Wish.UNNAMED)
    settle(db)
    assert "Named one" not in client.get(f"/people/{member.id}").text


def test_who_is_forgotten_has_none(
    client: FlaskClient, db: Session, world: World, opened: Callable[..., Person]
) -> None:
    member = opened()
    number = member.id
    erasing.erase(db, member, {})
    settle(db)
    assert client.get(f"/people/{number}").status_code == 404
    assert [row.url for row in search.held_by(db, "public") if row.kind == "person"] == []


def test_a_page_that_was_given_up_does_not_come_back_with_a_backup(
    db: Session, world: World, opened: Callable[..., Person]
) -> None:
    member = opened()
    line = {"what": "page", "id": member.id, "since": member.created_at.isoformat()}
    assert [replaying.replay(db, [line])["page"] for _again in range(2)] == [1, 0]
    assert not member.has_page
    public_pages.choose(db, member, has_page=True, organisation="")
    assert replaying.replay(db, [line | {"since": "2020-01-01T00:00:00+00:00"}])["page"] == 0


def test_it_is_asked_for_in_the_profile(
    client: FlaskClient, db: Session, world: World, sign_in: Callable[..., FlaskClient]
) -> None:
    mine = sign_in(world.member)
    page = mine.get("/me/profile").text
    assert ["Give me a public page" in page, "See your public page" in page] == [True, False]
    form = {"name": "Member", "zone": "Europe/London", "language": "en", "version": world.member.version}
    asked = mine.post("/me/profile", data=form | {"has_page": "yes", "page_organisation": "River"})
    assert asked.status_code == 303
    assert "River" in client.get(f"/people/{world.member.id}").text
    assert 'name="has_page" value="yes" checked' in mine.get("/me/profile").text
    db.expire_all()
    mine.post("/me/profile", data=form | {"version": world.member.version})
    assert client.get(f"/people/{world.member.id}").status_code == 404
