"""Links that come by mail: to sign in, to confirm an address, to stop mail. Each is a token for one purpose.

Whether an address has an account shows neither in the answer nor in the work: for an unknown one the very same rows are
written inside a savepoint, and taken back.
"""

import hashlib
import hmac
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import access, emails
from peernet.accounts.models import Person
from peernet.ledger import ledger
from peernet.mail.compose import Recipient
from peernet.settings import current
from peernet.tokens import tokens
from peernet.tokens.models import Token

SIGN_IN = "sign-in"
ADDRESS = "address"
STOP = "stop-mail"
# Kinds of mail that a person can do without: three reminders of roundtables and their other mail, prompts, and news.
KINDS = ("reading", "day", "hour", "roundtables", "prompts", "news")
# One mail a day with whatever of these kinds can wait. To stop it is to stop them, or they would come one by one.
DIGEST = "digest"
IN_DIGEST = ("reading", "prompts", "news")
# A stop link must work as long as the mail is kept.
_STOP_LASTS = timedelta(days=800)
_STOP_RENEWED = timedelta(days=400)
_DOUBLE_CLICK = timedelta(minutes=2)


def ask(db: Session, *, email: str, following: str = "", demonstration: bool = False) -> None:
    """Mail a sign-in link to the account of an address, if there is one. ``following`` is the page to go on to."""
    person = db.scalar(access.may_come_in(email, demonstration=demonstration))
    ledger.record(db, "account.link_asked", subject=f"person:{person.id}" if person else "sign-in")
    attempt = db.begin_nested()
    lasts = timedelta(minutes=current().sessions.link_minutes)
    token = make(db, person, lasts=lasts)
    to = emails.recipient_of(person) if person else Recipient(email)
    emails.sign_in_link(db, to=to, token=token, following=following)
    if person is None:
        attempt.rollback()
    else:
        attempt.commit()


def welcome(db: Session, person: Person) -> None:
    """Mail somebody whose account was just made a link that lasts as long as an invitation."""
    token = make(db, person, lasts=timedelta(days=current().sessions.invitation_days))
    emails.welcome(db, person, token=token)


def make(db: Session, person: Person | None, *, lasts: timedelta) -> Token:
    """A single-use token to sign in with."""
    person_id = person.id if person else None
    return tokens.make(db, purpose=SIGN_IN, subject=f"person:{person_id}", lasts=lasts, person_id=person_id)


def holder(db: Session, text: str, *, demonstration: bool = False) -> Person | None:
    """Whom a sign-in link would sign in. Spends nothing."""
    token = tokens.look_up(db, text, purpose=SIGN_IN)
    return None if token is None else _holder(db, token, demonstration)


def use_up(db: Session, text: str, *, demonstration: bool = False) -> Person | None:
    """Spend a sign-in link and give its person. None for one that is over, or that somebody else just spent."""
    token = tokens.look_up(db, text, purpose=SIGN_IN)
    person = None if token is None else _holder(db, token, demonstration)
    if token is None or person is None or not tokens.spend(db, token):
        return None
    # The link was mailed to this address, so mail arrives there.
    person.mail_bounced_at = None
    return person


def ticket_for(text: str, browser: str) -> str:
    """The ticket of the session that a link begins in one browser: the same for the second half of a double click."""
    key = current().secret_key.get_secret_value().encode()
    return hmac.digest(key, f"peernet.ticket\n{text}\n{browser}".encode(), hashlib.sha256).hex()


def just_begun(db: Session, ticket: str) -> bool:
    """Whether the session of this ticket was begun a moment ago and is live."""
    found = db.execute(access.LIVE, access.of_ticket(ticket)).one_or_none()
    return found is not None and found.created_at > clock.now() - _DOUBLE_CLICK


def stop_token(db: Session, person: Person, kind: str) -> Token:
    """The token of the link that stops one kind of mail (one of KINDS, or DIGEST) to a person; give its id to
    ``compose.send``."""
    return stop_token_of(db, person.id, kind)


def stop_token_of(db: Session, person_id: int, kind: str) -> Token:
    """The same, where only the person's id is at hand."""
    lasting = (
        select(Token)
        .where(Token.purpose == STOP, Token.subject == kind, Token.person_id == person_id)
        .where(Token.revoked_at.is_(None), Token.expires_at > clock.now() + _STOP_RENEWED)
        .limit(1)
    )
    found = db.scalar(lasting)
    return found or tokens.make(db, purpose=STOP, subject=kind, lasts=_STOP_LASTS, person_id=person_id)


def revoke_all(db: Session, person: Person) -> None:
    """Make every open link that lets somebody in, or changes the address, worthless."""
    for purpose in (SIGN_IN, ADDRESS):
        tokens.revoke(db, purpose=purpose, subject=f"person:{person.id}")


def _holder(db: Session, token: Token, demonstration: bool) -> Person | None:
    return db.scalar(access.may_come_in_as(token.person_id, demonstration=demonstration))
