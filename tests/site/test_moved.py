"""What was given another address is found at the old one for ever, by whoever may see it, and under one name."""

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peernet import search
from peernet.accounts import sessions
from peernet.accounts.models import Person
from peernet.cohorts import cohorts
from peernet.cohorts.models import CohortState
from peernet.db import settle
from peernet.materials import publishing
from peernet.organisations import organisations
from peernet.prompts import library
from peernet.site import moved
from tests.site import shelf
from tests.site.conftest import Ask, Shelves
from tests.world import World

SignIn = Callable[[Person], FlaskClient]
BASE = "http://localhost:8000"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def move_all(db: Session, shelves: Shelves, world: World) -> Callable[[], None]:
    """One of each gets another address."""

    def move() -> None:
        actor = sessions.viewer_of(world.organiser)
        publishing.move(db, actor, shelves.playbook, slug="the-book")
        library.move(db, world.prompt, actor=actor, slug="who-says-no")
        cohorts.move(db, world.cohort, actor=actor, slug="first-cohort")
        organisations.move(db, world.river, actor=actor, slug="stream-trust", is_listed=True)
        settle(db)

    return move


_LED_ON = {
    "/library/a-playbook": "/library/the-book",
    "/fr/library/a-playbook": "/fr/library/the-book",
    "/library/a-playbook?from=letter&x=%26": "/library/the-book?from=letter&x=%26",
    "/library/a-playbook/v/1": "/library/the-book/v/1",
    "/library/a-playbook/download/epub": "/library/the-book/download/epub",
    "/library/a-playbook/share.png": "/library/the-book/share.png",
    "/library/a-playbook/group.html": "/library/the-book/group.html",
    "/questions/who-decides": "/questions/who-says-no",
    "/questions/who-decides/group": "/questions/who-says-no/group",
    "/feeds/question/who-decides.atom": "/feeds/question/who-says-no.atom",
    "/cohorts/practice-cohort": "/cohorts/first-cohort",
    "/cohorts/practice-cohort/book": "/cohorts/first-cohort/book",
    "/feeds/cohort/practice-cohort.atom": "/feeds/cohort/first-cohort.atom",
    "/feeds/cohort/practice-cohort.ics": "/feeds/cohort/first-cohort.ics",
    "/organisations/river-trust": "/organisations/stream-trust",
    "/feeds/organisation/river-trust.atom": "/feeds/organisation/stream-trust.atom",
    "/library?question=who-decides&kind=playbook": "/library?kind=playbook&question=who-says-no",
    "/library?organisation=river-trust": "/library?organisation=stream-trust",
}


def test_every_old_address_leads_on(ask: Ask, move_all: Callable[[], None]) -> None:
    before = {path: ask(path).status_code for path in _LED_ON}
    assert set(before.values()) == {200}
    move_all()
    for _time in range(2):
        for path, address in _LED_ON.items():
            answer = ask(path)
            assert (answer.status_code, answer.headers["Location"]) == (301, address), path
            assert "Set-Cookie" not in answer.headers
            assert ask(address).status_code == 200, address


def test_it_is_answered_without_the_application_and_goes_when_it_is_not_true(
    ask: Ask, db: Session, shelves: Shelves, world: World
) -> None:
    actor = sessions.viewer_of(world.organiser)
    publishing.move(db, actor, shelves.case, slug="another-case")
    settle(db)
    first = ask("/library/a-case")
    again = ask("/library/a-case", If_None_Match=first.headers["ETag"])
    assert (first.headers["Cache-Control"], again.status_code) == ("no-cache", 304)
    assert ask("/library/another-case").status_code == 200
    publishing.move(db, actor, shelves.case, slug="a-case")
    settle(db)
    assert ask("/library/a-case").status_code == 200
    assert ask("/library/another-case").headers["Location"] == "/library/a-case"


