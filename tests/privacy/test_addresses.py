"""Who has no account is known by an address: handed out, and forgotten."""

import io
import json
from zipfile import ZipFile

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock, pages
from peernet.accounts.sessions import viewer_of
from peernet.mail.models import Mail
from peernet.privacy import addresses, export, shared
from peernet.privacy.rows import Subject
from peernet.roundtables import access, attendance, guests
from peernet.roundtables.models import Answer, Guest, Opening, Roundtable
from peernet.roundtables.openings.models import SignUp
from tests.world import World

ADDRESS = "Ada@Example.net"


@pytest.fixture
def guest(db: Session, world: World) -> Guest:
    """A guest who comes, signed up with the same address for the same roundtable, beside another guest."""
    one = db.scalars(access.behind_link(world.roundtable.id)).one()
    made = [
        guests.invite(db, one, actor=viewer_of(world.organiser), email=email, name=name)
        for email, name in ((ADDRESS, "Ada"), ("b@example.net", "Bo"))
    ]
    attendance.rsvp(db, one, made[0], Answer.ACCEPTED)
    db.add(Opening(roundtable_id=one.id, slug="open", language="en", facilitator="Third Person, Member"))
    db.flush()
    db.add(
        SignUp(
            roundtable_id=one.id, email=ADDRESS, email_key=ADDRESS.lower(), name="Ada", language="en",
            mailed_at=clock.now(),
        )
    )  # fmt: skip
    db.flush()
    return made[0]


def test_what_is_held_is_theirs_and_of_nobody_else(guest: Guest, db: Session) -> None:
    out = io.BytesIO()
    export.write_of_address(db, ADDRESS, out)
    with ZipFile(out) as archive:
        assert sorted(archive.namelist()) == ["everything.html", "everything.json"]
        found = {each["table"]: each["rows"] for each in json.loads(archive.read("everything.json"))}
        text = archive.read("everything.html").decode()
    assert set(found) == {"attendance", "told", "guest", "sign_up", "mail"}
    assert [row["name"] for row in found["guest"]] == ["Ada"]
    assert {row["to_address"] for row in found["mail"]} == {ADDRESS}
    assert ("Ada" in text, "Bo" in text.split()) == (True, False)


def test_it_is_forgotten_and_nothing_of_others(guest: Guest, db: Session, world: World) -> None:
    assert [addresses.is_known(db, each) for each in (" ada@example.net", "no@example.net", "")] == [True, False, False]
    assert addresses.forget(db, ADDRESS) == 1
    assert db.scalars(select(Guest.name)).all() == ["Bo"]
    assert db.scalars(select(SignUp.id)).all() == []
    assert {mail.to_address for mail in db.scalars(select(Mail))} == {"b@example.net"}
    assert db.get_one(Roundtable, world.roundtable.id).accepted == 0
    assert (addresses.is_known(db, ADDRESS), addresses.forget(db, ADDRESS)) == (False, 0)


def test_who_is_forgotten_is_named_on_no_public_page(guest: Guest, db: Session, world: World) -> None:
    world.third.name = "Third Person"
    db.flush()
    db.commit()
    shared.take_out(db, Subject.of(world.third))
    assert db.scalars(select(Opening.facilitator)).all() == ["somebody, Member"]
    assert f"roundtable:{world.roundtable.id}" in pages.touched(db)
