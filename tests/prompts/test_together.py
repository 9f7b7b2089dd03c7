"""One answer for each organisation: typed together, given by one, owned by those who wrote it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from peernet import clock, search
from peernet.accounts.models import Person
from peernet.cohorts.access import audiences
from peernet.cohorts.models import Membership, Role, Seat
from peernet.db import Conflict, Database, Refused
from peernet.desk import journal
from peernet.mail.letters import Letter
from peernet.mail.models import Mail
from peernet.prompts import access, done, drafts, replies, responses, seats_access, threads_access
from peernet.prompts import asking as verbs
from peernet.prompts.models import (
    Asking,
    Attribution,
    Author,
    Draft,
    DraftAuthor,
    Response,
    SeatDone,
    SharedDraft,
    Visibility,
)  # fmt: skip
from peernet.prompts.voices import Voice
from peernet.web.viewer import NOBODY
from tests.prompts.conftest import as_viewer, ask_back, asked, give, rendered, reply, resonate, seat_of
from tests.world import World, join, make_asking, make_person, make_world

SignIn = Callable[[Person], FlaskClient]
Rows = Callable[[Any], list[Any]]
ORGANISATION, UNATTRIBUTED = Attribution.ORGANISATION, Attribution.UNATTRIBUTED
CANARY = "Quetzals, all of us"


@pytest.fixture
def ours(db: Session, world: World) -> Asking:
    """The asking of the world, which wants one answer for each organisation. ``member`` and ``mate`` share a seat."""
    world.asking.is_per_seat = True
    db.commit()
    return asked(db, world.asking.id)


def _type(db: Session, ours: Asking, person: Person, version: int, text: str) -> Any:
    return drafts.save(db, asked(db, ours.id), actor=as_viewer(person), version=version, text=text)


def _give(db: Session, ours: Asking, person: Person, **facts: Any) -> Response:
    return give(db, ours, person, **{"attribution": ORGANISATION, "text": CANARY} | facts)


def _own(db: Session, ours: Asking, person: Person) -> Response | None:
    return db.scalar(access.own_response(as_viewer(person), ours.id))


def _together(db: Session, world: World, ours: Asking, **facts: Any) -> Response:
    """Typed by the member, given by the mate."""
    _type(db, ours, world.member, 0, "Half a thought")
    return _give(db, ours, world.mate, **facts)


def test_those_who_hold_a_seat_type_in_one_draft_and_nobody_else_reads_it(
    db: Session, world: World, ours: Asking, rows: Rows
) -> None:
    first = _type(db, ours, world.member, 0, "Half a thought")
    second = _type(db, ours, world.mate, first.version, "A whole thought")
    assert (first.id, second.version, [row.source for row in rows(SharedDraft)]) == (
        second.id, 2, ["A whole thought"]
    )  # fmt: skip
    assert rows(Draft) == []
    names = ("member", "mate", "peer", "third", "observer", "facilitator", "organiser", "outsider", "admin")
    reads = {name for name in names if drafts.find(db, ours, actor=as_viewer(getattr(world, name))) is not None}
    assert reads == {"member", "mate"}
    assert {row.person_id for row in rows(DraftAuthor)} == {world.member.id, world.mate.id}


def test_who_saves_the_same_words_wrote_nothing(db: Session, world: World, ours: Asking, rows: Rows) -> None:
    _type(db, ours, world.member, 0, "Half a thought")
    _type(db, ours, world.mate, 1, "Half a thought")
    assert [row.person_id for row in rows(DraftAuthor)] == [world.member.id]


def test_a_lost_race_in_the_draft_keeps_both_texts(db: Session, world: World, ours: Asking, sign_in: SignIn) -> None:
    member, mate = sign_in(world.member), sign_in(world.mate)
    there = f"/c/practice-cohort/prompts/{ours.id}"
    assert member.post(f"{there}/draft", data={"text": "First words", "version": "0"}).status_code == 303
    second = mate.post(f"{there}/draft", data={"text": "Second words", "version": "0"})
    assert (second.status_code, "First words" in second.text, "Second words" in second.text) == (409, True, True)
    assert "Somebody at your organisation has typed something else here" in second.text
    assert 'name="version" value="1"' in second.text
    given = {"visibility": "cohort", "attribution": "organisation", "answered": "0"}
    stale = mate.post(f"{there}/answer", data=given | {"text": "Given too soon", "version": "0"})
    assert (stale.status_code, "First words" in stale.text, "Given too soon" in stale.text) == (409, True, True)
    assert mate.post(f"{there}/answer", data=given | {"text": "Both", "version": "1"}).status_code == 303


def test_an_answer_stands_for_the_seat_and_belongs_to_those_who_wrote_it(
    db: Session, world: World, ours: Asking, rows: Rows
) -> None:
    third = make_person(db, "Silent")
    join(db, world.cohort, third, Role.MEMBER, db.scalars(select(Seat).where(Seat.organisation == world.river)).one())
    response = _together(db, world, ours)
    assert {row.person_id for row in rows(Author)} == {world.member.id, world.mate.id}
    assert (rows(SharedDraft), [row.response_id for row in rows(SeatDone)]) == ([], [response.id])
    assert [_own(db, ours, person) for person in (world.member, world.mate, third)] == [response, response, None]
    for person in (world.member, world.mate):
        assert [entry.response.id for entry in journal.entries(db, as_viewer(person))] == [response.id]
        assert access.voices(db, as_viewer(person), [ours.id]) == {}
    assert journal.entries(db, as_viewer(third)) == []
    (voice,) = access.voices(db, as_viewer(third), [ours.id])[ours.id]
    assert isinstance(voice, Voice)
    assert (voice.name, voice.organisation) == (None, world.river)


def test_who_shares_the_seat_and_wrote_nothing_reads_as_others_do(
    db: Session, world: World, ours: Asking, sign_in: SignIn
) -> None:
    """Not the text, not a change that its author types, and no error tells of it."""
    _give(db, ours, world.member, visibility=Visibility.PRIVATE)
    _type(db, ours, world.member, 0, "Quetzals, on second thoughts")
    db.commit()
    mate, there = sign_in(world.mate), f"/c/practice-cohort/prompts/{ours.id}"
    answers = [mate.get(there)]
    sent = {"text": "Mine", "visibility": "cohort", "attribution": "organisation", "version": "0", "answered": "0"}
    answers += [mate.post(f"{there}/answer", data=sent), mate.post(f"{there}/draft", data={"text": "Mine"})]
    assert [answer.status_code for answer in answers] == [200, 422, 422]
    assert [("Quetzals" in answer.text, "Your organisation has answered" in answer.text) for answer in answers] == [
        (False, True)
    ] * 3
    assert mate.get(f"{there}/erase").status_code == 404
    assert search.find(db, audiences(db, as_viewer(world.mate)), "quetzals").total == 0
    assert "on second thoughts" in sign_in(world.member).get(there).text


def test_it_counts_as_done_for_the_seat(
    db: Session, world: World, ours: Asking, outbox: Callable[[], list[Mail]]
) -> None:
    viewer = as_viewer(world.organiser)
    assert access.rates(db, viewer, [world.cohort.id])[ours.id] == access.Rate(0, 3)
    _give(db, ours, world.member, visibility=Visibility.PRIVATE)
    done.say(db, ours, actor=as_viewer(world.peer))
    done.say(db, ours, actor=as_viewer(world.peer))
    assert access.rates(db, viewer, [world.cohort.id])[ours.id] == access.Rate(2, 3)
    standing = {
        name: (each.answered, each.done)
        for name in ("member", "mate", "peer", "third")
        for each in access.standings(
            db, as_viewer(getattr(world, name)), access.open_to(as_viewer(getattr(world, name)))
        )
    }
    assert standing == {"member": (True, True), "mate": (False, True), "peer": (False, True), "third": (False, False)}
    with time_machine.travel(ours.closes_at - timedelta(days=1), tick=False):
        assert verbs.remind_due(db) == 1
    assert [mail.to_address for mail in outbox()] == ["third@example.org"]


def test_who_is_done_names_organisations(db: Session, world: World, ours: Asking) -> None:
    ours.admits_unattributed = False
    _give(db, ours, world.member)
    told = {
        name: [tuple(row) for row in access.who_is_done(db, as_viewer(getattr(world, name)), ours)]
        for name in ("organiser", "facilitator", "member")
    }
    named = [("City Library", False), ("Museum", False), ("River Trust", True)]
    assert told == {"organiser": named, "facilitator": [], "member": []}


def test_passing_is_for_the_seat_and_is_taken_back_by_any_until_it_answers(
    db: Session, world: World, ours: Asking, rows: Rows
) -> None:
    done.say(db, ours, actor=as_viewer(world.member))
    done.take_back(db, ours, actor=as_viewer(world.mate))
    assert rows(SeatDone) == []
    _give(db, ours, world.member)
    with pytest.raises(Refused, match="stands"):
        done.take_back(db, ours, actor=as_viewer(world.mate))
    with pytest.raises(Refused):
        verbs.withdraw(db, ours, actor=NOBODY)
    with pytest.raises(Refused) as refusal:
        verbs.revise(db, ours, actor=NOBODY, version=ours.version, is_per_seat=False)
    assert refusal.value.field == "is_per_seat"


@pytest.mark.parametrize("name", ["member", "mate"])
def test_any_author_narrows_and_withdraws_and_all_are_told(
    db: Session, world: World, ours: Asking, outbox: Callable[[], list[Mail]], rows: Rows, name: str
) -> None:
    response, author = _together(db, world, ours), getattr(world, name)
    other = world.mate if name == "member" else world.member
    narrowed = {"visibility": Visibility.FACILITATORS, "attribution": ORGANISATION}
    responses.let_read(db, response, asking=ours, actor=as_viewer(author), version=response.version, **narrowed)
    responses.erase(db, response, asking=ours, actor=as_viewer(author))
    assert [(mail.to_address, mail.subject) for mail in outbox()] == [
        (world.member.email, "Your organisation’s answer is given"),
        (other.email, "Fewer people read your organisation’s answer"),
        (other.email, "Your organisation’s answer was deleted"),
    ]
    assert CANARY not in "".join(mail.text for mail in outbox())
    assert (rows(Response), [row.is_withdrawn for row in rows(SeatDone)]) == ([], [True])
    assert access.rates(db, as_viewer(world.organiser), [world.cohort.id])[ours.id] == access.Rate(1, 3)
    again = _give(db, ours, world.mate)
    assert [(row.response_id, row.is_withdrawn) for row in rows(SeatDone)] == [(again.id, False)]


def test_nobody_widens_alone_what_others_wrote(db: Session, world: World, ours: Asking) -> None:
    response = _together(db, world, ours, visibility=Visibility.FACILITATORS)
    wider = {"visibility": Visibility.COHORT, "attribution": ORGANISATION}
    facts = {"asking": ours, "version": response.version, **wider}
    for actor in (as_viewer(world.mate), NOBODY):
        with pytest.raises(Refused) as refusal:
            responses.let_read(db, response, actor=actor, **facts)
        assert refusal.value.field == "visibility"
    with pytest.raises(Refused):
        responses.change(db, response, actor=as_viewer(world.member), text="New", rendered=rendered("New"), **facts)
    unnamed = {"visibility": Visibility.FACILITATORS, "attribution": UNATTRIBUTED}
    responses.let_read(db, response, asking=ours, actor=as_viewer(world.mate), version=response.version, **unnamed)
    named = unnamed | {"attribution": ORGANISATION, "version": response.version}
    with pytest.raises(Refused) as refusal:
        responses.let_read(db, response, asking=ours, actor=as_viewer(world.mate), **named)
    assert refusal.value.field == "attribution"
    assert responses.choices(ours, response, is_with_others=True) == (
        [Visibility.PRIVATE, Visibility.FACILITATORS], [UNATTRIBUTED]
    )  # fmt: skip


def test_who_wrote_it_alone_widens_it(db: Session, world: World, ours: Asking) -> None:
    response = _give(db, ours, world.member, visibility=Visibility.FACILITATORS)
    facts = {"visibility": Visibility.COHORT, "attribution": ORGANISATION}
    responses.let_read(db, response, asking=ours, actor=as_viewer(world.member), version=1, **facts)
    assert response.visibility is Visibility.COHORT


def test_no_mail_tells_of_what_has_no_name_or_is_kept(
    db: Session, world: World, ours: Asking, outbox: Callable[[], list[Mail]]
) -> None:
    for facts in ({"attribution": UNATTRIBUTED}, {"visibility": Visibility.PRIVATE}):
        response = _together(db, world, ours, **facts)
        responses.erase(db, response, asking=ours, actor=as_viewer(world.mate))
    assert outbox() == []


def test_it_never_names_a_person(db: Session, world: World, ours: Asking, sign_in: SignIn) -> None:
    with pytest.raises(Refused) as refusal:
        _give(db, ours, world.member, attribution=Attribution.PERSON)
    assert refusal.value.field == "attribution"
    page = sign_in(world.member).get(f"/c/practice-cohort/prompts/{ours.id}").text
    assert ('value="person"' in page, 'value="organisation"' in page) == (False, True)
    assert "Only those who wrote it" in page


def test_who_is_replaced_keeps_what_they_wrote_and_who_follows_has_nothing_of_it(
    db: Session, world: World, ours: Asking, sign_in: SignIn, outbox: Callable[[], list[Mail]]
) -> None:
    """An author who left may withdraw, and is told; but writes no more for the seat."""
    seat = db.scalars(select(Seat).where(Seat.organisation == world.river)).one()
    response = _together(db, world, ours, visibility=Visibility.PRIVATE)
    heir = make_person(db, "Heir")
    db.execute(update(Membership).where(Membership.person_id == world.member.id).values(left_at=clock.now()))
    join(db, world.cohort, heir, Role.MEMBER, seat)
    db.commit()
    there = f"/c/practice-cohort/prompts/{ours.id}"
    assert (CANARY in sign_in(heir).get(there).text, CANARY in sign_in(world.member).get(there).text) == (False, True)
    ours = asked(db, ours.id)
    with pytest.raises(Refused):
        responses.change(
            db, response, asking=ours, actor=as_viewer(world.member), version=response.version, text="New",
            rendered=rendered("New"), visibility=Visibility.PRIVATE, attribution=ORGANISATION,
        )  # fmt: skip
    assert sign_in(world.member).post(f"{there}/erase").status_code == 303
    assert _own(db, ours, world.mate) is None
    assert "deleted by one of those who wrote it" in sign_in(heir).get(there).text


def test_who_left_before_it_was_given_still_owns_their_words(db: Session, world: World, ours: Asking) -> None:
    _type(db, ours, world.member, 0, "Mine")
    db.execute(update(Membership).where(Membership.person_id == world.member.id).values(left_at=clock.now()))
    assert drafts.find(db, ours, actor=as_viewer(world.member)) is None
    response = _give(db, ours, world.mate)
    assert _own(db, ours, world.member) == response


def test_what_comes_by_mail_is_read_by_nobody_else_of_the_seat(
    db: Session, world: World, ours: Asking, sign_in: SignIn, rows: Rows
) -> None:
    replies.keep(db, ours, world.member, Letter(key="1", text="Numbats, between you and me"))
    db.commit()
    assert ([row.person_id for row in rows(Draft)], rows(SharedDraft)) == ([world.member.id], [])
    there = f"/c/practice-cohort/prompts/{ours.id}"
    pages = {name: sign_in(getattr(world, name)).get(there).text for name in ("member", "mate")}
    assert {name: "Numbats, between" in page for name, page in pages.items()} == {"member": True, "mate": False}


def test_threads_belong_to_all_who_wrote(db: Session, world: World, ours: Asking) -> None:
    response = _together(db, world, ours)
    ask_back(db, ours, world.peer, to=CANARY)
    resonate(db, ours, world.peer, to=CANARY)
    for person in (world.member, world.mate):
        viewer = as_viewer(person)
        assert len(threads_access.waiting_for(db, viewer)) == 1
        assert threads_access.resonance_of_own(db, viewer) == {ours.id: 1}
    reply(db, ours, world.member)
    assert threads_access.waiting_for(db, as_viewer(world.mate)) == []
    assert list(db.scalars(seats_access.authors_beside(as_viewer(world.mate), response.id))) == ["Member"]
    assert list(db.scalars(seats_access.authors_beside(as_viewer(world.peer), response.id))) == []


def test_unattributed_answers_of_seats_are_released_together(db: Session, world: World, ours: Asking) -> None:
    for person in (world.member, world.peer, world.third):
        _give(db, ours, person, attribution=UNATTRIBUTED)
    assert access.voices(db, as_viewer(world.organiser), [ours.id]) == {}
    verbs.close(db, ours, actor=NOBODY)
    count = {
        name: len(access.voices(db, as_viewer(getattr(world, name)), [ours.id])[ours.id])
        for name in ("organiser", "mate", "member")
    }
    assert count == {"organiser": 3, "mate": 3, "member": 2}
    assert search.find(db, audiences(db, as_viewer(world.mate)), "quetzals").total == 3


def test_authors_find_their_answer(db: Session, world: World, ours: Asking) -> None:
    response = _together(db, world, ours, visibility=Visibility.FACILITATORS)
    names = ("member", "mate", "peer", "facilitator", "observer")

    def finds() -> set[str]:
        keys = {name: audiences(db, as_viewer(getattr(world, name))) for name in names}
        return {name for name, held in keys.items() if search.find(db, held, "quetzals").total}

    assert finds() == {"member", "mate", "facilitator"}
    responses.erase(db, response, asking=ours, actor=as_viewer(world.mate))
    assert finds() == set()


def test_a_seat_is_another_one_for_who_changes_sides(db: Session, world: World, ours: Asking) -> None:
    """Whoever answered for one organisation and sits for another now is told that they answered, not refused by the
    database."""
    _give(db, ours, world.member)
    db.execute(update(Membership).where(Membership.person_id == world.member.id).values(left_at=clock.now()))
    join(db, world.cohort, world.member, Role.MEMBER, seat_of(db, world, "other-house"))
    with pytest.raises(Conflict):
        _give(db, ours, world.member)


@pytest.mark.concurrency
def test_a_draft_and_an_answer_sent_by_a_whole_seat_at_once_are_one(own_database: Database) -> None:
    with own_database.writing() as db:
        world = make_world(db)
        ours = make_asking(db, world.cohort, "ours", "Ours?")
        ours.is_per_seat, ours.closes_at = True, None
        number, people = ours.id, [world.member, world.mate]
        db.flush()
        db.expunge_all()

    def send(turn: int) -> str:
        try:
            with own_database.writing() as db:
                if turn % 4 < 2:
                    _give(db, db.get_one(Asking, number), people[turn % 2], text=f"Answer {turn}")
                else:
                    actor = as_viewer(people[turn % 2])
                    drafts.save(db, asked(db, number), actor=actor, version=0, text=f"Draft {turn}")
        except (Conflict, Refused):
            return "overtaken"
        return "kept"

    with ThreadPoolExecutor(8) as threads:
        said = list(threads.map(send, range(16)))
    assert [word for turn, word in enumerate(said) if turn % 4 < 2].count("kept") == 1
    with own_database.reading() as db:
        counted = [db.scalar(select(func.count()).select_from(model)) for model in (Response, SeatDone)]
        assert counted == [1, 1]
        assert (db.scalar(select(func.count()).select_from(SharedDraft)) or 0) <= 1
