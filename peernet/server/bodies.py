"""What a request brings, read without a turn (see ``peernet.turns``): a slow line keeps nobody else waiting.

A small body is read whole before its request asks for a turn. A large one, or one whose length nobody said, is left to
the view, which may refuse it unread; its request gives the turn away when the first byte is asked for. Each kind holds
a part of the threads at most, so that slow bodies, however many, keep only other bodies waiting.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from threading import BoundedSemaphore
from typing import IO, Any

from werkzeug.exceptions import ClientDisconnected, ServiceUnavailable

from peernet import turns

# A form with a long text is smaller.
SMALL = 256_000
# Most large bodies at once: while one comes in, its request may hold a connection to the database (20 in all).
_LARGE = 16
# Seconds that a small body waits until as many others are read.
_PATIENCE = 1.0


class TooMany(RuntimeError):
    """As many bodies are read as may be."""


class Cut(RuntimeError):
    """The body ended before its end."""


class Bodies:
    """Reads the bodies of requests; ``threads`` is how many requests may be under way."""

    def __init__(self, threads: int) -> None:
        self._small = BoundedSemaphore(max(1, threads // 2))
        self._large = BoundedSemaphore(max(1, min(_LARGE, threads // 4)))

    @contextmanager
    def read(self, environ: dict[str, Any]) -> Iterator[None]:
        """While this lasts, ``wsgi.input`` can be read without keeping a turn. Raises TooMany and Cut."""
        length = _length(environ)
        if length is not None and length <= SMALL:
            if length:
                environ["wsgi.input"] = BytesIO(self._whole(environ["wsgi.input"], length))
            yield
            return
        with _Large(environ["wsgi.input"], length, self._large) as environ["wsgi.input"]:
            yield

    def _whole(self, coming: IO[bytes], length: int) -> bytes:
        if not self._small.acquire(timeout=_PATIENCE):
            raise TooMany
        try:
            body = coming.read(length)
        except OSError:
            raise Cut from None
        finally:
            self._small.release()
        if len(body) < length:
            raise Cut
        return body


class _Large:
    """A body that takes a place, and gives its request's turn away, when it is first asked for.

    Reading raises ServiceUnavailable where as many are read as may be, and ClientDisconnected where the body ends
    before its ``length``.
    """

    def __init__(self, coming: IO[bytes], length: int | None, places: BoundedSemaphore) -> None:
        self._coming = coming
        self._missing = length or 0
        self._places = places
        self._has_place = False

    def __enter__(self) -> "_Large":
        return self

    def __exit__(self, *_error: object) -> None:
        if self._has_place:
            self._places.release()

    def read(self, *size: int) -> bytes:
        """See PEP 3333."""
        return self._counted(self._begun().read(*size), is_whole=not size or size[0] < 0)

    def readline(self, *size: int) -> bytes:
        """See PEP 3333."""
        return self._counted(self._begun().readline(*size))

    def readlines(self, *_hint: int) -> list[bytes]:
        """See PEP 3333."""
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def _counted(self, came: bytes, *, is_whole: bool = False) -> bytes:
        self._missing -= len(came)
        if self._missing > 0 and (is_whole or not came):
            raise ClientDisconnected
        return came

    def _begun(self) -> IO[bytes]:
        if not self._has_place:
            turns.let_go()
            if not self._places.acquire(blocking=False):
                raise ServiceUnavailable
            self._has_place = True
        return self._coming


def _length(environ: dict[str, Any]) -> int | None:
    """Bytes of the body; None if that is not known before its end."""
    if environ.get("HTTP_TRANSFER_ENCODING"):
        return None
    said = environ.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isascii() and said.isdigit() else None
