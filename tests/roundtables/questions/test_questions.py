"""Questions of a room: listed by votes, each voted for once, and nobody told from what is stored."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from peernet import clock, live
from peernet.accounts.models import Person
from peernet.roundtables.agendas import access as agendas
from peernet.roundtables.agendas import building
from peernet.roundtables.agendas.inputs import Step
from peernet.roundtables.agendas.models import StepKind, StepRule
from peernet.roundtables.questions import closing
from peernet.roundtables.questions.models import Ballot, QuestionState, QuestionVote, RoomQuestion
from peernet.roundtables.running.listening import topic_of
from peernet.web.models import SentForm
from tests.roundtables.running.test_room import path
from tests.roundtables.test_pages import SERIES, words_of
from tests.world import World

SignIn = Callable[[Person], FlaskClient]


def questions(db: Session) -> dict[str, RoomQuestion]:
    """What is asked, by its words."""
    db.expire_all()
    return {each.text: each for each in db.scalars(select(RoomQuestion))}


def vote_step(db: Session, world: World, leads: FlaskClient, rule: StepRule = StepRule.CHATHAM_HOUSE) -> None:
    """A step of voting, begun."""
    building.add(db, world.roundtable, [Step(title="Ask", minutes=9, kind=StepKind.VOTE, attribution=rule)])
    db.commit()
    step = list(db.scalars(agendas.steps_of(world.roundtable.id)))[-1]
    assert leads.post(path(world, "/step"), data={"step": step.id}).status_code == 303


def test_questions_stand_by_votes_and_each_votes_once(db: Session, world: World, sign_in: SignIn) -> None:
    member, peer, leads = sign_in(world.member), sign_in(world.peer), sign_in(world.facilitator)
    for client, words in ((member, "First?"), (peer, "Second?")):
        assert client.post(path(world, "/questions"), data={"question": words}).status_code == 303
    # To ask what stands there is to support it.
    assert peer.post(path(world, "/questions"), data={"question": "First?"}).status_code == 303
    support = path(world, f"/questions/{questions(db)['First?'].id}/support")
    for _twice in range(2):
        assert member.post(support, data={"on": "yes"}).status_code == 303
    page = words_of(leads.get(path(world)))
    assert page.index("First? Member 2 support it") < page.index("Second? Peer 0 support it")
    assert member.post(support).status_code == 303
    assert questions(db)["First?"].votes == 1
    second = path(world, f"/questions/{questions(db)['Second?'].id}")
    assert [client.post(f"{second}/state", data={"state": "taken"}).status_code for client in (member, leads)] == [
        404, 303,
    ]  # fmt: skip
    assert questions(db)["Second?"].state is QuestionState.TAKEN
    # Another's is not taken out, one's own is, also with a double click; those who lead take out any.
    outs = [client.post(f"{second}/withdraw").status_code for client in (member, peer, peer)]
    assert (outs, set(questions(db))) == ([404, 303, 303], {"First?"})
    for who in ("observer", "outsider"):
        assert sign_in(getattr(world, who)).post(support, data={"on": "yes"}).status_code == 404
    assert leads.post(path(world, "/questions"), data={"question": "x" * 501}).status_code == 422


def test_of_an_unnamed_question_and_of_votes_nothing_tells_whose_they_are(
    db: Session, world: World, sign_in: SignIn
) -> None:
    member, peer, leads = sign_in(world.member), sign_in(world.peer), sign_in(world.facilitator)
    vote_step(db, world, leads)
    heard = live.reached(db, topic_of(world.roundtable.id))
    # The step forbids the name, whatever the form says.
    assert member.post(path(world, "/questions"), data={"question": "Who pays?"}).status_code == 303
    asked = questions(db)["Who pays?"]
    for client in (peer, leads):
        client.post(path(world, f"/questions/{asked.id}/support"), data={"on": "yes"})
    assert asked.person_id is None
    assert live.reached(db, topic_of(world.roundtable.id)) == heard
    assert db.scalar(select(func.count()).select_from(SentForm)) == 0
    page = words_of(leads.get(path(world)))
    assert ("Who pays? 1 supports it" in page or "Who pays? 2 support it" in page, "Who pays? Member" in page) == (
        True, False,
    )  # fmt: skip
    assert 'data-every="10000"' in member.get(path(world, "/now")).text
    screen = words_of(member.get(f"{SERIES}/{world.roundtable.id}/screen"))
    assert "Who pays? 2 support it" in screen
    # Its asker takes it back as long as the ballot is open, and nobody else does.
    assert "Take it out" in words_of(member.get(path(world)))
    assert "Take it out" not in words_of(peer.get(path(world)))
    with time_machine.travel(world.roundtable.starts_at, tick=False):
        leads.post(path(world, "/end"))
        assert member.post(path(world, "/questions"), data={"question": "Late?"}).status_code == 422
    db.expire_all()
    assert [(each.secret, each.step_id is None) for each in db.scalars(select(Ballot))] == [(None, False)]
    assert (db.scalar(select(func.count()).select_from(QuestionVote)), asked.mark, asked.votes) == (0, None, 2)
    assert peer.post(path(world, f"/questions/{asked.id}/support"), data={"on": "yes"}).status_code == 422
    assert member.post(path(world, f"/questions/{asked.id}/withdraw")).status_code == 404


def test_what_nobody_ended_is_closed_by_the_clock_and_a_promise_outlives_the_step(
    db: Session, world: World, sign_in: SignIn
) -> None:
    vote_step(db, world, sign_in(world.facilitator), StepRule.OPEN)
    # The page was made in a step without names; meanwhile another one began.
    sign_in(world.member).post(path(world, "/questions"), data={"question": "Why?", "unnamed": "yes"})
    assert questions(db)["Why?"].person_id is None
    assert closing.close_over(db) == 0
    with time_machine.travel(world.roundtable.starts_at + timedelta(days=1, seconds=1), tick=False):
        assert (closing.close_over(db), closing.close_over(db)) == (1, 0)
    assert db.scalar(text("SELECT count(*) FROM room_question WHERE mark IS NOT NULL")) == 0
    assert clock.now() < world.roundtable.starts_at