def test_where_something_was_withdrawn_it_says_so(ask: Ask, db: Session, shelves: Shelves, world: World) -> None:
    publishing.move(db, sessions.viewer_of(world.organiser), shelves.case, slug="another-case")
    shelf.withdraw(db, shelves.case, world.organiser)
    settle(db)
    assert ask("/library/a-case").headers["Location"] == "/library/another-case"
    assert ask("/library/another-case").status_code == 410
    assert publishing.move(db, sessions.viewer_of(world.organiser), shelves.case, slug="third-case")
    settle(db)
    assert ask("/library/another-case").headers["Location"] == "/library/third-case"
    assert "It named somebody." in ask("/library/third-case").text


def test_no_page_names_the_old_address(ask: Ask, move_all: Callable[[], None]) -> None:
    paths = ("/", "/library", "/library/a-case", "/library/the-book", "/questions", "/questions/who-says-no",
             "/cohorts", "/cohorts/first-cohort", "/organisations", "/organisations/stream-trust", "/sitemap.xml",
             "/fr/library", "/library/the-book/download/bibtex")  # fmt: skip
    for path in paths:
        ask(path)
    move_all()
    old = re.compile(r"/(library/a-playbook|questions/who-decides|cohorts/practice-cohort|organisations/river-trust)\b")
    found = {path: old.findall(ask(path).text) for path in paths}
    assert {path: some for path, some in found.items() if some} == {}


def test_feeds_and_catalogues_know_it_by_its_first_name(
    client: FlaskClient, move_all: Callable[[], None], shelves: Shelves
) -> None:
    paths = {
        "/feeds/all.atom": "/feeds/all.atom",
        "/feeds/question/who-decides.atom": "/feeds/question/who-says-no.atom",
        "/feeds/organisation/river-trust.atom": "/feeds/organisation/stream-trust.atom",
        "/feeds/cohort/practice-cohort.atom": "/feeds/cohort/first-cohort.atom",
        "/fr/feeds/topic/governance.atom": "/fr/feeds/topic/governance.atom",
    }
    before = {path: _ids(client, path) for path in paths}
    name = f"oai:localhost:material-{shelves.playbook.id}"
    record = f"/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier={name}"
    assert f"{BASE}/library/a-playbook<" in client.get(record).text
    move_all()
    assert {path: _ids(client, now) for path, now in paths.items()} == before
    feed = ElementTree.fromstring(client.get("/feeds/question/who-says-no.atom").data)
    assert {one.get("rel"): one.get("href") for one in feed.findall(f"{ATOM}link")} == {
        "self": f"{BASE}/feeds/question/who-says-no.atom",
        "alternate": f"{BASE}/questions/who-says-no",
    }
    told = client.get(record).text
    assert (f"{BASE}/library/the-book<" in told, f"<identifier>{name}</identifier>" in told) == (True, True)


def _ids(client: FlaskClient, path: str) -> list[str | None]:
    return [one.text for one in ElementTree.fromstring(client.get(path).data).iter(f"{ATOM}id")]


def test_the_search_leads_to_where_it_is(db: Session, move_all: Callable[[], None], world: World) -> None:
    shelf.answer(db, world.asking, world.member, "We ask the ferryman")
    move_all()
    found = {
        words: [hit.url for hit in search.find(db, {"public"}, words).hits] for words in ("ferryman", "river trust")
    }
    assert found == {"ferryman": ["/questions/who-says-no"], "river trust": ["/organisations/stream-trust"]}


