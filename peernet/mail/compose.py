"""From three templates to an outbox row: ``emails/<room>/<name>.subject.txt``, ``.txt`` and ``.html``.

Text and HTML say the same. The row is written in the caller's transaction; a worker delivers it later.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Refused
from peernet.db.engine import remember_outgoing
from peernet.i18n import direction, formats, gettext, pgettext, plural, use_language
from peernet.i18n import language as language_in_use
from peernet.mail.models import Mail
from peernet.settings import current
from peernet.tokens.models import Token

_TEMPLATES = Path(__file__).parent.parent / "templates"


@dataclass(frozen=True)
class Recipient:
    """Whom a mail goes to: an address, and of a person their id, name, language and zone."""

    address: str
    name: str = ""
    person_id: int | None = None
    language: str = ""
    zone: str = "UTC"


@dataclass(frozen=True)
class Attachment:
    """A text that goes along. ``method`` is the iTIP method of a calendar file (RFC 6047), else empty."""

    name: str
    type: str
    text: str
    method: str = ""


def send(
    db: Session,
    *,
    to: Recipient,
    template: str,
    context: Mapping[str, Any],
    key: str | None = None,
    attachments: Sequence[Attachment] = (),
    stop_token_id: int | None = None,
    reply_token: Token | None = None,
    in_reply_to: str | None = None,
) -> Mail | None:
    """Put a mail in the outbox. ``template`` is "<room>/<name>"; with ``key`` the same mail is never sent twice.
    ``reply_token`` is that of the address which takes answers; templates know by ``takes_answers`` if there is one.

    Returns None where a mail with this key exists. Raises Refused for an address or subject with control characters.
    """
    if key is not None and db.scalar(select(Mail.id).where(Mail.key == key)) is not None:
        return None
    subject, text, html = written(to, template, {"takes_answers": reply_token is not None, **context})
    moment = clock.now()
    mail = Mail(
        message_id=_message_id(current().public_url),
        key=key,
        kind=template,
        to_address=_single_line(to.address),
        person_id=to.person_id,
        subject=_single_line(subject),
        text=text,
        html=html,
        attachments=[asdict(attachment) for attachment in attachments],
        stop_token_id=stop_token_id,
        reply_token_id=reply_token.id if reply_token else None,
        in_reply_to=in_reply_to,
        created_at=moment,
        next_at=moment,
    )
    db.add(mail)
    db.flush()
    remember_outgoing(db, "mail", mail.id)
    return mail


def written(to: Recipient, template: str, context: Mapping[str, Any]) -> tuple[str, str, str]:
    """Subject, text and HTML of a mail in its reader's language; nothing is sent."""
    settings = current()
    with use_language(to.language or settings.network.language):
        values = {
            "to": to,
            "network": settings.network,
            "public_url": settings.public_url,
            "takes_answers": False,
            **context,
        }
        subject, text, html = (_write(template, ending, values) for ending in ("subject.txt", "txt", "html"))
    return " ".join(subject.split()), text.strip() + "\n", html


def _message_id(public_url: str) -> str:
    return f"<{secrets.token_hex(16)}@{urlsplit(public_url).hostname}>"


def _single_line(text: str) -> str:
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in text):
        raise Refused(gettext("A mail header cannot hold a control character."))
    return text


def _write(template: str, ending: str, values: Mapping[str, Any]) -> str:
    environment = _environment(ending == "html")
    written: str = environment.get_template(f"emails/{template}.{ending}").render(values)
    return written


@cache
def _environment(escaped: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=escaped,  # noqa: S701 - the plain text part holds no markup
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, plural, newstyle=True, pgettext=pgettext
    )
    for name in ("format_date", "format_weekday", "format_time", "format_moment", "time_pair", "zone_city"):
        environment.filters[name] = getattr(formats, name)
    environment.globals.update(language=language_in_use, direction=lambda: direction(language_in_use()))
    return environment
