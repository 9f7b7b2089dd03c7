"""The child process that renders: reads a request from its standard input (a socket), answers, waits for the next.

A request and an answer are JSON, led by their length as four bytes; a request says how long it may take. The child
bounds itself before it reads anything:
memory by ``RLIMIT_AS``; the CPU time of each request by a timer whose signal ends the process, since a text that is
too heavy spends its time inside one regular expression, where no Python code could look at a clock.
"""

import json
import os
import resource
import signal
import socket
import struct
import sys
from pathlib import Path
from typing import Any

from peernet.text.rendering import Renderer

MEMORY_BYTES = 768 * 1024 * 1024
MAX_HTML = 4_000_000
# Memory that is never given back, and a Python that grew old, are left behind with the process.
_RETIRE_AFTER = 2_000
_RETIRE_BYTES = 200_000_000
_LIFE_SECONDS = 3_600


def main() -> None:
    """Serve requests until the parent closes the socket."""
    _bound()
    channel = socket.socket(fileno=0)
    renderer = Renderer()
    send(channel, {"ready": os.getpid()})
    _be_quiet()
    for number in range(1, _RETIRE_AFTER + 1):
        request = receive(channel)
        if request is None:
            return
        answer = _answer(renderer, request)
        last = number == _RETIRE_AFTER or _resident() > _RETIRE_BYTES
        send(channel, answer | {"last": last})
        if last:
            return


def _resident() -> int:
    """Bytes of memory that this process holds; 0 where /proc does not tell, and then only the count of texts decides.

    Not getrusage: on Linux its peak is handed on through fork and exec, so that the child of a large process would
    retire after its first text.
    """
    try:
        pages = Path("/proc/self/statm").read_text().split()[1]
    except OSError:
        return 0
    return int(pages) * resource.getpagesize()


def send(channel: socket.socket, value: dict[str, Any]) -> None:
    """Write one value."""
    data = json.dumps(value, separators=(",", ":")).encode()
    channel.sendall(struct.pack(">I", len(data)) + data)


def receive(channel: socket.socket) -> dict[str, Any] | None:
    """Read one value; None when the other side has gone."""
    head = _exactly(channel, 4)
    data = _exactly(channel, struct.unpack(">I", head)[0]) if head else None
    return None if data is None else json.loads(data)


def _exactly(channel: socket.socket, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        part = channel.recv(min(size - len(data), 1 << 16))
        if not part:
            return None
        data += part
    return bytes(data)


def _bound() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which closes the socket
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A second line behind the timer.
    resource.setrlimit(resource.RLIMIT_CPU, (_LIFE_SECONDS, _LIFE_SECONDS))


def _be_quiet() -> None:
    """A process that dies of its limits says so by its end; what libraries print about it helps nobody."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stderr.fileno())
    os.close(nowhere)


def _answer(renderer: Renderer, request: dict[str, Any]) -> dict[str, Any]:
    signal.setitimer(signal.ITIMER_PROF, request["seconds"])
    try:
        rendered = renderer.render(request["source"], request["options"])
        return {"heavy": True} if len(rendered["html"]) > MAX_HTML else {"rendered": rendered}
    except (RecursionError, MemoryError):
        return {"heavy": True}
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
