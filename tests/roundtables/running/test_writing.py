"""Writing in silence: nobody reads others before the reveal, and then everybody reads all of it, as the step allows."""

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import live
from peernet.accounts.models import Person
from peernet.db import Database, migrations
from peernet.prompts import holding
from peernet.prompts.models import Asking, Attribution, Response, Visibility
from peernet.roundtables.agendas import access as agendas
from peernet.roundtables.agendas import building
from peernet.roundtables.agendas.inputs import Step
from peernet.roundtables.agendas.models import AgendaStep, StepKind, StepRule
from peernet.roundtables.models import RoundtablePrompt, When
from peernet.roundtables.running.listening import topic_of
from tests.prompts.conftest import asked, give
from tests.roundtables.running.test_room import path
from tests.roundtables.test_pages import SERIES, words_of
from tests.world import World, make_asking, make_world

SignIn = Callable[[Person], FlaskClient]
AUTHORS = ("member", "peer", "third")


def begin(db: Session, world: World, leads: FlaskClient, asking: Asking | None = None, **given: object) -> AgendaStep:
    """A step of writing in silence, begun."""
    step = Step.model_validate({"title": "Write", "minutes": 5, "kind": StepKind.SILENCE} | given)
    building.add(db, world.roundtable, [step], asking_id=asking.id if asking else None)
    db.commit()
    made = list(db.scalars(agendas.steps_of(world.roundtable.id)))[-1]
    assert leads.post(path(world, "/step"), data={"step": made.id}).status_code == 303
    db.expire_all()
    return made


def say(client: FlaskClient, world: World, asking_id: int, text: str, attribution: str = "person") -> int:
    """Give an answer in the room."""
    sent = {"text": text, "visibility": "cohort", "attribution": attribution, "version": "0", "answered": "0"}
    return client.post(path(world, f"/answer/{asking_id}"), data=sent).status_code


def test_nothing_of_others_is_in_any_page_before_the_reveal_and_all_of_it_after(
    db: Session, world: World, sign_in: SignIn
) -> None:
    clients = {who: sign_in(getattr(world, who)) for who in (*AUTHORS, "facilitator", "organiser", "observer")}
    step = begin(db, world, clients["facilitator"], question="What do you\nkeep?")
    asking = db.get_one(Asking, step.asking_id)
    of_it = db.scalars(select(RoundtablePrompt).where(RoundtablePrompt.asking_id == asking.id)).one()
    assert (asking.text, of_it.when, asking.is_held, asking.widest) == (
        "What do you keep?", When.DURING, True, Visibility.COHORT,
    )  # fmt: skip
    before = live.reached(db, topic_of(world.roundtable.id))
    assert [say(clients[who], world, asking.id, f"zq{who} quokka") for who in AUTHORS] == [303] * 3
    # Nobody who watches hears that somebody answered.
    assert live.reached(db, topic_of(world.roundtable.id)) == before
    places = [path(world), path(world, "/now"), f"{SERIES}/{world.roundtable.id}/screen",
              f"/c/practice-cohort/prompts/{asking.id}", "/search?q=quokka"]  # fmt: skip

    def met(who: str) -> set[str]:
        return {each for each in AUTHORS for at in places if f"zq{each}" in clients[who].get(at).text.replace("\n", "")}

    assert {who: met(who) for who in clients} == {who: {who} & set(AUTHORS) for who in clients}
    assert "3 of 4 are done with the prompt." in words_of(clients["facilitator"].get(path(world)))
    reveal = path(world, f"/reveal/{asking.id}")
    assert [clients[who].post(reveal).status_code for who in ("member", "observer", "organiser")] == [404, 404, 303]
    # Another who leads pressed it as well: it is done, and open pages are told of it once.
    assert clients["facilitator"].post(reveal).status_code == 303
    assert {who: met(who) for who in clients} == {who: set(AUTHORS) for who in clients}
    assert live.reached(db, topic_of(world.roundtable.id)) == before + 1


