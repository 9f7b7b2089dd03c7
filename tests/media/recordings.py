"""Films, recordings and PDFs made for the tests: each the smallest that is whole."""

import struct


def box(kind, data=b""):
    """One box of an MP4 file."""
    return struct.pack(">I4s", 8 + len(data), kind) + data


def mp4(*, handler=b"vide", brand=b"isom", weight=64):
    """An MP4 with one track."""
    track = box(b"trak", box(b"mdia", box(b"hdlr", b"\0" * 8 + handler + b"\0" * 12)))
    data = bytes(number % 251 for number in range(weight))
    return box(b"ftyp", brand + b"\0\0\0\1") + box(b"moov", track) + box(b"mdat", data)


def element(name, data=b"", *, is_open=False):
    """One EBML element, its length in eight bytes, or left open as live recordings have it."""
    length = b"\x01" + b"\xff" * 7 if is_open else (1 << 56 | len(data)).to_bytes(8)
    return name + length + data


def webm(*, kind=1, doctype=b"webm", is_open=False):
    """A WebM with one track: 1 is a film, 2 is sound."""
    tracks = element(b"\x16\x54\xae\x6b", element(b"\xae", element(b"\x83", bytes([kind]))))
    cluster = element(b"\x1f\x43\xb6\x75", b"\0" * 40)
    head = element(b"\x1a\x45\xdf\xa3", element(b"\x42\x82", doctype))
    return head + element(b"\x18\x53\x80\x67", tracks + cluster, is_open=is_open)


def ogg(first=b"OpusHead\1"):
    """An Ogg of two pages."""

    def page(flags, data):
        return b"OggS\0" + bytes([flags]) + b"\0" * 20 + bytes([1, len(data)]) + data

    return page(2, first) + page(4, b"\0" * 100)


def mp3(*, tag=b"", frames=12):
    """An MP3 of silence: 128 kbit/s at 44.1 kHz, frames of 417 bytes."""
    head = b"ID3\x04\0\0" + bytes([0, 0, len(tag) >> 7, len(tag) & 127]) + tag if tag else b""
    return head + (b"\xff\xfb\x90\x00" + b"\0" * 413) * frames


def pdf(inside=b""):
    """A PDF without a page."""
    body = b"%PDF-1.7\n" + inside + b"\n1 0 obj<</Type/Catalog>>endobj\n"
    return body + b"xref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(body)
