"""Mails that answer a mail by themselves: marked as such, few in an hour, never in answer to a machine (RFC 3834)."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.mail import compose
from peernet.mail.compose import Recipient
from peernet.mail.letters import Letter
from peernet.mail.models import Mail

# More than these to one address, in an hour and in a day: something answers our answers.
MOST_IN_AN_HOUR, MOST_IN_A_DAY = 10, 30

log = logging.getLogger("peernet.mail")


def is_enough(db: Session, address: str) -> bool:
    """Whether so much was answered to an address of late that nothing more is."""
    enough = any(
        _count(db, address, span) >= most
        for span, most in ((timedelta(hours=1), MOST_IN_AN_HOUR), (timedelta(days=1), MOST_IN_A_DAY))
    )
    if enough:
        log.warning("Too many answers to one address: a mail is left without one")
    return enough


def answer(db: Session, *, to: Recipient, letter: Letter, template: str, context: Mapping[str, Any]) -> None:
    """Answer a message that was found to be its sender's own, unless enough was said to them."""
    if not is_enough(db, to.address):
        compose.send(db, to=to, template=template, context=context, in_reply_to=letter.message_id)


def give_back(db: Session, *, to: Recipient, letter: Letter, about: str, reason: str, url: str) -> None:
    """Say why nothing came of a message: ``about`` what, the ``reason``, and the page (``url``) on which to go on."""
    answer(db, to=to, letter=letter, template="mail/returned", context={"about": about, "reason": reason, "url": url})


def _count(db: Session, address: str, span: timedelta) -> int:
    recent = Mail.in_reply_to.is_not(None), Mail.created_at > clock.now() - span
    return db.scalar(select(func.count()).select_from(Mail).where(Mail.to_address == address, *recent)) or 0
