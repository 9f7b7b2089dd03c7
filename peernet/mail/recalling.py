"""Mails called back before they leave, because what they say holds no more: a mail server that was away for an hour
delivers no reminder of what was cancelled meanwhile."""

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from peernet import clock
from peernet.mail.models import Mail, MailState


def recall(db: Session, *, kinds: tuple[str, ...], key_start: str, key_end: str = "") -> int:
    """Take out of the outbox what still waits there, of some kinds, with keys that begin and end so; how many. What is
    being delivered at this moment goes its way."""
    is_free = or_(Mail.lease_until.is_(None), Mail.lease_until < clock.now())
    ours = (
        Mail.state == MailState.WAITING,
        Mail.kind.in_(kinds),
        Mail.key.startswith(key_start, autoescape=True),
        Mail.key.endswith(key_end, autoescape=True),
    )
    gone = db.execute(delete(Mail).where(*ours, is_free), execution_options={"synchronize_session": False})
    return int(gone.rowcount)  # type: ignore[attr-defined]
