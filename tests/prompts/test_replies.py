"""What comes back by mail to a mail about a prompt: its sender's own draft, and never anybody else's page."""

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.cohorts.models import Membership
from peernet.jobs.models import Job
from peernet.ledger.models import Event
from peernet.mail import inbox, letters
from peernet.mail.message import build
from peernet.mail.models import IncomingMail, Mail, Outcome
from peernet.prompts import access, drafts, emails
from peernet.prompts.models import Attribution, Draft, Visibility
from peernet.search.models import SearchRow
from peernet.worker import ANSWERS
from tests.conftest import NOW
from tests.mail.incoming import message
from tests.prompts.conftest import as_viewer, asked, give
from tests.world import World

WORDS = "Nobody decides, and that is *the* trouble.\n\nWe noticed late.\n"


@pytest.fixture(autouse=True)
def _answers_are_read(takes_answers: Any) -> None:
    """In all of these tests."""


@pytest.fixture
def arrive(db: Session) -> Callable[[bytes], Outcome | None]:
    """A message comes in and the worker does its work."""

    def take(data: bytes, *, is_cut: bool = False) -> Outcome | None:
        if not inbox.take(db, letters.read(data, is_cut=is_cut)):
            return None
        for job in db.scalars(select(Job).where(Job.kind == inbox.JOB)).all():
            inbox.handle(ANSWERS, db, job.payload)
            db.delete(job)
        db.flush()
        return db.scalars(select(IncomingMail).order_by(IncomingMail.id.desc())).first().outcome

    return take


@pytest.fixture
def ask(db: Session, world: World) -> Callable[[Person], str]:
    """Ask somebody by mail; the address at which they answer."""

    def send(person: Person) -> str:
        emails.asked(db, person, [asked(db, world.asking.id)])
        mail = db.scalars(select(Mail).order_by(Mail.id.desc())).first()
        return opened(db, mail)["Reply-To"].addresses[0].addr_spec

    return send


def opened(db: Session, mail: Mail) -> EmailMessage:
    return message_from_bytes(build(db, mail).as_bytes(), policy=policy.default)


def letter(person: Person, to: str, text: str = WORDS, **given: Any) -> bytes:
    return message(to, text, sender=f"{person.name} <{person.email}>", **given).as_bytes()


def draft_of(db: Session, world: World, person: Person) -> Draft | None:
    return db.scalar(access.own_draft(as_viewer(person), world.asking.id))


def told(db: Session) -> str:
    """The last mail that was written."""
    mail = db.scalars(select(Mail).order_by(Mail.id.desc())).first()
    return f"To: {mail.to_address}\nSubject: {mail.subject}\n\n{mail.text}"


def test_words_become_the_senders_own_draft(db: Session, world: World, arrive: Any, ask: Any) -> None:
    assert arrive(letter(world.peer, ask(world.peer))) is Outcome.TAKEN
    assert draft_of(db, world, world.peer).source == WORDS.strip()
    assert db.scalar(select(func.count()).select_from(Draft)) == 1
    assert "what you wrote by mail is kept as your draft" in told(db)
    assert f"http://localhost:8000/c/practice-cohort/prompts/{world.asking.id}" in told(db)


def test_nothing_of_them_is_anywhere_else(db: Session, world: World, arrive: Any, ask: Any, sign_in: Any) -> None:
    """Not in a mail, a ledger row, the search, the inbox, a job, or a page of anybody else."""
    arrive(letter(world.peer, ask(world.peer)))
    db.commit()
    rows = [
        *(f"{mail.subject}{mail.text}{mail.html}{mail.attachments}" for mail in db.scalars(select(Mail))),
        *(f"{event.action}{event.data}" for event in db.scalars(select(Event))),
        *(f"{row.title}{row.text}" for row in db.scalars(select(SearchRow))),
        *(f"{row.letter}{row.key}" for row in db.scalars(select(IncomingMail))),
        *(f"{job.payload}{job.error}" for job in db.scalars(select(Job))),
    ]
    assert [text for text in rows if "Nobody decides" in text] == []
    path = f"/c/practice-cohort/prompts/{world.asking.id}"
    for person in (world.organiser, world.facilitator, world.member, world.third, world.observer, world.admin):
        assert "Nobody decides" not in sign_in(person).get(path).text
    assert "Nobody decides" in sign_in(world.peer).get(path).text


def test_what_was_typed_stays_above(db: Session, world: World, arrive: Any, ask: Any) -> None:
    to = ask(world.peer)
    drafts.save(
        db, asked(db, world.asking.id), actor=as_viewer(world.peer), version=0, text="A first thought.\n",
        visibility=Visibility.PRIVATE, attribution=Attribution.PERSON,
    )  # fmt: skip
    arrive(letter(world.peer, to, "A second one.\n"))
    draft = draft_of(db, world, world.peer)
    assert draft.source == "A first thought.\n\n---\n\nA second one."
    assert (draft.visibility, draft.attribution) == (Visibility.PRIVATE, Attribution.PERSON)
    assert "It stands below what you had typed already." in told(db)