def test_what_is_revealed_resonates_in_the_room_and_nobody_learns_with_whom(
    db: Session, world: World, sign_in: SignIn
) -> None:
    clients = {who: sign_in(getattr(world, who)) for who in (*AUTHORS, "facilitator", "observer")}
    step = begin(db, world, clients["facilitator"], question="What do you keep?")
    assert [say(clients[who], world, step.asking_id, f"{who} keeps it") for who in AUTHORS] == [303] * 3
    assert "This resonates" not in clients["member"].get(path(world)).text
    clients["facilitator"].post(path(world, f"/reveal/{step.asking_id}"))
    address = re.compile(rf'action="([^"]*/room/voices/{step.asking_id}/[^"]+/resonate)"')
    voices = address.findall(clients["member"].get(path(world)).text)
    # One's own is no voice, and who only observes says nothing.
    assert (len(voices), address.findall(clients["observer"].get(path(world)).text)) == (2, [])
    heard = live.reached(db, topic_of(world.roundtable.id))
    for _twice in range(2):
        said = clients["member"].post(voices[0], data={"resonates": "yes"})
        assert (said.status_code, said.headers["Location"].endswith("/room#room-voices")) == (303, True)
    assert "It resonates with you." in words_of(clients["member"].get(path(world)))
    assert "It resonates with one person." in words_of(clients["facilitator"].get(path(world)))
    assert live.reached(db, topic_of(world.roundtable.id)) == heard
    clients["member"].post(voices[0])
    assert "It resonates" not in words_of(clients["facilitator"].get(path(world)))
    # Each has keys of their own: another's leads nowhere, and neither does a stranger.
    others = [clients["observer"], sign_in(world.stranger)]
    assert [each.post(voices[0], data={"resonates": "yes"}).status_code for each in others] == [404, 404]


def test_a_chatham_house_step_names_nobody(db: Session, world: World, sign_in: SignIn) -> None:
    leads, member = sign_in(world.facilitator), sign_in(world.member)
    asking = make_asking(db, world.cohort, "rule", "What goes wrong?", world.topic)
    give(db, asking, world.peer, text="zqpeer")
    begin(db, world, leads, asking, attribution=StepRule.CHATHAM_HOUSE)
    assert say(member, world, asking.id, "zqmember", "organisation") == 422
    assert say(member, world, asking.id, "zqmember", "unattributed") == 303
    assert say(sign_in(world.third), world, asking.id, "zqthird", "unattributed") == 303
    db.expire_all()
    assert set(db.scalars(select(Response.attribution).where(Response.asking_id == asking.id))) == {
        Attribution.UNATTRIBUTED
    }
    leads.post(path(world, f"/reveal/{asking.id}"))
    for at in (path(world), f"{SERIES}/{world.roundtable.id}/screen"):
        page = words_of(sign_in(world.observer).get(at))
        assert [f"Unattributed zq{who}" in page for who in AUTHORS] == [True] * 3
    # It takes no more answers; what somebody still types is kept for them alone.
    assert say(sign_in(world.mate), world, asking.id, "late", "unattributed") == 422


def test_a_refused_answer_is_typed_again_in_its_own_field(db: Session, world: World, sign_in: SignIn) -> None:
    member = sign_in(world.member)
    step = begin(db, world, sign_in(world.facilitator), question="Why?")
    kept = member.post(
        f"/c/practice-cohort/prompts/{step.asking_id}/draft",
        data={"text": "typed", "version": "0", "answered": "0"},
        headers={"X-Autosave": "1"},
    )
    assert kept.status_code == 204
    assert "typed</textarea>" in member.get(path(world)).text
    lost = member.post(path(world, f"/answer/{step.asking_id}"), data={"text": "more", "version": "1", "answered": "0"})
    assert (lost.status_code, lost.text.count("more</textarea>"), "Only you read this" in lost.text) == (422, 1, True)
    assert member.post(path(world, f"/answer/{world.asking.id}"), data={"text": "x"}).status_code in (404, 422)


def test_what_is_held_is_withdrawn_on_the_way_down(own_database: Database) -> None:
    with own_database.writing() as db:
        world = make_world(db)
        give(db, world.asking, world.member)
        holding.hold_back(db, asked(db, world.asking.id))
        other = make_asking(db, world.cohort, "open", "What is open?")
        held, open_one = world.asking.id, other.id
    migrations.downgrade(own_database, "0033")
    migrations.upgrade(own_database)
    with own_database.reading() as db:
        found = {each.id: each for each in db.scalars(select(Asking))}
        assert (found[held].withdrawn_at is None, found[open_one].withdrawn_at) == (False, None)
        assert (found[held].widest, found[held].is_held) == (Visibility.PUBLIC, False)
        assert db.scalars(select(Response)).one().asking_id == held
