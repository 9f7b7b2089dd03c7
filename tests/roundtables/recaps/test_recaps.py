"""What came of a roundtable: on its page for those inside, and in one mail for each who was invited."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.db import Refused
from peernet.jobs import jobs
from peernet.jobs.models import Job
from peernet.mail.models import Mail
from peernet.roundtables import access, checkins, guests, planning
from peernet.roundtables.agendas import access as agendas
from peernet.roundtables.agendas import building
from peernet.roundtables.agendas.inputs import Step
from peernet.roundtables.agendas.models import StepRule
from peernet.roundtables.commitments import taking
from peernet.roundtables.commitments.models import CommitmentState
from peernet.roundtables.models import Guest, Roundtable, RoundtablePrompt, When
from peernet.roundtables.notes import writing
from peernet.roundtables.notes.models import Part
from peernet.roundtables.questions.models import Ballot, QuestionState, RoomQuestion
from peernet.roundtables.recaps import sending
from tests.roundtables.test_emails import EXPECTED, compare
from tests.roundtables.test_pages import SERIES, words_of
from tests.world import World

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def held(db: Session, world: World) -> Roundtable:
    """The world's roundtable with all that can come of one: some of it said by a member."""
    one, world.asking.closes_at = world.roundtable, None
    building.add(db, one, [Step(title="Write", minutes=20)], asking_id=world.asking.id)
    building.add(db, one, [Step(title="Talk", minutes=40, question="What did we miss?")])
    building.add(db, one, [Step(title="Case", minutes=30, attribution=StepRule.CHATHAM_HOUSE)])
    case = db.scalars(agendas.steps_of(one.id)).all()[-1]
    db.add(RoundtablePrompt(roundtable_id=one.id, asking_id=world.asking.id, when=When.DURING, position=1))
    for part, text in ((Part.SAID, "The city does not answer."), (Part.AGREED, "We ask <again>.\nIn May.")):
        writing.write(db, one, case, part, text, version=0)
    due = one.wall_start.date() + timedelta(days=20)
    taking.take_on(db, one, who=world.member.id, what="Ask the city", due=due)
    taking.put(db, taking.take_on(db, one, who=world.peer.id, what="Nothing more", due=due), CommitmentState.DROPPED)
    ballot = Ballot(roundtable_id=one.id)
    db.add(ballot)
    db.flush()
    asked = ((7, "Who pays?", QuestionState.OPEN), (8, "Who knows?", QuestionState.ANSWERED))
    db.add_all(
        RoomQuestion(id=number, ballot_id=ballot.id, person_id=world.third.id, text=text, votes=2, state=state)
        for number, text, state in asked
    )
    db.commit()
    return db.scalars(access.all_roundtables().where(Roundtable.id == one.id)).one()


@pytest.fixture
def over(held: Roundtable) -> Iterator[Roundtable]:
    """The same, an hour after its end."""
    with time_machine.travel(held.ends_at + timedelta(hours=1), tick=False):
        yield held


def carry(db: Session) -> list[str]:
    """Do what is left to the worker; to whom the recaps are, in order."""
    while job := db.scalars(select(Job).where(Job.kind == sending.JOB, Job.done_at.is_(None))).first():
        for _twice in range(2):
            sending.carry_on(db, job.payload)
        jobs.finish(db, job)
        db.flush()
    return list(db.scalars(select(Mail.to_address).where(Mail.kind == "roundtables/recap").order_by(Mail.id)))


def invite_guest(db: Session, world: World) -> Guest:
    return guests.invite(
        db, world.roundtable, actor=viewer_of(world.organiser), email="guest@example.org", name="Guest"
    )


# The mail


def test_each_who_was_invited_gets_one_however_often_it_is_sent(db: Session, world: World, held: Roundtable) -> None:
    invite_guest(db, world)
    world.third.mail_roundtables = False
    world.mate.mail_bounced_at = clock.now()
    with time_machine.travel(held.ends_at + timedelta(hours=1), tick=False):
        assert sending.send(db, held, actor=viewer_of(world.facilitator)) is True
        assert sending.send(db, held, actor=viewer_of(world.organiser)) is False
        wanted = ["organiser", "facilitator", "member", "peer", "guest"]
        assert carry(db) == [f"{name}@example.org" for name in wanted]
    with time_machine.travel(held.corrected_until, tick=False):
        assert (sending.send_due(db), len(carry(db))) == (0, 5)


@pytest.mark.parametrize(("days", "sent"), [(6.9, 0), (7, 1), (9.9, 1), (10, 0)])
def test_what_nobody_sends_goes_out_when_notes_stand(
    db: Session, world: World, held: Roundtable, days: float, sent: int
) -> None:
    with time_machine.travel(held.ends_at + timedelta(days=days), tick=False):
        assert [sending.send_due(db), sending.send_due(db)] == [sent, 0]
        assert len(carry(db)) == 6 * sent


