"""What is held, for everybody; being forgotten, for oneself."""

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

import peernet
from peernet.accounts.models import Person
from peernet.ledger import ledger
from peernet.materials.models import Material
from peernet.privacy import requests
from peernet.privacy.models import Erasure
from peernet.privacy.register.everything import ENTRIES
from peernet.privacy.views.handing import WORDS
from tests.world import World


def test_everything_declared_is_on_the_page(client: FlaskClient, world: World) -> None:
    shown = client.get("/privacy/what-we-hold").get_data(as_text=True)
    assert [entry.table for entry in ENTRIES if str(entry.what) not in shown] == []


def test_the_record_has_a_row_for_each_declaration(client: FlaskClient, world: World) -> None:
    rows = list(csv.reader(client.get("/privacy/record-of-processing.csv").get_data(as_text=True).splitlines()))
    assert [len(row) for row in rows] == [11] * (1 + len(ENTRIES))
    assert rows[0][:4] == ["Controller", "Activity", "Purpose", "Data subjects"]


def test_somebody_asks_and_stays(db: Session, world: World, sign_in: Callable[..., FlaskClient]) -> None:
    browser = sign_in(world.member)
    sent = browser.post("/me/forget-me", data={"credits": "kept"})
    assert (sent.status_code, sent.location) == (303, "/me/forget-me")
    asked = db.scalars(select(Erasure)).one()
    assert (asked.person_id, asked.choices) == (world.member.id, {"quotations": {}, "credits": "kept"})
    assert "Stay after all" in browser.get("/me/forget-me").get_data(as_text=True)
    browser.post("/me/forget-me/stop")
    assert db.scalars(select(Erasure)).all() == []


def test_alike_things_are_one_line_with_their_number(
    db: Session, world: World, draft: Material, sign_in: Callable[..., FlaskClient], count_queries: Callable[[], Any]
) -> None:
    facilitator = db.get_one(Person, draft.draft.saved_by_id)
    browser = sign_in(facilitator)
    lines = re.findall(r"<li>(That it was you [^<]*)</li>", browser.get("/me/forget-me").text)
    assert lines == [
        "That it was you who made or changed it (3). You are taken out of it. It belongs to the cohort. "
        "That it was you is forgotten."
    ]
    db.refresh(facilitator)
    with count_queries() as seen:
        requests.what_goes(db, facilitator)
    assert len(seen) == 1


def test_who_is_needed_is_told_so(db: Session, world: World, sign_in: Callable[..., FlaskClient]) -> None:
    browser = sign_in(world.organiser)
    assert "has no other organiser" in browser.get("/me/forget-me").get_data(as_text=True)
    assert browser.post("/me/forget-me").status_code == 422


def test_another_choice_is_refused(db: Session, world: World, sign_in: Callable[..., FlaskClient]) -> None:
    sent = sign_in(world.member).post("/me/forget-me", data={"quotations": "abc:everything"})
    assert sent.status_code == 422


def test_each_reads_what_of_theirs_was_handed_out_and_to_whom(
    db: Session, world: World, sign_in: Callable[..., FlaskClient]
) -> None:
    ledger.record_handing_out(db, [world.member.id, world.peer.id], "groups.zoom", actor_id=world.organiser.id)
    ledger.record_handing_out(db, [world.member.id], "person.export")
    db.commit()

    def seen(person: Person) -> list[str]:
        page = sign_in(person).get("/me/handed-out").get_data(as_text=True)
        found = re.findall(r'<p>([^<]*)</p>\s*<p class="meta">(.*?)</p>', page, re.DOTALL)
        return [
            f"{what}: {' '.join(re.sub('<[^>]*>', '', whom).split()).partition(', to ')[2]}" for what, whom in found
        ]

    zoom = "Your address, in a file of breakout rooms for Zoom: Organiser"
    assert seen(world.member) == ["Everything held on you, as an archive: the operator of this site", zoom]
    assert (seen(world.peer), seen(world.mate)) == ([zoom], [])


@pytest.mark.once
def test_each_file_that_is_handed_out_has_words_and_no_other_is() -> None:
    """Whoever adds a file that a view hands out says here whether it holds something on others, and notes it then."""
    source = Path(peernet.__file__).parent
    texts = {str(path.relative_to(source)): path.read_text("utf-8") for path in source.rglob("*.py")}
    noted = r'record_handing_out\([^)]*\), [^"]*"([a-z.]+)"|record_handing_out\([^"]*"([a-z.]+)"'
    said = {one or other for text in texts.values() for one, other in re.findall(noted, text)}
    assert said == set(WORDS)
    files = {name for name, text in texts.items() if "views" in name and "Content-Disposition" in text}
    assert files == {
        "roundtables/groupings/views/announced.py",  # noted: addresses, for Zoom
        "privacy/views/taking.py",  # noted: everything on oneself
        "desk/views.py",  # one's own journal
        "roundtables/views/guests.py",  # noted at the roundtable: its guests, who have no account to read it in
        "roundtables/views/roundtable.py",  # a calendar entry without people
        "roundtables/views/outside.py",  # the same, for a guest
        "roundtables/feeds/views.py",  # calendars, without people
        "roundtables/notes/views.py",  # what those who were there agreed on, without addresses
        "site/views/privacy.py",  # the record of processing
        "site/views/taking.py",  # what is published
        "site/views/sheets.py",  # what is published
    }
