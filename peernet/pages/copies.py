"""A ready-made copy, and the file that holds it: one line of JSON, then the body with gzip, then with Brotli."""

import gzip
import hashlib
import json
from dataclasses import dataclass, field, fields

from peernet.pages import codings
from peernet.pages.codings import BROTLI, GZIP

_LEVEL = 6
# A second coding must save one byte in so many.
_WORTH = 50
_BODIES = ("compressed", "brotlied")


class Damaged(ValueError):
    """A file that is not a whole copy."""


@dataclass(frozen=True, slots=True)
class Copy:
    """An answer as bytes. ``made_at`` is the number of the last touch before anything of it was read."""

    path: str
    status: int
    content_type: str
    etag: str
    length: int
    made_at: int
    depends: tuple[str, ...]
    headers: tuple[tuple[str, str], ...] = ()
    compressed: bytes = field(default=b"", repr=False)
    brotlied: bytes = field(default=b"", repr=False)

    @classmethod
    def of(
        cls,
        body: bytes,
        *,
        path: str,
        content_type: str,
        status: int = 200,
        made_at: int = 0,
        depends: tuple[str, ...] = (),
        headers: tuple[tuple[str, str], ...] = (),
    ) -> "Copy":
        """Compress ``body``; the ETag is its hash. Raises ValueError for a header that is for one reader only."""
        if any(name.lower() == "set-cookie" for name, _value in headers):
            raise ValueError("A page that sets a cookie is made for one reader")
        etag = hashlib.sha256(body).hexdigest()[:32]
        packed = codings.zipped(body, _LEVEL)
        smaller = codings.brotlied(body) if codings.is_text(content_type) else b""
        is_worth_it = len(smaller) * _WORTH < len(packed) * (_WORTH - 1)
        held = (packed, smaller if is_worth_it else b"")
        return cls(path, status, content_type, etag, len(body), made_at, depends, headers, *held)

    @property
    def body(self) -> bytes:
        """The bytes as they were before compression."""
        return gzip.decompress(self.compressed)

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return len(self.compressed) + len(self.brotlied)

    def coding_for(self, accepted: str) -> str:
        """The coding in which a reader with this Accept-Encoding header is sent it."""
        there = codings.preferred(accepted)
        return next(coding for coding in there if coding != BROTLI or self.brotlied)

    def coded(self, coding: str) -> bytes:
        """Its bytes in a coding."""
        return {BROTLI: self.brotlied, GZIP: self.compressed}[coding] if coding else self.body

    def length_of(self, coding: str) -> int:
        """How many that are."""
        return len(self.coded(coding)) if coding else self.length

    def etag_of(self, coding: str) -> str:
        """What stands for these bytes, without its quotes: each coding has its own."""
        return f"{self.etag}-{coding}" if coding else self.etag

    def to_bytes(self) -> bytes:
        """What the file holds."""
        head = {item.name: getattr(self, item.name) for item in fields(self) if item.name not in _BODIES}
        head["zipped"] = len(self.compressed)
        return json.dumps(head, ensure_ascii=False).encode() + b"\n" + self.compressed + self.brotlied

    @classmethod
    def from_bytes(cls, data: bytes) -> "Copy":
        """Read a file's bytes. Raises Damaged."""
        line, _newline, packed = data.partition(b"\n")
        try:
            head = json.loads(line)
            zipped = head.pop("zipped")
            head["depends"] = tuple(head["depends"])
            head["headers"] = tuple((name, value) for name, value in head["headers"])
            return cls(**head, compressed=packed[:zipped], brotlied=packed[zipped:])
        except (ValueError, TypeError, KeyError) as error:
            raise Damaged(str(error)) from None
