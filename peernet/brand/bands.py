"""A PNG put together from bands that were packed one by one, so that what many pictures show is packed once.

The data of a picture is one zlib stream, a row after the other (https://www.w3.org/TR/png-3/, 10). What a band is
packed into ends with a full flush and looks back to nothing, so bands may follow each other in any order (RFC 1951, 2);
the sum at the end of the stream is made from those of the bands.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from struct import pack

from PIL import Image

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# A zlib stream packed with less than the usual effort, and its end: an empty last block.
_BEGINNING, _END = b"\x78\x5e", b"\x03\x00"
# The next levels take twice as long for a fifth less.
_LEVEL = 3
_ADLER = 65_521
_EIGHT_BITS, _PALETTE = 8, 3


@dataclass(frozen=True)
class Band:
    """Some rows of a picture, packed: ``length`` bytes before that, and their sum (Adler-32)."""

    rows: int
    length: int
    sum: int
    packed: bytes


def band(picture: Image.Image) -> Band:
    """All rows of a picture whose pixels are numbers of colours."""
    # Before each row stands the number of its filter: none.
    rows = Image.new("L", (picture.width + 1, picture.height))
    rows.paste(picture, (1, 0))
    raw = rows.tobytes()
    packing = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packing.compress(raw) + packing.flush(zlib.Z_FULL_FLUSH)
    return Band(picture.height, len(raw), zlib.adler32(raw), packed)


def png(width: int, bands: Sequence[Band], colours: Sequence[int]) -> bytes:
    """The picture of these bands, from the top; ``colours`` are red, green and blue of each number."""
    head = pack(">IIBBBBB", width, sum(each.rows for each in bands), _EIGHT_BITS, _PALETTE, 0, 0, 0)
    data = b"".join((_BEGINNING, *(each.packed for each in bands), _END, pack(">I", _sum(bands))))
    chunks = ((b"IHDR", head), (b"PLTE", bytes(colours)), (b"IDAT", data), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return b"".join((pack(">I", len(content)), name, content, pack(">I", zlib.crc32(content, zlib.crc32(name)))))


def _sum(bands: Sequence[Band]) -> int:
    """The sum over all of them (RFC 1950, 9), whose low half adds up bytes, and whose high half adds up the low one."""
    low, high = 1, 0
    for each in bands:
        high = (high + (each.sum >> 16) + each.length * (low - 1)) % _ADLER
        low = (low + (each.sum & 0xFFFF) - 1) % _ADLER
    return high << 16 | low
