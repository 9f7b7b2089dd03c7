"""The server as processes: starting, stopping, and what happens when one of them is killed."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.server.served import BODY
from tests.server.serving import Served, lives, needs_nginx, serving, wait_for

pytestmark = pytest.mark.concurrency


@pytest.fixture(params=["off", pytest.param("on", marks=needs_nginx)])
def served(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Served]:
    """A running server, with nginx before it and without."""
    with serving(tmp_path, request.param) as served:
        yield served


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
        ("HEAD", "/who", {}),
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
    web, companion = int(served.get("/who")[1]), served.companion()
    assert lives(web)
    assert lives(companion)
    served.process.kill()
    wait_for(lambda: not lives(web) and not lives(companion) and not served.answers())


def test_a_companion_or_web_process_that_dies_is_started_again(served):
    web, companion = int(served.get("/who")[1]), served.companion()
    os.kill(companion, signal.SIGKILL)
    os.kill(web, signal.SIGKILL)
    wait_for(lambda: served.companion() not in (0, companion))
    wait_for(served.answers)
    assert int(served.get("/who")[1]) != web
    assert served.get("/ready")[1] == BODY
