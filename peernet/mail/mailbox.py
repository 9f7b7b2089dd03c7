"""The mailbox that mail comes in through, read over IMAP (RFC 3501, with 4315 and 6851 where the server knows them).

A message leaves its folder only after its row is committed; one that came in twice is taken once. No transaction is
open while the server is talked to.
"""

import imaplib
import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from peernet.db import Database
from peernet.mail import inbox, letters
from peernet.mail.letters import Letter
from peernet.settings import Settings, current

# Messages taken at one look. What is left comes with the next one.
_AT_ONCE = 200
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
FAILURES = (OSError, imaplib.IMAP4.error)

log = logging.getLogger("peernet.mail")


def collect(database: Database) -> int:
    """Take in what lies in the mailbox; gives how many were new. A server that does not answer is logged."""
    taken = 0
    try:
        with _opened(current()) as box:
            for uid in _waiting(box):
                letter = _fetch(box, uid)
                with database.writing() as db:
                    taken += inbox.take(db, letter)
                _put_away(box, uid)
    except FAILURES as error:
        log.warning("The mailbox could not be read: %s", in_words(error))
    return taken


def look(settings: Settings) -> int:
    """Open the mailbox and say how many messages wait there. Raises one of FAILURES."""
    with _opened(settings) as box:
        return len(_waiting(box))


def in_words(error: Exception) -> str:
    """What the server said, on one line."""
    said = error.args[0] if error.args and isinstance(error.args[0], bytes) else str(error)
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:500] or type(error).__name__


@contextmanager
def _opened(settings: Settings) -> Iterator[imaplib.IMAP4]:
    inbound, context = settings.inbound, ssl.create_default_context()
    box = _connect(settings, context)
    try:
        if inbound.security == "starttls":
            box.starttls(context)
        box.login(inbound.user, inbound.password.get_secret_value())
        _checked(box.select(_quoted(inbound.folder)))
        yield box
    finally:
        # imaplib's own end hides what went wrong before it, and leaves the line open.
        try:
            box.logout()
        except FAILURES:
            with suppress(OSError):
                box.shutdown()


def _connect(settings: Settings, context: ssl.SSLContext) -> imaplib.IMAP4:
    inbound = settings.inbound
    if inbound.security == "tls":
        return imaplib.IMAP4_SSL(inbound.host, inbound.port, ssl_context=context, timeout=inbound.timeout)
    return imaplib.IMAP4(inbound.host, inbound.port, timeout=inbound.timeout)


def _waiting(box: imaplib.IMAP4) -> list[str]:
    found = _checked(box.uid("SEARCH", "UNDELETED"))
    numbers = found[0] if found and isinstance(found[0], bytes) else b""
    return [uid.decode() for uid in numbers.split()[:_AT_ONCE]]


def _fetch(box: imaplib.IMAP4, uid: str) -> Letter:
    """Read the beginning of a message, which is all of it unless it is far too long."""
    most = current().inbound.max_bytes
    found = _checked(box.uid("FETCH", uid, f"(RFC822.SIZE BODY.PEEK[]<0.{most}>)"))
    head, data = next((part for part in found if isinstance(part, tuple)), (b"", b""))
    size = _SIZE.search(head + b" ".join(part for part in found if isinstance(part, bytes)))
    return letters.read(data, is_cut=size is not None and int(size[1]) > len(data))


def _put_away(box: imaplib.IMAP4, uid: str) -> None:
    folder = current().inbound.done_folder
    known = _capabilities(box)
    if folder and "MOVE" in known:
        _into(box, "MOVE", uid, folder)
        return
    if folder:
        _into(box, "COPY", uid, folder)
    _checked(box.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)"))
    _checked(box.uid("EXPUNGE", uid) if "UIDPLUS" in known else box.expunge())


def _capabilities(box: imaplib.IMAP4) -> list[str]:
    """What the server can do now; before a sign-in, which is when imaplib asks, it tells less."""
    found = _checked(box.capability())
    return found[-1].decode("ascii", "replace").upper().split() if found and found[-1] else []


def _into(box: imaplib.IMAP4, command: str, uid: str, folder: str) -> None:
    """Move or copy; the folder is made where it is not there yet."""
    if box.uid(command, uid, _quoted(folder))[0] != "OK":
        box.create(_quoted(folder))
        _checked(box.uid(command, uid, _quoted(folder)))


def _checked(answer: tuple[str, list[Any]]) -> list[Any]:
    state, found = answer
    if state != "OK":
        raise imaplib.IMAP4.error(found[0] if found else state)
    return found


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
