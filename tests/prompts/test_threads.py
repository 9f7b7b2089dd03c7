"""Asking back: who may, who reads it, what is taken along, and how little of it there may be."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.cohorts.models import CohortState, Membership, Role
from peernet.db import Conflict, Refused
from peernet.ledger.models import Event
from peernet.mail.models import Held, Mail
from peernet.pages.models import PageTouch
from peernet.prompts import asking as verbs
from peernet.prompts import responses, threads, threads_access
from peernet.prompts.models import Attribution, FollowUp, Resonance, Response, Visibility
from peernet.prompts.voices import Around, AskedBack
from peernet.search.models import SearchRow
from peernet.web.viewer import NOBODY
from tests.prompts.conftest import PLAIN, as_viewer, ask_back, asked, give, key_for, rendered, reply, resonate, seat_of
from tests.world import World, join, make_person

ORGANISATION, UNATTRIBUTED = Attribution.ORGANISATION, Attribution.UNATTRIBUTED
INSIDE = ("mate", "peer", "third", "observer", "facilitator", "organiser")
OUTSIDE = ("outsider", "stranger", "admin")


def _around(db: Session, world: World, who: str) -> list[Around]:
    viewer = NOBODY if who == "reader" else as_viewer(getattr(world, who))
    if who == "reader":
        return list(threads_access.around_in_public(db, [world.prompt.id]).values())
    return list(threads_access.around(db, viewer, [world.asking.id]).values())


def _read_by(db: Session, world: World) -> set[str]:
    """Who reads a question that was asked back."""
    everybody = (*INSIDE, *OUTSIDE, "reader")
    return {who for who in everybody if any(stands.asked for stands in _around(db, world, who))}


def _let_read(db: Session, world: World, response: Response, visibility: Visibility, attribution: Attribution) -> None:
    responses.let_read(
        db, response, asking=asked(db, world.asking.id), version=response.version, visibility=visibility,
        attribution=attribution,
    )  # fmt: skip


def _count(db: Session, model: Any) -> int:
    return db.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize(
    ("visibility", "readers"),
    [
        (Visibility.FACILITATORS, {"facilitator", "organiser"}),
        (Visibility.COHORT, set(INSIDE)),
        (Visibility.PUBLIC, {*INSIDE, "reader"}),
    ],
)
def test_whoever_may_read_the_response_reads_its_thread_and_nobody_else(
    db: Session, world: World, visibility: Visibility, readers: set[str]
) -> None:
    give(db, world.asking, world.member, visibility=visibility)
    ask_back(db, world.asking, world.organiser)
    reply(db, world.asking, world.member)
    assert _read_by(db, world) == readers
    (stands,) = _around(db, world, "facilitator")
    (one,) = stands.asked
    assert (one.name, one.organisation, one.html) == ("Organiser", None, "<p>Quokka, why?</p>")
    assert (one.answer_html, one.is_mine) == ("<p>Numbat, because.</p>", False)
    assert _around(db, world, "organiser")[0].asked[0].is_mine


def test_who_asked_is_named_with_the_organisation_they_spoke_for(db: Session, world: World) -> None:
    give(db, world.asking, world.member)
    ask_back(db, world.asking, world.peer)
    (one,) = _around(db, world, "third")[0].asked
    assert isinstance(one, AskedBack)
    assert (one.name, one.organisation and one.organisation.slug) == ("Peer", "city-library")
    assert (one.day, one.answer_html, one.answered_on) == (clock.now().date(), None, None)


def test_narrowing_takes_the_thread_along_and_erasing_deletes_it(db: Session, world: World) -> None:
    response = give(db, world.asking, world.member, visibility=Visibility.PUBLIC)
    ask_back(db, world.asking, world.organiser)
    for visibility, readers in (
        (Visibility.FACILITATORS, {"facilitator", "organiser"}),
        (Visibility.PRIVATE, set()),
        (Visibility.COHORT, set(INSIDE)),
    ):
        _let_read(db, world, response, visibility, Attribution.PERSON)
        assert _read_by(db, world) == readers
    responses.erase(db, response, asking=asked(db, world.asking.id))
    assert (_count(db, FollowUp), _read_by(db, world)) == (0, set())


def test_widening_lets_nobody_read_more_of_a_question_than_was_agreed_to(db: Session, world: World) -> None:
    response = give(db, world.asking, world.member, visibility=Visibility.FACILITATORS)
    ask_back(db, world.asking, world.organiser)
    _let_read(db, world, response, Visibility.PUBLIC, Attribution.PERSON)
    assert _read_by(db, world) == {"facilitator", "organiser"}
    # They were shown a page that said "the cohort", and meanwhile it became public.
    ask_back(db, world.asking, world.peer, audience=Visibility.COHORT)
    assert _read_by(db, world) == set(INSIDE)
    assert [len(_around(db, world, who)[0].asked) for who in ("facilitator", "peer", "third", "reader")] == [2, 1, 1, 0]


def test_whoever_asked_goes_on_reading_it_while_they_hear_the_voice(db: Session, world: World) -> None:
    response = give(db, world.asking, world.member, visibility=Visibility.FACILITATORS)
    ask_back(db, world.asking, world.facilitator)
    _let_read(db, world, response, Visibility.COHORT, Attribution.PERSON)
    mine = Membership.person_id == world.facilitator.id
    db.execute(update(Membership).where(mine).values(role=Role.OBSERVER))
    assert _read_by(db, world) == {"facilitator", "organiser"}


@pytest.mark.parametrize("how", ["let_read", "change"])
@pytest.mark.parametrize(
    ("before", "after", "stays"),
    [
        (Attribution.PERSON, ORGANISATION, 0),
        (Attribution.PERSON, UNATTRIBUTED, 0),
        (ORGANISATION, UNATTRIBUTED, 0),
        (ORGANISATION, Attribution.PERSON, 1),
        (Attribution.PERSON, Attribution.PERSON, 1),
    ],
)
def test_a_response_that_loses_a_name_loses_what_was_said_to_that_name(
    db: Session, world: World, how: str, before: Attribution, after: Attribution, stays: int
) -> None:
    """Otherwise a question that names the author, or a tap that one remembers, would tell whose it is."""
    response = give(db, world.asking, world.member, attribution=before)
    ask_back(db, world.asking, world.organiser, "Dear Member, why?")
    resonate(db, world.asking, world.peer)
    if how == "let_read":
        _let_read(db, world, response, Visibility.COHORT, after)
    else:
        responses.change(
            db, response, asking=asked(db, world.asking.id), actor=as_viewer(world.member), version=1, text=PLAIN,
            rendered=rendered(PLAIN), visibility=Visibility.COHORT, attribution=after,
        )  # fmt: skip
    assert (_count(db, FollowUp), _count(db, Resonance)) == (stays, stays)


def _release(db: Session, world: World) -> None:
    for person, text in ((world.member, PLAIN), (world.peer, "Other"), (world.third, "Third")):
        give(db, world.asking, person, attribution=UNATTRIBUTED, text=text)
    verbs.close(db, asked(db, world.asking.id), actor=NOBODY)


def test_unattributed_responses_cannot_be_asked_back(db: Session, world: World) -> None:
    _release(db, world)
    for person in (world.organiser, world.mate, world.peer):
        with pytest.raises(Refused, match="cannot be asked back"):
            ask_back(db, world.asking, person)
    assert _count(db, FollowUp) == 0
    assert {(stands.readers, len(stands.asked)) for stands in _around(db, world, "mate")} == {(None, 0)}


def test_nobody_asks_back_what_they_do_not_hear(db: Session, world: World) -> None:
    """Not their own, not what is not for them, not what was not released yet; not by the key of somebody else."""
    give(db, world.asking, world.member, visibility=Visibility.FACILITATORS)
    give(db, world.asking, world.peer, attribution=UNATTRIBUTED, text="Not yet")
    key = key_for(db, world.asking, world.organiser)
    at = asked(db, world.asking.id)
    for who in ("member", "mate", "peer", "third", "observer", "outsider", "stranger", "admin", "facilitator"):
        assert threads.voice_at(db, at, actor=as_viewer(getattr(world, who)), key=key) is None, who
    assert threads.voice_at(db, at, actor=as_viewer(world.organiser), key=key) is not None


def test_observers_read_and_do_not_ask(db: Session, world: World) -> None:
    give(db, world.asking, world.member)
    with pytest.raises(Refused, match="observers read"):
        ask_back(db, world.asking, world.observer)
    with pytest.raises(Refused, match="observers read"):
        resonate(db, world.asking, world.observer)


def test_in_a_closed_cohort_nothing_is_added_and_everything_can_be_taken_away(db: Session, world: World) -> None:
    response = give(db, world.asking, world.member)
    for person in (world.peer, world.third):
        ask_back(db, world.asking, person)
    world.cohort.state = CohortState.CLOSED
    db.flush()
    for attempt in (
        lambda: ask_back(db, world.asking, world.organiser),
        lambda: resonate(db, world.asking, world.organiser),
        lambda: reply(db, world.asking, world.member),
    ):
        with pytest.raises(Refused, match="This cohort is closed"):
            attempt()
    assert _read_by(db, world) == set(INSIDE)
    at, peer, author = asked(db, world.asking.id), as_viewer(world.peer), as_viewer(world.member)
    mine = next(one.key for one in _around(db, world, "peer")[0].asked if one.is_mine)
    assert threads.take_back(db, at, actor=peer, key=mine)
    (left,) = threads_access.asked_of(db, author)
    assert (left.may_answer, threads_access.waiting_for(db, author)) == (False, [])
    assert threads.remove(db, asking=at, actor=author, key=left.asked.key)
    assert _count(db, FollowUp) == 0
    assert response.html


def test_a_thread_stays_small(db: Session, world: World) -> None:
    give(db, world.asking, world.member)
    ask_back(db, world.asking, world.peer, "First")
    with pytest.raises(Conflict, match="waits for an answer here already") as conflict:
        ask_back(db, world.asking, world.peer, "Second")
    assert (conflict.value.theirs, conflict.value.mine) == ("First", "Second")
    for number in range(threads.MOST_OPEN - 1):
        ask_back(db, world.asking, _another_member(db, world, number))
    with pytest.raises(Refused, match="5 questions wait") as refusal:
        ask_back(db, world.asking, world.organiser)
    assert refusal.value.field == "question"
    reply(db, world.asking, world.member)
    ask_back(db, world.asking, world.peer, "After the answer")
    assert _count(db, FollowUp) == threads.MOST_OPEN + 1


def _another_member(db: Session, world: World, number: int) -> Person:
    person = make_person(db, f"Asker {number}")
    join(db, world.cohort, person, Role.MEMBER, seat_of(db, world, f"asking-house-{number}"))
    return person


def test_the_limit_tells_nothing_of_questions_that_fewer_read(db: Session, world: World) -> None:
    response = give(db, world.asking, world.member, visibility=Visibility.FACILITATORS)
    for number in range(threads.MOST_OPEN):
        leader = make_person(db, f"Leader {number}")
        join(db, world.cohort, leader, Role.FACILITATOR)
        ask_back(db, world.asking, leader)
    with pytest.raises(Refused, match="5 questions wait"):
        ask_back(db, world.asking, world.organiser)
    _let_read(db, world, response, Visibility.COHORT, Attribution.PERSON)
    ask_back(db, world.asking, world.peer)
    assert len(_around(db, world, "third")[0].asked) == 1


def test_the_database_keeps_one_open_question_of_each(db: Session, world: World) -> None:
    response = give(db, world.asking, world.member)
    db.flush()
    facts: Any = {"response_id": response.id, "person_id": world.peer.id, "source": "", "html": ""}
    with pytest.raises(IntegrityError), db.begin_nested():
        db.add_all([FollowUp(**facts, audience=Visibility.COHORT, asked_at=clock.now()) for _time in range(2)])
    with pytest.raises(IntegrityError), db.begin_nested():
        db.add(FollowUp(**facts, audience=Visibility.PRIVATE, asked_at=clock.now()))


def test_a_question_is_taken_back_by_whoever_asked_and_while_it_waits(db: Session, world: World) -> None:
    give(db, world.asking, world.member)
    ask_back(db, world.asking, world.peer)
    key = _around(db, world, "peer")[0].asked[0].key
    at = asked(db, world.asking.id)
    for who in ("member", "third", "organiser", "observer", "outsider", "admin"):
        assert not threads.take_back(db, at, actor=as_viewer(getattr(world, who)), key=key), who
        seen = [one.key for stands in _around(db, world, who) for one in stands.asked]
        assert not any(threads.take_back(db, at, actor=as_viewer(getattr(world, who)), key=each) for each in seen)
    reply(db, world.asking, world.member)
    with pytest.raises(Conflict, match="answered meanwhile"):
        threads.take_back(db, at, actor=as_viewer(world.peer), key=key)
    assert _count(db, FollowUp) == 1


def test_only_the_author_answers_leaves_or_removes(db: Session, world: World) -> None:
    give(db, world.asking, world.member)
    give(db, world.asking, world.third, text="Another")
    ask_back(db, world.asking, world.peer)
    at = asked(db, world.asking.id)
    (to_me,) = threads_access.asked_of(db, as_viewer(world.member))
    for who in ("mate", "peer", "third", "organiser", "facilitator", "admin"):
        actor = as_viewer(getattr(world, who))
        keys = [to_me.asked.key, *(one.key for stands in _around(db, world, who) for one in stands.asked)]
        assert not any(threads.leave(db, asking=at, actor=actor, key=key) for key in keys), who
        assert not any(threads.remove(db, asking=at, actor=actor, key=key) for key in keys), who
        assert threads_access.asked_of(db, actor) == []
    assert threads.leave(db, asking=at, actor=as_viewer(world.member), key=to_me.asked.key)


def test_a_question_that_is_left_looks_to_others_as_if_it_waited(db: Session, world: World) -> None:
    give(db, world.asking, world.member)
    ask_back(db, world.asking, world.peer)
    author = as_viewer(world.member)
    before = {who: _around(db, world, who) for who in (*INSIDE, "reader")}
    (waiting,) = threads_access.waiting_for(db, author)
    for _time in range(2):
        assert threads.leave(db, asking=asked(db, world.asking.id), actor=author, key=waiting.asked.key)
    assert {who: _around(db, world, who) for who in (*INSIDE, "reader")} == before
    assert (threads_access.waiting_for(db, author), threads_access.asked_of(db, author)[0].is_left) == ([], True)
    with pytest.raises(Conflict, match="waits for an answer here already"):
        ask_back(db, world.asking, world.peer)
    reply(db, world.asking, world.member, version=2)
    assert _around(db, world, "peer")[0].asked[0].answer_html == "<p>Numbat, because.</p>"


def test_an_answer_from_another_window_is_a_lost_race_and_both_texts_are_kept(db: Session, world: World) -> None:
    give(db, world.asking, world.member)
    ask_back(db, world.asking, world.peer)
    reply(db, world.asking, world.member, "First")
    with pytest.raises(Conflict) as conflict:
        reply(db, world.asking, world.member, "Second")
    assert (conflict.value.theirs, conflict.value.mine) == ("First", "Second")
    reply(db, world.asking, world.member, "Second", version=2)
    assert _around(db, world, "peer")[0].asked[0].answer_html == "<p>Second</p>"


def test_what_was_taken_back_meanwhile_is_not_answered(db: Session, world: World) -> None:
    response = give(db, world.asking, world.member)
    ask_back(db, world.asking, world.peer)
    author, at = as_viewer(world.member), asked(db, world.asking.id)
    (waiting,) = threads_access.waiting_for(db, author)
    threads.take_back(db, at, actor=as_viewer(world.peer), key=_around(db, world, "peer")[0].asked[0].key)
    with pytest.raises(Conflict, match="This question is gone") as conflict:
        threads.answer(
            db, response, asking=at, actor=author, key=waiting.asked.key, version=1, text="T", rendered=rendered("T")
        )  # fmt: skip
    assert conflict.value.mine == "T"


@pytest.mark.parametrize("why", ["private", "left"])
def test_nothing_waits_that_could_not_be_answered(db: Session, world: World, why: str) -> None:
    response = give(db, world.asking, world.member)
    ask_back(db, world.asking, world.peer)
    if why == "private":
        _let_read(db, world, response, Visibility.PRIVATE, Attribution.PERSON)
    else:
        db.execute(update(Membership).where(Membership.person_id == world.member.id).values(left_at=clock.now()))
    author = as_viewer(world.member)
    with pytest.raises(Refused):
        reply(db, world.asking, world.member)
    assert threads_access.waiting_for(db, author) == []
    assert [one.source for one in threads_access.asked_of(db, author)] == ["Quokka, why?"]


def test_a_thread_is_in_no_search_and_in_no_ledger(db: Session, world: World) -> None:
    give(db, world.asking, world.member, visibility=Visibility.PUBLIC)
    before = _count(db, Event), sorted(db.scalars(select(SearchRow.text)))
    ask_back(db, world.asking, world.peer)
    reply(db, world.asking, world.member)
    resonate(db, world.asking, world.third)
    assert (_count(db, Event), sorted(db.scalars(select(SearchRow.text)))) == before


@pytest.mark.parametrize(("visibility", "touched"), [(Visibility.COHORT, False), (Visibility.PUBLIC, True)])
def test_only_what_everybody_reads_makes_public_pages_anew(
    db: Session, world: World, visibility: Visibility, touched: bool
) -> None:
    give(db, world.asking, world.member, visibility=visibility)
    db.commit()
    acts: list[Callable[[], Any]] = [
        lambda: ask_back(db, world.asking, world.peer),
        lambda: reply(db, world.asking, world.member),
        lambda: resonate(db, world.asking, world.third),
        lambda: resonate(db, world.asking, world.third, resonates=False),
        lambda: _remove(db, world),
    ]
    assert [_touches(db, world, act) for act in acts] == [touched] * len(acts)


def _remove(db: Session, world: World) -> None:
    author = as_viewer(world.member)
    key = threads_access.asked_of(db, author)[0].asked.key
    assert threads.remove(db, asking=asked(db, world.asking.id), actor=author, key=key)


def _touches(db: Session, world: World, act: Callable[[], Any]) -> bool:
    mine = select(func.count()).where(PageTouch.key == f"prompt:{world.prompt.id}")
    before = db.scalar(mine)
    act()
    db.commit()
    return db.scalar(mine) != before


# Mail


def _recipients(outbox: Callable[[], list[Mail]]) -> list[str]:
    return [mail.to_address.partition("@")[0] for mail in outbox()]


def test_an_author_with_a_name_is_mailed_once_a_day_and_without_a_word_of_the_question(
    db: Session, world: World, outbox: Callable[[], list[Mail]]
) -> None:
    give(db, world.asking, world.member)
    ask_back(db, world.asking, world.peer)
    ask_back(db, world.asking, world.third)
    (mail,) = outbox()
    assert (mail.to_address, mail.subject) == ("member@example.org", "A question waits for you")
    assert [word in mail.text + mail.html for word in ("Quokka", PLAIN)] == [False, False]


def test_where_the_organisation_is_named_all_who_speak_for_it_are_mailed_alike(
    db: Session, world: World, outbox: Callable[[], list[Mail]]
) -> None:
    """Otherwise the outbox would tell which of them wrote it."""
    give(db, world.asking, world.member, attribution=ORGANISATION)
    ask_back(db, world.asking, world.peer)
    assert _recipients(outbox) == ["member", "mate"]
    one, other = outbox()
    assert other.text.replace("Mate", "Member").splitlines()[:-1] == one.text.splitlines()[:-1]


@pytest.mark.parametrize("wish", ["none", "digest", "disabled"])
def test_mail_wishes_are_kept(db: Session, world: World, outbox: Callable[[], list[Mail]], wish: str) -> None:
    give(db, world.asking, world.member)
    facts: dict[str, dict[str, Any]] = {
        "none": {"mail_prompts": False}, "digest": {"mail_digest": True}, "disabled": {"disabled_at": clock.now()}
    }  # fmt: skip
    for name, value in facts[wish].items():
        setattr(world.member, name, value)
    db.flush()
    ask_back(db, world.asking, world.peer)
    assert outbox() == []
    held = [(row.person_id, row.kind) for row in db.scalars(select(Held))]
    assert held == ([(world.member.id, "prompts/asked-back")] if wish == "digest" else [])


# Cost


def test_threads_cost_the_same_for_one_and_for_thirty(
    db: Session, world: World, count_queries: Callable[[], Any]
) -> None:
    author, reader = as_viewer(world.member), as_viewer(world.organiser)
    asking_ids, prompt_ids = [world.asking.id], [world.prompt.id]
    loads: list[Callable[[], Any]] = [
        lambda: threads_access.around(db, reader, asking_ids),
        lambda: threads_access.around_in_public(db, prompt_ids),
        lambda: threads_access.asked_of(db, author),
        lambda: threads_access.waiting_for(db, author),
        lambda: threads_access.resonance_of_own(db, author),
    ]

    def counted() -> list[int]:
        numbers = []
        for load in loads:
            with count_queries() as seen:
                load()
            numbers.append(len(seen))
        return numbers

    give(db, world.asking, world.member, visibility=Visibility.PUBLIC)
    ask_back(db, world.asking, world.peer)
    before = counted()
    for number in range(30):
        person = _another_member(db, world, number)
        give(db, world.asking, person, text=f"Text {number}.", visibility=Visibility.PUBLIC)
        resonate(db, world.asking, person, to=PLAIN)
        if number < threads.MOST_OPEN - 1:
            ask_back(db, world.asking, person)
        ask_back(db, world.asking, world.organiser, to=f"Text {number}.")
    assert counted() == before == [2, 2, 1, 1, 1]
