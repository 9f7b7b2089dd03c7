"""Fixtures of this room's tests."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts import sessions
from peernet.accounts.models import Person
from peernet.cohorts import access
from peernet.cohorts.models import Membership
from peernet.mail.models import Mail
from peernet.tokens import tokens
from peernet.web.viewer import Viewer


@pytest.fixture
def as_viewer() -> Callable[[Person], Viewer]:
    """A person as the viewer that verbs take."""
    return sessions.viewer_of


@pytest.fixture
def membership_of(db: Session) -> Callable[[Person], Membership]:
    """Somebody's one present membership, loaded as the pages load it."""

    def find(person: Person) -> Membership:
        row = db.scalars(
            select(Membership).where(Membership.person_id == person.id, Membership.left_at.is_(None))
        ).one()
        return db.scalars(access.people_of(row.cohort_id).where(Membership.id == row.id)).one()

    return find


@pytest.fixture
def link_in(db: Session) -> Callable[[Mail], str]:
    """The path of the invitation that a mail leads to."""

    def find(mail: Mail) -> str:
        found = re.search(r"http://localhost:8000(/invitations/\S+)", tokens.fill_in(db, mail.text))
        assert found is not None, mail.text
        return found[1]

    return find
