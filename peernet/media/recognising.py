"""What a film, a recording or a PDF is, by its signature and its structure; its name says nothing. Pure.

Nothing is decoded: boxes, elements, pages and frames are walked from one to the next, so a file that was cut off, or
that has something behind its end, is found out. Sources: ISO/IEC 14496-12 (MP4), RFC 8794 and RFC 9559 (WebM), RFC 3533
(Ogg), ISO/IEC 11172-3 (MP3), ISO 32000-1, section 7.5 (PDF).
"""

import re
import struct
from collections.abc import Iterator
from typing import BinaryIO

from peernet.media.polyglots import is_two

PDF = "application/pdf"
# More parts than a day's recording has: a file of nothing but empty parts would cost minutes.
_MOST_PARTS = 200_000
_EDGE = 70_000
# Brands of MP4 that browsers play; "qt  " is QuickTime, and "heic", "avif" and the like are pictures.
_BRANDS = {b"isom", b"mp41", b"mp42", b"avc1", b"dash", b"M4A ", b"M4B ", b"M4V ", b"M4VP", b"f4v ", b"mmp4", b"MSNV"}
_SEGMENT, _CLUSTER, _TRACKS, _TRACK, _TYPE = (
    b"\x18\x53\x80\x67",
    b"\x1f\x43\xb6\x75",
    b"\x16\x54\xae\x6b",
    b"\xae",
    b"\x83",
)
_OGG_SOUND = (b"\x01vorbis", b"OpusHead", b"\x7fFLAC", b"Speex   ")
# Thousands of bits in a second, by the four bits of a frame's head: MPEG 1, and MPEG 2 and 2.5; both layer III.
_RATES = (
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
_SAMPLES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_FRAMES = 8


class Wrong(Exception):
    """It is not taken; the word says why: unknown, broken, two, quicktime, matroska."""


def recognise(file: BinaryIO, size: int) -> str:
    """The MIME type of a file of ``size`` bytes that can be read anywhere. Raises Wrong."""
    head = _at(file, 0, 64)
    if head.startswith(b"%PDF-"):
        mime = _pdf(file, size)
    elif head[4:8] == b"ftyp":
        mime = _mp4(file, size)
    elif head.startswith(b"\x1a\x45\xdf\xa3"):
        mime = _webm(file, size)
    elif head.startswith(b"OggS"):
        mime = _ogg(file, size)
    elif head.startswith(b"ID3") or (len(head) > 3 and _frame(head[:4])):
        mime = _mp3(file, size, head)
    else:
        raise Wrong("unknown")
    edge = 1024 if mime == PDF else _EDGE  # a PDF may well speak of HTML further on
    if is_two(_at(file, 0, edge), _at(file, max(0, size - _EDGE), _EDGE)):
        raise Wrong("two")
    return mime


def _at(file: BinaryIO, place: int, count: int) -> bytes:
    file.seek(place)
    return file.read(count)


def _mp4(file: BinaryIO, size: int) -> str:
    brand = _at(file, 8, 4)
    if brand == b"qt  ":
        raise Wrong("quicktime")
    if brand not in _BRANDS and not brand.startswith((b"iso", b"3gp", b"cmf", b"av01")):
        raise Wrong("unknown")
    parts = {kind: (start, end) for kind, start, end in _boxes(file, 0, size)}
    if b"moov" not in parts or not {b"mdat", b"moof"} & set(parts):
        raise Wrong("broken")
    handlers = set(_handlers(file, *parts[b"moov"]))
    if b"vide" in handlers:
        return "video/mp4"
    if b"soun" in handlers:
        return "audio/mp4"
    raise Wrong("broken")


def _handlers(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    """What its tracks are: moov, trak, mdia, hdlr."""
    for track, *within in _boxes(file, start, end):
        for media, *inside in _boxes(file, *within) if track == b"trak" else ():
            for box, begin, _end in _boxes(file, *inside) if media == b"mdia" else ():
                if box == b"hdlr":
                    yield _at(file, begin + 8, 4)


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, begin and end of each box between two places, which they fill."""
    for _part in range(_MOST_PARTS):
        if start == end:
            return
        head = _at(file, start, 16)
        if len(head) < 8:
            raise Wrong("broken")
        length, kind = struct.unpack(">I4s", head[:8])
        before = 8
        if length == 1 and len(head) == 16:
            length, before = struct.unpack(">Q", head[8:])[0], 16
        elif length == 0:
            length = end - start
        if length < before or start + length > end:
            raise Wrong("broken")
        yield kind, start + before, start + length
        start += length
    raise Wrong("broken")


def _webm(file: BinaryIO, size: int) -> str:
    name, begin, end = next(_elements(file, 0, size))
    kinds = {id_: _at(file, *_span(start, stop)) for id_, start, stop in _elements(file, begin, end)}
    if kinds.get(b"\x42\x82", b"").rstrip(b"\0") != b"webm":
        raise Wrong("matroska")
    name, begin, stop = next(_elements(file, end, size), (b"", 0, 0))
    if name != _SEGMENT or stop != size:
        raise Wrong("broken")
    types, has_cluster = set[bytes](), False
    for part, start, until in _elements(file, begin, size):
        if part == _TRACKS:
            types |= set(_track_types(file, start, until))
        has_cluster = has_cluster or part == _CLUSTER
    if not has_cluster or not types:
        raise Wrong("broken")
    return "video/webm" if b"\x01" in types else "audio/webm"


def _track_types(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    for track, *within in _elements(file, start, end):
        for id_, begin, stop in _elements(file, *within) if track == _TRACK else ():
            if id_ == _TYPE:
                yield _at(file, *_span(begin, stop))


def _span(start: int, end: int) -> tuple[int, int]:
    return start, min(end - start, 64)


def _elements(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Id, begin and end of each EBML element between two places. One of unknown length, as in a live recording, goes to
    the end; what is in it is not told apart then."""
    for _part in range(_MOST_PARTS):
        if start == end:
            return
        head = _at(file, start, 12)
        id_length = _octets(head[:1], 4)
        length_octets = _octets(head[id_length : id_length + 1], 8)
        before = id_length + length_octets
        if len(head) < before:
            raise Wrong("broken")
        value = int.from_bytes(head[id_length:before]) & ((1 << 7 * length_octets) - 1)
        is_open = value == (1 << 7 * length_octets) - 1
        stop = end if is_open else start + before + value
        if stop > end:
            raise Wrong("broken")
        yield head[:id_length], start + before, stop
        start = stop
    raise Wrong("broken")


def _octets(first: bytes, most: int) -> int:
    """How many bytes a number takes that begins with this one (RFC 8794, section 4)."""
    count = 9 - int.from_bytes(first).bit_length()
    if not first or count > most:
        raise Wrong("broken")
    return count


def _ogg(file: BinaryIO, size: int) -> str:
    start, first, is_film = 0, b"", False
    for _part in range(_MOST_PARTS):
        if start == size:
            break
        head = _at(file, start, 27)
        table = file.read(head[26]) if len(head) == 27 and head[:4] == b"OggS" else b""
        length = 27 + len(table) + sum(table)
        if len(table) == 0 or len(table) != head[26] or start + length > size:
            raise Wrong("broken")
        if head[5] & 2:  # the first page of one of its streams
            packet = file.read(8)
            is_film = is_film or packet.startswith(b"\x80theora")
            first = packet if packet.startswith(_OGG_SOUND) else first
        start += length
    if start != size or not (first or is_film):
        raise Wrong("broken")
    return "video/ogg" if is_film else "audio/ogg"


def _mp3(file: BinaryIO, size: int, head: bytes) -> str:
    """Frames in a row prove it; there may be a tag before them, and another behind."""
    start = 0
    if head.startswith(b"ID3"):
        if len(head) < 10 or any(byte > 127 for byte in head[6:10]):
            raise Wrong("broken")
        start = 10 + sum(byte << 7 * place for place, byte in enumerate(reversed(head[6:10])))
    for _part in range(_FRAMES):
        length = _frame(_at(file, start, 4))
        if not length or start + length > size:
            raise Wrong("broken")
        start += length
    return "audio/mpeg"


def _frame(head: bytes) -> int:
    """How many bytes a frame of layer III takes; 0 for what is none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, rate, samples = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or rate in (0, 15) or samples == 3:
        return 0
    bits = _RATES[0 if version == 3 else 1][rate] * 1000
    return (144 if version == 3 else 72) * bits // _SAMPLES[version][samples] + (head[2] >> 1 & 1)


def _pdf(file: BinaryIO, size: int) -> str:
    """Its last lines say where its table begins, and there it is."""
    if not re.match(rb"%PDF-[12]\.\d[\s%]", _at(file, 0, 16)):
        raise Wrong("unknown")
    tail = _at(file, max(0, size - 2048), 2048)
    found = re.search(rb"startxref\s+(\d{1,12})\s+%%EOF[\s\0]*\Z", tail)
    if found is None:
        raise Wrong("two" if b"%%EOF" in tail else "broken")
    place = int(found[1])
    if place >= size or not re.match(rb"\s*(?:xref\b|\d+\s+\d+\s+obj\b)", _at(file, place, 64)):
        raise Wrong("broken")
    return PDF
