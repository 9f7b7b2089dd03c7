"""Offers and asks: one's own, shown only where one says so, and only in one's cohorts."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.groups import exchange
from peernet.groups.mixing.preferring import pair_of
from peernet.groups.models import Exchange
from tests.world import World

SignIn = Callable[[Person], FlaskClient]
COHORT = "/c/practice-cohort/exchange"


def say(db: Session, who: Person, *, offers: str = "", asks: str = "", is_shown: bool = True) -> None:
    exchange.edit(
        db, actor=viewer_of(who), offers=offers, asks=asks, offer_topics=[], ask_topics=[], is_shown=is_shown, version=0
    )
    db.commit()


def test_it_is_hidden_unless_one_says_so(db: Session, world: World, sign_in: SignIn) -> None:
    client = sign_in(world.member)
    form = {"offers": "Reading a river", "asks": "", "offer_topics": str(world.topic.id), "version": "0"}
    assert client.post("/me/exchange", data=form).status_code == 303
    row = db.get_one(Exchange, world.member.id)
    assert (row.offers, row.is_shown) == ("Reading a river", False)
    assert "Reading a river" not in sign_in(world.peer).get(COHORT).get_data(as_text=True)
    assert client.post("/me/exchange", data=form | {"is_shown": "yes", "version": str(row.version)}).status_code == 303
    shown = sign_in(world.peer).get(COHORT).get_data(as_text=True)
    assert ("Reading a river" in shown, "Governance" in shown) == (True, True)


def test_another_cohort_and_a_stranger_see_nothing(db: Session, world: World, sign_in: SignIn) -> None:
    say(db, world.member, offers="Reading a river")
    assert [sign_in(each).get(COHORT).status_code for each in (world.outsider, world.stranger, world.admin)] == [
        404
    ] * 3
    assert "Reading a river" not in sign_in(world.outsider).get("/c/other-cohort/exchange").get_data(as_text=True)


def test_each_sees_what_meets_their_own(db: Session, world: World, sign_in: SignIn) -> None:
    say(db, world.member, offers="maps")
    say(db, world.peer, asks="Maps")
    assert "Member can help you with: Maps" in sign_in(world.peer).get(COHORT).get_data(as_text=True)
    assert "Peer would like to learn from you about: Maps" in sign_in(world.member).get(COHORT).get_data(as_text=True)
    pair = pair_of(str(world.member.id), str(world.peer.id))
    assert exchange.wanted(db, [world.member.id, world.peer.id, world.third.id]) == {pair}


def test_a_lost_race_and_bad_input(db: Session, world: World, sign_in: SignIn) -> None:
    say(db, world.member, offers="maps")
    client = sign_in(world.member)
    answers = [
        client.post("/me/exchange", data={"offers": "mine", "version": "0"}),
        client.post("/me/exchange", data={"offer_topics": "999999", "version": "1"}),
        client.post("/me/exchange", data={"offers": "x" * 1001, "version": "1"}),
        client.post("/me/exchange", data={"unknown": "1", "version": "1"}),
    ]
    assert [each.status_code for each in answers] == [409, 422, 422, 422]
    db.expire_all()
    assert db.get_one(Exchange, world.member.id).offers == "maps"
