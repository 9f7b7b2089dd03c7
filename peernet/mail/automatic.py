"""Messages that no person wrote (RFC 3834, 8098, 2919, and what programs did before), and ones that are forged.

A calendar that answers for its user does so by a generated mail; so "generated" and "by itself" are two things.
"""

import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message

# Headers that only answering machines, lists and robots write.
_MARKS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Loop", "List-Id")
_BULK = {"bulk", "junk", "list", "auto_reply"}
# How answering machines without any of them begin a subject.
_SUBJECT = re.compile(
    r"\s*(automatic reply|auto-?reply|auto:|out of (the )?office|abwesenheit|automatische antwort|"
    r"réponse automatique|absence du bureau|respuesta automática|risposta automatica|read:|gelesen:|lu\s?:)",
    re.IGNORECASE,
)
_MOST, _MOST_OF_ONE = 2_000, 20
_VERDICT = re.compile(r"\b(dmarc|spf|dkim)\s*=\s*([a-z]+)", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]*\)")
_BAD = {"fail", "hardfail", "permerror"}


def headers(message: Message, name: str) -> list[str]:
    """The texts of all headers of a name, each on one line and not longer than anybody writes; UTF-8 as it stands (RFC
    6532), where the standard library would hide it."""
    raw = [str(value) for called, value in message.raw_items() if called.lower() == name.lower()]
    texts = (text[:_MOST].encode("utf-8", "surrogateescape").decode("utf-8", "replace") for text in raw[:_MOST_OF_ONE])
    return [" ".join(text.split()) for text in texts]


def header(message: Message, name: str) -> str:
    """The text of a header, empty where there is none."""
    return next(iter(headers(message, name)), "")


def is_by_itself(message: Message) -> bool:
    """Whether a program wrote this unasked, or in answer to a mail: never to be answered."""
    said = header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    if said.startswith(("auto-replied", "auto-notified")) or header(message, "Precedence").lower() in _BULK:
        return True
    if message.get_content_type() == "multipart/report" or header(message, "Return-Path") == "<>":
        return True
    return any(name in message for name in _MARKS) or bool(_SUBJECT.match(_subject(message)))


def _subject(message: Message) -> str:
    """The subject with its encoded words (RFC 2047) read."""
    text = header(message, "Subject")
    try:
        return str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, ValueError):
        return text


def is_generated(message: Message) -> bool:
    """Whether a program wrote it, maybe because a person pressed a button."""
    said = header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    return said not in ("", "no") or "X-Auto-Response-Suppress" in message


def is_disowned(message: Message) -> bool:
    """Whether a mail server on the way found it forged (Authentication-Results, RFC 8601). Each such header counts by
    itself: a forged one that praises the message cannot outdo ours."""
    return any(_blames(each) for each in headers(message, "Authentication-Results"))


def _blames(results: str) -> bool:
    """DMARC decides where it was looked at; otherwise SPF or DKIM is enough, since forwarding breaks either."""
    found: dict[str, set[str]] = {}
    for method, verdict in _VERDICT.findall(_COMMENT.sub(" ", results)):
        found.setdefault(method.lower(), set()).add(verdict.lower())
    if found.get("dmarc", set()) & {"pass", *_BAD}:
        return bool(found["dmarc"] & _BAD)
    others = found.get("spf", set()) | found.get("dkim", set())
    return bool(others & _BAD) and "pass" not in others
