"""Somebody of the cohort among those who made a material: asked, named as they wish, everywhere and at once."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.backups import afterwards
from peernet.db import Database, Refused, settle
from peernet.mail.models import Mail
from peernet.materials import writing
from peernet.materials.contributors import access, asking, deciding
from peernet.materials.contributors.models import Contributor, Wish
from peernet.materials.exchange import send_out
from peernet.materials.manuscripts import CreditLine, Manuscript
from peernet.materials.models import Credit, Material, MaterialCredit, MaterialDraft, MaterialVersion
from peernet.privacy import erasing, replaying
from peernet.web.viewer import Viewer
from tests.conftest import NOW
from tests.materials.conftest import reload
from tests.materials.folders import Bring, counts, files, put
from tests.materials.test_pages import SignIn, fields  # noqa: F401
from tests.world import World

PUBLIC, SHOWN = "/library/who-was-there-first", "P. E. Er"
Publish = Callable[..., MaterialVersion]
Say = Callable[..., None]


@pytest.fixture
def named(db: Session, world: World, facilitator: Viewer, draft: Material, complete: Manuscript) -> Material:
    """The draft, which names the peer beside their organisation."""
    line = CreditLine(Credit.INTERVIEWEE, "", world.library.id, "", world.peer.id)
    _write(db, facilitator, draft, replace(complete, credits=(*complete.credits, line)))
    return reload(db, facilitator, draft)


def _write(db: Session, viewer: Viewer, material: Material, manuscript: Manuscript) -> None:
    found = reload(db, viewer, material)
    version = found.draft.version if found.draft else 0
    writing.save(db, viewer, found, version=version, manuscript=manuscript)
    db.commit()


def _ask(db: Session, viewer: Viewer, material: Material) -> int:
    found = reload(db, viewer, material)
    number = asking.ask(db, viewer, found, writing.manuscripts.of_draft(found.draft))
    db.commit()
    return number


@pytest.fixture
def say(db: Session, world: World) -> Say:
    """What the peer says."""

    def carry_out(wish: Wish, name: str = "") -> None:
        viewer = Viewer(person_id=world.peer.id)
        deciding.decide(db, viewer, db.scalars(access.own(viewer)).unique().one(), wish=wish, name=name)
        settle(db)
        db.expire_all()

    return carry_out


def test_nothing_is_published_before_they_say_how_and_it_holds_everywhere_at_once(
    db: Session, database: Database, facilitator: Viewer, named: Material, publish: Publish, say: Say,
    client: FlaskClient, bring: Bring, tmp_path: Path,
) -> None:  # fmt: skip
    with pytest.raises(Refused, match="said how they wish to be named"):
        publish(named)
    db.rollback()
    assert (_ask(db, facilitator, named), _ask(db, facilitator, named)) == (1, 0)
    with pytest.raises(Refused, match="Write your name"):
        say(Wish.NAME, " ")
    say(Wish.REFUSED)
    with pytest.raises(Refused, match="said how they wish to be named"):
        publish(named)
    db.rollback()
    say(Wish.NAME, SHOWN)
    publish(named)
    settle(db)
    places = (PUBLIC, f"{PUBLIC}/v/1", f"{PUBLIC}/download/html", f"{PUBLIC}/download/markdown")
    assert [SHOWN in client.get(path).text for path in places] == [True] * 4
    etag = client.get(PUBLIC).headers["ETag"]
    send_out(database, tmp_path / "out")
    path = "materials/who-was-there-first.md"
    text = files(tmp_path / "out")[path].decode()
    assert SHOWN in text
    assert counts(bring(tmp_path / "out"))[:2] == (0, 0)
    put(tmp_path / "out", path, text.replace("Mostly", "Often"))
    assert counts(bring(tmp_path / "out"))[:2] == (0, 1)
    say(Wish.ORGANISATION)
    shown = client.get(PUBLIC)
    assert (SHOWN in shown.text, "City Library" in shown.text, shown.headers["ETag"] == etag) == (False, True, False)
    say(Wish.UNNAMED)
    assert [SHOWN in client.get(path).text for path in (*places, f"{PUBLIC}/v/2")] == [False] * 5
    send_out(database, tmp_path / "again")
    assert SHOWN not in files(tmp_path / "again")[path].decode()
    say(Wish.NAME, SHOWN)
    assert [SHOWN in client.get(path).text for path in (*places, f"{PUBLIC}/v/2")] == [True] * 5


def test_who_leaves_takes_their_name_along_unless_they_let_it_stay(
    db: Session, world: World, facilitator: Viewer, named: Material, publish: Publish, say: Say, client: FlaskClient
) -> None:
    _ask(db, facilitator, named)
    say(Wish.NAME, SHOWN)
    publish(named)
    settle(db)
    for keeps in (True, False):
        trial = db.begin_nested()
        erasing.erase(db, world.peer, {"credits": "kept"} if keeps else {})
        (version,) = db.scalars(select(MaterialVersion))
        stands = [(each["name"], each["organisation"]) for each in version.credits if each["credit"] == "interviewee"]
        assert (stands, version.lines) == ([(SHOWN if keeps else "", "city-library")], [])
        rows = db.execute(select(MaterialCredit.name, MaterialCredit.person_id).order_by(MaterialCredit.id)).all()
        assert rows[-1] == (SHOWN if keeps else "", None)
        assert db.scalars(select(Contributor)).all() == []
        trial.rollback()
        db.expire_all()


def test_a_backup_brings_no_name_back(
    db: Session, facilitator: Viewer, named: Material, publish: Publish, say: Say
) -> None:
    before = len(_lines())
    _ask(db, facilitator, named)
    say(Wish.NAME, SHOWN)
    publish(named)
    say(Wish.UNNAMED)
    lines = _lines()[before:]
    one = db.scalars(select(Contributor)).one()
    one.wish, one.name = Wish.NAME, SHOWN
    deciding.follow(db, named.id)
    assert replaying.replay(db, lines) == {"credit": 1}
    assert (one.wish, SHOWN in str(db.scalars(select(MaterialVersion.credits)).one())) == (Wish.UNNAMED, False)


def _lines() -> list[dict[str, Any]]:
    """What is to be taken away again after a restore; the file outlives each test."""
    return list(afterwards.since(afterwards.log(), NOW - timedelta(days=1)))


def test_one_mail_for_all_that_waits_and_one_reminder(
    db: Session, world: World, facilitator: Viewer, named: Material, complete: Manuscript,
    outbox: Callable[[], list[Mail]],
) -> None:  # fmt: skip
    other = writing.start(db, facilitator, title="Second", cohort=world.cohort)
    _write(db, facilitator, other, replace(complete, credits=(CreditLine(Credit.AUTHOR, person_id=world.peer.id),)))
    assert (_ask(db, facilitator, named), _ask(db, facilitator, other)) == (1, 1)
    assert (asking.tell_due(db), asking.tell_due(db), asking.remind_due(db)) == (1, 0, 0)
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        assert (asking.remind_due(db), asking.remind_due(db)) == (1, 0)
    first, again = outbox()
    expected = Path(__file__).parents[2] / "emails" / "materials" / "credit-asked.txt"
    text = f"To: {first.to_address}\nSubject: {first.subject}\n\n{first.text}"
    if os.environ.get("PEERNET_TEST_WRITE"):
        expected.write_text(text)
    assert text == expected.read_text()
    assert (again.subject, again.person_id) == ("Still open: how do you wish to be named?", world.peer.id)
    assert "/me/credits" in first.html


def test_pages_ask_them_and_take_their_word(
    db: Session,
    world: World,
    named: Material,
    sign_in: SignIn,
    fields: dict[str, object],  # noqa: F811
) -> None:
    editor = sign_in(world.facilitator)
    page = editor.get(f"/write/{named.slug}").text
    assert f'<option value="{world.peer.id}" selected>Peer</option>' in page
    assert f'<option value="{world.stranger.id}"' not in page
    assert "Peer: was not asked yet" in editor.get(f"/write/{named.slug}/publish").text
    assert editor.post(f"/write/{named.slug}/contributors").status_code == 303
    stranger = sign_in(world.stranger)
    assert stranger.post(f"/write/{named.slug}/contributors").status_code == 404
    one = db.scalars(select(Contributor)).one()
    address, mine = f"/me/credits/{one.id}", sign_in(world.peer)
    assert "would name you" in mine.get("/me").text
    assert named.title in mine.get("/me/credits").text
    assert stranger.post(address, data={"wish": "unnamed"}).status_code == 404
    assert mine.post(address, data={"wish": "name", "name": ""}).status_code == 422
    assert mine.post(address, data={"wish": "name", "name": SHOWN}).status_code == 303
    assert f"by name, as they write it ({SHOWN})" in editor.get(f"/write/{named.slug}/publish").text
    version = str(db.scalars(select(MaterialDraft.version)).one())
    strange = fields | {"version": version, "credit": "author", "credit_person": world.stranger.id}
    assert editor.post(f"/write/{named.slug}", data=strange).status_code == 422
