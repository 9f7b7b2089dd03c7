"""From an answer to a public quotation: made, asked, agreed to, published, taken back; and who must not see what."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peernet import clock, search
from peernet.accounts.models import Person
from peernet.cohorts.models import Membership, Role, Seat
from peernet.db import Conflict, Refused
from peernet.ledger.models import Event
from peernet.mail.models import Mail
from peernet.materials import manuscripts, reading, writing
from peernet.materials.models import Material, MaterialVersion
from peernet.materials.quotations import access, asking, board, deciding, quoting, showing
from peernet.materials.quotations.models import Capacity, Decision, Quotation, Speaker, Word
from peernet.materials.quotations.states import State
from peernet.pages import touched
from peernet.prompts import access as prompts
from peernet.prompts import drafts, responses
from peernet.prompts.models import Attribution, Response, Visibility
from peernet.text import markdown
from peernet.web.viewer import Viewer
from tests.conftest import NOW
from tests.materials.conftest import reload
from tests.materials.quotations.conftest import WORDS, Decide, Quote, ask, fresh, key_of, sign
from tests.prompts.conftest import as_viewer, asked, give
from tests.world import World, join, make_person

Publish = Callable[..., MaterialVersion]
OTHER = "We trust data when its keepers say what they left out."


def read(db: Session, number: int | None = None) -> list[str]:
    """What the public reads in the places of quotations: the words, or "-" where they were taken back."""
    db.expire_all()
    page = reading.page(db, "who-was-there-first", number)
    assert page is not None
    return [place.quoted.source if place.quoted else "-" for place in page.places if place.is_quotation]


def found(db: Session, words: str = "keepers plainly") -> int:
    """How often the public finds these words."""
    return len(search.find(db, ["public"], words).hits)


def state(db: Session, quotation: Quotation) -> State:
    """How it stands on the board."""
    return board.entries(db, [fresh(db, quotation)])[0].state


def reword(db: Session, viewer: Viewer, quotation: Quotation, text: str, attribution: Attribution) -> bool:
    """Give a quotation other words."""
    current = fresh(db, quotation)
    changed = quoting.reword(
        db, viewer, current, number=current.number, text=text, rendered=markdown.render(text), attribution=attribution
    )
    db.commit()
    return changed


def test_the_source_holds_no_word_and_readers_read_it_once_agreed(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide,
    publish: Publish,
) -> None:  # fmt: skip
    made = quote()
    assert state(db, made) is State.UNASKED
    with pytest.raises(Refused, match="nobody is asked yet"):
        publish(draft)
    db.rollback()
    assert ask(db, facilitator, draft) == 1
    assert state(db, made) is State.WAITING
    with pytest.raises(Refused, match="waits for an answer"):
        publish(draft)
    db.rollback()
    decide(made, world.peer)
    assert state(db, made) is State.AGREED
    version = publish(draft)
    assert WORDS not in version.source + version.html
    assert (read(db), found(db)) == ([WORDS], 1)


@pytest.mark.parametrize(
    ("attribution", "name", "organisation"),
    [(Attribution.PERSON, "Peer", "city-library"), (Attribution.ORGANISATION, "", "city-library"),
     (Attribution.UNATTRIBUTED, "", None)],
)  # fmt: skip
def test_it_stands_under_the_name_that_was_agreed_to(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide,
    publish: Publish, attribution: Attribution, name: str, organisation: str | None,
) -> None:  # fmt: skip
    sign(db, world.peer, world.cohort.id)
    made = quote(attribution=attribution)
    ask(db, facilitator, draft)
    decide(made, world.peer)
    publish(draft)
    page = reading.page(db, "who-was-there-first")
    assert page is not None
    (quoted,) = page.quoted.values()
    assert (quoted.name, quoted.organisation.slug if quoted.organisation else None) == (name, organisation)
    assert quoted.question == showing.Question(world.asking.text, world.prompt.slug, NOW.date().replace(day=1))
    # Renamed afterwards, the person stands there as they agreed.
    world.peer.name = "Somebody Else"
    db.commit()
    assert [each.name for each in reading.page(db, "who-was-there-first").quoted.values()] == [name]


def test_an_organisation_speaks_through_its_author_and_whom_it_named(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide
) -> None:
    made = quote(attribution=Attribution.ORGANISATION)
    with pytest.raises(Refused, match="Nobody is named yet who signs for: City Library"):
        ask(db, facilitator, draft)
    db.rollback()
    # Somebody new to the peer's seat signs for it.
    seat_id = db.scalars(select(Membership).where(Membership.person_id == world.peer.id)).one().seat_id
    head = make_person(db, "Head")
    join(db, world.cohort, head, Role.MEMBER, db.get(Seat, seat_id))
    sign(db, head, world.cohort.id)
    assert ask(db, facilitator, draft) == 1
    assert state(db, decide(made, world.peer)) is State.WAITING
    said = board.entries(db, [fresh(db, made)])[0].said
    assert [(each.capacity, each.name, each.word) for each in said] == [
        (Capacity.AUTHOR, "", Word.YES),
        (Capacity.SIGNATORY, "Head", None),
    ]
    assert state(db, decide(made, head, Word.NO)) is State.REFUSED
    assert state(db, decide(made, head)) is State.AGREED


def test_each_of_those_who_wrote_it_together_speaks_for_it(
    db: Session, world: World, facilitator: Viewer, draft: Material, quote: Quote, decide: Decide,
    publish: Publish,
) -> None:  # fmt: skip
    """A group's text: each of them, and whom the organisation named. How many they are is told to nobody."""
    world.asking.is_per_seat = True
    drafts.save(db, asked(db, world.asking.id), actor=as_viewer(world.member), version=0, text="Half of it")
    give(db, world.asking, world.mate, text=WORDS, attribution=Attribution.ORGANISATION)
    key = key_of(db, facilitator, world)
    behind = prompts.behind(db, facilitator, world.asking.id, key)
    assert behind is not None
    assert (behind.author_id, behind.author_ids) == (world.mate.id, (world.mate.id, world.member.id))
    assert (behind.name, behind.organisation_id) == ("", world.river.id)
    made = quote(attribution=Attribution.ORGANISATION)
    sign(db, world.mate, world.cohort.id)
    ask(db, facilitator, draft)
    speakers = {(each.person_id, each.capacity) for each in db.scalars(select(Speaker))}
    assert speakers == {
        (world.mate.id, Capacity.AUTHOR), (world.member.id, Capacity.AUTHOR), (world.mate.id, Capacity.SIGNATORY)
    }  # fmt: skip
    decide(made, world.mate)
    shown = access.said_of_wordings(db, [fresh(db, made)])[made.id]
    assert [(each.capacity, each.name, each.word) for each in shown] == [
        (Capacity.AUTHOR, "", None), (Capacity.SIGNATORY, "Mate", Word.YES)
    ]  # fmt: skip
    with pytest.raises(Refused, match="waits for an answer"):
        publish(draft)
    db.rollback()
    decide(made, world.member)
    assert state(db, made) is State.AGREED
    publish(draft)
    assert read(db) == [WORDS]
    decide(made, world.member, Word.WITHDRAWN)
    assert read(db) == ["-"]


