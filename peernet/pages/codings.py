"""Content codings: what a copy is held in, and which of them a reader is sent (RFC 9110, 12.5.3).

Brotli makes a page about a seventh smaller than gzip does; it is there where its package is installed.
"""

import gzip
import re
from functools import lru_cache

try:
    import brotli
except ImportError:  # the extra "brotli" was not asked for
    brotli = None

# What readers are sent, the smallest first; "" is the bytes as they are.
BROTLI, GZIP, PLAIN = "br", "gzip", ""
# The next level takes three times as long for less than one in a hundred.
_BROTLI_LEVEL = 5
_WEIGHT = re.compile(r"0(\.\d*)?|1(\.0*)?")
_TEXT = re.compile(r"text/|application/(json|xml|javascript|manifest|[\w.-]+\+(xml|json))|image/svg")


def zipped(body: bytes, level: int) -> bytes:
    """With gzip; the same bytes give the same."""
    return gzip.compress(body, level, mtime=0)


def brotlied(body: bytes) -> bytes:
    """With Brotli; empty where its package is not installed."""
    if brotli is None:
        return b""
    packed: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=_BROTLI_LEVEL)
    return packed


def installed() -> tuple[str, ...]:
    """The codings that pages are held in here."""
    return (GZIP,) if brotli is None else (BROTLI, GZIP)


def is_text(content_type: str) -> bool:
    """Whether a second coding is worth its place: pictures and films are compressed already."""
    return _TEXT.match(content_type) is not None


@lru_cache(maxsize=256)
def preferred(accepted: str) -> tuple[str, ...]:
    """The codings that an Accept-Encoding header takes, the best first; what is not coded comes last unless it says
    otherwise, and is always there, since something must be sent."""
    weights = {PLAIN: 0.0}
    for item in accepted.lower().split(","):
        coding, _semicolon, weight = item.partition(";")
        weights[coding.strip().replace("identity", PLAIN) if coding.strip() else "-"] = _weight(weight)
    rest = weights.get("*", 0.0)
    found = [(weights.get(coding, rest), coding) for coding in (BROTLI, GZIP)]
    ranked = [(-weight, place, coding) for place, (weight, coding) in enumerate(found) if weight > 0]
    return tuple(coding for _weight, _place, coding in sorted([*ranked, (-weights[PLAIN], 2, PLAIN)]))


def _weight(said: str) -> float:
    value = said.replace(" ", "").removeprefix("q=")
    return float(value) if _WEIGHT.fullmatch(value) else 1.0
