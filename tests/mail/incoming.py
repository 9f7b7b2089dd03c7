"""Messages as programs and people send them."""

from email.message import EmailMessage
from email.utils import format_datetime

from peernet import clock
from peernet.tokens import tokens
from peernet.tokens.models import Token

ADDRESS = "replies+{token}@peers.example.org"


def address_of(token: Token) -> str:
    """Where answers to what the token stands for go."""
    return ADDRESS.replace("{token}", tokens.address_of(token))


def message(
    to: str,
    text: str = "I think so.\n",
    *,
    sender: str = "Member <member@example.org>",
    number: int = 1,
    html: str = "",
    headers: dict[str, str] | None = None,
) -> EmailMessage:
    """A letter with a Message-ID of its own for each ``number``."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, "Re: You are asked"
    made["Message-ID"] = f"<{number}.abc@mail.example.org>"
    made["Date"] = format_datetime(clock.now())
    for name, value in (headers or {}).items():
        made[name] = value
    made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html")
    return made


def with_calendar(made: EmailMessage, calendar: str, method: str = "REPLY") -> EmailMessage:
    """The same, with an iTIP message as its last alternative, as calendars answer."""
    if not made.is_multipart():
        made.make_alternative()
    made.add_alternative(calendar, subtype="calendar", params={"method": method})
    return made
