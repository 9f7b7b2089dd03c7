"""The mails of this room. What changes a calendar carries the change (iTIP), addressed to one person each.

Addresses in them come from the public URL. The link that answers without signing in is a placeholder until delivery.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.mail.compose import Attachment, Recipient, send
from peernet.roundtables import calendar, times, words
from peernet.roundtables.calendar import Method, Party
from peernet.roundtables.models import Answer, Roundtable
from peernet.settings import current
from peernet.tokens import tokens
from peernet.tokens.models import Token


def invited(db: Session, roundtable: Roundtable, person: Person, *, token: Token, guest_of: str = "") -> None:
    """The invitation. ``guest_of`` names who invites a guest."""
    key = f"rsvp:{token.id}:invited"
    _send(db, roundtable, person, "invited", key=key, token=token, method=Method.REQUEST, more={"guest_of": guest_of})


def moved(
    db: Session,
    roundtable: Roundtable,
    person: Person,
    *,
    answer: Answer | None,
    token: Token,
    was: tuple[datetime, str],
    by_rules: bool = False,
) -> None:
    """Another time. ``was`` is the old moment and its zone; ``by_rules``: nobody moved it, but a zone's clocks will."""
    name = "rules_moved" if by_rules else "moved"
    _send(db, roundtable, person, name, answer=answer, token=token, method=Method.REQUEST, more={"was": was})


def changed(db: Session, roundtable: Roundtable, person: Person, *, answer: Answer | None, token: Token) -> None:
    """Another place, or another way in."""
    _send(db, roundtable, person, "changed", answer=answer, token=token, method=Method.REQUEST)


def cancelled(db: Session, roundtable: Roundtable, person: Person, *, answer: Answer | None, note: str) -> None:
    """It does not take place. ``note`` is what its organiser says to that."""
    _send(db, roundtable, person, "cancelled", answer=answer, method=Method.CANCEL, more={"note": note})


def reinstated(db: Session, roundtable: Roundtable, person: Person, *, answer: Answer | None, token: Token) -> None:
    """It takes place after all."""
    _send(db, roundtable, person, "reinstated", answer=answer, token=token, method=Method.REQUEST)


def confirmed(db: Session, roundtable: Roundtable, person: Person, *, token: Token) -> None:
    """To who accepted: a place is theirs, and this is the way in."""
    _send(db, roundtable, person, "confirmed", answer=Answer.ACCEPTED, token=token, method=Method.REQUEST)


def withdrawn(db: Session, roundtable: Roundtable, person: Person) -> None:
    """To a guest who is not expected any more."""
    key = f"roundtable:{roundtable.id}:withdrawn:{person.id}:{clock.now().timestamp()}"
    _send(db, roundtable, person, "withdrawn", key=key, method=Method.CANCEL)


def full(db: Session, roundtable: Roundtable, person: Person) -> None:
    """To one of those who lead: the last place is taken. Said once for each capacity."""
    key = f"roundtable:{roundtable.id}:full:{roundtable.capacity}:{person.id}"
    _send(db, roundtable, person, "full", key=key, more={"capacity": roundtable.capacity})


def reminder(
    db: Session,
    roundtable: Roundtable,
    person: Person,
    *,
    answer: Answer | None,
    token: Token,
    stop: Token,
    readings: Sequence[tuple[str, str]],
    prompts: Sequence[str],
) -> None:
    """The day before: when, where, what to read as (title, address), and what is asked."""
    more = {"readings": readings, "prompts": prompts, "stop_token": tokens.placeholder(stop)}
    _send(db, roundtable, person, "reminder", answer=answer, token=token, stop_id=stop.id, more=more)


def page_of(roundtable: Roundtable) -> str:
    """The address of a roundtable's page, for those who sign in."""
    return f"{current().public_url}/c/{roundtable.cohort.slug}/roundtables/{roundtable.id}"


def _send(
    db: Session,
    roundtable: Roundtable,
    person: Person,
    name: str,
    *,
    key: str = "",
    answer: Answer | None = None,
    token: Token | None = None,
    method: Method | None = None,
    stop_id: int | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    context = {
        "about": _about(roundtable),
        "link": roundtable.link if answer is Answer.ACCEPTED else "",
        "said": words.SAID.get(answer) if answer else None,
        "answers": _answers(token, person.language) if token else [],
        "decline": _link(token, person.language, Answer.DECLINED) if token else "",
        **(more or {}),
    }
    send(
        db,
        to=_recipient(person),
        template=f"roundtables/{name}",
        context=context,
        key=key or f"roundtable:{roundtable.id}:{name}:{roundtable.sequence}:{person.id}",
        attachments=[_attachment(roundtable, person, answer, method)] if method else [],
        stop_token_id=stop_id,
    )


def _about(roundtable: Roundtable) -> dict[str, Any]:
    return {
        "title": roundtable.title,
        "kind": words.KINDS[roundtable.kind],
        "cohort": roundtable.cohort.name,
        "summary": roundtable.summary,
        "starts_at": roundtable.starts_at,
        "zone": roundtable.zone,
        "minutes": roundtable.minutes,
        "comes_twice": times.comes_twice(roundtable.wall_start, roundtable.zone),
        "place": roundtable.place,
        "url": page_of(roundtable),
    }


def _answers(token: Token, language: str) -> list[tuple[Any, str]]:
    """Each answer in words, with the address that offers it."""
    return [(text, _link(token, language, answer)) for answer, text in words.CHOICES.items()]


def _link(token: Token, language: str, answer: Answer) -> str:
    """The address that offers an answer, in the reader's language."""
    settings = current()
    is_other = language in settings.network.languages and language != settings.network.language
    start = f"{settings.public_url}{f'/{language}' if is_other else ''}"
    return f"{start}/r/{tokens.placeholder(token)}?answer={answer}"


def _attachment(roundtable: Roundtable, person: Person, answer: Answer | None, method: Method) -> Attachment:
    settings = current()
    text = calendar.write(
        roundtable,
        stamp=clock.now(),
        url=page_of(roundtable),
        with_link=answer is Answer.ACCEPTED,
        method=method,
        organiser=Party(settings.mail.sender, settings.network.name),
        attendee=Party(person.email, person.name, answer),
    )
    return Attachment(name="roundtable.ics", type="text/calendar", text=text, method=method.value)


def _recipient(person: Person) -> Recipient:
    return Recipient(
        address=person.email, name=person.name, person_id=person.id, language=person.language, zone=person.zone
    )
