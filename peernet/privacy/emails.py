"""The mails of this room."""

from datetime import datetime

from sqlalchemy.orm import Session

from peernet.accounts.emails import recipient_of
from peernet.accounts.models import Person
from peernet.mail.compose import send
from peernet.settings import current


def erasure_asked(db: Session, person: Person, *, due_at: datetime) -> None:
    """That they are going to be forgotten, when, and how to stop it."""
    context = {"due_at": due_at, "url": f"{current().public_url}/me/forget-me"}
    send(db, to=recipient_of(person), template="privacy/erasure-asked", context=context)


def archive_ready(db: Session, person: Person, *, until: datetime) -> None:
    """That everything held on them can be fetched, where, and until when."""
    context = {"until": until, "url": f"{current().public_url}/me/take-along"}
    send(db, to=recipient_of(person), template="privacy/archive-ready", context=context)
