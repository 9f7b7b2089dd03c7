"""Statements that load people and sessions, each for whom it may be loaded."""

import hashlib
from collections.abc import Collection

from sqlalchemy import Select, bindparam, select

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


def names_of(person_ids: Collection[int]) -> Select[int, str]:
    """Ids and names of people whom the viewer may know by something that they did to the viewer's own data."""
    return select(Person.id, Person.name).where(Person.id.in_(person_ids))


def by_email(email: str) -> Select[Person]:
    """The account of an address, for the ways in; never shown to anybody."""
    return select(Person).where(Person.email_key == email_key(email))


def may_come_in(email: str, *, demonstration: bool) -> Select[Person]:
    """The account of an address, if its holder may sign in; demonstration accounts only where that is allowed."""
    return _open(demonstration).where(Person.email_key == email_key(email))


def may_come_in_as(person_id: int | None, *, demonstration: bool) -> Select[Person]:
    """An account, if its holder may sign in; demonstration accounts only where that is allowed."""
    return _open(demonstration).where(Person.id == person_id)


def demonstration_accounts() -> Select[Person]:
    """The roles that can be tried out, administrators last."""
    return _open(True).where(Person.is_demonstration).order_by(Person.is_admin, Person.id)


def demonstration_account(person_id: int) -> Select[Person]:
    """One of the roles that can be tried out."""
    return _open(True).where(Person.is_demonstration, Person.id == person_id)


# The live session behind a cookie's ticket, with what a viewer is made of. Every request asks it, so it is built once.
LIVE = (
    select(
        SignIn.id.label("sign_in_id"),
        SignIn.created_at,
        Person.id.label("person_id"),
        Person.name,
        Person.email,
        Person.zone,
        Person.language,
        Person.is_admin,
        Person.is_demonstration,
    )
    .join(Person, Person.id == SignIn.person_id)
    .where(SignIn.token_hash == bindparam("ticket_hash"), SignIn.expires_at > bindparam("now"))
    .where(SignIn.revoked_at.is_(None), Person.disabled_at.is_(None))
)


def of_ticket(ticket: str) -> dict[str, object]:
    """What LIVE is asked with."""
    return {"ticket_hash": ticket_hash(ticket), "now": clock.now()}


def sign_ins_of(viewer: Viewer) -> Select[SignIn]:
    """The viewer's own live sessions, newest first."""
    return (
        select(SignIn)
        .where(SignIn.person_id == viewer.person_id)
        .where(SignIn.revoked_at.is_(None), SignIn.expires_at > clock.now())
        .order_by(SignIn.used_at.desc(), SignIn.id.desc())
    )


def still_signed_in(sign_in_ids: Collection[int]) -> Select[int]:
    """Of sessions, those that are live, of accounts in use. For what goes on after a page was answered."""
    return (
        select(SignIn.id)
        .join(Person, Person.id == SignIn.person_id)
        .where(SignIn.id.in_(sign_in_ids), Person.disabled_at.is_(None))
        .where(SignIn.revoked_at.is_(None), SignIn.expires_at > clock.now())
    )


def my_sign_in(viewer: Viewer, sign_in_id: int | None) -> Select[SignIn]:
    """One of the viewer's own live sessions."""
    return sign_ins_of(viewer).where(SignIn.id == sign_in_id)


def _open(demonstration: bool) -> Select[Person]:
    statement = select(Person).where(Person.disabled_at.is_(None))
    return statement if demonstration else statement.where(Person.is_demonstration.is_(False))
