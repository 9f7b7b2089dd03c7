"""What must not happen at one moment: an answer and its prompt's closing, a question and the loss of a name.

Commits are real here.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from sqlalchemy import func, select

from peernet.db import Conflict, Database, Refused
from peernet.prompts import access, drafts, responses
from peernet.prompts import asking as verbs
from peernet.prompts.models import Asking, Attribution, Done, Draft, FollowUp, Resonance, Response, Visibility
from peernet.web.viewer import NOBODY
from tests.prompts.conftest import as_viewer, ask_back, asked, give, resonate
from tests.world import World, make_asking, make_world

pytestmark = pytest.mark.concurrency
ROUNDS = 12


def _world(database: Database, rounds: int) -> tuple[World, list[int]]:
    """The world, committed, with so many askings that never close by themselves."""
    with database.writing() as db:
        world = make_world(db)
        askings = [make_asking(db, world.cohort, f"asked-{number}", "Asked?") for number in range(rounds)]
        for asking in askings:
            asking.closes_at = None
        ids = [asking.id for asking in askings]
        db.flush()
        db.expunge_all()
    return world, ids


def test_an_answer_is_among_the_released_or_refused_but_never_beside_them(own_database: Database) -> None:
    world, ids = _world(own_database, ROUNDS)
    with own_database.writing() as db:
        for number in ids:
            for person in (world.member, world.peer):
                give(db, db.get_one(Asking, number), person, attribution=Attribution.UNATTRIBUTED)
    start = Barrier(2)

    def answer(number: int) -> bool:
        start.wait()
        try:
            with own_database.writing() as db:
                give(db, db.get_one(Asking, number), world.third, attribution=Attribution.UNATTRIBUTED)
        except Refused:
            return False
        return True

    def close(number: int) -> bool:
        start.wait()
        with own_database.writing() as db:
            asking = asked(db, number)
            verbs.close(db, asking, actor=NOBODY)
            return asking.released_at is not None

    with ThreadPoolExecutor(2) as threads:
        for number in ids:
            given, released = threads.submit(answer, number), threads.submit(close, number)
            assert given.result() == released.result()


def test_a_draft_and_an_answer_sent_many_times_at_once_are_one(own_database: Database) -> None:
    world, (number,) = _world(own_database, 1)

    def send(turn: int) -> str:
        try:
            with own_database.writing() as db:
                if turn % 2:
                    give(db, db.get_one(Asking, number), world.member, text=f"Answer {turn}")
                else:
                    asking = asked(db, number)
                    drafts.save(db, asking, actor=as_viewer(world.member), version=0, text=f"Draft {turn}")
        except Conflict:
            return "overtaken"
        return "kept"

    with ThreadPoolExecutor(8) as threads:
        said = list(threads.map(send, range(16)))
    assert said[1::2].count("kept") == 1
    with own_database.reading() as db:
        counted = [db.scalar(select(func.count()).select_from(model)) for model in (Response, Done)]
        assert counted == [1, 1]
        assert (db.scalar(select(func.count()).select_from(Draft)) or 0) <= 1


def test_many_clicks_at_once_are_one_question_and_one_tap(own_database: Database) -> None:
    world, (number,) = _world(own_database, 1)
    with own_database.writing() as db:
        give(db, db.get_one(Asking, number), world.member)

    def send(turn: int) -> str:
        try:
            with own_database.writing() as db:
                if turn % 2:
                    ask_back(db, db.get_one(Asking, number), world.peer, f"Question {turn}")
                else:
                    resonate(db, db.get_one(Asking, number), world.peer)
        except Conflict:
            return "overtaken"
        return "kept"

    with ThreadPoolExecutor(8) as threads:
        said = list(threads.map(send, range(16)))
    assert (said[1::2].count("kept"), said[::2].count("kept")) == (1, 8)
    with own_database.reading() as db:
        assert [db.scalar(select(func.count()).select_from(model)) for model in (FollowUp, Resonance)] == [1, 1]


def test_nothing_said_to_a_name_stays_when_the_name_goes_at_that_moment(own_database: Database) -> None:
    world, ids = _world(own_database, ROUNDS)
    with own_database.writing() as db:
        for number in ids:
            give(db, db.get_one(Asking, number), world.member)
    start = Barrier(2)

    def ask(number: int) -> None:
        start.wait()
        # Once it has no name, and is not released, nobody hears it.
        with suppress(StopIteration, AssertionError), own_database.writing() as db:
            ask_back(db, db.get_one(Asking, number), world.peer)

    def lose_the_name(number: int) -> None:
        start.wait()
        with own_database.writing() as db:
            own = db.scalars(access.own_response(as_viewer(world.member), number)).one()
            facts = {"visibility": Visibility.COHORT, "attribution": Attribution.UNATTRIBUTED}
            responses.let_read(db, own, asking=asked(db, number), version=1, **facts)

    with ThreadPoolExecutor(2) as threads:
        for number in ids:
            for done in (threads.submit(ask, number), threads.submit(lose_the_name, number)):
                done.result()
    with own_database.reading() as db:
        assert db.scalars(select(Response.attribution).distinct()).all() == [Attribution.UNATTRIBUTED]
        assert db.scalar(select(func.count()).select_from(FollowUp)) == 0
