"""What a group takes along: everything that stands on it, in a file that asks for nothing, and never a stale word."""

import re

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peernet import pages
from peernet.db import settle
from peernet.prompts import responses
from peernet.prompts.models import Attribution
from peernet.roundtables.agendas.models import Method
from tests.site import shelf
from tests.site.conftest import Ask, Shelves
from tests.world import World

STEPS = [
    {"title": name, "minutes": 4, "grouping": "pairs", "facilitator": f"Do {name}."} for name in ("One", "Two", "Three")
]


def _method(db: Session, name: str = "Pairs") -> Method:
    made = Method(slug=name.lower(), name=name, language="en", purpose="All speak.", source="A book", steps=STEPS)
    db.add(made)
    pages.touch(db, "methods")
    settle(db)
    return made


def test_a_question_with_answers_and_a_method(ask: Ask, db: Session, world: World, shelves: Shelves) -> None:
    _method(db)
    answers = {world.member: "Long " * 40, world.mate: "First", world.peer: "Second", world.third: "Third"}
    for person, text in answers.items():
        shelf.answer(db, world.asking, person, text, attribution=Attribution.ORGANISATION)
    settle(db)
    for path in ("/questions/who-decides/group", "/questions/who-decides/group.html"):
        page = ask(path).text
        assert re.findall(r"<blockquote><p>(.*?)</p></blockquote>", page) == ["Second", "Third", "First"], path
        assert "in 12 minutes" in page
        assert re.findall(r"<strong>(\w+)</strong> <span[^>]*>4 min · In pairs</span><br>(.*?)</li>", page) == [
            ("One", "Do One."), ("Two", "Do Two."), ("Three", "Do Three."),
        ]  # fmt: skip
    file = ask("/questions/who-decides/group.html")
    assert file.headers["Content-Disposition"].startswith('attachment; filename="who-decides-group.html"')
    assert re.findall(r'(?:src|href)="([^"]*)"', file.text) == ["http://localhost:8000/questions/who-decides"] * 2
    assert len(file.data) < 20_000


def test_a_material_and_the_question_it_answers(ask: Ask, db: Session, world: World, shelves: Shelves) -> None:
    page = ask("/library/a-playbook/group").text
    assert "Who decides, and how does anybody notice?" in page
    assert "Summary of a-playbook" in page
    assert "What in this is like our own work" in ask("/library/a-video/group").text
    shelf.withdraw(db, shelves.playbook, world.organiser)
    settle(db)
    for path in ("/library/a-playbook/group", "/library/a-playbook/group.html"):
        answer = ask(path)
        assert (answer.status_code, "Summary of a-playbook" in answer.text) == (410, False)


def test_no_stale_word(ask: Ask, db: Session, world: World, shelves: Shelves) -> None:
    method = _method(db)
    given = shelf.answer(db, world.asking, world.member, "Once said", attribution=Attribution.ORGANISATION)
    settle(db)
    paths = ("/questions/who-decides/group", "/questions/who-decides/group.html", "/library/a-playbook/group.html")
    for path in paths:
        assert {"Once said", "All speak."} <= set(re.findall(r"Once said|All speak\.", ask(path).text)), path
    responses.erase(db, given, asking=world.asking)
    method.purpose = "Some speak."
    pages.touch(db, "methods")
    settle(db)
    for path in paths:
        page = ask(path).text
        assert ("Once said" in page, "All speak." in page, "Some speak." in page) == (False, False, True), path


def test_nothing_private(client: FlaskClient, db: Session, world: World) -> None:
    own = _method(db, "Own")
    own.cohort_id = world.cohort.id
    settle(db)
    assert "All speak." not in client.get("/questions/who-decides/group").text
