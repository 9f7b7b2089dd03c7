"""A ready-made copy, and the file that holds it: one line of JSON, then the body compressed with gzip."""

import gzip
import hashlib
import json
from dataclasses import dataclass, field, fields, replace

_LEVEL = 6


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
        packed = gzip.compress(body, _LEVEL, mtime=0)
        return cls(path, status, content_type, etag, len(body), made_at, depends, headers, packed)

    @property
    def body(self) -> bytes:
        """The bytes as they were before compression."""
        return gzip.decompress(self.compressed)

    def to_bytes(self) -> bytes:
        """What the file holds."""
        head = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "compressed"}
        return json.dumps(head, ensure_ascii=False).encode() + b"\n" + self.compressed

    @classmethod
    def from_bytes(cls, data: bytes) -> "Copy":
        """Read a file's bytes. Raises Damaged."""
        line, _newline, packed = data.partition(b"\n")
        return replace(cls._from_head(line), compressed=packed)

    @classmethod
    def _from_head(cls, line: bytes) -> "Copy":
        try:
            head = json.loads(line)
            head["depends"] = tuple(head["depends"])
            head["headers"] = tuple((name, value) for name, value in head["headers"])
            return cls(**head)
        except (ValueError, TypeError, KeyError) as error:
            raise Damaged(str(error)) from None
