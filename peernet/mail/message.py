"""From an outbox row to an RFC 5322 message, with its live links filled in."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from sqlalchemy.orm import Session

from peernet.mail.models import Mail
from peernet.settings import current
from peernet.tokens import tokens
from peernet.tokens.models import Token


def build(db: Session, mail: Mail) -> EmailMessage:
    """Write the message of a row. The same row always gets the same Message-ID, so a second delivery is recognisable.

    A calendar file is an alternative of the text, with its iTIP method (RFC 6047), and an attachment for programs that
    read only those.
    """
    settings = current()
    message = EmailMessage()
    message["From"] = Address(display_name=settings.network.name, addr_spec=settings.mail.sender)
    message["To"] = mail.to_address
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    # RFC 3834: answering machines leave such mail alone.
    message["Auto-Submitted"] = "auto-generated"
    _offer_to_stop(db, mail, message)
    message.set_content(tokens.fill_in(db, mail.text))
    message.add_alternative(tokens.fill_in(db, mail.html), subtype="html")
    for item in mail.attachments:
        _attach(message, item)
    return message


def _offer_to_stop(db: Session, mail: Mail, message: EmailMessage) -> None:
    """RFC 2369 and RFC 8058: mail programs show a button that stops this kind of mail with one click."""
    token = db.get(Token, mail.stop_token_id) if mail.stop_token_id else None
    if token is None:
        return
    message["List-Unsubscribe"] = f"<{current().public_url}/mail/stop/{tokens.text_of(token)}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _attach(message: EmailMessage, item: dict[str, Any]) -> None:
    main, _slash, sub = item["type"].partition("/")
    if item["method"]:
        message.add_alternative(item["text"], subtype=sub, params={"method": item["method"]})
    data = item["text"].encode()
    message.add_attachment(data, maintype=main, subtype=sub, filename=item["name"])