def test_without_one_of_those_who_wrote_it_nobody_agrees(
    db: Session, world: World, facilitator: Viewer, draft: Material, quote: Quote
) -> None:
    """Whoever is erased agreed to nothing; the others cannot agree in their place."""
    world.asking.is_per_seat = True
    drafts.save(db, asked(db, world.asking.id), actor=as_viewer(world.member), version=0, text="Half of it")
    give(db, world.asking, world.mate, text=WORDS, attribution=Attribution.ORGANISATION)
    quote(attribution=Attribution.ORGANISATION)
    sign(db, world.mate, world.cohort.id)
    db.execute(delete(Membership).where(Membership.person_id == world.member.id))
    db.execute(delete(Person).where(Person.id == world.member.id))
    with pytest.raises(Refused, match="no account any more"):
        ask(db, facilitator, draft)


def test_nobody_learns_who_wrote_an_unattributed_answer(
    db: Session, world: World, facilitator: Viewer, draft: Material, unattributed: list[Response], quote: Quote,
    decide: Decide,
) -> None:  # fmt: skip
    made = quote(attribution=Attribution.UNATTRIBUTED)
    assert (made.name, made.organisation_id, made.author_id) == ("", None, world.peer.id)
    with pytest.raises(Refused, match="Only its author can show more"):
        reword(db, facilitator, made, WORDS, Attribution.ORGANISATION)
    db.rollback()
    ask(db, facilitator, draft)
    decide(made, world.peer)
    entry = board.entries(db, [fresh(db, made)])[0]
    assert [(each.capacity, each.name) for each in entry.said] == [(Capacity.AUTHOR, "")]
    mine = {"quotation.made", "quotation.asked", "quotation.decided"}
    events = db.execute(select(Event.action, Event.actor_id, Event.data).where(Event.action.in_(mine))).all()
    assert [(action, actor) for action, actor, _data in events] == [
        ("quotation.made", world.facilitator.id),
        ("quotation.asked", world.facilitator.id),
        ("quotation.decided", None),
    ]
    assert str(world.peer.id) not in str([data for _action, _actor, data in events])


