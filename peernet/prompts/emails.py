"""The mails of this room. None quotes an answer, and none tells by going to somebody what they wrote, or whether: to
whom they go, and about what, stands in the outbox."""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import links
from peernet.accounts.emails import recipient_of
from peernet.accounts.models import Person
from peernet.cohorts.models import Membership
from peernet.mail import addresses, answering, compose, holding
from peernet.mail.letters import Letter
from peernet.prompts.finding import address
from peernet.prompts.models import Asking, Attribution
from peernet.prompts.threads_access import Behind
from peernet.prompts.voices import FEWEST, key_of
from peernet.tokens import tokens
from peernet.tokens.models import Token


class Happened(StrEnum):
    """What happened to an answer that was written for a seat."""

    GIVEN = "given"
    CHANGED = "changed"
    NARROWED = "narrowed"
    WITHDRAWN = "withdrawn"


# What is held of it for the daily mail.
ASKED_BACK = "prompts/asked-back"
_ANSWERED_UNTIL = timedelta(days=60)


def asked(db: Session, person: Person, askings: Sequence[Asking]) -> None:
    """To a member: new prompts wait for an answer. All of one cohort."""
    if person.mail_digest:
        _hold(db, person, "asked", askings)
    else:
        token = reply_token(db, person, askings[0])
        _send(db, person, "asked", token, prompts=_in_words(askings), cohort=askings[0].cohort)


def closing_soon(db: Session, person: Person, askings: Sequence[Asking]) -> None:
    """To a member who is not done: these prompts close soon. Sent once for each prompt."""
    if person.mail_digest:
        _hold(db, person, "closing-soon", askings)
    else:
        _send(db, person, "closing-soon", reply_token(db, person, askings[0]), prompts=_in_words(askings))


def asked_again(db: Session, person: Person, asking: Asking) -> None:
    """To everybody who was asked, in the same words: too few organisations wrote an unattributed answer. Whoever did
    write one finds the question on the page."""
    _send(db, person, "asked-again", None, prompt=_in_words([asking])[0], fewest=FEWEST)


def draft_kept(db: Session, person: Person, asking: Asking, *, letter: Letter, is_open: bool, below: bool) -> None:
    """To whose mail became their own draft: where it is. Not a word of it, since mail lies about. ``below``: something
    was typed already and still stands above it."""
    files, prompt = letter.has_attachments, _in_words([asking])[0]
    context = {"prompt": prompt, "is_open": is_open, "below": below, "files": files}
    answering.answer(db, to=recipient_of(person), letter=letter, template="prompts/draft-kept", context=context)


def asked_back(db: Session, person: Person, asking: Asking, voice: Behind, *, by: Membership) -> None:
    """To the author of an answer with their name, or to everybody on the seat of the organisation that an answer names:
    a question about it waits, in no words of its own. Once a day for each answer."""
    key = f"asked-back:{key_of(voice.response_id, 'mail')}:{person.id}:{clock.today(person.zone)}"
    if person.mail_digest:
        holding.hold(db, person_id=person.id, kind=ASKED_BACK, subject=f"asking:{asking.id}", key=key)
        return
    context = {
        "prompt": _in_words([asking])[0],
        "by": by.person.name,
        "by_organisation": by.seat.organisation.name if by.seat else "",
        "is_own": voice.attribution is Attribution.PERSON,
    }
    _send(db, person, "asked-back", None, key=key, **context)


def seat_answer(db: Session, person: Person, asking: Asking, what: Happened, *, by: str) -> None:
    """To whoever held the seat while it was asked: what happened to the answer in their organisation's name. Once a day
    for each."""
    key = f"seat-answer:{asking.id}:{what.value}:{person.id}:{clock.today(person.zone)}"
    _send(db, person, "seat-answer", None, key=key, prompt=_in_words([asking])[0], what=what.value, by=by)


def reply_token(db: Session, person: Person, asking: Asking) -> Token | None:
    """The token of the address at which a person answers a prompt by mail; None where no answers are read."""
    until = max(asking.closes_at or clock.now(), clock.now()) + _ANSWERED_UNTIL
    return addresses.token_for(db, subject=f"asking:{asking.id}", until=until, person_id=person.id)


def _in_words(askings: Sequence[Asking]) -> list[dict[str, Any]]:
    return [
        {"text": asking.text, "path": address(asking), "closes_at": asking.closes_at, "zone": asking.cohort.zone}
        for asking in askings
    ]


def _hold(db: Session, person: Person, name: str, askings: Sequence[Asking]) -> None:
    """For the daily mail, which tells it once for each time that the prompt was opened."""
    for asking in askings:
        subject = f"asking:{asking.id}"
        key = f"{subject}:{name}:{asking.opens_at:%Y%m%dT%H%M%S}:{asking.closes_at or ''}:{person.id}"
        holding.hold(db, person_id=person.id, kind=f"prompts/{name}", subject=subject, key=key)


def _send(
    db: Session, person: Person, name: str, token: Token | None, *, key: str | None = None, **context: Any
) -> None:
    stop = links.stop_token(db, person, "prompts")
    values = {**context, "stop_token": tokens.placeholder(stop)}
    compose.send(
        db,
        to=recipient_of(person),
        template=f"prompts/{name}",
        context=values,
        key=key,
        stop_token_id=stop.id,
        reply_token=token,
    )
