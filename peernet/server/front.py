"""The front: one WSGI callable before Flask.

Ready-made pages and static files are answered as bytes, without a database, a template or a lock. Everything else goes
to Flask, only a few requests at once: the threads are many, and a saturated interpreter would answer all of them late.
Live streams go out from here, each with a thread of its own and without a turn.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from http import HTTPStatus
from secrets import token_hex
from threading import BoundedSemaphore
from typing import Any

from peernet import i18n, turns
from peernet.i18n import gettext as _
from peernet.live import Streams
from peernet.live.streams import ENVIRON
from peernet.pages import Copy, Store
from peernet.server.bodies import Bodies, Cut, TooMany
from peernet.settings import Settings
from peernet.web import assets

Headers = list[tuple[str, str]]
Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_NO_CACHE = [("Cache-Control", "no-cache"), ("Vary", "Accept-Encoding")]
_FOR_EVER = [("Cache-Control", "public, max-age=31536000, immutable"), ("Vary", "Accept-Encoding")]
# Seconds that a request waits for Flask, and those that a refused one is asked to stay away.
_PATIENCE, _RETRY_AFTER = 25.0, 5
# A larger answer is sent piece by piece.
_WHOLE = 1_000_000


class Front:
    """Answers ready-made pages and static files, and hands everything else to ``application``.

    ``headers`` go on every answer made here, ``hosts`` are the names answered to, ``files`` static copies by path.
    """

    def __init__(
        self,
        application: Application,
        *,
        settings: Settings,
        store: Store,
        headers: Headers,
        files: Mapping[str, Copy] | None = None,
        patience: float = _PATIENCE,
        streams: Streams | None = None,
    ) -> None:
        self.application = application
        self.store = store
        self.files = files or {}
        self.hosts = frozenset(settings.hosts_allowed)
        self.headers = headers
        self.language = settings.network.language
        self.patience = patience
        self.streams = streams
        at_once = min(settings.server.at_once, settings.server.threads - 1)
        self._at_work = BoundedSemaphore(at_once)
        # Those who wait hold a thread each; at least half of the threads stay free for ready-made pages.
        admitted = max(at_once, settings.server.threads // 2)
        self._admitted = BoundedSemaphore(admitted)
        self._bodies = Bodies(admitted)

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        named = environ.get("HTTP_X_REQUEST_ID", "")
        own = named if _REQUEST_ID.fullmatch(named) else token_hex(8)
        environ["HTTP_X_REQUEST_ID"] = own
        # A view hands one of these back as its body, which goes out when the view's turn and its session have ended.
        environ[ENVIRON] = self.streams
        if environ["REQUEST_METHOD"] in ("GET", "HEAD") and not environ.get("QUERY_STRING"):
            path = _path(environ)
            file = self.files.get(path)
            copy = file or self.store.look_up(path)
            if copy is not None and self._is_ours(environ):
                return self._answer(copy, _FOR_EVER if file else _NO_CACHE, environ, start, own)
        return self._pass_on(environ, start, own)

    def _is_ours(self, environ: Environ) -> bool:
        return _without_port(environ.get("HTTP_HOST", "")) in self.hosts

    def _answer(self, copy: Copy, caching: Headers, environ: Environ, start: Start, own: str) -> list[bytes]:
        coding = copy.coding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
        etag = f'"{copy.etag_of(coding)}"'
        headers = [("ETag", etag), ("X-Request-Id", own), *caching, *self.headers]
        if is_known(environ.get("HTTP_IF_NONE_MATCH", ""), etag):
            start("304 Not Modified", headers)
            return []
        headers += [("Content-Type", copy.content_type), *copy.headers]
        headers.append(("Content-Length", str(copy.length_of(coding))))
        if coding:
            headers.append(("Content-Encoding", coding))
        start(_status(copy.status), headers)
        if environ["REQUEST_METHOD"] == "HEAD":
            return []
        return [copy.coded(coding)]

    def _pass_on(self, environ: Environ, start: Start, own: str) -> Iterable[bytes]:
        if not self._admitted.acquire(blocking=False):
            return self._refuse(start, own)
        try:
            with self._bodies.read(environ):
                if not self._at_work.acquire(timeout=self.patience):
                    return self._refuse(start, own)
                with turns.holding(self._at_work.release):
                    return self._run(environ, start, own)
        except TooMany:
            return self._refuse(start, own)
        except Cut:  # Nobody is there any more; what half of a form says must not be kept.
            start("400 Bad Request", [("Content-Length", "0"), ("X-Request-Id", own), *self.headers])
            return []
        finally:
            self._admitted.release()

    def _run(self, environ: Environ, start: Start, own: str) -> Iterable[bytes]:
        length = _WHOLE + 1

        def start_with_id(status: str, headers: Headers, *error: Any) -> Any:
            nonlocal length
            length = next((int(value) for name, value in headers if name.lower() == "content-length"), length)
            return start(status, [*headers, ("X-Request-Id", own)], *error)

        parts = self.application(environ, start_with_id)
        if length > _WHOLE:
            return parts
        try:
            return [b"".join(parts)]
        finally:
            getattr(parts, "close", lambda: None)()

    def _refuse(self, start: Start, own: str) -> list[bytes]:
        with i18n.use_language(self.language):
            body = _("The site is very busy. Please try again in a few seconds.").encode()
        headers = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Retry-After", str(_RETRY_AFTER)),
            ("Cache-Control", "no-store"),
            ("X-Request-Id", own),
            *self.headers,
        ]
        start("503 Service Unavailable", headers)
        return [body]


def is_known(listed: str, etag: str) -> bool:
    """Whether an If-None-Match header names ``etag``, compared weakly (RFC 9110, 13.1.2)."""
    return listed == etag or (
        bool(listed) and any(item.strip().removeprefix("W/") in (etag, "*") for item in listed.split(","))
    )


def static_copies() -> dict[str, Copy]:
    """Every static file under its present address."""
    return {assets.asset(name): _static_copy(name) for name in assets.names()}


def _static_copy(name: str) -> Copy:
    return Copy.of(assets.content(name) or b"", path=assets.asset(name), content_type=assets.content_type(name))


def _path(environ: Environ) -> str:
    path: str = environ.get("PATH_INFO", "")
    if path.isascii():
        return path
    # PEP 3333: bytes of the path, each as one character.
    return path.encode("latin-1", "replace").decode("utf-8", "replace")


@lru_cache(maxsize=256)
def _without_port(host: str) -> str:
    return re.sub(r":\d+$", "", host).lower()


@lru_cache
def _status(code: int) -> str:
    return f"{code} {HTTPStatus(code).phrase}"
