"""Slugs: the readable last part of an address.

Letters that have an ASCII form take it (``é`` to ``e``, ``ß`` to ``ss``); letters that have none stay as they are,
since a slug of Hindi or Chinese words is better than none, and addresses carry them well (RFC 3987).
"""

import re
import unicodedata
from collections.abc import Callable
from itertools import count

MAX_LENGTH = 80

_SPELLED = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "&": " and "}
)


def slugify(text: str, *, length: int = MAX_LENGTH) -> str:
    """Lower-case words joined by hyphens, cut between words at ``length``; empty without any letter or digit."""
    plain = "".join(map(_plain, unicodedata.normalize("NFC", text).lower().translate(_SPELLED)))
    words = re.sub(r"['’]", "", plain)
    slug = "".join(char if _is_kept(char) else "-" for char in words)
    return _cut(re.sub(r"-{2,}", "-", slug).strip("-"), length)


def free_slug(wanted: str, taken: Callable[[str], bool]) -> str:
    """The slug of ``wanted``, or the first of ``-2``, ``-3``… that is not ``taken``."""
    slug = slugify(wanted) or "untitled"
    if not taken(slug):
        return slug
    return next(tried for tried in (f"{slug}-{number}" for number in count(2)) if not taken(tried))


def _plain(char: str) -> str:
    if char.isascii():
        return char
    decomposed = unicodedata.normalize("NFKD", char).replace("\u2044", "-")  # the stroke of ½
    ascii_part = decomposed.encode("ascii", "ignore").decode().lower()
    return ascii_part if ascii_part.strip() and decomposed[0].isascii() else char


def _is_kept(char: str) -> bool:
    # Marks (category M) carry the vowels of Indic scripts.
    return char.isalnum() or unicodedata.category(char)[0] == "M"


def _cut(slug: str, length: int) -> str:
    if len(slug) <= length:
        return slug
    head = slug[: length + 1].rpartition("-")[0]
    return head or slug[:length]
