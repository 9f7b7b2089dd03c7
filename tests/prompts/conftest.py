"""Fixtures of this room's tests."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts import sessions
from peernet.accounts.models import Person
from peernet.cohorts.models import Role, Seat
from peernet.prompts import access, resonance, responses, threads, threads_access
from peernet.prompts.models import Asking, Attribution, FollowUp, Response, Visibility
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


def key_for(db: Session, asking: Asking, person: Person, text: str = PLAIN) -> str:
    """The key under which somebody meets the voice that says so."""
    heard = access.voices(db, as_viewer(person), [asking.id]).get(asking.id, [])
    return next(voice.key for voice in heard if text in voice.html)


def ask_back(
    db: Session,
    asking: Asking,
    person: Person,
    text: str = "Quokka, why?",
    *,
    to: str = PLAIN,
    audience: Visibility = Visibility.PUBLIC,
) -> FollowUp:
    """Somebody's question back to a voice."""
    actor, at = as_viewer(person), asked(db, asking.id)
    voice = threads.voice_at(db, at, actor=actor, key=key_for(db, asking, person, to))
    assert voice is not None
    return threads.ask(db, at, voice, actor=actor, text=text, rendered=rendered(text), audience=audience)


def resonate(db: Session, asking: Asking, person: Person, *, to: str = PLAIN, resonates: bool = True) -> None:
    """What a voice says resonates with somebody."""
    actor, at = as_viewer(person), asked(db, asking.id)
    voice = threads.voice_at(db, at, actor=actor, key=key_for(db, asking, person, to))
    assert voice is not None
    resonance.say(db, at, voice, actor=actor, resonates=resonates)


def reply(db: Session, asking: Asking, author: Person, text: str = "Numbat, because.", *, version: int = 1) -> None:
    """The author's answer to the first question that was asked back to them."""
    actor, at = as_viewer(author), asked(db, asking.id)
    key = threads_access.asked_of(db, actor, Asking.id == asking.id)[0].asked.key
    own = db.scalars(access.own_response(actor, asking.id)).one()
    threads.answer(
        db, own, asking=at, actor=actor, key=key, version=version, text=text, rendered=rendered(text)
    )  # fmt: skip


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