def test_an_answer_that_was_given_stands_and_the_draft_begins_with_it(
    db: Session, world: World, arrive: Any, ask: Any
) -> None:
    to = ask(world.peer)
    given = give(db, world.asking, world.peer, text="Given.")
    arrive(letter(world.peer, to, "And more.\n"))
    assert draft_of(db, world, world.peer).source == "Given.\n\n---\n\nAnd more."
    db.refresh(given)
    assert given.source == "Given."


def test_the_same_message_twice_is_one_draft(db: Session, world: World, arrive: Any, ask: Any) -> None:
    data = letter(world.peer, ask(world.peer), "Once.\n")
    assert [arrive(data), arrive(data)] == [Outcome.TAKEN, None]
    assert draft_of(db, world, world.peer).source == "Once."


def test_somebody_else_s_address_writes_into_no_draft(db: Session, world: World, arrive: Any, ask: Any) -> None:
    """Whoever was forwarded a mail has its address, and not its reader's."""
    to = ask(world.peer)
    assert arrive(letter(world.member, to)) is Outcome.STRANGER
    assert arrive(letter(world.stranger, to, number=2)) is Outcome.STRANGER
    assert db.scalar(select(func.count()).select_from(Draft)) == 0
    assert told(db).startswith("To: peer@example.org\nSubject: You are asked")


def test_a_closed_prompt_keeps_a_draft_and_says_so(db: Session, world: World, arrive: Any, ask: Any) -> None:
    to = ask(world.peer)
    world.asking.closed_at = NOW
    db.flush()
    assert arrive(letter(world.peer, to)) is Outcome.TAKEN
    assert "This prompt has closed, so it takes no answer any more." in told(db)


@pytest.mark.parametrize("how", ["left", "withdrawn"])
def test_who_is_not_asked_any_more_is_told(db: Session, world: World, arrive: Any, ask: Any, how: str) -> None:
    to = ask(world.peer)
    if how == "left":
        member = db.scalars(select(Membership).where(Membership.person_id == world.peer.id)).one()
        member.left_at = NOW
    else:
        world.asking.withdrawn_at = NOW
    db.flush()
    assert arrive(letter(world.peer, to)) is Outcome.RETURNED
    assert "This prompt is not asked of you any more." in told(db)
    assert world.asking.text not in told(db)


def test_an_address_is_over_two_months_after_the_prompt(db: Session, world: World, arrive: Any, ask: Any) -> None:
    data = letter(world.peer, ask(world.peer))
    with time_machine.travel(world.asking.closes_at + timedelta(days=61), tick=False):
        assert arrive(data) is Outcome.STRANGER


@pytest.mark.parametrize(
    ("text", "is_cut", "said"),
    [
        ("> only what was quoted\n", False, "Your mail held no words of your own."),
        ("\n", False, "Your mail held no words of your own."),
        ("Long.\n", True, "Your mail is too large."),
        ("many words " * 19_000, False, "Your mail is too large."),
    ],
)
def test_what_cannot_be_kept_comes_back_in_words(
    db: Session, world: World, arrive: Any, ask: Any, text: str, is_cut: bool, said: str
) -> None:
    assert arrive(letter(world.peer, ask(world.peer), text), is_cut=is_cut) is Outcome.RETURNED
    assert said in told(db)
    assert world.asking.text in told(db)
    assert draft_of(db, world, world.peer) is None


def test_together_they_may_be_too_long(db: Session, world: World, arrive: Any, ask: Any) -> None:
    to, before = ask(world.peer), "x" * 150_000
    drafts.save(db, asked(db, world.asking.id), actor=as_viewer(world.peer), version=0, text=before)
    assert arrive(letter(world.peer, to, "words " * 10_000)) is Outcome.RETURNED
    assert draft_of(db, world, world.peer).source == before
    assert "it would be too long" in told(db)


def test_files_are_not_taken_and_it_is_said(db: Session, world: World, arrive: Any, ask: Any) -> None:
    made = message(ask(world.peer), "See the picture.\n", sender="peer@example.org")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="a.png")
    assert arrive(made.as_bytes()) is Outcome.TAKEN
    assert "The files that came with your mail were not taken." in told(db)
    alone = message(ask(world.peer), "\n", sender="peer@example.org", number=2)
    alone.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="a.png")
    assert arrive(alone.as_bytes()) is Outcome.RETURNED
    assert "Files are not taken by mail, and your mail held nothing else." in told(db)


def test_a_mail_about_several_prompts_is_answered_for_the_first_and_says_so(db: Session, world: World) -> None:
    emails.closing_soon(db, world.peer, [asked(db, world.asking.id)] * 2)
    assert "becomes your own draft for the first of them" in told(db)


def test_without_such_addresses_mail_does_not_ask_for_answers(db: Session, world: World, settings: Any) -> None:
    from peernet.settings import use

    use(settings)
    emails.asked(db, world.peer, [asked(db, world.asking.id)])
    mail = db.scalars(select(Mail)).one()
    assert (mail.reply_token_id, opened(db, mail)["Reply-To"]) == (None, None)
    assert "answer this mail" not in mail.text


def test_everybody_has_an_address_of_their_own(db: Session, world: World, ask: Any) -> None:
    assert len({ask(world.peer), ask(world.member), ask(world.peer)}) == 2
