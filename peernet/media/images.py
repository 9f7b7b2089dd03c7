"""Make an image safe: decoded and written anew in a bounded child process, in several widths.

This takes time and touches no database: do it before the write lock is taken.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Any

from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.media import names, polyglots
from peernet.media.models import WIDTHS
from peernet.settings import current

CPU_SECONDS = 20
_WALL_SECONDS = 60
# Decoding, turning and resizing hold a handful of copies of the pixels at once.
_BASE_MEMORY = 500_000_000
_BYTES_PER_PIXEL = 24
_AT_ONCE = threading.BoundedSemaphore(2)

_MIMES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "AVIF": "image/avif"}
_PASSED_ON = ("LD_LIBRARY_PATH", "PYTHONHOME", "PATH")


@dataclass(frozen=True)
class Prepared:
    """An image ready to be kept. ``copies`` are WebP by width; ``digest`` is the SHA-256 of what was brought."""

    mime: str
    width: int
    height: int
    digest: str
    whole: bytes
    copies: dict[int, bytes]

    @property
    def size(self) -> int:
        """Bytes that it will take on disk."""
        return len(self.whole) + sum(map(len, self.copies.values()))


def prepare(data: bytes, *, field: str = "file", filename: str = "") -> Prepared:
    """Take an image that somebody brought, under the name that it has with them. Raises Refused at ``field`` in words
    for what is not taken."""
    names.check(filename, field=field)
    limits = current().media
    if len(data) > limits.max_bytes:
        raise Refused(
            _("This file is too large: %(most)s MB is the most.", most=megabytes(limits.max_bytes)), field=field
        )
    if not data:
        raise Refused(_("This file is empty."), field=field)
    if polyglots.is_polyglot(data):
        raise Refused(_reason("two", data), field=field)
    head, body = _decoded(data, limits.max_pixels)
    if "refused" in head:
        raise Refused(_reason(head["refused"], data), field=field)
    names.check_ending(filename, head["brought"], field=field)
    whole, *copies = _parted(body, head["sizes"])
    return Prepared(
        mime=_MIMES[head["kind"]],
        width=head["width"],
        height=head["height"],
        digest=digest(data),
        whole=whole,
        copies=dict(zip(head["widths"], copies, strict=True)),
    )


def digest(data: bytes) -> str:
    """The SHA-256 by which a file that was brought before is known again."""
    return hashlib.sha256(data).hexdigest()


def _decoded(data: bytes, most_pixels: int) -> tuple[dict[str, Any], bytes]:
    order = {
        "pixels": most_pixels,
        "memory": _BASE_MEMORY + _BYTES_PER_PIXEL * most_pixels,
        "seconds": CPU_SECONDS,
        "widths": WIDTHS,
    }
    with _AT_ONCE:
        output = _run(json.dumps(order).encode() + b"\n" + data)
    first, _newline, body = output.partition(b"\n")
    return (json.loads(first), body) if first else ({"refused": "heavy"}, b"")


def _run(request: bytes) -> bytes:
    """What the child answers; nothing if it went beyond a limit."""
    paths = os.pathsep.join(path or os.curdir for path in sys.path)
    try:
        done = subprocess.run(
            [sys.executable, "-s", "-c", "from peernet.media.decoding import main; main()"],
            input=request,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_WALL_SECONDS,
            check=False,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ} | {"PYTHONPATH": paths},
        )
    except subprocess.TimeoutExpired:
        return b""
    return done.stdout if done.returncode == 0 else b""


def _parted(body: bytes, sizes: list[int]) -> list[bytes]:
    parts, at = [], 0
    for size in sizes:
        parts.append(body[at : at + size])
        at += size
    return parts


def _reason(word: str, data: bytes) -> str:
    if word == "large":
        most = current().media.max_pixels // 1_000_000
        return _("This image has too many pixels: %(most)s million is the most.", most=most)
    if word == "broken":
        return _("This image is damaged and cannot be read to its end. Save it again and bring the new file.")
    if word == "heavy":
        return _("This image takes too much work to read. Make it smaller and bring the new file.")
    if word == "moves":
        return _("This animation has too many pictures. Bring one of them, or a film.")
    if word == "two":
        return _("This file is an image and something else as well. Save the image again and bring the new file.")
    if re.match(rb"\s*(?:<\?xml|<!--|<svg|<!doctype svg)|%!PS|\xc5\xd0\xd3\xc6", data[:1000], re.IGNORECASE):
        return _("SVG and EPS are not taken, since they can hold programs. Save the drawing as PNG or WebP.")
    if data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc"):
        return _("This is a HEIC photo, which many browsers cannot show. Save it as JPEG.")
    return _("This is not an image that can be shown here. Use JPEG, PNG, WebP, AVIF or GIF.")


def megabytes(size: int) -> str:
    """A size as refusals say it."""
    return f"{size / 1_000_000:g}"
