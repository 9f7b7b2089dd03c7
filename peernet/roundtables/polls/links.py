"""The link of one person to one poll: it answers without signing in, and as often as they change their mind, while the
poll is open and they are asked. Looking at what is behind it spends and changes nothing."""

import re
from datetime import timedelta

from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.roundtables.polls import access
from peernet.roundtables.polls.models import Poll
from peernet.tokens import tokens
from peernet.tokens.models import Token

PURPOSE = access.LINK
# What came of it can be read behind the link for some time.
_SHOWN = timedelta(days=30)
_SUBJECT = re.compile(r"poll:(\d+):(\d+)")


def token_for(db: Session, poll: Poll, person: Person) -> Token:
    """The token of the person's link, made if there is none."""
    subject = subject_of(poll.id, person.id)
    until = poll.closes_at + _SHOWN
    found = db.scalars(access.link_tokens(PURPOSE, subject)).first()
    if found is None:
        lasts = until - clock.now()
        return tokens.make(db, purpose=PURPOSE, subject=subject, lasts=lasts, person_id=person.id)
    found.expires_at = until
    return found


def behind(db: Session, text: str) -> tuple[Poll, Person] | None:
    """The poll and the person that a live link is for, while the poll asks them. Spends nothing."""
    token = tokens.look_up(db, text, purpose=PURPOSE)
    named = _SUBJECT.fullmatch(token.subject) if token else None
    poll = db.scalar(access.by_id(int(named[1]))) if named else None
    if named is None or poll is None:
        return None
    person = db.scalar(access.asks(poll, int(named[2])))
    return None if person is None else (poll, person)


def revoke(db: Session, poll_id: int, person_id: int) -> None:
    """Make a person's link worthless, for example because somebody else has seen it."""
    tokens.revoke(db, purpose=PURPOSE, subject=subject_of(poll_id, person_id))


def subject_of(poll_id: int, person_id: int) -> str:
    """How the token names what it is for."""
    return f"poll:{poll_id}:{person_id}"
