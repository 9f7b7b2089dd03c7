"""Public pages are made once, kept, answered with an ETag, and gone with the commit that makes them untrue."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from peernet.accounts import profiles, sessions
from peernet.cohorts import cohorts
from peernet.db import settle
from peernet.organisations import organisations
from peernet.pages import Sweeper
from peernet.prompts import library as prompts_library
from peernet.prompts import responses
from peernet.prompts.models import Attribution, Visibility
from peernet.web.viewer import NOBODY
from tests.prompts.conftest import ask_back, asked, reply, resonate
from tests.site import shelf
from tests.site.conftest import Ask, Shelves
from tests.world import World

PAGES = (
    "/",
    "/questions",
    "/questions/who-decides",
    "/library",
    "/library/a-playbook",
    "/library/a-playbook/v/1",
    "/cohorts",
    "/cohorts/practice-cohort",
    "/organisations",
    "/cohorts/practice-cohort/book",
    "/cohorts/practice-cohort/book/epub",
    "/library/a-playbook/download/html",
    "/organisations/river-trust",
    "/search",
    "/about",
    "/feeds/all.atom",
    "/feeds/topic/governance.atom",
    "/feeds/cohort/practice-cohort.atom",
    "/feeds/organisation/river-trust.atom",
    "/sitemap.xml",
    "/robots.txt",
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_ready_for_the_second_reader(
    path: str, ask: Ask, shelves: Shelves, count_queries: Callable[[], Any]
) -> None:
    first = ask(path)
    with count_queries() as seen:
        second = ask(path)
    assert (first.status_code, second.status_code, seen) == (200, 200, [])
    assert second.data == first.data
    for answer in (first, second):
        assert answer.headers["ETag"] == first.headers["ETag"]
        assert answer.headers["Cache-Control"] == "no-cache"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["Content-Type"] == first.headers["Content-Type"]


@pytest.mark.parametrize("zipped", ["gzip", ""])
def test_who_has_it_already_is_told_so(zipped: str, ask: Ask, shelves: Shelves, sweeper: Sweeper) -> None:
    made = ask("/library", Accept_Encoding=zipped)
    etag = made.headers["ETag"]
    assert etag.endswith('-gzip"') is bool(zipped)
    ready = ask("/library", Accept_Encoding=zipped, If_None_Match=etag)
    sweeper.store.clear()
    anew = ask("/library", Accept_Encoding=zipped, If_None_Match=etag)
    for answer in (ready, anew):
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", etag)


def test_a_cookie_makes_no_difference(app: Flask, world: World, sign_in: Callable[..., Any]) -> None:
    nobody, member = app.test_client().get("/"), sign_in(world.member).get("/")
    assert member.data == nobody.data
    for answer in (nobody, member):
        assert (answer.headers["Cache-Control"], answer.headers["Vary"]) == ("no-cache", "Accept-Encoding")
        assert "Set-Cookie" not in answer.headers


def test_an_address_with_a_query_is_made_each_time(ask: Ask, shelves: Shelves, sweeper: Sweeper) -> None:
    answer = ask("/library?kind=playbook")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")
    assert ask("/library?kind=playbook", If_None_Match=answer.headers["ETag"]).status_code == 304
    assert sweeper.store.look_up("/library") is None


@pytest.mark.parametrize(
    "path", ["/nothing", "/library/nothing", "/library/a-playbook/v/01", "/library/a-playbook/v/9"]
)
def test_what_is_not_there_is_not_kept(path: str, ask: Ask, shelves: Shelves, sweeper: Sweeper) -> None:
    answer = ask(path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "private, no-store")
    assert "Nothing to read here" in answer.text
    assert sweeper.store.look_up(path) is None


def test_each_language_has_its_own_copy(ask: Ask, shelves: Shelves) -> None:
    for _time in range(2):
        english, french = ask("/library").text, ask("/fr/library").text
        assert '<html lang="en"' in english
        assert '<html lang="fr"' in french
        assert 'href="/library/a-playbook"' in english
        assert 'href="/fr/library/a-playbook"' in french
        assert '<link rel="alternate" hreflang="fr" href="http://localhost:8000/fr/library">' in english
        assert '<link rel="canonical" href="http://localhost:8000/fr/library">' in french


def _stale(ask: Ask, db: Session, paths: tuple[str, ...], old: str, new: str, change: Callable[[], Any]) -> None:
    for path in paths:
        assert old in ask(path).text, path
    change()
    settle(db)
    for path in paths:
        page = ask(path).text
        assert new in page, path
        assert old not in page, path


def test_a_corrected_material(ask: Ask, db: Session, world: World, shelves: Shelves) -> None:
    paths = ("/", "/library", "/library/a-playbook", "/questions/who-decides", "/cohorts/practice-cohort",
             "/organisations/river-trust", "/feeds/all.atom", "/feeds/topic/governance.atom",
             "/library/a-case")  # fmt: skip
    place = {
        "topics": (world.topic.id,),
        "questions": (world.prompt.id,),
        "organisations": (world.river.id, world.library.id),
    }
    _stale(
        ask, db, paths, "A playbook", "A better book",
        lambda: shelf.issue(db, shelves.playbook, title="A better book", note="Better", **place),
    )  # fmt: skip
    assert "It was replaced" in ask("/library/a-playbook/v/1").text


def test_a_withdrawn_material(ask: Ask, db: Session, world: World, shelves: Shelves) -> None:
    lists = ("/", "/library", "/questions/who-decides", "/cohorts/practice-cohort", "/organisations/river-trust",
             "/feeds/all.atom", "/sitemap.xml", "/library/a-case")  # fmt: skip
    for path in (*lists, "/library/a-playbook", "/library/a-playbook/v/1"):
        assert "a-playbook" in ask(path).text, path
    shelf.withdraw(db, shelves.playbook, world.organiser)
    settle(db)
    for path in lists:
        assert "a-playbook" not in ask(path).text, path
    for path in ("/library/a-playbook", "/library/a-playbook/v/1"):
        for _time in range(2):
            answer = ask(path)
            assert answer.status_code == 410
            assert "This material was withdrawn" in answer.text
            assert "It named somebody." in answer.text
            assert "Summary of a-playbook" not in answer.text


def test_a_question_put_otherwise(ask: Ask, db: Session, world: World, shelves: Shelves) -> None:
    paths = ("/", "/questions", "/questions/who-decides", "/library", "/library/a-playbook", "/cohorts/practice-cohort")
    _stale(
        ask, db, paths, "Who decides, and how does anybody notice?", "Who says no?",
        lambda: prompts_library.revise(
            db, world.prompt, actor=NOBODY, version=world.prompt.version, text="Who says no?"
        ),
    )  # fmt: skip


def test_an_answer_given_and_erased(ask: Ask, db: Session, world: World, shelves: Shelves) -> None:
    page = "/questions/who-decides"
    assert "Nobody has answered this in public yet" in ask(page).text
    assert "We vote on it" not in ask("/organisations/river-trust").text
    given = shelf.answer(db, world.asking, world.member, "We vote on it")
    settle(db)
    for path in (page, "/organisations/river-trust"):
        assert "We vote on it" in ask(path).text
        assert '<span class="voice-name">Member</span>' in ask(path).text
    profiles.edit(
        db, world.member, name="Another Name", about="", rendered=shelf.rendered(""), zone="UTC", language="en",
        version=world.member.version,
    )  # fmt: skip
    settle(db)
    for path in (page, "/organisations/river-trust"):
        assert '<span class="voice-name">Another Name</span>' in ask(path).text
    responses.erase(db, given, asking=world.asking)
    settle(db)
    for path in (page, "/organisations/river-trust"):
        assert "We vote on it" not in ask(path).text


def test_a_question_asked_back_in_public(ask: Ask, db: Session, world: World, shelves: Shelves) -> None:
    page = "/questions/who-decides"
    given = shelf.answer(db, world.asking, world.member, "We vote on it")
    settle(db)
    assert "Who counts?" not in ask(page).text
    ask_back(db, world.asking, world.peer, "Who counts?", to="We vote on it")
    settle(db)
    assert ["Who counts?" in ask(page).text, "<strong>Peer</strong>, City Library" in ask(page).text] == [True, True]
    reply(db, world.asking, world.member, "Everybody does.")
    resonate(db, world.asking, world.third, to="We vote on it")
    settle(db)
    assert "<strong>Member</strong> · answers" in ask(page).text
    assert ["Everybody does." in ask(page).text, "It resonates with one person." in ask(page).text] == [True, True]
    profiles.edit(
        db, world.peer, name="Another Name", about="", rendered=shelf.rendered(""), zone="UTC", language="en",
        version=world.peer.version,
    )  # fmt: skip
    settle(db)
    assert "<strong>Another Name</strong>, City Library" in ask(page).text
    facts = {"visibility": Visibility.COHORT, "attribution": Attribution.PERSON}
    responses.let_read(db, given, asking=asked(db, world.asking.id), version=given.version, **facts)
    settle(db)
    assert ["Who counts?" in ask(page).text, "Everybody does." in ask(page).text] == [False, False]


def test_answers_without_a_name_come_together(ask: Ask, db: Session, world: World, shelves: Shelves) -> None:
    for person, words in ((world.member, "First words"), (world.peer, "Second words")):
        shelf.answer(db, world.asking, person, words, attribution=Attribution.UNATTRIBUTED)
    settle(db)
    for path in ("/questions/who-decides", "/search?q=words", "/organisations/river-trust"):
        assert "First words" not in ask(path).text
    world.asking.released_at = world.asking.closed_at = world.asking.opens_at
    settle(db)
    assert "First words" not in ask("/questions/who-decides").text


def test_an_organisation_called_otherwise(ask: Ask, db: Session, world: World, shelves: Shelves) -> None:
    shelf.answer(db, world.asking, world.member, "Ours", attribution=Attribution.ORGANISATION)
    settle(db)
    paths = ("/", "/organisations", "/organisations/river-trust", "/cohorts/practice-cohort", "/library",
             "/library/a-playbook", "/questions/who-decides", "/feeds/organisation/river-trust.atom")  # fmt: skip
    _stale(
        ask, db, paths, "River Trust", "Estuary Society",
        lambda: organisations.revise(
            db, world.river, actor=NOBODY, version=world.river.version, is_listed=True, name="Estuary Society"
        ),
    )  # fmt: skip


def test_a_cohort_called_otherwise(ask: Ask, db: Session, world: World, shelves: Shelves) -> None:
    paths = ("/", "/cohorts", "/cohorts/practice-cohort", "/organisations", "/organisations/river-trust", "/questions",
             "/questions/who-decides", "/library", "/library/a-playbook",
             "/feeds/cohort/practice-cohort.atom")  # fmt: skip
    actor = sessions.viewer_of(world.organiser)
    _stale(
        ask, db, paths, "Practice cohort", "Round of spring",
        lambda: cohorts.revise(db, world.cohort, actor=actor, version=world.cohort.version, name="Round of spring"),
    )  # fmt: skip