def test_who_may_not_see_it_is_not_led_to_it(
    client: FlaskClient, sign_in: SignIn, db: Session, world: World, shelves: Shelves
) -> None:
    actor = sessions.viewer_of(world.organiser)
    hidden = shelf.ask_nobody(db, "between-us", "What do we keep to ourselves?", is_public=False)
    draft = shelf.draft(db, "a-draft", cohort=world.cohort)
    world.cohort.state = CohortState.DRAFT
    cohorts.move(db, world.cohort, actor=actor, slug="secret-cohort")
    library.move(db, hidden, actor=actor, slug="secret-question")
    publishing.move(db, actor, draft, slug="secret-draft")
    settle(db)
    public = ("/cohorts/practice-cohort", "/feeds/cohort/practice-cohort.atom", "/questions/between-us",
              "/feeds/question/between-us.atom", "/library/a-draft")  # fmt: skip
    inside = ("/c/practice-cohort", "/c/practice-cohort/people", "/prompts/between-us", "/write/a-draft")
    for path in (*public, *inside):
        answers = [client.get(path), sign_in(world.stranger).get(path), sign_in(world.outsider).get(path)]
        assert all("secret" not in answer.headers.get("Location", "") for answer in answers), path
        assert all(answer.status_code in (302, 303, 404) for answer in answers), path
    narrowed = client.get("/library?cohort=practice-cohort&question=between-us")
    assert (narrowed.status_code, "secret" in narrowed.text) == (200, False)
    organiser = sign_in(world.organiser)
    assert [organiser.get(path).headers.get("Location") for path in inside] == [
        "/c/secret-cohort", "/c/secret-cohort/people", "/prompts/secret-question", "/write/secret-draft",
    ]  # fmt: skip


def test_a_form_that_was_open_meanwhile_is_sent_on(
    sign_in: SignIn, db: Session, world: World, shelves: Shelves
) -> None:
    organiser = sign_in(world.organiser)
    cohorts.move(db, world.cohort, actor=sessions.viewer_of(world.organiser), slug="first-cohort")
    settle(db)
    answer = organiser.post("/c/practice-cohort/close", data={})
    assert (answer.status_code, answer.headers["Location"]) == (308, "/c/first-cohort/close")


PAGES = {
    "/write/a-playbook/address": ("/write/new-place/publish", "/library/new-place"),
    "/prompts/who-decides/address": ("/prompts/new-place/edit", "/questions/new-place"),
    "/c/practice-cohort/address": ("/c/new-place/settings", "/cohorts/new-place"),
    "/organisations/river-trust/address": ("/organisations/new-place/edit", "/organisations/new-place"),
}


@pytest.mark.parametrize("path", PAGES)
def test_an_organiser_changes_an_address(
    path: str, sign_in: SignIn, db: Session, world: World, shelves: Shelves, client: FlaskClient
) -> None:
    organiser = sign_in(world.organiser)
    back, public = PAGES[path]
    old = path.split("/")[2]
    refused = organiser.post(path, data={"slug": "Not an address"})
    assert (refused.status_code, 'value="Not an address"' in refused.text) == (422, True)
    assert "for example not-an-address." in refused.text
    assert organiser.post(path, data={}).status_code == 422
    for one in (world.member, world.facilitator, world.stranger):
        assert sign_in(one).post(path, data={"slug": "new-place"}).status_code == 404
    answer = organiser.post(path, data={"slug": "new-place"})
    assert (answer.status_code, answer.headers["Location"]) == (303, back)
    assert organiser.get(back).status_code == 200
    assert client.get(public).status_code == 200
    # The second click of two.
    second = organiser.post(path, data={"slug": "new-place"})
    assert (second.status_code, second.headers["Location"]) == (308, path.replace(old, "new-place"))
    assert organiser.post(second.headers["Location"], data={"slug": "new-place"}).status_code == 303
    assert f"/{old}</code>" in organiser.get(second.headers["Location"]).text


def test_every_route_with_a_slug_says_what_it_is_of(app: Flask) -> None:
    never = ("/feeds/topic/", "/roundtables/", "/pages/")
    routes = [route.rule for route in app.url_map.iter_rules() if "<slug>" in route.rule]
    named = [start for start, _model in moved.ROUTES]
    assert [one for one in routes if not one.startswith((*named, *never))] == []
    assert [start for start in named if not any(one.startswith(start) for one in routes)] == []
