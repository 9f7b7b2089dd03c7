"""What people took on: seen by their cohort, finished by themselves, put again before the next roundtable."""

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.roundtables.commitments.models import Commitment, CommitmentState
from peernet.roundtables.models import Roundtable
from tests.roundtables.test_pages import SERIES, words_of
from tests.world import World

SignIn = Callable[[Person], FlaskClient]


def next_one(db: Session, world: World) -> Roundtable:
    """The roundtable a week after the world's."""
    week, now = timedelta(days=7), world.roundtable
    one = Roundtable(
        cohort_id=now.cohort_id, title="The next one", kind=now.kind, wall_start=now.wall_start + week, zone=now.zone,
        minutes=60, starts_at=now.starts_at + week, ends_at=now.ends_at + week, zone_rules=now.zone_rules,
        uid="next@localhost", created_at=now.created_at,
    )  # fmt: skip
    db.add(one)
    db.commit()
    return one


def test_what_was_taken_on_comes_back_until_it_is_done(db: Session, world: World, sign_in: SignIn) -> None:
    member, leads = sign_in(world.member), sign_in(world.facilitator)
    later = next_one(db, world)
    at, due = f"{SERIES}/{world.roundtable.id}/commitments", world.roundtable.wall_start.date()
    taken = {"who": str(world.member.id), "what": "Ask the city", "due": due.isoformat(), "at": "room"}
    assert leads.post(at, data=taken).status_code == 303
    seen = [f"{SERIES}/{later.id}", f"{SERIES}/{later.id}/room", f"{SERIES}/{later.id}/commitments", "/me"]
    assert [f"Ask the city {world.member.name} · until" in words_of(member.get(page)) for page in seen] == [True] * 4
    assert "Ask the city" in words_of(sign_in(world.observer).get(at))
    assert "Ask the city" not in words_of(sign_in(world.peer).get("/me"))
    one = db.scalars(select(Commitment)).one()
    done = [client.post(f"{at}/{one.id}/state", data={"state": "done", "at": "me"}) for client in (leads, member)]
    assert [each.status_code for each in done] == [404, 303]
    db.expire_all()
    assert one.state is CommitmentState.DONE
    assert ["Ask the city" in words_of(member.get(page)) for page in seen] == [False] * 4
    assert f"Ask the city {world.member.name} · until" in words_of(member.get(at))
    # Those who lead take out what was noted by mistake; others do not.
    peer = sign_in(world.peer)
    assert [client.post(f"{at}/{one.id}/remove").status_code for client in (peer, leads, leads)] == [404, 303, 404]


def test_only_who_is_invited_takes_on_and_nobody_from_elsewhere_sees_it(
    db: Session, world: World, sign_in: SignIn
) -> None:
    at, due = f"{SERIES}/{world.roundtable.id}/commitments", world.roundtable.wall_start.date()
    taken = {"who": str(world.member.id), "what": "Ask the city", "due": due.isoformat()}
    wrong = (
        {"who": str(world.outsider.id)},
        {"due": (due - timedelta(days=1)).isoformat()},
        {"due": "soon"},
        {"what": ""},
    )
    member = sign_in(world.member)
    assert [member.post(at, data=taken | each).status_code for each in wrong] == [422] * 4
    assert sign_in(world.observer).post(at, data=taken).status_code == 404
    for person in (world.outsider, world.stranger):
        assert [sign_in(person).get(at).status_code, sign_in(person).post(at, data=taken).status_code] == [404, 404]
    assert db.scalars(select(Commitment)).all() == []
