"""Addresses that the public knows stay what they are, whatever is called otherwise, and lead to nothing else."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

import peernet
from peernet.accounts import sessions
from peernet.cohorts import cohorts
from peernet.db import settle
from peernet.materials import writing
from peernet.organisations import organisations
from peernet.prompts import library
from tests.site import shelf
from tests.site.conftest import Shelves
from tests.world import World


def test_only_moving_gives_a_thing_another_address() -> None:
    root = Path(peernet.__file__).parent
    changes = re.compile(r"\.slug\s*=[^=]|setattr\([^)]*slug|\.values\([^)]*slug=")
    found = {path.relative_to(root).as_posix() for path in root.rglob("*.py") if changes.search(path.read_text())}
    # The others let what is known of a file follow its thing.
    assert found == {"addresses/moving.py", "materials/publishing.py", "materials/exchange/moved.py"}


@pytest.mark.parametrize("facts", [cohorts.Facts, organisations.Facts, library.Facts])
def test_what_can_be_revised_is_no_address(facts: type) -> None:
    assert "slug" not in facts.__annotations__


def test_another_title_keeps_the_address(client: FlaskClient, db: Session, shelves: Shelves, world: World) -> None:
    shelf.issue(db, shelves.playbook, title="Called otherwise", note="A better title.")
    nobody = sessions.viewer_of(world.organiser)
    cohorts.revise(db, world.cohort, actor=nobody, version=world.cohort.version, name="Renamed cohort")
    listed = {"version": world.river.version, "is_listed": True}
    organisations.revise(db, world.river, actor=nobody, **listed, name="Renamed trust")
    library.revise(db, world.prompt, actor=nobody, version=world.prompt.version, text="Asked otherwise?")
    settle(db)
    for path, words in (
        ("/library/a-playbook", "Called otherwise"),
        ("/library/a-playbook/v/1", "A playbook"),
        ("/cohorts/practice-cohort", "Renamed cohort"),
        ("/organisations/river-trust", "Renamed trust"),
        (f"/questions/{world.prompt.slug}", "Asked otherwise?"),
        ("/feeds/organisation/river-trust.atom", "Renamed trust"),
    ):
        answer = client.get(path)
        assert (answer.status_code, words in answer.text) == (200, True), path


def test_the_address_of_what_was_withdrawn_is_given_to_nothing_else(
    client: FlaskClient, db: Session, shelves: Shelves, world: World
) -> None:
    shelf.withdraw(db, shelves.playbook, world.organiser)
    other = writing.start(db, sessions.viewer_of(world.organiser), title="A playbook", cohort=world.cohort)
    settle(db)
    assert other.slug == "a-playbook-2"
    for path in ("", "/v/1", "/download/markdown", "/v/1/download/epub", "/group", "/group.html"):
        answer = client.get(f"/library/a-playbook{path}")
        assert (answer.status_code, "It named somebody." in answer.text) == (410, True), path
