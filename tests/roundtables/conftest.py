"""Fixtures of this room's tests."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.roundtables import access, links, planning
from peernet.roundtables.models import Roundtable, RoundtableKind
from peernet.tokens import tokens
from peernet.tokens.models import Token
from tests.world import World

PLANNED = {
    "title": "What makes data worth trusting?",
    "kind": RoundtableKind.ROUNDTABLE,
    "wall_start": datetime(2026, 12, 8, 15, 0),
    "zone": "Europe/London",
    "minutes": 90,
}


@pytest.fixture
def plan(db: Session, world: World) -> Callable[..., Roundtable]:
    """Plan a roundtable of the cohort on 8 December 2026, 15:00 in London, unless told otherwise."""

    def make(**given: Any) -> Roundtable:
        made = planning.plan(db, world.cohort, actor=viewer_of(world.organiser), **{**PLANNED, **given})
        db.commit()
        return db.scalars(access.all_roundtables().where(Roundtable.id == made.id)).one()

    return make


@pytest.fixture
def link_of(db: Session) -> Callable[[Roundtable, Person], str]:
    """The path of a person's link to a roundtable."""

    def find(roundtable: Roundtable, person: Person) -> str:
        subject = links.subject_of(roundtable.id, person.id)
        found = db.scalars(select(Token).where(Token.subject == subject, Token.revoked_at.is_(None))).one()
        return f"/r/{tokens.text_of(found)}"

    return find
