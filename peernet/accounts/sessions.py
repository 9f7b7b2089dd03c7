"""Sessions on the server: begun, read, ended."""

import secrets
from datetime import timedelta

from sqlalchemy import Connection, delete, or_, update
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import access
from peernet.accounts.models import Person, SignIn
from peernet.settings import current
from peernet.web.viewer import Viewer


def begin(db: Session, person: Person, *, way: str, agent: str, ticket: str = "") -> Viewer:
    """Start a session and give the viewer whose ticket the cookie will carry. ``way`` is how they came in."""
    ticket = ticket or secrets.token_urlsafe(32)
    moment = clock.now()
    row = SignIn(
        person_id=person.id,
        token_hash=access.ticket_hash(ticket),
        way=way,
        agent=" ".join(agent.split())[:300],
        created_at=moment,
        used_at=moment,
        expires_at=moment + timedelta(days=current().sessions.days),
    )
    db.add(row)
    db.flush()
    return viewer_of(person, sign_in_id=row.id, ticket=ticket)


def load(db: Session | Connection, ticket: str) -> Viewer | None:
    """The viewer behind a ticket, or None when the session is over or the account disabled.

    The session of a demonstration account is over as soon as the site is no longer one for this machine alone.
    """
    found = db.execute(access.LIVE, access.of_ticket(ticket)).one_or_none()
    if found is None or (found.is_demonstration and not (current().demonstration and current().is_local)):
        return None
    return Viewer(
        person_id=found.person_id,
        name=found.name,
        email=found.email,
        zone=found.zone,
        language=found.language,
        is_admin=found.is_admin,
        sign_in_id=found.sign_in_id,
        ticket=ticket,
    )


def end(db: Session, sign_in: SignIn) -> None:
    """End one session."""
    sign_in.revoked_at = clock.now()


def end_all(db: Session, person_id: int, *, but: int | None = None) -> None:
    """End every session of a person, except the one with the id ``but``."""
    over = update(SignIn).where(SignIn.person_id == person_id, SignIn.revoked_at.is_(None))
    if but is not None:
        over = over.where(SignIn.id != but)
    db.execute(over.values(revoked_at=clock.now()))


def end_everybodys(db: Session) -> None:
    """End every session: of those in a backup, some may have been ended since for a reason."""
    db.execute(update(SignIn).where(SignIn.revoked_at.is_(None)).values(revoked_at=clock.now()))


def is_fresh(db: Session, viewer: Viewer) -> bool:
    """Whether the viewer came in a moment ago, so that it is surely they: within the minutes that a link works."""
    here = db.scalar(access.my_sign_in(viewer, viewer.sign_in_id))
    return here is not None and here.created_at > clock.now() - timedelta(minutes=current().sessions.link_minutes)


def prune(db: Session) -> int:
    """Remove sessions that have long been over; gives how many. One is kept for a while so that its end can still be
    understood. By the clock."""
    before = clock.now() - timedelta(days=current().retention.sessions_days)
    over = delete(SignIn).where(or_(SignIn.expires_at < before, SignIn.revoked_at < before))
    gone = db.execute(over, execution_options={"synchronize_session": False})
    return int(gone.rowcount)  # type: ignore[attr-defined]


def viewer_of(person: Person, *, sign_in_id: int | None = None, ticket: str = "") -> Viewer:
    """A person as a viewer, with plain values only."""
    return Viewer(
        person_id=person.id,
        name=person.name,
        email=person.email,
        zone=person.zone,
        language=person.language,
        is_admin=person.is_admin,
        sign_in_id=sign_in_id,
        ticket=ticket,
    )