@pytest.mark.parametrize("who", ["member", "mate", "observer", "outsider", "organiser", "admin"])
def test_who_does_not_speak_for_it_decides_nothing(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, who: str
) -> None:
    made = quote()
    ask(db, facilitator, draft)
    person = getattr(world, who)
    assert db.scalars(access.spoken_by(Viewer(person_id=person.id))).unique().all() == []
    for act in (
        lambda: deciding.answer(db, person, made, number=1, word=Word.YES),
        lambda: deciding.withdraw(db, person, made),
        lambda: deciding.agree_again(db, person, made),
    ):
        with pytest.raises(Refused, match="You do not speak for this quotation"):
            act()


def test_an_answer_that_one_may_not_read_cannot_be_quoted(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response
) -> None:
    key = key_of(db, facilitator, world)
    given = {"text": WORDS, "rendered": markdown.render(WORDS), "attribution": Attribution.PERSON}
    material = reload(db, facilitator, draft)
    for viewer, named in ((Viewer(person_id=world.organiser.id), key), (facilitator, "0" * 24)):
        with pytest.raises(Refused, match="You cannot read this answer any more"):
            quoting.quote(db, viewer, material, asking=asked(db, world.asking.id), key=named, **given)
    responses.let_read(
        db, answer, asking=asked(db, world.asking.id), version=1, visibility=Visibility.PRIVATE,
        attribution=Attribution.PERSON,
    )  # fmt: skip
    with pytest.raises(Refused, match="You cannot read this answer any more"):
        quoting.quote(db, facilitator, material, asking=asked(db, world.asking.id), key=key, **given)


def test_taking_it_back_takes_it_from_every_version_and_the_search(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide,
    publish: Publish,
) -> None:  # fmt: skip
    made = quote()
    ask(db, facilitator, draft)
    decide(made, world.peer)
    publish(draft)
    material = reload(db, facilitator, draft)
    longer = manuscripts.of_published(db, material, material.current)
    writing.save(db, facilitator, material, version=0, manuscript=replace(longer, source=longer.source + "\n\nMore."))
    db.commit()
    publish(draft, note="More")
    assert (read(db), read(db, 1), found(db)) == ([WORDS], [WORDS], 1)
    own = access.spoken_by(Viewer(person_id=world.peer.id)).where(Quotation.id == made.id)
    deciding.withdraw(db, world.peer, db.scalars(own).unique().one())
    assert touched(db) >= {f"material:{draft.id}", "library"}
    db.commit()
    assert (read(db), read(db, 1), found(db)) == (["-"], ["-"], 0)
    decide(made, world.peer, Word.WITHDRAWN)  # a double click
    words = [Word.YES, Word.WITHDRAWN]
    assert list(db.scalars(select(Decision.word).order_by(Decision.id))) == words
    decide(made, world.peer, Word.AGAIN)
    assert (read(db), read(db, 1), found(db)) == ([WORDS], [WORDS], 1)


def test_a_no_after_a_yes_takes_it_from_readers_too(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide,
    publish: Publish,
) -> None:  # fmt: skip
    made = quote()
    ask(db, facilitator, draft)
    decide(made, world.peer)
    publish(draft)
    assert state(db, decide(made, world.peer, Word.NO)) is State.REFUSED
    assert (read(db), found(db)) == (["-"], 0)


