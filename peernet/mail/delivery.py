"""Deliver the outbox at least once: lease, send, note. No transaction is open while a server is talked to.

Killed between sending and noting, the row is sent again after its lease, with the same Message-ID.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Database
from peernet.mail import bounces, transport
from peernet.mail.message import build
from peernet.mail.models import Mail, MailState
from peernet.settings import current

LEASE = timedelta(minutes=5)
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))

# What the administration shows of such a mail.
_HELD_BACK = "Held back when a backup was restored. `peernet mail release` lets all such mails go."

log = logging.getLogger("peernet.mail")


def due(db: Session, limit: int = 200) -> list[int]:
    """Ids of mails whose time has come and that nobody is sending."""
    return list(db.scalars(select(Mail.id).where(*_free()).order_by(Mail.next_at, Mail.id).limit(limit)))


def deliver(database: Database, mail_id: int, send: Callable[[EmailMessage], None] | None = None) -> bool:
    """Try to send one mail; True when it left. ``send`` is the transport, by default the configured one."""
    with database.writing() as db:
        if not _take(db, mail_id):
            return False
    with database.reading() as db:
        message = build(db, db.get_one(Mail, mail_id))
    try:
        (send or _send)(message)
    except transport.Refusal as refusal:
        _note(database, mail_id, bounces.note, str(refusal))
        return False
    except transport.NotNow as reason:
        _note(database, mail_id, _failed, str(reason))
        return False
    _note(database, mail_id, _sent, "")
    return True


def retry(db: Session, mail: Mail) -> None:
    """Try a dead or bounced mail again, from the start of the back-off."""
    mail.state, mail.attempts, mail.next_at, mail.lease_until = MailState.WAITING, 0, clock.now(), None


def hold_back(db: Session) -> int:
    """Let none of the mails go that wait, until :func:`release`; how many. After a restore many of them may have left
    before, so whoever runs the installation decides."""
    waiting = update(Mail).where(Mail.state == MailState.WAITING)
    held = db.execute(waiting.values(state=MailState.DEAD, lease_until=None, error=_HELD_BACK))
    return int(held.rowcount)  # type: ignore[attr-defined]


def held_back(db: Session) -> list[Mail]:
    """The mails that were held back and not tried since, oldest first."""
    held = select(Mail).where(Mail.state == MailState.DEAD, Mail.error == _HELD_BACK)
    return list(db.scalars(held.order_by(Mail.id)))


def release(db: Session) -> int:
    """Let the mails go that were held back; how many."""
    mails = held_back(db)
    for mail in mails:
        retry(db, mail)
    return len(mails)


def _send(message: EmailMessage) -> None:
    transport.send(current(), message)


def _free() -> tuple[Any, ...]:
    moment = clock.now()
    return (
        Mail.state == MailState.WAITING,
        Mail.next_at <= moment,
        or_(Mail.lease_until.is_(None), Mail.lease_until < moment),
    )


def _take(db: Session, mail_id: int) -> bool:
    taken = update(Mail).where(Mail.id == mail_id, *_free())
    values = {"lease_until": clock.now() + LEASE, "attempts": Mail.attempts + 1}
    return db.execute(taken.values(values)).rowcount == 1  # type: ignore[attr-defined, no-any-return]


def _note(database: Database, mail_id: int, what: Callable[[Session, Mail, str], None], words: str) -> None:
    with database.writing() as db:
        mail = db.get_one(Mail, mail_id)
        mail.lease_until = None
        what(db, mail, words)
    if words:
        log.warning("Mail %s did not leave: %s", mail_id, words)
    else:
        log.info("Mail %s left", mail_id)


def _sent(_db: Session, mail: Mail, _words: str) -> None:
    mail.state, mail.sent_at, mail.error = MailState.SENT, clock.now(), ""


def _failed(_db: Session, mail: Mail, words: str) -> None:
    mail.error = words[:2000]
    if mail.attempts > len(BACK_OFF):
        mail.state = MailState.DEAD
    else:
        mail.next_at = clock.now() + BACK_OFF[mail.attempts - 1]
