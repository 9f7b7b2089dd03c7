"""The inbox: what arrives is first a row, once for each Message-ID, and then a job that hands it to whom it concerns.

The roof hands in ``verbs``: for each kind of subject that mail was sent about, what takes an answer to it. Whoever
calls :func:`take` may forget the message once that is committed.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peernet import clock
from peernet.jobs import jobs
from peernet.mail import addresses, bounces
from peernet.mail.letters import Letter, Nature
from peernet.mail.models import IncomingMail, Mail, Outcome
from peernet.settings import current
from peernet.tokens import tokens
from peernet.tokens.models import Token

JOB = "mail.incoming"
# That a message was here is remembered longer than any mail server tries to deliver it again.
_KNOWN = timedelta(days=90)

Verb = Callable[[Session, Token, Letter], Outcome]

log = logging.getLogger("peernet.mail")


def take(db: Session, letter: Letter) -> bool:
    """Put a message in the inbox. False where it is there already. What is neither a report nor sent to an address of
    ours leaves nothing but its key."""
    if db.scalar(select(IncomingMail.id).where(IncomingMail.key == letter.key)) is not None:
        return False
    is_for_us = letter.report is not None or bool(letter.tokens)
    row = IncomingMail(key=letter.key, received_at=clock.now(), letter=letter.as_row() if is_for_us else None)
    if not is_for_us:
        row.handled_at, row.outcome = clock.now(), Outcome.OTHER
    try:
        with db.begin_nested():
            db.add(row)
    except IntegrityError:  # Another process was quicker.
        return False
    if is_for_us:
        jobs.enqueue(db, JOB, {"id": row.id})
    return True


def handle(verbs: Mapping[str, Verb], db: Session, payload: dict[str, Any]) -> None:
    """The job: hand a message to the verb of what it answers, and forget what stood in it."""
    row = db.get(IncomingMail, payload["id"])
    if row is None or row.letter is None:
        return
    row.outcome = _outcome(db, Letter.of_row(row.letter), verbs)
    row.letter, row.handled_at = None, clock.now()
    log.info("Incoming mail %s: %s", row.id, row.outcome.value)


def prune(db: Session) -> int:
    """Forget what stood in messages that could not be handled for days, and remove old rows; how many. By the clock."""
    moment, quietly = clock.now(), {"synchronize_session": False}
    late = IncomingMail.handled_at.is_(None), IncomingMail.received_at < moment - timedelta(days=current().inbound.days)
    given_up = {"letter": None, "handled_at": moment, "outcome": Outcome.OTHER}
    db.execute(update(IncomingMail).where(*late).values(given_up), execution_options=quietly)
    gone = db.execute(delete(IncomingMail).where(IncomingMail.received_at < moment - _KNOWN), execution_options=quietly)
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _outcome(db: Session, letter: Letter, verbs: Mapping[str, Verb]) -> Outcome:
    if letter.report is not None:
        bounces.receive(db, letter.report)
        return Outcome.REPORT
    if letter.nature is Nature.AUTOMATIC or _is_our_own(db, letter):
        return Outcome.AUTOMATIC
    live = (tokens.look_up_address(db, text, purpose=addresses.PURPOSE) for text in letter.tokens)
    token = next(filter(None, live), None)
    verb = verbs.get(token.subject.partition(":")[0]) if token else None
    if token is None or verb is None or letter.is_disowned:
        return Outcome.STRANGER
    return verb(db, token, letter)


def _is_our_own(db: Session, letter: Letter) -> bool:
    """Whether it is a mail of this installation that came back: the beginning of a loop."""
    if letter.is_from(current().mail.sender):
        return True
    sent = select(Mail.id).where(Mail.message_id == letter.message_id)
    return bool(letter.message_id) and db.scalar(sent) is not None
