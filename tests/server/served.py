"""What the tests of running serve: an application that can be slow, and a companion that says when it lives.

Run as ``python -m tests.server.served FOLDER PORT [HOST]``. Its functions are sent to other processes by their names.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from peernet.db import Base, Database
from peernet.pages import Copy
from peernet.pages.models import PageCounter, PageTouch
from peernet.server import Front, make_front, open_pages, serve
from peernet.settings import Settings, use

BODY = b"ready " * 100


def slow(environ: dict[str, str], start) -> Iterable[bytes]:
    """Answers after a second to /slow, with its process id to anything else."""
    if environ["PATH_INFO"] == "/slow":
        time.sleep(1)
    body = str(os.getpid()).encode()
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


def make(settings: Settings) -> Front:
    """The front of a web process."""
    database = Database(use(settings).database_url)
    Base.metadata.create_all(database.engine, tables=[PageCounter.__table__, PageTouch.__table__])
    sweeper = open_pages(settings, database)
    front = make_front(settings, slow, sweeper)
    ready = Copy.of(BODY, path="/ready", content_type="text/plain")
    sweeper.store.keep(ready, is_current=lambda: True)
    return front


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
    folder, port, *host = Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]
    serve(Settings(data=folder, server={"port": port, "host": [*host, "127.0.0.1"][0]}), make, beside=accompany)
