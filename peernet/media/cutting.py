"""The child process that cuts a stretch out of a film or a sound: it takes packets out and puts them into another file,
and decodes none.

Reads an order as a line of JSON, writes the file that it names, and answers with a line of JSON. Nothing of before the
stretch comes along: the picture begins at the first one that stands by itself, and the sound where it was asked for. No
title, no place, no chapter and no cover comes along either.
"""

import json
import resource
import sys
from collections.abc import Iterator, Mapping
from typing import Any

# How FFmpeg calls what is read and written, by MIME type.
_FORMATS = {
    "video/mp4": "mp4", "audio/mp4": "mp4", "video/webm": "webm", "audio/webm": "webm", "audio/mpeg": "mp3",
    "video/ogg": "ogg", "audio/ogg": "ogg",
}  # fmt: skip
_MICROSECONDS = 1_000_000


def main() -> None:
    """Cut one stretch and end."""
    order = json.loads(sys.stdin.buffer.readline())
    for limit, most in (("AS", "memory"), ("CPU", "seconds"), ("FSIZE", "bytes")):
        resource.setrlimit(getattr(resource, f"RLIMIT_{limit}"), (order[most], order[most]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import av  # noqa: PLC0415 - an extra, loaded in this process alone

    try:
        is_made = _cut(av, order)
    except (av.FFmpegError, OSError, ValueError, KeyError, MemoryError, OverflowError):
        is_made = False
    sys.stdout.write(json.dumps({"made": is_made}) + "\n")


def _cut(av: Any, order: Mapping[str, Any]) -> bool:
    """Whether there was anything in the stretch."""
    kind = _FORMATS[order["kind"]]
    with av.open(order["path"], format=kind) as source:
        origin = (source.start_time or 0) / _MICROSECONDS
        stretch = (order["starts"] + origin, order["ends"] + origin)
        chosen = _streams(source, stretch, is_film=order["kind"].startswith("video/"))
        options = {"movflags": "faststart"} if kind == "mp4" else {}
        with av.open(order["into"], "w", format=kind, options=options) as made:
            return bool(chosen) and _copied(source, made, chosen, stretch) > 0


def _streams(source: Any, stretch: tuple[float, float], *, is_film: bool) -> dict[Any, int]:
    """The first picture and the first sound, each with the time at which it can begin."""
    found = [*(source.streams.video[:1] if is_film else ()), *source.streams.audio[:1]]
    begins = {stream: _begin(source, stream, stretch) for stream in found}
    return {stream: begin for stream, begin in begins.items() if begin is not None}


def _begin(source: Any, stream: Any, stretch: tuple[float, float]) -> int | None:
    """When the first packet of the stretch that stands by itself is shown, in the stream's own time."""
    for packet in _packets(source, [stream], stretch):
        if packet.is_keyframe and stretch[0] <= packet.pts * stream.time_base < stretch[1]:
            return int(packet.pts)
    return None


def _packets(source: Any, streams: list[Any], stretch: tuple[float, float]) -> Iterator[Any]:
    """From before the stretch to its end in every stream, in the order of the file."""
    source.seek(int(stretch[0] * _MICROSECONDS), backward=True)
    over: set[int] = set()
    for packet in source.demux(streams):
        if packet.dts is None or packet.pts is None:
            continue
        if packet.dts * packet.time_base >= stretch[1]:
            over.add(packet.stream.index)
            if len(over) == len(streams):
                return
            continue
        yield packet


def _copied(source: Any, made: Any, chosen: Mapping[Any, int], stretch: tuple[float, float]) -> int:
    """Copy the packets, in times that begin with the stretch; how many."""
    into = {stream.index: made.add_stream_from_template(stream, opaque=True) for stream in chosen}
    begins = {stream.index: begin for stream, begin in chosen.items()}
    for stream in into.values():
        stream.metadata.clear()
    number = 0
    for packet in _packets(source, list(chosen), stretch):
        index, base = packet.stream.index, packet.time_base
        if packet.pts < begins[index] or packet.pts * base >= stretch[1]:
            continue
        shift = round(stretch[0] / base)
        packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
        packet.stream = into[index]
        made.mux(packet)
        number += 1
    return number
