"""Mail that came back: refused at once by the server, or reported later in a message of its own (RFC 3464).

A report is believed for the mail whose Message-ID it carries. That is random and known to its recipient alone, so
nobody can make somebody else's mail look undelivered. Nothing is ever answered, hence no loop can begin here.
"""

import re
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.jobs import jobs
from peernet.mail.models import Mail, MailState

# The kind of job that tells the rooms above that an address is dead, of a person or (without person_id) of anybody.
DEAD_ADDRESS = "mail.dead_address"
_MOST_PARTS = 20
# RFC 3464 and, for addresses beyond ASCII, RFC 6533.
_COPIES = ("message/rfc822", "message/global", "message/global-headers")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,180}>")
_STATUS = re.compile(r"\b[45]\.\d{1,3}\.\d{1,3}\b")
# RFC 3463: no such mailbox, no such system, bad syntax, moved; mailbox disabled. RFC 7505: takes no mail.
# Full mailboxes, refused senders and suspected spam say nothing about the address.
_DEAD = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1")


@dataclass(frozen=True)
class Report:
    """What a delivery report says of one mail: its Message-ID, whether it failed for good, and the server's words."""

    message_id: str
    failed: bool
    words: str


def report_of(message: Message) -> Report | None:
    """The report in a message, or None for anything else: automatic replies, letters, spam, rubbish."""
    if message.get_content_type() != "multipart/report":
        return None
    parts = _inside(message)
    statuses = [part for part in parts if part.get_content_type() == "message/delivery-status"]
    said = [block for part in statuses for block in _inside(part) if block.keys()]
    ids = [found for part in parts if (found := _original_id(part))]
    if not said or not ids:
        return None
    failed = [block for block in said if _field(block, "Action").lower() == "failed"]
    return Report(ids[0], bool(failed), _words((failed or said)[-1]))


def receive(db: Session, report: Report) -> bool:
    """Note a report on its mail. False where there is none, where it did not fail, or where that is known already."""
    mail = db.scalar(select(Mail).where(Mail.message_id == report.message_id))
    if mail is None or not report.failed or mail.state is not MailState.SENT:
        return False
    note(db, mail, report.words)
    return True


def note(db: Session, mail: Mail, words: str) -> None:
    """The mail came back. Of an address that is dead the rooms that mail people and guests are told, by a job."""
    mail.state, mail.error = MailState.BOUNCED, words[:2000]
    status = _STATUS.search(words)
    if status is not None and status[0] in _DEAD:
        jobs.enqueue(db, DEAD_ADDRESS, {"person_id": mail.person_id, "address": mail.to_address})


def _inside(part: Message) -> list[Message]:
    """The parts of a part, or the blocks of a delivery status."""
    payload = part.get_payload()
    return [one for one in payload[:_MOST_PARTS] if isinstance(one, Message)] if isinstance(payload, list) else []


def _original_id(part: Message) -> str:
    """The Message-ID in the copy of the mail, or of its headers, that a report carries."""
    copies = []
    if part.get_content_type() in _COPIES:
        copies = _inside(part)[:1]
    elif part.get_content_type() == "text/rfc822-headers":
        decoded = part.get_payload(decode=True)
        copies = [BytesParser().parsebytes(decoded, headersonly=True)] if isinstance(decoded, bytes) else []
    found = [match[0] for copy in copies if (match := _MESSAGE_ID.search(_field(copy, "Message-ID")))]
    return found[0] if found else ""


def _words(block: Message) -> str:
    """The status, and what the server said, on one line."""
    diagnosis = _field(block, "Diagnostic-Code").partition(";")[2] or _field(block, "Diagnostic-Code")
    said = f"{_field(block, 'Status')} {diagnosis}"
    return " ".join("".join(letter if letter.isprintable() else " " for letter in said).split())[:500]


def _field(message: Message, name: str) -> str:
    return str(message.get(name, "")).strip()