def test_a_no_holds_for_the_same_words_wherever_they_stand(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide,
    publish: Publish,
) -> None:  # fmt: skip
    """The words were changed and changed back: what is public is an earlier wording with the same words."""
    made = quote()
    ask(db, facilitator, draft)
    decide(made, world.peer)
    publish(draft)
    reword(db, facilitator, made, OTHER, Attribution.PERSON)
    reword(db, facilitator, made, WORDS, Attribution.PERSON)
    assert fresh(db, made).number == 3
    ask(db, facilitator, draft)
    assert read(db) == [WORDS]
    decide(made, world.peer, Word.NO)
    assert read(db) == ["-"]
    decide(made, world.peer)
    assert read(db) == [WORDS]


def test_other_words_need_another_yes_and_the_public_keeps_those_agreed_to(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide,
    publish: Publish,
) -> None:  # fmt: skip
    made = quote()
    ask(db, facilitator, draft)
    decide(made, world.peer)
    publish(draft)
    assert reword(db, facilitator, made, WORDS, Attribution.PERSON) is False
    assert reword(db, facilitator, made, OTHER, Attribution.PERSON) is True
    assert (state(db, made), read(db)) == (State.UNASKED, [WORDS])
    stale = fresh(db, made)
    with pytest.raises(Conflict) as lost:
        quoting.reword(
            db, facilitator, stale, number=1, text="Third", rendered=markdown.render("Third"),
            attribution=Attribution.PERSON,
        )  # fmt: skip
    assert (lost.value.theirs, lost.value.mine) == (OTHER, "Third")
    db.rollback()
    ask(db, facilitator, draft)
    assert state(db, decide(made, world.peer, Word.NO)) is State.REFUSED
    assert read(db) == [WORDS]


def test_words_that_were_proposed_have_their_yes_when_taken_over(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide
) -> None:
    made = quote()
    ask(db, facilitator, draft)
    with pytest.raises(Refused, match="Write how it should read instead"):
        decide(made, world.peer, Word.CHANGE, "  ")
    db.rollback()
    assert state(db, decide(made, world.peer, Word.CHANGE, OTHER)) is State.REFUSED
    assert board.entries(db, [fresh(db, made)])[0].proposals == [OTHER]
    reword(db, facilitator, made, OTHER, Attribution.PERSON)
    ask(db, facilitator, draft)
    assert state(db, made) is State.AGREED
    digests = list(db.execute(select(Decision.word, Decision.digest).order_by(Decision.id)).all())
    assert digests[-1] == (Word.YES, fresh(db, made).current.digest)


def test_a_proposal_is_no_yes_under_another_name(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide
) -> None:
    made = quote(attribution=Attribution.UNATTRIBUTED)
    ask(db, facilitator, draft)
    decide(made, world.peer, Word.CHANGE, OTHER)
    reword(db, facilitator, made, OTHER, Attribution.PERSON)
    ask(db, facilitator, draft)
    assert state(db, made) is State.WAITING


def test_silence_is_no_and_a_late_yes_is_still_a_yes(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide
) -> None:
    made = quote()
    ask(db, facilitator, draft, days=3)
    with time_machine.travel(NOW + timedelta(days=5), tick=False):
        assert state(db, made) is State.SILENT
        assert ask(db, facilitator, draft, days=3) == 1
        assert state(db, made) is State.WAITING
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        assert state(db, decide(made, world.peer)) is State.AGREED


def test_a_yes_to_words_that_changed_meanwhile_is_not_kept(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote
) -> None:
    made = quote()
    ask(db, facilitator, draft)
    reword(db, facilitator, made, OTHER, Attribution.PERSON)
    with pytest.raises(Conflict, match="The wording was changed meanwhile"):
        deciding.answer(db, world.peer, fresh(db, made), number=1, word=Word.YES)
    with pytest.raises(Refused, match="You are not asked about this wording"):
        deciding.answer(db, world.peer, fresh(db, made), number=2, word=Word.YES)


