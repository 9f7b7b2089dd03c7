"""A roundtable is recorded only with everybody's yes, seen by whom they agreed to, and gone when they agreed."""

import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.backups import afterwards
from peernet.mail.models import Mail
from peernet.media import store
from peernet.media.models import MediaFile
from peernet.privacy import erasing, replaying
from peernet.roundtables import access, guests
from peernet.roundtables.models import Guest, Presence, Source
from peernet.roundtables.openings import forgetting
from peernet.roundtables.recordings import consenting, keeping
from peernet.roundtables.recordings.models import Recording, RecordingConsent, Says
from tests.media.recordings import mp4, pdf
from tests.roundtables.test_pages import SERIES, words_of
from tests.world import World

SignIn = Callable[[Person], FlaskClient]
UNTIL = date(2027, 3, 8)


def at(world: World, more: str = "") -> str:
    """The address of the recording of the world's roundtable."""
    return f"{SERIES}/{world.roundtable.id}/recording{more}"


def ask(client: FlaskClient, world: World, *, audience: str = "cohort", until: date = UNTIL, version: int = 0) -> int:
    """Ask whether it may be recorded."""
    sent = {"audience": audience, "until": until.isoformat(), "version": version}
    return client.post(at(world, "/ask"), data=sent).status_code


def say(client: FlaskClient, world: World, says: str, terms: int = 1) -> int:
    """Answer."""
    return client.post(at(world, "/answer"), data={"says": says, "terms": terms}).status_code


def there(db: Session, world: World, *people: Person) -> None:
    """Note that they are there."""
    for person in people:
        db.add(
            Presence(
                roundtable_id=world.roundtable.id, person_id=person.id, was_there=True, source=Source.SELF,
                recorded_at=clock.now(), version=1,
            )
        )  # fmt: skip
    db.commit()


def bring(client: FlaskClient, world: World, data: bytes, **more: str) -> int:
    """Bring a file."""
    return client.post(at(world, "/file"), data={"file": (io.BytesIO(data), "talk.mp4"), **more}).status_code


def found(db: Session) -> Recording:
    """The one recording, as it is now."""
    db.expire_all()
    return db.scalars(select(Recording)).one()


@pytest.fixture
def during(world: World) -> object:
    """Ten minutes into the roundtable."""
    with time_machine.travel(world.roundtable.starts_at + timedelta(minutes=10), tick=False) as traveller:
        yield traveller


def test_it_runs_only_while_everybody_who_is_there_says_yes(
    db: Session, world: World, sign_in: SignIn, during: time_machine.Traveller
) -> None:
    leads, member, peer = sign_in(world.facilitator), sign_in(world.member), sign_in(world.peer)
    assert (member.get(at(world)).status_code, ask(member, world), say(member, world, "yes")) == (404, 404, 404)
    assert (ask(leads, world), ask(leads, world)) == (303, 409)
    room = f"{SERIES}/{world.roundtable.id}/room"
    on = at(world, "/running")
    assert leads.post(on, data={"on": "yes"}).status_code == 422
    assert "nobody is noted as here" in words_of(member.get(room))
    there(db, world, world.member, world.peer)
    assert (say(member, world, "yes"), leads.post(on, data={"on": "yes"}).status_code) == (303, 422)
    assert "1 who is here has not answered yet" in words_of(member.get(room))
    assert (world.peer.name in words_of(leads.get(at(world))), world.peer.name in words_of(member.get(at(world)))) == (
        True, False,
    )  # fmt: skip
    # A yes to other terms than those that are asked counts for nothing.
    assert (say(peer, world, "yes", terms=7), say(peer, world, "yes")) == (422, 303)
    assert [leads.post(on, data={"on": "yes"}).status_code for _twice in range(2)] == [303, 303]
    during.shift(90)
    # Somebody comes later: the room says so until they have answered, and they may say it aloud.
    there(db, world, world.third)
    assert "somebody who came later has not answered yet" in words_of(member.get(room))
    aloud = {"who": world.third.id, "says": "no", "terms": 1, "at": "room"}
    assert [
        client.post(at(world, "/aloud"), data=aloud | more).status_code
        for client, more in ((member, {}), (leads, {"who": world.stranger.id}), (leads, {}))
    ] == [404, 404, 303]
    assert "Stop the recording" in words_of(member.get(room))
    assert leads.post(on).status_code == 303
    assert (found(db).ran_seconds, found(db).running_since, found(db).withheld_at is not None) == (90, None, True)
    # What they say themselves holds against what is noted for them.
    assert say(sign_in(world.third), world, "no") == 303
    assert leads.post(at(world, "/aloud"), data=aloud | {"says": "yes"}).status_code == 422