def test_before_the_end_and_of_what_is_cancelled_nothing_is_told(db: Session, world: World, held: Roundtable) -> None:
    actor = viewer_of(world.organiser)
    with time_machine.travel(held.ends_at - timedelta(minutes=1), tick=False), pytest.raises(Refused):
        sending.send(db, held, actor=actor)
    planning.cancel(db, held, actor=actor)
    with time_machine.travel(held.corrected_until, tick=False):
        assert sending.send_due(db) == 0
        with pytest.raises(Refused):
            sending.send(db, held, actor=actor)


@pytest.mark.parametrize("whose", ["peer", "guest"])
def test_the_mail_reads_as_expected(db: Session, world: World, held: Roundtable, whose: str) -> None:
    guest = invite_guest(db, world)
    with time_machine.travel(held.starts_at, tick=False):
        for each in (world.peer, guest):
            checkins.check_in(db, held, each)
    with time_machine.travel(held.ends_at + timedelta(hours=1), tick=False):
        sending.send(db, held, actor=viewer_of(world.facilitator))
        carry(db)
    asked = select(Mail.to_address).where(Mail.text.contains("three short questions")).order_by(Mail.id)
    assert list(db.scalars(asked)) == ["peer@example.org", "guest@example.org"]
    mail = db.scalars(select(Mail).where(Mail.to_address == f"{whose}@example.org", Mail.kind.endswith("recap"))).one()
    text = f"To: {mail.to_address}\nSubject: {mail.subject}\n\n{mail.text}"
    text = re.sub(r"\{\{token:[\w:-]+\}\}", "{{token}}", text).replace(f"/roundtables/{held.id}", "/roundtables/7")
    text = text.replace(f"/prompts/{world.asking.id}", "/prompts/9")
    expected = EXPECTED / f"recap-{whose}.txt"
    if os.environ.get("PEERNET_TEST_WRITE"):
        expected.write_text(text)
    assert text == expected.read_text()
    compare(mail)
    # Neither what was said, nor who asked.
    assert [word in mail.text for word in ("does not answer", world.third.name)] == [False, False]


# The pages


def test_who_leads_looks_at_it_and_sends_it_once(db: Session, world: World, over: Roundtable, sign_in: SignIn) -> None:
    path = f"{SERIES}/{over.id}/recap"
    leads, other = sign_in(world.facilitator), sign_in(world.organiser)
    shown = words_of(leads.get(path))
    assert "What came of it: First table" in shown
    assert "We ask <again>. In May." in shown
    assert [client.post(path).status_code for client in (leads, leads, other)] == [303] * 3
    assert (carry(db).count("member@example.org"), "It was sent" in words_of(leads.get(path))) == (1, True)
    for person in (world.member, world.observer, world.outsider, world.admin):
        client = sign_in(person)
        assert [client.get(path).status_code, client.post(path).status_code] == [404, 404]


def test_the_page_shows_what_came_of_it_in_order(world: World, over: Roundtable, sign_in: SignIn) -> None:
    page = words_of(sign_in(world.facilitator).get(f"{SERIES}/{over.id}"))
    parts = [
        "What was asked", world.asking.text, "0 answers that you can read", "What did we miss?", "Notes",
        "The city does not answer.", "What we agreed", "We ask <again>.", "Taken on at this roundtable", "Ask the city",
        "Questions", "Who pays?", "2 support it", "Who knows?", "Who was there", "Send the recap",
    ]  # fmt: skip
    places = [page.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)
    member = words_of(sign_in(world.member).get(f"{SERIES}/{over.id}"))
    assert ["Answer it in writing" in member, "Who was there" in member, "Send the recap" in member] == [
        True, False, False,
    ]  # fmt: skip


def test_a_guest_with_an_account_reads_nothing_of_it(
    db: Session, world: World, held: Roundtable, sign_in: SignIn
) -> None:
    actor = viewer_of(world.organiser)
    guests.invite(db, held, actor=actor, email=world.stranger.email, name="Stranger")
    db.commit()
    with time_machine.travel(held.ends_at + timedelta(hours=1), tick=False):
        page = words_of(sign_in(world.stranger).get(f"{SERIES}/{held.id}"))
    assert [word in page for word in (world.asking.text, "does not answer", "Ask the city", "Who pays?")] == [
        True, False, False, False,
    ]  # fmt: skip


def test_much_takes_no_more_queries_than_little(
    db: Session, world: World, over: Roundtable, sign_in: SignIn, count_queries: Callable[[], object]
) -> None:
    client, path = sign_in(world.facilitator), f"{SERIES}/{over.id}"
    client.get(path)
    with count_queries() as few:  # type: ignore[attr-defined]
        client.get(path)
    ballot = db.scalars(select(Ballot)).one()
    for number in range(20):
        building.add(db, over, [Step(title=f"Step {number}", minutes=1)], asking_id=world.asking.id)
        taking.take_on(db, over, who=world.peer.id, what=f"Thing {number}", due=over.wall_start.date())
        steps = db.scalars(agendas.steps_of(over.id)).all()
        writing.write(db, over, steps[-1], Part.AGREED, "So be it.", version=0)
        db.add(RoomQuestion(id=100 + number, ballot_id=ballot.id, text="And?", votes=0, state=QuestionState.OPEN))
    db.commit()
    with count_queries() as many:  # type: ignore[attr-defined]
        client.get(path)
    assert len(many) == len(few)