def test_narrowing_or_erasing_the_answer_leaves_the_quotation_and_the_say_over_it(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide,
    publish: Publish,
) -> None:  # fmt: skip
    made = quote()
    ask(db, facilitator, draft)
    decide(made, world.peer)
    publish(draft)
    responses.erase(db, db.get_one(Response, answer.id), asking=asked(db, world.asking.id))
    db.commit()
    assert read(db) == [WORDS]
    decide(made, world.peer, Word.WITHDRAWN)
    assert read(db) == ["-"]


def test_a_person_who_is_erased_leaves_dates_and_digests(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide
) -> None:
    made = quote()
    ask(db, facilitator, draft)
    decide(made, world.peer)
    digest = fresh(db, made).current.digest
    gone = delete(Person).where(Person.id == world.peer.id)
    db.execute(gone, execution_options={"synchronize_session": False})
    db.expire_all()
    assert db.execute(select(Decision.person_id, Decision.digest, Decision.at)).all() == [(None, digest, NOW)]
    assert db.execute(select(Speaker.person_id, Speaker.said)).all() == [(None, Word.YES)]
    assert db.scalars(select(Quotation.author_id)).all() == [None]


def test_one_mail_for_all_that_waits_and_one_reminder(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide,
    outbox: Callable[[], list[Mail]],
) -> None:  # fmt: skip
    first, _second = quote(), quote("its keepers tell us plainly", of=WORDS)
    ask(db, facilitator, draft)
    assert (asking.tell_due(db), asking.tell_due(db)) == (1, 0)
    (mail,) = outbox()
    assert (mail.kind, mail.person_id) == ("materials/consent-asked", world.peer.id)
    assert mail.subject == "May this be published? 2 passages wait for your word"
    assert WORDS not in mail.text + mail.html
    # Whatever is asked within a day waits for the next mail.
    quote("Something else that peer never said, but the test may.", of=WORDS)
    ask(db, facilitator, draft)
    assert asking.tell_due(db) == 0
    with time_machine.travel(NOW + timedelta(days=1, minutes=1), tick=False):
        assert asking.tell_due(db) == 1
    decide(first, world.peer)
    with time_machine.travel(NOW + timedelta(days=12), tick=False):
        assert (asking.remind_due(db), asking.remind_due(db)) == (1, 0)
    reminder = outbox()[-1]
    assert (reminder.kind, reminder.subject) == (
        "materials/consent-reminder",
        "Soon over: 2 passages still wait for your word",
    )


def test_each_decision_is_confirmed_with_its_fingerprint_and_a_way_back(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide,
    outbox: Callable[[], list[Mail]],
) -> None:  # fmt: skip
    made = quote()
    ask(db, facilitator, draft)
    for word in (Word.YES, Word.YES, Word.NO, Word.WITHDRAWN):
        decide(made, world.peer, word)
    digest = fresh(db, made).current.digest
    kept = [mail for mail in outbox() if mail.kind == "materials/consent-kept"]
    assert [digest in mail.text and "/q/" in mail.text for mail in kept] == [True, True, True]
    assert {mail.person_id for mail in kept} == {world.peer.id}
    assert [line for mail in kept for line in mail.text.splitlines() if line.startswith("you ")] == [
        "you said yes to words that “Who was there first” quotes.",
        "you said no to words that “Who was there first” would quote.",
        "you took back words that “Who was there first” quotes.",
    ]


def test_a_material_of_no_cohort_quotes_nobody(
    db: Session, world: World, facilitator: Viewer, answer: Response
) -> None:
    material = writing.start(db, facilitator, title="Alone")
    with pytest.raises(Refused, match="A material quotes answers of its own cohort"):
        quoting.quote(
            db, facilitator, material, asking=asked(db, world.asking.id), key=key_of(db, facilitator, world),
            text=WORDS, rendered=markdown.render(WORDS), attribution=Attribution.PERSON,
        )  # fmt: skip


@pytest.mark.parametrize("days", [2, 91])
def test_people_have_time_to_answer_but_not_for_ever(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, days: int
) -> None:
    quote()
    with pytest.raises(Refused, match="Give people 3 days at least and 90 at most"):
        ask(db, facilitator, draft, days=days)
    assert clock.today("UTC") == NOW.date()
