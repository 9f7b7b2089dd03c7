"""The server as processes: starting, stopping, and what happens when one of them is killed."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.server.served import BODY

pytestmark = pytest.mark.concurrency


class Served:
    """A running server and how to reach it."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder = folder
        command = [sys.executable, "-m", "tests.server.served", str(folder), str(self.port)]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()

    def answers(self) -> bool:
        try:
            return self.get("/")[0] == 200
        except OSError:
            return False

    def companion(self) -> int:
        try:
            return int((self.folder / "companion").read_text() or 0)
        except FileNotFoundError:
            return 0


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


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path)
    try:
        wait_for(served.answers)
        wait_for(served.companion)
        yield served
    finally:
        served.process.terminate()
        _out, said = served.process.communicate(timeout=30)
        assert "Traceback" not in said, said


def test_one_connection_carries_every_kind_of_answer(served):
    """HEAD and 304 have no body, and the next answer on the connection begins where it should."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
    seen = []
    etag = served.get("/ready")[2]["ETag"]
    for method, path, headers in (
        ("GET", "/ready", {}),
        ("HEAD", "/ready", {}),
        ("GET", "/ready", {"If-None-Match": etag}),
        ("GET", "/ready", {"Accept-Encoding": "gzip"}),
        ("HEAD", "/", {}),
        ("GET", "/ready", {}),
    ):
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        seen.append((answer.status, len(answer.read()), answer.headers["Content-Encoding"]))
    connection.close()
    assert seen[:3] == [(200, len(BODY), None), (200, 0, None), (304, 0, None)]
    assert seen[3][::2] == (200, "gzip")
    assert seen[4:] == [(200, 0, None), (200, len(BODY), None)]


def test_a_stop_lets_requests_and_the_companion_end(served):
    companion = served.companion()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(served.get, "/slow")
        time.sleep(0.3)
        served.process.send_signal(signal.SIGTERM)
        assert asked.result()[0] == 200
    assert served.process.wait(20) == 0
    assert not (served.folder / "companion").exists()
    assert not lives(companion)
    assert not served.answers()


def test_where_it_cannot_listen_it_ends_and_the_companion_with_it(tmp_path):
    """The address belongs to nobody (RFC 5737)."""
    command = [sys.executable, "-m", "tests.server.served", str(tmp_path), "8999", "192.0.2.1"]
    assert subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 1
    assert not (tmp_path / "companion").exists()


def test_nobody_outlives_a_server_that_is_killed(served):
    web, companion = int(served.get("/")[1]), served.companion()
    assert lives(web)
    assert lives(companion)
    served.process.kill()
    wait_for(lambda: not lives(web) and not lives(companion))


def test_a_companion_or_web_process_that_dies_is_started_again(served):
    web, companion = int(served.get("/")[1]), served.companion()
    os.kill(companion, signal.SIGKILL)
    os.kill(web, signal.SIGKILL)
    wait_for(lambda: served.companion() not in (0, companion))
    wait_for(served.answers)
    assert int(served.get("/")[1]) != web
    assert served.get("/ready")[1] == BODY
