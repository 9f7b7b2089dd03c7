"""Mail as it was delivered, on a site for this machine alone that has no mail server: out of the folder of .eml files.

Only there do pages show what stands in a mail, so that a demonstration is complete; a mail's live links are in its file
and nowhere in the database.
"""

import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from pathlib import Path

from peernet.mail.models import Mail
from peernet.mail.transport import folder
from peernet.settings import current

_LINK = re.compile(r"https?://\S*\{\{token:[\w:-]+\}\}\S*|\{\{token:[\w:-]+\}\}")
_HEADERS = BytesHeaderParser(policy=policy.default)


def without_links(text: str) -> str:
    """A text of the outbox to be shown: where a live link would stand, "(link)"."""
    return _LINK.sub("(link)", text)


def find(mail: Mail) -> EmailMessage | None:
    """The message of a mail in the folder, or None where it has not been written."""
    for path in sorted(folder(current()).glob("*.eml"), key=_age):
        with path.open("rb") as file:
            if _HEADERS.parse(file)["Message-ID"] != mail.message_id:
                continue
            file.seek(0)
            return BytesParser(_class=EmailMessage, policy=policy.default).parse(file)
    return None


def text_of(message: EmailMessage) -> str:
    """The plain text of a message."""
    part = message.get_body(("plain",))
    return "" if part is None else str(part.get_content())


def _age(path: Path) -> float:
    return -path.stat().st_mtime
