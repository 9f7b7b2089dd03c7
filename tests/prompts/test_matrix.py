"""Every visibility, attribution, viewer and moment: exactly what is seen, by equality with matrix.md.

Pages, statements, search and the types of what is handed out must all say the same.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from peernet import clock, search
from peernet.accounts.models import Person
from peernet.cohorts.access import audiences
from peernet.cohorts.models import Membership, Role
from peernet.prompts import access
from peernet.prompts import asking as verbs
from peernet.prompts.models import Asking, Attribution, Visibility
from peernet.prompts.voices import AnyVoice, UnattributedVoice
from peernet.web.viewer import NOBODY
from tests.prompts.conftest import as_viewer, asked, give, seat_of
from tests.world import World, join, make_person

CANARY = "Quetzal said so"
_LINES = (Path(__file__).parent / "matrix.md").read_text("utf-8").splitlines()
_TABLE = [[cell.strip() for cell in line.strip("| ").split("|")] for line in _LINES if line.startswith("| ")]
VIEWERS = _TABLE[0][3:]
CASES = [(row[:3], dict(zip(VIEWERS, row[3:], strict=True))) for row in _TABLE[1:]]


def test_the_table_has_every_case_once() -> None:
    whens = ("open", "closed, 2", "closed, 3")
    every = {(a.value, b.value, when) for a in Visibility for b in Attribution for when in whens}
    assert {tuple(case) for case, _seen in CASES} == every
    assert len(CASES) == len(every)


@pytest.mark.parametrize(("case", "expected"), CASES, ids=["-".join(case) for case, _seen in CASES])
def test_who_sees_what(
    db: Session,
    world: World,
    sign_in: Callable[[Person], FlaskClient],
    case: list[str],
    expected: dict[str, str],
) -> None:
    visibility, attribution = Visibility(case[0]), Attribution(case[1])
    others = {"open": [world.peer, world.third], "closed, 2": [world.peer], "closed, 3": [world.peer, world.third]}
    for person in others[case[2]]:
        give(db, world.asking, person, visibility=visibility, attribution=attribution, text="Other words")
    give(db, world.asking, world.member, visibility=visibility, attribution=attribution, text=CANARY)
    if case[2] != "open":
        verbs.close(db, asked(db, world.asking.id), actor=NOBODY)
    everybody = _everybody(db, world)
    db.commit()
    named = {name: _named(db, world, person) for name, person in everybody.items() if person is not None}
    named["reader"] = _public(db, world)
    assert named == expected
    for name, person in everybody.items():
        if person is not None:
            _check_page(sign_in(person), world, expected[name], is_author=name == "author")
        assert _found(db, person) == _may_find(name, expected, case), f"{name} in search"


def _everybody(db: Session, world: World) -> dict[str, Person | None]:
    expert, left = make_person(db, "Guest"), make_person(db, "Gone")
    join(db, world.cohort, expert, Role.EXPERT)
    join(db, world.cohort, left, Role.MEMBER, seat_of(db, world, "a-house-that-left"))
    db.execute(update(Membership).where(Membership.person_id == left.id).values(left_at=clock.now()))
    fixed = {name: getattr(world, name) for name in VIEWERS if hasattr(world, name)}
    return {"author": world.member, "expert": expert, "left": left, "reader": None, **fixed}


def _named(db: Session, world: World, person: Person) -> str:
    viewer = as_viewer(person)
    if db.scalars(access.asked_to(viewer).where(Asking.id == world.asking.id)).unique().one_or_none() is None:
        assert access.voices(db, viewer, [world.asking.id]) == {}
        return "404"
    own = db.scalar(access.own_response(viewer, world.asking.id))
    if own is not None and CANARY in own.html:
        return "own"
    return _in_words(access.voices(db, viewer, [world.asking.id]).get(world.asking.id, []), world)


def _public(db: Session, world: World) -> str:
    return _in_words(access.public_voices(db, [world.prompt.id]).get(world.prompt.id, []), world)


def _in_words(voices: list[AnyVoice], world: World) -> str:
    (said,) = [voice for voice in voices if CANARY in voice.html] or [None]
    if said is None:
        return "nothing"
    if isinstance(said, UnattributedVoice):
        return "unattributed"
    assert said.organisation is not None
    assert said.organisation.id == world.river.id
    return "person" if said.name == world.member.name else "organisation"


def _check_page(client: FlaskClient, world: World, expected: str, *, is_author: bool) -> None:
    answer = client.get(f"/c/practice-cohort/prompts/{world.asking.id}")
    assert answer.status_code == (404 if expected == "404" else 200)
    assert (CANARY in answer.text) == (expected not in ("404", "nothing"))
    author = '<span class="voice-name">Member</span>'
    assert (author in answer.text) == (expected == "person")
    if not is_author:
        assert ("River Trust" in answer.text) == (expected in ("person", "organisation"))


def _found(db: Session, person: Person | None) -> bool:
    return search.find(db, audiences(db, as_viewer(person) if person else NOBODY), "quetzal").total > 0


def _may_find(name: str, expected: dict[str, str], case: list[str]) -> bool:
    """What the page shows is found, and nothing else; what everybody may read is found by all. An unattributed answer
    is found by its author where those find it who hold the same keys."""
    if expected["reader"] not in ("nothing", "404"):
        return True
    if name == "author":
        return case[1] != "unattributed" or expected["mate"] == "unattributed"
    return expected[name] not in ("nothing", "404")
