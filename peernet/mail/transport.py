"""How a message leaves: an SMTP server, or a folder of .eml files where none is configured."""

import os
import re
import smtplib
import ssl
from email import policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path

from peernet.settings import Settings


class Refusal(Exception):
    """The server will never take this message (a permanent error, 5xx): a bounce."""


class NotNow(Exception):
    """The server did not take it this time; trying again makes sense."""


def send(settings: Settings, message: EmailMessage) -> None:
    """Hand the message over. Raises Refusal or NotNow, each with the server's words."""
    if not settings.mail.host:
        _write(folder(settings), message)
        return
    try:
        _send_by_smtp(settings, message)
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        _raise(code, words)
    except smtplib.SMTPDataError as error:
        _raise(error.smtp_code, error.smtp_error)
    except smtplib.SMTPResponseException as error:
        # A wrong password or a sender that may not send is the operator's fault: no recipient refused anything.
        raise NotNow(f"{error.smtp_code} {_in_words(error.smtp_error)}") from None
    except (OSError, smtplib.SMTPException) as error:
        raise NotNow(str(error) or type(error).__name__) from None


def folder(settings: Settings) -> Path:
    """Where .eml files are written when no SMTP server is configured."""
    return settings.data / "mail"


def _send_by_smtp(settings: Settings, message: EmailMessage) -> None:
    mail = settings.mail
    with _connect(settings) as server:
        if mail.security == "starttls":
            server.starttls(context=_context())
        if mail.user:
            server.login(mail.user, mail.password.get_secret_value())
        server.send_message(message, from_addr=mail.bounces or mail.sender)


def _connect(settings: Settings) -> smtplib.SMTP:
    mail = settings.mail
    if mail.security == "tls":
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=mail.timeout, context=_context())
    return smtplib.SMTP(mail.host, mail.port, timeout=mail.timeout)


@cache
def _context() -> ssl.SSLContext:
    """What servers are trusted by. Reading all the roots takes longer than sending a mail, so they are read once."""
    return ssl.create_default_context()


def _write(into: Path, message: EmailMessage) -> None:
    """One file for each Message-ID, so that a second delivery of the same mail replaces the first."""
    into.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^A-Za-z0-9]", "", message["Message-ID"].partition("@")[0])
    path = into / f"{name}.eml"
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(message.as_bytes(policy=policy.SMTP))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _raise(code: int, words: bytes | str) -> None:
    text = f"{code} {_in_words(words)}"
    raise (Refusal if code >= 500 else NotNow)(text) from None


def _in_words(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words
