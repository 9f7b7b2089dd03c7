"""A message that came in, read within limits: whom it is from, which of our addresses it was sent to, what it says.

Nothing in a message makes reading it fail or last: what is beyond the limits is read as far as that, or is nothing. No
header is believed before the token in the address is (see ``inbox``).
"""

import hashlib
import re
from dataclasses import asdict, dataclass
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses
from enum import StrEnum
from typing import Any, Self

from peernet.mail import addresses, automatic, bodies, bounces
from peernet.mail.bounces import Report

# A message with more of these is no letter, and would take the standard parser long.
_MOST_HEADER_BYTES, _MOST_LINES, _MOST_EDGES, _MOST_CONTAINERS, _MOST_OF_KIND = 200_000, 100_000, 1_000, 20, 4_000
_CONTAINER = re.compile(rb"multipart/|message/", re.IGNORECASE)
_EDGE = re.compile(rb"^--", re.MULTILINE)
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,180}>")


class Nature(StrEnum):
    """Who wrote a message: a person; a program for a person who pressed a button; a program by itself."""

    PERSONAL = "personal"
    GENERATED = "generated"
    AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class Letter:
    """What was read of a message.

    ``key`` is the digest of its Message-ID; ``sender`` its one author's address, or empty; ``tokens`` what stood in
    those of our addresses that it was sent to. ``is_disowned``: a mail server on the way found that its sender did not
    send it. ``text`` is what it says with all that it quotes, ``calendar`` its iTIP message (RFC 6047). ``is_cut``: it
    was longer than is read.
    """

    key: str
    message_id: str = ""
    sender: str = ""
    tokens: tuple[str, ...] = ()
    nature: Nature = Nature.AUTOMATIC
    is_disowned: bool = False
    text: str = ""
    calendar: str = ""
    has_attachments: bool = False
    is_cut: bool = False
    report: Report | None = None

    def is_from(self, address: str) -> bool:
        """Whether the holder of an address says to have written it."""
        return bool(self.sender) and self.sender.casefold() == address.strip().casefold()

    def as_row(self) -> dict[str, Any]:
        """As it lies in the database."""
        return asdict(self)

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> Self:
        """As it lay there."""
        report = row["report"]
        lists = {"tokens": tuple(row["tokens"]), "nature": Nature(row["nature"])}
        return cls(**{**row, **lists, "report": Report(**report) if report else None})


def read(data: bytes, *, is_cut: bool = False) -> Letter:
    """Read a message. ``is_cut``: ``data`` is the beginning of a longer one."""
    message = _parse(data)
    if message is None:
        return Letter(key=_digest(data))
    try:
        return _letter(message, data, is_cut)
    except Exception:
        # Hostile headers make the standard library fail in many ways; each means that this is no letter.
        return Letter(key=_digest(data))


def _letter(message: Message, data: bytes, is_cut: bool) -> Letter:
    found = _MESSAGE_ID.search(automatic.header(message, "Message-ID"))
    message_id = found[0] if found else ""
    body = bodies.read(message)
    return Letter(
        key=_digest(message_id.encode() or data),
        message_id=message_id,
        sender=_author(message),
        tokens=addresses.tokens_in(message),
        nature=_nature(message),
        is_disowned=automatic.is_disowned(message),
        text=body.text,
        calendar=body.calendar,
        has_attachments=body.has_attachments,
        is_cut=is_cut,
        report=bounces.report_of(message),
    )


def _parse(data: bytes) -> Message | None:
    end = re.search(rb"\r?\n\r?\n", data)
    if (end.start() if end else len(data)) > _MOST_HEADER_BYTES or data.count(b"\n") > _MOST_LINES:
        return None
    if len(_CONTAINER.findall(data)) > _MOST_CONTAINERS or len(_EDGE.findall(data)) > _MOST_EDGES:
        return None
    try:
        message = BytesParser().parsebytes(data)
    except Exception:  # As above.
        return None
    return None if any(_is_overlong(part) for part in message.walk()) else message


def _is_overlong(part: Message) -> bool:
    """Whether what describes a part is longer than any program writes it; it is taken apart again and again."""
    return any(len(value) > _MOST_OF_KIND for name, value in part.raw_items() if name.lower().startswith("content-"))


def _author(message: Message) -> str:
    """The one address of From (RFC 5322, section 3.6.2); several authors are nobody whom we know."""
    found = [address for _name, address in getaddresses(automatic.headers(message, "From")) if address]
    is_one = len(found) == 1 and found[0].count("@") == 1 and found[0].isprintable()
    return found[0] if is_one else ""


def _nature(message: Message) -> Nature:
    if automatic.is_by_itself(message):
        return Nature.AUTOMATIC
    return Nature.GENERATED if automatic.is_generated(message) else Nature.PERSONAL


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
