"""A roundtable that is open to the public, and signing up for it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.sessions import viewer_of
from peernet.roundtables import places
from peernet.roundtables.models import Guest, Opening, Roundtable
from peernet.roundtables.openings import access, opening, signing
from peernet.tokens import tokens
from peernet.tokens.models import Token
from tests.world import World

Plan = Callable[..., Roundtable]
FACTS: dict[str, Any] = {
    "is_open": True, "places": None, "closes_on": None, "facilitator": "A Facilitator", "language": "en",
    "asks_needs": False, "shows_asked": False, "shows_list": False,
}  # fmt: skip
OPENED = date(2026, 12, 7)


@pytest.fixture
def set_up(db: Session, world: World) -> Callable[..., Opening]:
    """Let the organiser open a roundtable, or change that."""

    def do(one: Roundtable, **facts: Any) -> Opening:
        places.hold(db, one)
        known = db.scalar(access.of(one.id))
        version = known.version if known else 0
        opening.set_up(db, one, actor=viewer_of(world.organiser), version=version, **{**FACTS, **facts})
        db.commit()
        found = {each.roundtable_id: each for each in db.scalars(access.known())}
        return found[one.id]

    return do


@pytest.fixture
def opened(plan: Plan, set_up: Callable[..., Opening]) -> Callable[..., Opening]:
    """A roundtable that is open to the public; ``capacity`` and what else is planned, then facts of the opening."""

    def make(capacity: int | None = None, **facts: Any) -> Opening:
        return set_up(plan(capacity=capacity, title="An open table", summary="We ask whom data serves."), **facts)

    return make


@pytest.fixture
def token_of(db: Session) -> Callable[[str], str]:
    """The newest link that was mailed to an address to confirm it."""

    def find(email: str) -> str:
        mine = select(signing.SignUp).where(signing.SignUp.email_key == email)
        row = db.scalars(mine.order_by(signing.SignUp.id.desc())).first()
        assert row is not None
        token = db.scalars(select(Token).where(Token.subject == f"sign_up:{row.id}").order_by(Token.id.desc())).first()
        assert token is not None
        return tokens.text_of(token)

    return find


@pytest.fixture
def come(db: Session, token_of: Callable[[str], str]) -> Callable[..., Guest]:
    """Sign up and confirm it, as somebody with that address."""

    def do(which: Opening, email: str, **more: Any) -> Guest:
        signing.ask(db, which, email=email, name=more.pop("name", "Ada of Harbour"), **more)
        row = signing.behind(db, token_of(email.lower()))
        assert row is not None
        guest = signing.confirm(db, row)
        db.commit()
        # What is loaded already gets its roundtable back.
        db.scalars(access.known()).all()
        return guest

    return do
