"""The secret address of a calendar: whoever holds it reads that calendar, and can do nothing else with it.

It is a token of its own purpose. What it is for is looked at anew at each fetch, so it dies with the account, and an
organiser's with the role.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from peernet.accounts import access as accounts
from peernet.accounts.models import Person
from peernet.cohorts.models import Cohort
from peernet.ledger import ledger
from peernet.roundtables.feeds import access
from peernet.settings import current
from peernet.tokens import tokens
from peernet.tokens.models import Token

PURPOSE = "calendar"
# Nobody should have to do it again; it is taken back rather than left to end.
_LASTS = timedelta(days=3650)
_SUBJECT = re.compile(r"calendar:(\d+)(?::cohort:(\d+))?")


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose calendar an address is, and of which cohort where it is an organiser's."""

    person: Person
    cohort_id: int | None


def renew(db: Session, person_id: int, cohort: Cohort | None = None) -> Token:
    """A new address of a person's own calendar, or of their calendar of a cohort; the one before is worthless."""
    subject = subject_of(person_id, cohort.id if cohort else None)
    tokens.revoke(db, purpose=PURPOSE, subject=subject)
    _record(db, "calendar.opened", person_id)
    return tokens.make(db, purpose=PURPOSE, subject=subject, lasts=_LASTS, person_id=person_id)


def remove(db: Session, person_id: int, cohort_id: int | None = None) -> None:
    """Make the address worthless; a second time changes nothing."""
    tokens.revoke(db, purpose=PURPOSE, subject=subject_of(person_id, cohort_id))
    _record(db, "calendar.closed", person_id)


def of(db: Session, person_id: int, cohort_ids: Sequence[int]) -> dict[int | None, str]:
    """The live addresses of a person: under None that of their own calendar, under a cohort's id that of the cohort's.
    One query."""
    known = {subject_of(person_id, each): each for each in (None, *cohort_ids)}
    rows = db.scalars(access.tokens_of(PURPOSE, person_id).where(Token.subject.in_(known)))
    return {known[token.subject]: address_of(token) for token in rows}


def address_of(token: Token) -> str:
    """The whole address, to be shown to its holder only."""
    return f"{current().public_url}/calendar/{tokens.text_of(token)}/roundtables.ics"


def webcal(address: str) -> str:
    """The same in the scheme that calendar programs open by themselves."""
    return f"webcal://{address.partition('://')[2]}"


def behind(db: Session, text: str) -> Holder | None:
    """Whose calendar a live address is; None once it was taken back or its account was closed. Spends nothing."""
    token = tokens.look_up(db, text, purpose=PURPOSE)
    named = _SUBJECT.fullmatch(token.subject) if token else None
    if named is None:
        return None
    person = db.scalar(accounts.may_come_in_as(int(named[1]), demonstration=True))
    return None if person is None else Holder(person, int(named[2]) if named[2] else None)


def subject_of(person_id: int, cohort_id: int | None) -> str:
    """How the token names what it is for."""
    return f"calendar:{person_id}" if cohort_id is None else f"calendar:{person_id}:cohort:{cohort_id}"


def _record(db: Session, action: str, person_id: int) -> None:
    ledger.record(db, action, subject=f"person:{person_id}", actor_id=person_id)
