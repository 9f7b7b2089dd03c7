"""Fixtures of this room's tests."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts import sessions
from peernet.accounts.models import Person
from peernet.cohorts.models import Role, Seat
from peernet.prompts import access, responses
from peernet.prompts.models import Asking, Attribution, Response, Visibility
from peernet.text.markdown import Rendered
from peernet.web.viewer import Viewer
from tests.world import World, join, make_organisation, make_person

PLAIN = "Candid words"


def as_viewer(person: Person) -> Viewer:
    """A person as the viewer that verbs take."""
    return sessions.viewer_of(person)


def rendered(text: str) -> Rendered:
    """A text as it is shown, without the work."""
    return Rendered(html=f"<p>{text}</p>", toc=[], words=len(text.split()), reading_minutes=1, problems=[])


def asked(db: Session, asking_id: int) -> Asking:
    """An asking as the pages load it."""
    return db.scalars(access.all_asked(Asking.id == asking_id)).unique().one()


def give(
    db: Session,
    asking: Asking,
    person: Person,
    *,
    visibility: Visibility = Visibility.COHORT,
    attribution: Attribution = Attribution.PERSON,
    text: str = PLAIN,
) -> Response:
    """Somebody's answer."""
    return responses.give(
        db,
        asked(db, asking.id),
        actor=as_viewer(person),
        text=text,
        rendered=rendered(text),
        visibility=visibility,
        attribution=attribution,
    )


def seat_of(db: Session, world: World, slug: str) -> Seat:
    """A new organisation with a seat in the cohort."""
    seat = Seat(cohort=world.cohort, organisation=make_organisation(db, slug), created_at=world.cohort.created_at)
    db.add(seat)
    db.flush()
    return seat


@pytest.fixture
def fourth(db: Session, world: World) -> Person:
    """A member of a fourth organisation."""
    person = make_person(db, "Fourth")
    join(db, world.cohort, person, Role.MEMBER, seat_of(db, world, "fourth-house"))
    db.commit()
    return person


@pytest.fixture
def admits(db: Session) -> Callable[[Asking, bool], None]:
    """Say whether an asking admits unattributed answers, before anybody is done."""

    def say(asking: Asking, does: bool) -> None:
        asking.admits_unattributed = does
        db.commit()

    return say


@pytest.fixture
def rows(db: Session) -> Callable[[Any], list[Any]]:
    """All rows of a model."""
    return lambda model: list(db.scalars(select(model)))
