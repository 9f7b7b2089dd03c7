"""Who speaks for a quotation, and who learns what of whom."""

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.cohorts.models import Membership, Role, Seat
from peernet.db import Refused
from peernet.ledger.models import Event
from peernet.materials import reading
from peernet.materials.models import Material
from peernet.materials.quotations import access, board, deciding, showing
from peernet.materials.quotations.models import Capacity, Decision, Quotation, Speaker, Word
from peernet.materials.quotations.states import State
from peernet.prompts import access as prompts
from peernet.prompts import drafts
from peernet.prompts.models import Attribution, Response
from peernet.web.viewer import Viewer
from tests.conftest import NOW
from tests.materials.quotations.conftest import (
    WORDS,
    Decide,
    Publish,
    Quote,
    ask,
    fresh,
    key_of,
    read,
    reword,
    sign,
    state,
)
from tests.prompts.conftest import as_viewer, asked, give
from tests.world import World, join, make_person


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
