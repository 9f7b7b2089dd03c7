"""Streams of Server-Sent Events (HTML Living Standard, 9.2), as generators that hold no session and no transaction.

Each holds a thread of the server, so their number has a limit; whoever comes beyond it asks now and then instead.
"""

from collections.abc import Hashable, Iterator
from queue import Empty
from threading import BoundedSemaphore

from peernet.live.hub import Hub, Listener

# Under this name the front puts its streams into the environment of a request. Without them a page asks now and then.
ENVIRON = "peernet.streams"
CONTENT_TYPE = "text/event-stream"
# Seconds after which a line says that the stream is alive; what fails to be written ends it.
_BEAT = 15.0
# Milliseconds after which a browser comes again when the line was lost.
_AGAIN = 2000


class Streams:
    """The open streams of one web process, at most ``most``."""

    def __init__(self, hub: Hub, most: int, *, beat: float = _BEAT) -> None:
        self.hub = hub
        self.beat = beat
        self._free = BoundedSemaphore(most) if most else None

    def open(self, topic: str, whom: Hashable, seen: int) -> "Stream | None":
        """A stream of what happens in a topic after the number ``seen``, or None where there are too many."""
        if self._free is None or not self._free.acquire(blocking=False):
            return None
        return Stream(self.hub, self._free, self.hub.listen(topic, whom, seen), self.beat)


class Stream:
    """What one client is sent. A WSGI server iterates over it, and closes it when the client is gone."""

    def __init__(self, hub: Hub, free: BoundedSemaphore, listener: Listener, beat: float) -> None:
        self._hub, self._free, self._listener, self._beat = hub, free, listener, beat
        self._is_open = True
        self._begin = f"retry: {_AGAIN}\n\n".encode()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        """The next part, which may take as long as a beat."""
        if not self._is_open:
            raise StopIteration
        if self._begin:
            begin, self._begin = self._begin, b""
            return begin
        try:
            told = self._listener.told.get(timeout=self._beat)
        except Empty:
            return b": \n\n"
        if told is None:
            # The page is told to look once more, and finds what it may see now.
            self.close()
            return b"event: over\ndata: over\n\n"
        return b"".join(f"id: {number}\ndata: {kind}\n\n".encode() for number, kind in told)

    def close(self) -> None:
        """Make room for another, once."""
        if self._is_open:
            self._is_open = False
            self._hub.leave(self._listener)
            self._free.release()

    def __del__(self) -> None:
        """A server that only lets go of it closes it as well."""
        self.close()