def test_it_is_seen_by_those_it_is_meant_for_as_long_as_all_agree(
    db: Session, world: World, sign_in: SignIn, during: time_machine.Traveller
) -> None:
    leads, member, peer = sign_in(world.facilitator), sign_in(world.member), sign_in(world.peer)
    ask(leads, world)
    there(db, world, world.member, world.peer)
    say(member, world, "yes")
    assert (bring(leads, world, mp4()), bring(member, world, mp4())) == (422, 404)
    say(peer, world, "yes")
    assert (bring(leads, world, pdf()), bring(leads, world, mp4())) == (422, 303)
    media = db.get_one(MediaFile, found(db).media_id)
    name, url = media.name, media.url

    def seen() -> dict[str, int]:
        roles = ("member", "observer", "facilitator", "outsider", "stranger", "admin")
        return {role: sign_in(getattr(world, role)).get(at(world, "/file")).status_code for role in roles}

    nobody = {"member": 404, "observer": 404, "facilitator": 200, "outsider": 404, "stranger": 404, "admin": 404}
    assert seen() == nobody | {"member": 200, "observer": 200}
    assert (member.get(url).status_code, member.get(at(world, "/file")).data == mp4()) == (404, True)
    # More than they agreed to cannot be asked of those who are recorded; less can.
    version = found(db).version
    assert ask(leads, world, until=UNTIL + timedelta(days=1), version=version) == 422
    # Somebody turns out to have been there; then one takes their yes back.
    there(db, world, world.third)
    assert seen() == nobody
    say(sign_in(world.third), world, "yes")
    assert seen()["member"] == 200
    assert [say(peer, world, "no") for _twice in range(2)] == [303, 303]
    assert seen() == nobody
    told = [mail.to_address for mail in db.scalars(select(Mail).where(Mail.kind == "roundtables/recording_withheld"))]
    assert sorted(told) == ["facilitator@example.org", "organiser@example.org"]
    assert "took their consent back" in words_of(member.get(at(world)))
    assert (bring(leads, world, mp4(weight=65)), bring(leads, world, mp4(weight=66), cut="yes")) == (422, 303)
    assert (seen()["member"], store.shelf().has(name)) == (200, False)
    # "I am still in it", says the one who was cut out.
    say(peer, world, "no")
    assert seen() == nobody
    assert (
        leads.post(at(world, "/address"), data={"url": "https://video.example.org/7", "cut": "yes"}).status_code == 303
    )
    assert ("https://video.example.org/7" in member.get(at(world)).text, seen()["facilitator"]) == (True, 404)


def test_it_is_deleted_on_its_day_and_does_not_come_back_with_a_backup(
    db: Session, world: World, sign_in: SignIn, during: time_machine.Traveller
) -> None:
    leads, member = sign_in(world.facilitator), sign_in(world.member)
    ask(leads, world)
    there(db, world, world.member)
    say(member, world, "yes")
    bring(leads, world, mp4())
    media, asked = db.get_one(MediaFile, found(db).media_id), found(db).asked_at
    name = media.name
    assert (keeping.announce_due(db), keeping.remove_due(db)) == (0, 0)
    during.move_to(clock.to_utc(clock.now().replace(year=2027, month=3, day=2, tzinfo=None), "UTC"))
    assert (keeping.announce_due(db), keeping.announce_due(db), keeping.remove_due(db)) == (1, 0, 0)
    during.shift(timedelta(days=7))
    # Even before the worker comes by nobody sees it any more.
    assert sign_in(world.facilitator).get(at(world, "/file")).status_code == 404
    assert (keeping.remove_due(db), keeping.remove_due(db)) == (1, 0)
    db.commit()
    assert (found(db).media_id, store.shelf().has(name), db.scalars(select(MediaFile)).all()) == (None, False, [])
    line = {"what": "recording", "id": found(db).id, "asked": asked.isoformat(), "gone": True}
    assert replaying.replay(db, [line]) == {}
    found(db).removed_at = None
    assert replaying.replay(db, [line, line]) == {"recording": 1}
    assert "If there was one, it is deleted" in words_of(sign_in(world.member).get(at(world)))
    # Asked once more, everybody answers anew.
    assert ask(sign_in(world.facilitator), world, until=date(2027, 4, 1), version=found(db).version) == 303
    assert (found(db).terms, found(db).has_begun) == (2, False)


