"""Accounts: made, closed to their holders, opened again, and put in charge of the installation."""

import re
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import access, links, public_pages, sessions
from peernet.accounts.models import Person
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.ledger import ledger

# One "@", no space, no control character, nothing that parts addresses in a header (RFC 5322, section 3.4).
_ADDRESS = re.compile(r"[^@\s\x00-\x1f\x7f<>,;:\"()\[\]\\]+@[^@\s\x00-\x1f\x7f<>,;:\"()\[\]\\]+")


def create(
    db: Session,
    *,
    email: str,
    name: str,
    zone: str,
    language: str,
    password_hash: str | None = None,
    is_admin: bool = False,
    is_demonstration: bool = False,
) -> Person:
    """A new account. Raises Refused at ``email`` (the address is none, or is taken) or at ``name`` (it is empty)."""
    email, name = clean_email(email), clean_name(name)
    if db.scalar(access.by_email(email)) is not None:
        raise _taken()
    person = Person(
        email=email,
        email_key=access.email_key(email),
        name=name,
        zone=zone,
        language=language,
        password_hash=password_hash,
        is_admin=is_admin,
        is_demonstration=is_demonstration,
        created_at=clock.now(),
    )
    try:
        with db.begin_nested():
            db.add(person)
    except IntegrityError:
        raise _taken() from None
    ledger.record(db, "account.created", subject=f"person:{person.id}")
    return person


def find_or_create(db: Session, *, email: str, name: str, zone: str, language: str) -> Person:
    """The account of an address, made if there is none. A name that is left out is the address's first part."""
    found = db.scalar(access.by_email(email))
    if found is not None:
        return found
    return create(db, email=email, name=name.strip() or email.split("@")[0], zone=zone, language=language)


def disable(db: Session, person: Person, *, actor_id: int | None = None) -> None:
    """Close an account to its holder: sessions, links and
    their public page end, what they wrote stays. The last administrator stays."""
    if person.is_admin:
        _refuse_last_admin(db, person)
    person.disabled_at = clock.now()
    sessions.end_all(db, person.id)
    links.revoke_all(db, person)
    public_pages.renew(db, person)
    ledger.record(db, "account.disabled", actor_id=actor_id, subject=f"person:{person.id}")


def enable(db: Session, person: Person, *, actor_id: int | None = None) -> None:
    """Open a disabled account again. Its sessions stay ended."""
    person.disabled_at = None
    public_pages.renew(db, person)
    ledger.record(db, "account.enabled", actor_id=actor_id, subject=f"person:{person.id}")


def make_admin(db: Session, person: Person, *, actor_id: int | None = None) -> None:
    """Let a person run the installation. They read no more of what members write than before.

    Links that were mailed to them while they were nobody special end.
    """
    if person.disabled_at is not None:
        raise Refused(_("This account is disabled. Enable it first."))
    person.is_admin = True
    links.revoke_all(db, person)
    ledger.record(db, "account.made_admin", actor_id=actor_id, subject=f"person:{person.id}")


def end_admin(db: Session, person: Person, *, actor_id: int | None = None) -> None:
    """Take the administration back. Raises Refused for the last administrator."""
    _refuse_last_admin(db, person)
    person.is_admin = False
    ledger.record(db, "account.ended_admin", actor_id=actor_id, subject=f"person:{person.id}")


def address_failed(db: Session, payload: dict[str, Any]) -> None:
    """The job: mail to an address came back because it is dead. Until the person shows that it works, no more is sent
    that they did not ask for."""
    person = None if payload["person_id"] is None else db.get(Person, payload["person_id"])
    if person is None or person.mail_bounced_at is not None or person.email_key != access.email_key(payload["address"]):
        return
    person.mail_bounced_at = clock.now()
    ledger.record(db, "account.address_failed", subject=f"person:{person.id}")


def clean_email(email: str) -> str:
    """An address for mail without the space around it. Raises Refused at ``email``."""
    email = email.strip()
    if len(email) > 254 or not _ADDRESS.fullmatch(email):
        raise Refused(_("This is not an address for mail. It looks like name@example.org."), field="email")
    return email


def clean_name(name: str) -> str:
    """A name on one line. Raises Refused at ``name``."""
    name = " ".join(name.split())
    if not name or len(name) > 300 or not name.isprintable():
        raise Refused(_("Please give a name, on one line."), field="name")
    return name


def _taken() -> Refused:
    return Refused(_("This address already belongs to an account."), field="email")


def _refuse_last_admin(db: Session, person: Person) -> None:
    others = select(func.count()).where(Person.is_admin, Person.disabled_at.is_(None), Person.id != person.id)
    if not db.scalar(others):
        raise Refused(_("This is the last administrator. Put somebody else in charge first."))
