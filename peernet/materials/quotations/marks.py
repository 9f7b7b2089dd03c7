"""How a source names a quotation, and where a rendered text leaves its place. Pure."""

import hashlib
import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from peernet.prompts.models import Attribution

# Letters and digits that nobody takes for one another (RFC 4648, section 6, in small letters).
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_LENGTH = 8
# What the text room leaves; its writers have no other way to it.
_ANY = re.compile(r"\[quotation:[ \t]*[a-z2-7]{8}\]")
_PLACE = re.compile(r'<div class="quotation">([a-z2-7]{8})</div>')


@dataclass(frozen=True)
class Part:
    """A piece of a rendered text: HTML, or the place of a quotation."""

    html: str = ""
    ref: str = ""


def new_ref() -> str:
    """A name for a quotation."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def line_of(ref: str) -> str:
    """What stands in a source for it, in a paragraph of its own."""
    return f"[quotation: {ref}]"


def stands_in(source: str, ref: str) -> bool:
    """Whether a source names this quotation."""
    return re.search(rf"\[quotation:[ \t]*{re.escape(ref)}\]", source) is not None


def named_in(source: str) -> frozenset[str]:
    """Every quotation that a source names."""
    return frozenset(match[0][-9:-1] for match in _ANY.finditer(source))


def around(source: str, ref: str) -> tuple[str, str]:
    """The paragraph before a quotation and the one after it, as the source has them; other quotations are left out."""
    paragraphs = [each.strip() for each in re.split(r"\n[ \t]*\n", source)]
    own = next((number for number, each in enumerate(paragraphs) if stands_in(each, ref)), None)
    if own is None:
        return "", ""
    before = [each for each in paragraphs[:own] if each and not _ANY.fullmatch(each)]
    after = [each for each in paragraphs[own + 1 :] if each and not _ANY.fullmatch(each)]
    return (before[-1] if before else ""), (after[0] if after else "")


def refs_in(html: str) -> list[str]:
    """The quotations that a rendered text has places for, each once."""
    return list(dict.fromkeys(_PLACE.findall(html)))


def parts(html: str) -> Iterator[Part]:
    """A rendered text in its pieces, in order."""
    for number, piece in enumerate(_PLACE.split(html)):
        if number % 2:
            yield Part(ref=piece)
        elif piece:
            yield Part(html=piece)


def digest(source: str, attribution: Attribution, name: str, organisation: str) -> str:
    """The SHA-256 of a wording: its words, and to whom they would be attributed. Every decision repeats it."""
    said = json.dumps([source, attribution.value, name, organisation], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()
