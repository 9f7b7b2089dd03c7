"""From an outbox row to an RFC 5322 message, with its live links filled in."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from icalendar.parser import Contentline
from sqlalchemy.orm import Session

from peernet.mail import addresses
from peernet.mail.models import Mail
from peernet.settings import current
from peernet.tokens import tokens
from peernet.tokens.models import Token


def build(db: Session, mail: Mail) -> EmailMessage:
    """Write the message of a row. The same row always gets the same Message-ID, so a second delivery is recognisable.

    A calendar file is an alternative of the text, with its iTIP method (RFC 6047), and a file for programs that read
    only those. The file is ``application/ics``, as the large calendars send it: a second ``text/calendar`` would be an
    iTIP message as well, and some programs would show the invitation twice.
    """
    settings = current()
    message = EmailMessage()
    message["From"] = Address(display_name=settings.network.name, addr_spec=settings.mail.sender)
    message["To"] = mail.to_address
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    _mark(mail, message)
    _offer_to_stop(db, mail, message)
    _take_answers(db, mail, message)
    message.set_content(tokens.fill_in(db, mail.text))
    message.add_alternative(tokens.fill_in(db, mail.html), subtype="html")
    for item in mail.attachments:
        _attach(db, message, item)
    return message


def _mark(mail: Mail, message: EmailMessage) -> None:
    """RFC 3834: answering machines leave such mail alone; an answer is known as one."""
    # Exchange looks at its own header: no absence notes and no receipts.
    message["X-Auto-Response-Suppress"] = "OOF, DR, RN, NRN"
    message["Auto-Submitted"] = "auto-generated" if mail.in_reply_to is None else "auto-replied"
    if mail.in_reply_to:
        message["In-Reply-To"] = message["References"] = mail.in_reply_to


def _take_answers(db: Session, mail: Mail, message: EmailMessage) -> None:
    """Answers go to an address that names what they answer."""
    token = db.get(Token, mail.reply_token_id) if mail.reply_token_id else None
    if token is not None and addresses.are_read():
        address = tokens.fill_in(db, addresses.of(token))
        message["Reply-To"] = Address(display_name=current().network.name, addr_spec=address)


def _offer_to_stop(db: Session, mail: Mail, message: EmailMessage) -> None:
    """RFC 2369 and RFC 8058: mail programs show a button that stops this kind of mail with one click."""
    token = db.get(Token, mail.stop_token_id) if mail.stop_token_id else None
    if token is None:
        return
    message["List-Unsubscribe"] = f"<{current().public_url}/mail/stop/{tokens.text_of(token)}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _attach(db: Session, message: EmailMessage, item: dict[str, Any]) -> None:
    main, _slash, sub = item["type"].partition("/")
    text = _filled_in(db, item["text"])
    if item["method"]:
        message.add_alternative(text, subtype=sub, params={"method": item["method"]})
        main, sub = "application", "ics"
    message.add_attachment(text.encode(), maintype=main, subtype=sub, filename=item["name"])


def _filled_in(db: Session, text: str) -> str:
    """A calendar file with its live links and addresses, its lines folded anew (RFC 5545, section 3.1). Others hold
    none."""
    unfolded = text.replace("\r\n ", "")
    if "{{token:" not in unfolded and "{{address:" not in unfolded:
        return text
    return "\r\n".join(_folded(line) for line in tokens.fill_in(db, unfolded).split("\r\n"))


def _folded(line: str) -> str:
    written: bytes = Contentline(line).to_ical()  # type: ignore[no-untyped-call]
    return written.decode()