def test_whoever_is_forgotten_is_in_no_recording_that_others_see(
    db: Session, world: World, sign_in: SignIn, during: time_machine.Traveller
) -> None:
    leads, member = sign_in(world.facilitator), sign_in(world.member)
    path, leader = at(world, "/file"), world.facilitator.id
    ask(leads, world)
    there(db, world, world.peer)
    say(sign_in(world.peer), world, "yes")
    bring(leads, world, mp4())
    assert member.get(path).status_code == 200
    erasing.erase(db, world.peer, {})
    db.commit()
    assert (found(db).withheld_at is not None, db.scalars(select(RecordingConsent)).all()) == (True, [])
    assert (member.get(path).status_code, leads.get(path).status_code) == (404, 200)
    assert '"what": "recording"' in afterwards.log().read_text()
    # Whoever brought it goes, and it stays the cohort's.
    erasing.erase(db, db.get_one(Person, leader), {})
    db.commit()
    assert found(db).media_id is not None


def _came(db: Session, world: World, email: str) -> Guest:
    """One who signed up and is noted as there."""
    one = db.scalars(access.behind_link(world.roundtable.id)).one()
    guest = guests.invite(db, one, actor=viewer_of(world.organiser), email=email, name="G")
    guest.signed_up_at = clock.now()
    db.add(
        Presence(
            roundtable_id=one.id, guest_id=guest.id, was_there=True, source=Source.SELF, recorded_at=clock.now(),
            version=1,
        )
    )  # fmt: skip
    db.commit()
    return guest


@pytest.mark.parametrize("way", ["themselves", "by the clock", "with an account"])
def test_whoever_never_answered_takes_no_block_away_by_being_forgotten(
    db: Session, world: World, sign_in: SignIn, during: time_machine.Traveller, way: str
) -> None:
    leads, member, path = sign_in(world.facilitator), sign_in(world.member), at(world, "/file")
    ask(leads, world)
    there(db, world, world.member)
    say(member, world, "yes")
    bring(leads, world, mp4())
    assert member.get(path).status_code == 200
    if way == "with an account":
        there(db, world, world.third)
        assert member.get(path).status_code == 404
        erasing.erase(db, world.third, {})
    else:
        guest = _came(db, world, "ada@example.net")
        assert member.get(path).status_code == 404
        one = db.scalars(access.behind_link(world.roundtable.id)).one()
        if way == "themselves":
            forgetting.forget(db, one, guest)
        else:
            with time_machine.travel(one.ends_at + timedelta(days=31), tick=False):
                assert forgetting.forget_due(db) == 1
    db.commit()
    assert found(db).withheld_at is not None
    assert (member.get(path).status_code, leads.get(path).status_code) == (404, 200)


def test_a_yes_lasts_beyond_the_day_on_which_guests_are_forgotten(
    db: Session, world: World, sign_in: SignIn, during: time_machine.Traveller
) -> None:
    leads = sign_in(world.facilitator)
    ask(leads, world)
    guest = _came(db, world, "ada@example.net")
    one = db.scalars(access.behind_link(world.roundtable.id)).one()
    consenting.answer(db, one, (None, guest.id), Says.YES, terms=1)
    db.commit()
    assert bring(leads, world, mp4()) == 303
    one = db.scalars(access.behind_link(world.roundtable.id)).one()
    with time_machine.travel(one.ends_at + timedelta(days=31), tick=False):
        assert forgetting.forget_due(db) == 1
    db.commit()
    assert (found(db).withheld_at, sign_in(world.member).get(at(world, "/file")).status_code) == (None, 200)
