"""Addresses that take answers: ``replies+<token>@example.org``, one for each person and what they were written about.

The token says who may answer what; it is trusted only in a message from that person's own address.
"""

import re
from datetime import datetime
from email.message import Message

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.mail.automatic import headers
from peernet.settings import current
from peernet.tokens import tokens
from peernet.tokens.models import Token

PURPOSE = "reply"
# Where a message names whom it was sent to; the last ones are written by mail servers at delivery.
_HEADERS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
_MOST_TOKENS = 5


def are_read() -> bool:
    """Whether this installation takes answers by mail."""
    return bool(current().inbound.address)


def token_for(db: Session, *, subject: str, until: datetime, person_id: int | None = None) -> Token | None:
    """The token of the address at which somebody answers ``subject``, made if there is none, good until ``until``; None
    where no answers are taken. ``subject`` names whom it is for as well, where that is nobody with an account."""
    if not are_read():
        return None
    live = select(Token).where(Token.purpose == PURPOSE, Token.subject == subject, Token.revoked_at.is_(None))
    found = db.scalar(live.where(Token.person_id == person_id).limit(1))
    if found is None:
        lasts = until - clock.now()
        return tokens.make(db, purpose=PURPOSE, subject=subject, lasts=lasts, person_id=person_id)
    found.expires_at = max(found.expires_at, until)
    return found


def of(token: Token | None) -> str:
    """The address of a token, to be stored: delivery puts the token in. The sender's where there is none."""
    settings = current()
    if token is None or not settings.inbound.address:
        return settings.mail.sender
    return settings.inbound.address.replace("{token}", tokens.address_placeholder(token))


def tokens_in(message: Message) -> tuple[str, ...]:
    """What stands for tokens in those of our addresses that a message was sent to."""
    if not are_read():
        return ()
    sent_to = " ".join(each for name in _HEADERS for each in headers(message, name))
    return tuple(dict.fromkeys(_pattern().findall(sent_to.lower())))[:_MOST_TOKENS]


def _pattern() -> re.Pattern[str]:
    before, after = (re.escape(part.lower()) for part in current().inbound.address.split("{token}"))
    return re.compile(rf"(?<![^\s<,:;\"]){before}([0-9]{{1,18}}-[a-z2-7]{{26}}){after}(?![\w.-])")
