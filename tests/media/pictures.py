"""Images made for the tests."""

import io
import struct
import zlib

from PIL import Image


def picture(kind="PNG", size=(60, 40), mode="RGB", colour=(200, 30, 60), **options):
    """The bytes of a one-coloured image."""
    target = io.BytesIO()
    Image.new(mode, size, colour).save(target, kind, **options)
    return target.getvalue()


def noise(kind="JPEG", size=(2000, 1500), **options):
    """The bytes of an image with much in it."""
    target = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(target, kind, **options)
    return target.getvalue()


def opened(data):
    """The decoded image."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def chunk(name, data):
    """One chunk of a PNG file."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width, height, data, *before):
    """A grey PNG of any claimed size, with any compressed data and further chunks."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(before) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
