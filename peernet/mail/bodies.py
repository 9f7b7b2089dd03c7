"""What stands in a message: its text, its iTIP message, and whether there was more. RFC 2045, 2046, 3676, 6047."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from peernet.mail import markup

# Letters of text and bytes of a calendar file that are read. Both are more than anything that is taken.
MOST_TEXT, MOST_CALENDAR = 210_000, 60_000
_MOST_MARKUP, _MOST_PARTS, _MOST_DEPTH = 200_000, 100, 8
# The character sets that mail is written in. Others that Python knows are no such thing, or slow.
_CHARSETS = re.compile(
    r"utf-?(8|16(le|be)?)|us-ascii|ascii|(iso-?8859|iso_8859)-?\d{1,2}|latin-?1|windows-?125\d|cp125\d|koi8-?[ru]|"
    r"gb2312|gbk|gb18030|big5(hkscs)?|euc-?(jp|kr|cn)|shift[_-]?jis|iso-2022-(jp|kr)|tis-620|macroman|mac-roman",
    re.IGNORECASE,
)
_METHODS = re.compile(r"^METHOD:(REPLY|COUNTER)\s*$", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Body:
    """The text, the first iTIP message that answers, and whether files came along."""

    text: str = ""
    calendar: str = ""
    has_attachments: bool = False


def read(message: Message) -> Body:
    """Read the parts of a message, not those of messages inside of it."""
    texts, pages, calendars, files = [], [], [], False
    for part in _parts(message, _MOST_DEPTH):
        kind = part.get_content_type()
        if kind in ("text/calendar", "application/ics"):
            calendars.append(_decoded(part)[:MOST_CALENDAR])
        elif part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
            files = files or part.get_content_disposition() == "attachment"
        elif kind == "text/html":
            pages.append(_decoded(part)[:_MOST_MARKUP])
        elif kind == "text/plain":
            texts.append(_plain(part))
    text = "\n\n".join(filter(str.strip, texts)) or "\n\n".join(markup.text_of(page) for page in pages)
    answers = [calendar for calendar in calendars if _METHODS.search(calendar)]
    return Body(clean(text[:MOST_TEXT]), answers[0] if answers else "", files)


def clean(text: str) -> str:
    """Without control characters, which no database and no page needs; lines end as they should."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    return "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs"))


def _parts(message: Message, depth: int) -> Iterator[Message]:
    """The leaves that are the message itself, at most so many."""
    payload = message.get_payload()
    if not isinstance(payload, list):
        yield message
    elif depth > 0 and message.get_content_maintype() == "multipart":
        for part in payload[:_MOST_PARTS]:
            if isinstance(part, Message):
                yield from _parts(part, depth - 1)


def _plain(part: Message) -> str:
    """The text of a part, its flowed lines joined (RFC 3676, section 4)."""
    text = _decoded(part)[:MOST_TEXT]
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    joint = "" if str(part.get_param("delsp", "")).lower() == "yes" else " "
    # A signature's "-- " is no flowed line, and a quoted line never flows into one that is not.
    return re.sub(r"(?m)^(?!>)(?!-- $)(.*\S) \n(?=[^>\n])(?!-- ?$)", rf"\1{joint}", text.replace("\r\n", "\n"))


def _decoded(part: Message) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    charset = str(part.get_content_charset("utf-8"))
    name = charset if _CHARSETS.fullmatch(charset) else "utf-8"
    try:
        return data[: MOST_TEXT * 4].decode(name, "replace")
    except LookupError:
        return data[: MOST_TEXT * 4].decode("utf-8", "replace")
