"""The link of one person to one roundtable: it answers the invitation without signing in, and as often as they change
their mind, until the roundtable is over.
"""

import re

from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.roundtables import access
from peernet.roundtables.models import Roundtable
from peernet.tokens import tokens
from peernet.tokens.models import Token

PURPOSE = "rsvp"
_SUBJECT = re.compile(r"rsvp:(\d+):(\d+)")


def token_for(db: Session, roundtable: Roundtable, person_id: int) -> Token:
    """The token of the person's link, made if there is none. It lasts until the roundtable's present end."""
    subject = subject_of(roundtable.id, person_id)
    found = db.scalars(access.link_tokens(PURPOSE, subject, person_id)).first()
    if found is None:
        lasts = roundtable.ends_at - clock.now()
        return tokens.make(db, purpose=PURPOSE, subject=subject, lasts=lasts, person_id=person_id)
    found.expires_at = roundtable.ends_at
    return found


def behind(db: Session, text: str) -> tuple[Roundtable, Person] | None:
    """The roundtable and the person that a live link is for, while they are invited. Spends nothing."""
    token = tokens.look_up(db, text, purpose=PURPOSE)
    named = _SUBJECT.fullmatch(token.subject) if token else None
    if named is None:
        return None
    row = db.execute(access.behind_link(int(named[1]), int(named[2]))).one_or_none()
    return None if row is None else (row[0], row[1])


def revoke(db: Session, roundtable_id: int, person_id: int) -> None:
    """Make the person's link to the roundtable worthless."""
    tokens.revoke(db, purpose=PURPOSE, subject=subject_of(roundtable_id, person_id))


def subject_of(roundtable_id: int, person_id: int) -> str:
    """How the token names what it is for."""
    return f"rsvp:{roundtable_id}:{person_id}"
