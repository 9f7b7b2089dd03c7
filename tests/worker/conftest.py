"""A mail server that does as it is told, and `peernet worker` as a process."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from peernet.db import Database
from peernet.settings import Settings


def wait_until(is_so: Callable[[], Any], seconds: float = 60) -> None:
    """Look again and again."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "It did not happen"
        time.sleep(0.05)


def wait_while_it_moves(left: Callable[[], int], seconds: float = 60) -> None:
    """Look until nothing is left, however slow the machine; not when nothing has moved for so long."""
    last, until = left(), time.monotonic() + seconds
    while last:
        now = left()
        if now != last:
            last, until = now, time.monotonic() + seconds
        assert time.monotonic() < until, f"{last} are left and nothing moves"
        time.sleep(0.25)


@dataclass
class Postbox:
    """An SMTP server. While ``hold`` is not set, it has read a message and does not say so."""

    port: int = 0
    received: list[Any] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep the message; answer when told to."""
        self.received.append(message_from_bytes(envelope.content))
        while not self.hold.is_set():
            await asyncio.sleep(0.05)
        return "250 OK"


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    """A mail server that takes everything."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        box = Postbox(free.getsockname()[1])
    box.hold.set()
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    box.hold.set()
    controller.stop()


class Running:
    """A `peernet worker` and what it logs."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        names = {
            "PEERNET_DATABASE": settings.database,
            "PEERNET_DATA": str(settings.data),
            "PEERNET_SECRET_KEY": settings.secret_key.get_secret_value(),
            "PEERNET_JOBS__STORAGE": settings.jobs.storage,
            "PEERNET_REDIS__URL": settings.redis.url,
            "PEERNET_MAIL__HOST": settings.mail.host,
            "PEERNET_MAIL__PORT": str(settings.mail.port),
            "PEERNET_MAIL__SECURITY": settings.mail.security,
            "PEERNET_LOG__FORMAT": settings.log.format,
        }
        self.file = folder / "worker.log"
        with self.file.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "peernet", "worker"],
                env={**os.environ, **names},
                cwd=folder,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )

    @property
    def log(self) -> str:
        """All that was logged so far."""
        return self.file.read_text()

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(30)


@pytest.fixture
def start_worker(
    own_database: Database, settings: Settings, tmp_path: Path, postbox: Postbox
) -> Iterator[Callable[..., Running]]:
    """Start workers on the test's own database; they end with the test."""
    running: list[Running] = []

    def start(**jobs: Any) -> tuple[Running, Settings]:
        mail = settings.mail.model_copy(update={"host": "127.0.0.1", "port": postbox.port, "security": "none"})
        url = own_database.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
        redis = settings.redis.model_copy(update={"url": jobs.pop("redis", "")})
        log = settings.log.model_copy(update={"format": jobs.pop("log", "plain")})
        changed = settings.model_copy(
            update={
                "database": url,
                "data": tmp_path / "data",
                "mail": mail,
                "redis": redis,
                "log": log,
                "jobs": settings.jobs.model_copy(update=jobs),
            }
        )
        running.append(Running(changed, tmp_path))
        return running[-1], changed

    yield start
    for one in running:
        if one.process.poll() is None:
            one.kill()
