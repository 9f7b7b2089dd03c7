"""Many act on one poll at once, on real transactions: one choice, one answer of each, and nobody's request fails."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from peernet import clock
from peernet.accounts import sessions
from peernet.accounts.sessions import viewer_of
from peernet.app import make_app
from peernet.cohorts.models import Role
from peernet.db import Database
from peernet.roundtables.models import Roundtable
from peernet.roundtables.polls import access, links, proposing
from peernet.roundtables.polls.models import PollAnswer, PollVote
from peernet.settings import Settings
from peernet.tokens import tokens
from tests.roundtables.polls.conftest import FACTS
from tests.world import join, make_cohort, make_organisation, make_person

pytestmark = pytest.mark.concurrency
LEADERS, MEMBERS = 6, 8


def _furnish(database: Database) -> tuple[str, list[int], list[str], list[str]]:
    """A poll's address, the ids of its three options, tickets of those who lead, and links of the members."""
    with database.writing() as db:
        cohort, (seat,) = make_cohort(db, "crowd", [make_organisation(db, "crowd")])
        tickets, members = [], []
        for number in range(LEADERS):
            person = make_person(db, f"Leader {number}")
            join(db, cohort, person, Role.ORGANISER)
            tickets.append(sessions.begin(db, person, way="test", agent="test").ticket)
        for number in range(MEMBERS):
            person = make_person(db, f"Member {number}")
            join(db, cohort, person, Role.MEMBER, seat)
            members.append(person)
        first = clock.today() + timedelta(days=20)
        closes_at = clock.to_utc(datetime.combine(clock.today() + timedelta(days=5), time(18)), "UTC")
        poll = proposing.propose(
            db,
            cohort,
            actor=viewer_of(members[0]),
            facts=proposing.Facts(**FACTS | {"closes_at": closes_at}),
            zone="Europe/London",
            proposals=[(first + timedelta(days=day), time(15)) for day in range(3)],
        )
        mailed = [f"/p/{tokens.text_of(links.token_for(db, poll, one))}" for one in members]
        options = [each.id for each in db.scalars(access.options_of(poll.id))]
        return f"/c/crowd/polls/{poll.id}", options, tickets, mailed


def _app(settings: Settings, database: Database) -> Flask:
    app = make_app(settings, database)
    app.config.update(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    return app


def _all_at_once(app: Flask, sent: Sequence[tuple[str, str, dict[str, Any]]]) -> list[int]:
    """Send each (ticket, address, form) from a thread of its own, all released together; the statuses."""
    gate = Barrier(len(sent))

    def send(one: tuple[str, str, dict[str, Any]]) -> int:
        ticket, address, form = one
        client = app.test_client()
        if ticket:
            with client.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = ticket, True
        gate.wait()
        return client.post(address, data=form).status_code

    with ThreadPoolExecutor(len(sent)) as threads:
        return list(threads.map(send, sent))


def test_of_those_who_choose_at_once_one_does(settings: Settings, own_database: Database) -> None:
    address, options, tickets, _links = _furnish(own_database)
    app = _app(settings, own_database)
    nothing = dict[str, Any]()
    sent = [(ticket, f"{address}/choose/{options[number % 3]}", nothing) for number, ticket in enumerate(tickets)]
    assert Counter(_all_at_once(app, sent)) == {303: 1, 409: LEADERS - 1}
    with own_database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Roundtable)) == 1


def test_answers_by_mail_and_double_clicks_count_once(settings: Settings, own_database: Database) -> None:
    _address, options, _tickets, mailed = _furnish(own_database)
    app = _app(settings, own_database)
    form = {f"o{option}": "yes" for option in options}
    statuses = _all_at_once(app, [("", link, form) for link in mailed for _click in range(3)])
    assert Counter(statuses) == {303: 3 * MEMBERS}
    with own_database.reading() as db:
        assert db.scalar(select(func.count()).select_from(PollAnswer)) == MEMBERS
        assert db.scalar(select(func.count()).select_from(PollVote)) == MEMBERS * 3


def test_of_those_who_change_it_at_once_one_does(settings: Settings, own_database: Database) -> None:
    """Each proposes another day beside what is there; nobody's is taken away unseen by the next."""
    address, _options, tickets, _links = _furnish(own_database)
    app = _app(settings, own_database)
    with own_database.reading() as db:
        rows = [(each.day, each.start) for each in db.scalars(access.options_of(_number(address)))]
        poll = db.scalars(access.by_id(_number(address))).one()
        closes = clock.to_wall(poll.closes_at, poll.zone)
        known = {"title": poll.title, "summary": poll.summary, "minutes": "60", "version": str(poll.version)}
    known |= {"closes_day": str(closes.date()), "closes_time": f"{closes:%H:%M}"}

    def form(number: int) -> dict[str, Any]:
        days = [*(str(day) for day, _start in rows), str(rows[-1][0] + timedelta(days=number))]
        return known | {"days": days, "times": ["15:00"] * len(days)}

    sent = [(ticket, f"{address}/edit", form(number)) for number, ticket in enumerate(tickets, 1)]
    assert Counter(_all_at_once(app, sent)) == {303: 1, 409: LEADERS - 1}
    with own_database.reading() as db:
        assert len(db.scalars(access.options_of(_number(address))).all()) == len(rows) + 1


def test_answers_while_it_is_closed_count_or_are_refused(settings: Settings, own_database: Database) -> None:
    address, options, tickets, mailed = _furnish(own_database)
    app = _app(settings, own_database)
    form = {f"o{option}": "maybe" for option in options}
    sent: list[tuple[str, str, dict[str, Any]]] = [("", link, form) for link in mailed]
    sent.insert(MEMBERS // 2, (tickets[0], f"{address}/close", {}))
    statuses = _all_at_once(app, sent)
    closed, answered = statuses[MEMBERS // 2], statuses[: MEMBERS // 2] + statuses[MEMBERS // 2 + 1 :]
    assert closed == 303
    assert set(answered) <= {303, 422}
    with own_database.reading() as db:
        assert db.scalar(select(func.count()).select_from(PollAnswer)) == answered.count(303)


def _number(address: str) -> int:
    return int(address.rpartition("/")[2])
