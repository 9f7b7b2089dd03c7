"""Films and sounds that really play, made where PyAV is installed: silence, and a picture that grows lighter."""

import io
from fractions import Fraction
from typing import Any

import pytest

SECRET = "markplacezq"
RATE, PICTURES = 48_000, 25


def made(form: str, sound: str, picture: str = "", *, seconds: int = 12) -> bytes:
    """A file of this form, with a title that names a place, and one picture in a second that stands by itself."""
    av: Any = pytest.importorskip("av")
    target = io.BytesIO()
    with av.open(target, "w", format=form) as out:
        out.metadata["title"] = SECRET
        streams = [_sound(av, out, sound)] + ([_film(out, picture)] if picture else [])
        for stream, frames in zip(streams, (_silence(av, streams[0], seconds), _pictures(av, seconds)), strict=False):
            for frame in frames:
                out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
    return target.getvalue()


def _sound(_av: Any, out: Any, codec: str) -> Any:
    stream = out.add_stream(codec, rate=RATE)
    stream.layout = "mono"
    stream.metadata["title"] = SECRET
    return stream


def _film(out: Any, codec: str) -> Any:
    stream = out.add_stream(codec, rate=PICTURES)
    stream.width, stream.height, stream.pix_fmt, stream.gop_size = 32, 32, "yuv420p", PICTURES
    return stream


def _silence(av: Any, stream: Any, seconds: int) -> Any:
    size = stream.codec_context.frame_size or 1024
    for start in range(0, seconds * RATE, size):
        frame = av.AudioFrame(format=stream.codec_context.format.name, layout="mono", samples=size)
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        yield frame


def _pictures(av: Any, seconds: int) -> Any:
    for number in range(seconds * PICTURES):
        frame = av.VideoFrame(32, 32, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes([number % 256]) * plane.buffer_size)
        frame.pts, frame.time_base = number, Fraction(1, PICTURES)
        yield frame
