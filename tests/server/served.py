"""What the tests of running serve: an application that can be slow, and a companion that says when it lives.

Run as ``python -m tests.server.served FOLDER PORT [HOST [NGINX]]``. Its functions are sent to other processes by their
names.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

from werkzeug.exceptions import ClientDisconnected

from peernet.db import Base, Database
from peernet.pages import Copy
from peernet.pages.models import PageCounter, PageTouch
from peernet.server import Front, make_front, open_pages, serve
from peernet.settings import Settings, use

BODY = b"ready " * 100
HTML = b"<!doctype html><title>Ready</title>" + b"<p>Made before you came.</p>" * 50
KEY = "material:1"
go = Event()
# Ready pages; all but the first two are answered by the front alone.
PAGES = [
    Copy.of(HTML, path="/page", content_type="text/html; charset=utf-8", depends=(KEY,)),
    Copy.of(HTML[:900], path="/", content_type="text/html; charset=utf-8"),
    Copy.of(b"gone", path="/gone", content_type="text/html; charset=utf-8", status=410),
    Copy.of(HTML, path="/taken", content_type="text/html; charset=utf-8", headers=(("X-Robots-Tag", "noindex"),)),
    Copy.of(BODY, path="/ready", content_type="text/plain"),
]


def slow(environ: dict[str, str], start) -> Iterable[bytes]:
    """Answers after a second to /slow, to /asked with what it was asked, with its process id to anything else."""
    if environ["PATH_INFO"] == "/slow":
        time.sleep(1)
    if environ["PATH_INFO"] == "/stream":
        start("200 OK", [("Content-Type", "text/event-stream"), ("X-Accel-Buffering", "no")])
        return stream()
    if environ["PATH_INFO"] == "/go":
        go.set()
    if environ["PATH_INFO"].startswith("/asked"):
        try:
            body = json.dumps(asked(environ)).encode()
        except ClientDisconnected:
            start("400 Bad Request", [("Content-Length", "0")])
            return []
    else:
        body = str(os.getpid()).encode()
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


def stream() -> Iterator[bytes]:
    """A word at once, and another when somebody has asked for /go."""
    yield b"first\n"
    go.wait(20)
    yield b"then\n"


def asked(environ: dict[str, Any]) -> dict[str, Any]:
    """What reaches the application of a request."""
    texts = {name: value for name, value in environ.items() if isinstance(value, str)}
    return texts | {"length": len(environ["wsgi.input"].read())}


def make(settings: Settings) -> Front:
    """The front of a web process."""
    database = Database(use(settings).database_url)
    Base.metadata.create_all(database.engine, tables=[PageCounter.__table__, PageTouch.__table__])
    sweeper = open_pages(settings, database)
    front = make_front(settings, slow, sweeper)
    for page in PAGES:
        sweeper.store.keep(page, is_current=lambda: True)
    return front


def settings_of(folder: str, port: str, host: str = "127.0.0.1", nginx: str = "off") -> Settings:
    """What the server is told."""
    return Settings(data=Path(folder), server={"port": int(port), "host": host, "nginx": nginx})


def accompany(settings: Settings) -> None:
    """Writes its process id, and removes it when it is asked to end."""
    here = settings.data / "companion"

    def end(_signal: int, _frame: object) -> None:
        here.unlink()
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)
    here.write_text(str(os.getpid()))
    while True:
        time.sleep(0.1)


if __name__ == "__main__":
    serve(settings_of(*sys.argv[1:]), make, beside=accompany)
