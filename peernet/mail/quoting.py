"""What somebody wrote, without what their program put around it: the mail they answer, and their signature. Pure.

It is cut only where it is sure to be no part of the answer; when in doubt, everything stays.
"""

import re

# "On 23 Nov 2026, at 12:00, X <x@example.org> wrote:" in the languages of common programs, on one line or several.
_INTRODUCES = re.compile(
    r"(wrote|writes|schrieb|a écrit|écrit|escribió|ha scritto|escreveu|schreef|skrev|napisał\(?a?\)?|kirjoitti)"
    r"[^\n]{0,80}:\s*$|^\s*(on|am|le|el|il|em|op|den)\b.{4,200}:\s*$",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"^\s*(on|am|le|el|il|em|op|den|w dniu)\b|@|\d{4}|\d{1,2}:\d{2}", re.IGNORECASE)
# The head that Outlook and others write above an unmarked quotation.
_HEAD = re.compile(
    r"^[*\s]*(from|sent|to|cc|date|subject|von|gesendet|an|datum|betreff|de|envoyé|à|objet|date|enviado|para|asunto|"
    r"da|inviato|oggetto|van|verzonden|aan|onderwerp)\s?:[*]*\s",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*(_{10,}|-{2,}\s*[^\n-]{3,60}\s*-{2,})\s*$")
# A signature after "--" without its space is believed where it is short.
_SHORT = 8


def own_words(text: str) -> str:
    """The part of a mail's text that its author wrote for it. Empty where they wrote nothing."""
    lines = [line.rstrip("\n") for line in text.split("\n")]
    lines = _without_answered(lines)
    lines = _without_signature(lines)
    lines = _without_trailing_quote(lines)
    lines = _without_leading_quote(lines)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def _without_answered(lines: list[str]) -> list[str]:
    """Up to the head of an unmarked quotation: three lines of it at least, one after the other."""
    for place, line in enumerate(lines):
        if _HEAD.match(line) and sum(bool(_HEAD.match(each)) for each in lines[place : place + 6]) >= 3:
            end = place
            while end > 0 and (not lines[end - 1].strip() or _RULE.match(lines[end - 1])):
                end -= 1
            return lines[:end]
    return lines


def _without_signature(lines: list[str]) -> list[str]:
    """Up to "-- " (RFC 3676, section 4.3). A mail quoted below it goes with it."""
    for place, line in enumerate(lines):
        if line == "-- " or (line == "--" and _is_short(lines[place + 1 :])):
            return lines[:place]
    return lines


def _is_short(lines: list[str]) -> bool:
    return sum(bool(line.strip()) and not _is_quoted(line) for line in lines[:200]) <= _SHORT


def _without_trailing_quote(lines: list[str]) -> list[str]:
    end = len(lines)
    while end > 0 and (not lines[end - 1].strip() or _is_quoted(lines[end - 1])):
        end -= 1
    if not any(_is_quoted(line) for line in lines[end:]):
        return lines
    return lines[: end - _introduction(lines[:end])]


def _without_leading_quote(lines: list[str]) -> list[str]:
    """Who answers below the mail quotes all of it first; who answers between its lines wants them kept."""
    quoted = [number for number, line in enumerate(lines) if _is_quoted(line)]
    if not quoted or not any(line.strip() for line in lines[quoted[-1] + 1 :]):
        return lines
    is_one_block = all(_is_quoted(line) or not line.strip() for line in lines[quoted[0] : quoted[-1]])
    before = lines[: quoted[0]]
    introduction = _introduction(before)
    above = before[: len(before) - introduction]
    if not is_one_block or not introduction or any(line.strip() for line in above):
        return lines
    return lines[quoted[-1] + 1 :]


def _introduction(lines: list[str]) -> int:
    """How many of the last lines introduce a quotation, with the empty ones around."""
    end = len(lines)
    while end > 0 and not lines[end - 1].strip():
        end -= 1
    blank = len(lines) - end
    for count in (1, 2, 3):
        together = " ".join(lines[max(end - count, 0) : end])
        if end >= count and _INTRODUCES.search(together) and _BEGINS.search(together) and len(together) < 400:
            return blank + count
    return blank


def _is_quoted(line: str) -> bool:
    return line.startswith(">")
