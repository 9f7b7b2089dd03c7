"""The mails of polls. Each time stands as its reader's clocks show it, and as those of the poll's zone do."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from peernet.accounts import links as stops
from peernet.accounts.emails import recipient_of
from peernet.accounts.models import Person
from peernet.mail.compose import send
from peernet.roundtables import words
from peernet.roundtables.polls.models import Poll, PollOption
from peernet.settings import current
from peernet.tokens import tokens
from peernet.tokens.models import Token


def asked(db: Session, poll: Poll, person: Person, *, options: Sequence[PollOption], token: Token) -> None:
    """What is proposed, and the link that answers."""
    _send(db, poll, person, "poll_asked", key="asked", options=options, token=token)


def changed(
    db: Session, poll: Poll, person: Person, *, options: Sequence[PollOption], token: Token, change: str
) -> None:
    """What is proposed now; to who has something left to say. Once for each change."""
    _send(db, poll, person, "poll_changed", key=f"changed:{change}", options=options, token=token)


def reminder(db: Session, poll: Poll, person: Person, *, options: Sequence[PollOption], token: Token) -> None:
    """Two days before it closes, to who has not answered. Once for each deadline."""
    key = f"reminder:{poll.closes_at:%Y%m%dT%H%M%S}"
    _send(db, poll, person, "poll_reminder", key=key, options=options, token=token, stop="prompts")


def cancelled(db: Session, poll: Poll, person: Person, *, note: str) -> None:
    """Nothing is to be answered any more. ``note`` is what its organiser says to that."""
    _send(db, poll, person, "poll_cancelled", key="cancelled", more={"note": note})


def closed(db: Session, poll: Poll, leader: Person, *, answered: int, asked: int) -> None:
    """To one of those who lead: it is over, so many of so many answered. Once for each deadline."""
    key = f"closed:{poll.closes_at:%Y%m%dT%H%M%S}"
    more = {"answered": answered, "asked": asked}
    _send(db, poll, leader, "poll_closed", key=key, stop="roundtables", more=more)


def page_of(poll: Poll) -> str:
    """The address of a poll's page, for those who sign in."""
    return f"{current().public_url}/c/{poll.cohort.slug}/polls/{poll.id}"


def _send(
    db: Session,
    poll: Poll,
    person: Person,
    name: str,
    *,
    key: str,
    options: Sequence[PollOption] = (),
    token: Token | None = None,
    stop: str = "",
    more: dict[str, Any] | None = None,
) -> None:
    to_stop = stops.stop_token_of(db, person.id, stop) if stop else None
    context = {
        "about": {
            "title": poll.title,
            "kind": words.KINDS[poll.kind],
            "cohort": poll.cohort.name,
            "summary": poll.summary,
            "zone": poll.zone,
            "minutes": poll.minutes,
            "is_whole_days": poll.is_whole_days,
            "planned_at": poll.roundtable.starts_at if poll.roundtable else None,
            "closes_at": poll.closes_at,
            "url": page_of(poll),
        },
        "options": [(each.day, each.starts_at) for each in options],
        "answer_url": _link(token, person) if token else "",
        "stop_token": tokens.placeholder(to_stop) if to_stop else "",
        **(more or {}),
    }
    send(
        db,
        to=recipient_of(person),
        template=f"roundtables/{name}",
        context=context,
        key=f"poll:{poll.id}:{key}:{person.id}",
        stop_token_id=to_stop.id if to_stop else None,
    )


def _link(token: Token, person: Person) -> str:
    """The address of the page behind a person's link, in their language."""
    settings = current()
    is_other = person.language in settings.network.languages and person.language != settings.network.language
    start = f"{settings.public_url}{f'/{person.language}' if is_other else ''}"
    return f"{start}/p/{tokens.placeholder(token)}"
