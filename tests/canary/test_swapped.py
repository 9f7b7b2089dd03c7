"""Two worlds that differ in nothing but who said it, or when who can come: for others they are equal, byte by byte.

What is the same whoever wrote it can tell nobody who did: no name, no order, no moment, no key, no count.
"""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peernet.prompts.models import Attribution, Author, Response
from peernet.roundtables.hours.models import WeeklyHours
from peernet.web.rules import Rule
from tests.canary import marked
from tests.canary.marked import Marked
from tests.canary.walking import client_of, paths, values, walk
from tests.world import World

pytestmark = [pytest.mark.lengthy, pytest.mark.once]
# What is given anew each time: the key of a form, the cookie of a browser.
_ANEW = re.compile(r'(?<=name="_once" value=")[^"]*|^Set-Cookie: [^\n]*\n', re.MULTILINE)
Pages = dict[str, list[tuple[str, int, str]]]


@pytest.fixture
def made(db: Session, world: World) -> Marked:
    return marked.make(db, world)


def seen_by(app: Flask, db: Session, made: Marked, clients: dict[str, FlaskClient]) -> Pages:
    """All that these meet."""
    found, rules = values(db, made), tuple(rule for rule in Rule if rule is not Rule.READER)
    return {
        role: [
            (one.path, one.status, _ANEW.sub("", one.said))
            for one in walk(client, paths(app, found, *(tuple(Rule) if role == "nobody" else rules)))
        ]
        for role, client in clients.items()
    }


def differing(before: Pages, after: Pages) -> list[str]:
    """Addresses at which those of ``after`` meet something else than before."""
    return [
        f"{role} {one[0]}" for role in after for one, two in zip(before[role], after[role], strict=True) if one != two
    ]


def _swap_who_wrote_what_is_unattributed(db: Session, made: Marked) -> None:
    member, peer, somebody = (made.person(role) for role in ("member", "peer", "stranger"))
    organisations = {member.id: made.world.river.id, peer.id: made.world.library.id}
    is_unattributed = Response.attribution == Attribution.UNATTRIBUTED
    for giver, taker in ((member, somebody), (peer, member), (somebody, peer)):
        ids = list(db.scalars(select(Response.id).where(is_unattributed, Response.person_id == giver.id)))
        moved = {"person_id": taker.id, "organisation_id": organisations.get(taker.id)}
        db.execute(update(Response).where(Response.id.in_(ids)).values(**moved))
        db.execute(update(Author).where(Author.response_id.in_(ids)).values(person_id=taker.id))
    db.expire_all()
    db.commit()


def _change_the_hours_of_one(db: Session, made: Marked) -> None:
    own = update(WeeklyHours).where(WeeklyHours.person_id == made.world.member.id)
    db.execute(own.values(windows=[[2, 60, 120, "yes"]], weekend=[0, 1], away=[]))
    db.expire_all()
    db.commit()


def test_who_wrote_and_when_somebody_can_come_changes_nothing_for_others(app: Flask, db: Session, made: Marked) -> None:
    """Both are compared with one walk before."""
    others = ("mate", "observer", "organiser", "nobody")
    clients = {role: client_of(app, db, made.person(role) if role != "nobody" else None) for role in others}
    before = seen_by(app, db, made, clients)
    assert sum(map(len, before.values())) > 600

    _swap_who_wrote_what_is_unattributed(db, made)
    assert differing(before, seen_by(app, db, made, clients)) == []

    _change_the_hours_of_one(db, made)
    after = seen_by(app, db, made, {role: clients[role] for role in ("mate", "organiser")})
    # A plan says of how many it is the hour, over three people at least.
    plan = f"organiser /c/practice-cohort/roundtables/plan-series/{made.things['plan_id']}"
    assert differing(before, after) == [plan, f"{plan}/1"]
