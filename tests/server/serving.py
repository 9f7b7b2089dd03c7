"""Servers as processes, and how to reach them."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from peernet.server import nginx

HOST = "127.0.0.1"
# On a person's machine it may be missing; where everything is checked it may not.
needs_nginx = pytest.mark.skipif(
    nginx.program() is None and not os.environ.get("CI"), reason="nginx is not installed here"
)


class Served:
    """A running server and how to reach it."""

    def __init__(self, folder: Path, nginx: str = "off", host: str = HOST) -> None:
        self.port = free_port()
        self.folder = folder
        command = [sys.executable, "-m", "tests.server.served", str(folder), str(self.port), host, nginx]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()

    def post(self, path: str, body: bytes) -> tuple[int, bytes, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        try:
            connection.request("POST", path, body)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()

    def begin(self, path: str, length: int) -> http.client.HTTPConnection:
        """A request of which only the first byte of its body has been sent."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        connection.putrequest("POST", path)
        connection.putheader("Content-Length", str(length))
        connection.endheaders(b"x")
        return connection

    def answers(self) -> bool:
        try:
            return self.get("/who")[0] == 200
        except OSError:
            return False

    def companion(self) -> int:
        try:
            return int((self.folder / "companion").read_text() or 0)
        except FileNotFoundError:
            return 0


def free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])


def lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(what: Callable[[], object], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "It took too long"
        time.sleep(0.05)


@contextmanager
def serving(folder: Path, nginx: str = "off", host: str = HOST) -> Iterator[Served]:
    """A server that answers, its companion beside it."""
    served = Served(folder, nginx, host)
    try:
        wait_for(served.answers)
        wait_for(served.companion)
        yield served
    finally:
        served.process.terminate()
        _out, said = served.process.communicate(timeout=30)
        assert "Traceback" not in said, said
