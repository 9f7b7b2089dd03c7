"""The stream of a room: for whoever may open its roundtable, as long as they may, and without a session of its own."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peernet import clock, live
from peernet.accounts.models import Person
from peernet.cohorts.models import Membership
from peernet.db import Database
from peernet.live import Hub, Streams
from peernet.live.streams import ENVIRON
from peernet.roundtables.running.listening import admitted, topic_of
from tests.roundtables.test_pages import SERIES
from tests.world import World

SignIn = Callable[[Person], FlaskClient]


def test_without_streams_a_page_asks_and_is_mostly_told_that_nothing_happened(
    db: Session, world: World, sign_in: SignIn
) -> None:
    client, path = sign_in(world.member), f"{SERIES}/{world.roundtable.id}/live"
    assert client.get(path).status_code == 204
    first = client.get(f"{path}/reached")
    assert (first.text, first.headers["Cache-Control"]) == ("0", "private, no-store")
    assert client.get(f"{path}/reached", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    live.happened(db, topic_of(world.roundtable.id), "step")
    db.commit()
    again = client.get(f"{path}/reached", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.text) == (200, "1")
    assert [sign_in(world.stranger).get(f"{path}{more}").status_code for more in ("", "/reached")] == [404, 404]
    assert client.get(path, headers={"Last-Event-ID": "none"}).status_code == 422


def test_a_stream_tells_what_was_missed_and_ends_for_who_is_removed(
    app: Flask, db: Session, database: Database, world: World, sign_in: SignIn
) -> None:
    hub = Hub(database, admitted)
    streams = Streams(hub, 5, beat=0.01)
    path = f"{SERIES}/{world.roundtable.id}/live"
    topic = topic_of(world.roundtable.id)
    for kind in ("step", "hand"):
        live.happened(db, topic, kind)
    db.commit()
    answers = [
        sign_in(person).get(path, headers={"Last-Event-ID": "1"}, environ_base={ENVIRON: streams}, buffered=False)
        for person in (world.member, world.facilitator)
    ]
    assert [answer.headers["Content-Type"] for answer in answers] == ["text/event-stream"] * 2
    member, facilitator = (answer.iter_encoded() for answer in answers)
    hub.look()
    assert [next(member), next(member)] == [b"retry: 2000\n\n", b"id: 2\ndata: hand\n\n"]
    for held in db.query(Membership).filter_by(person_id=world.member.id):
        held.left_at = clock.now()
    live.happened(db, topic, "note")
    db.commit()
    hub.look()
    assert list(member) == [b"event: over\ndata: over\n\n"]
    assert [next(facilitator) for _each in range(3)][1:] == [b"id: 2\ndata: hand\n\n", b"id: 3\ndata: note\n\n"]
    for answer in answers:
        answer.close()
