"""Statements that load people and sessions, each for whom it may be loaded."""

import hashlib

from sqlalchemy import Select, select

from peernet import clock
from peernet.accounts.models import Person, SignIn
from peernet.web.viewer import Viewer


def email_key(email: str) -> str:
    """The form in which addresses are compared."""
    return email.strip().casefold()


def ticket_hash(ticket: str) -> str:
    """What is stored of a cookie's ticket. The ticket has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(ticket.encode()).hexdigest()


def myself(viewer: Viewer) -> Select[Person]:
    """The viewer's own account."""
    return select(Person).where(Person.id == viewer.person_id, Person.disabled_at.is_(None))


def by_email(email: str) -> Select[Person]:
    """The account of an address, for the ways in; never shown to anybody."""
    return select(Person).where(Person.email_key == email_key(email))


def sign_in_of(ticket: str) -> Select[SignIn, Person]:
    """The live session behind a cookie's ticket, with its person."""
    return (
        select(SignIn, Person)
        .join(Person, Person.id == SignIn.person_id)
        .where(SignIn.token_hash == ticket_hash(ticket))
        .where(SignIn.revoked_at.is_(None), SignIn.expires_at > clock.now(), Person.disabled_at.is_(None))
    )


def sign_ins_of(viewer: Viewer) -> Select[SignIn]:
    """The viewer's own live sessions, newest first."""
    return (
        select(SignIn)
        .where(SignIn.person_id == viewer.person_id)
        .where(SignIn.revoked_at.is_(None), SignIn.expires_at > clock.now())
        .order_by(SignIn.used_at.desc(), SignIn.id.desc())
    )
