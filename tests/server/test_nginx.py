"""nginx before the web processes: it answers what the front would, no longer than that would, and hides nobody."""

import gzip
import http.client
import json
import os
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest

from peernet.pages import Store
from peernet.server import nginx, running
from peernet.settings import Settings, SettingsError
from tests.server.served import BODY, HTML, KEY, PAGES, settings_of
from tests.server.serving import HOST, Served, free_port, lives, needs_nginx, serving, wait_for

# What another program writes differently, or makes anew for each answer.
_OWN = {"server", "date", "etag", "x-request-id", "content-length", "connection", "last-modified", "accept-ranges"}
BR, GZIP = {"Accept-Encoding": "gzip, deflate, br, zstd"}, {"Accept-Encoding": "gzip"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with nginx before it, for tests that leave it as it is."""
    with serving(tmp_path_factory.mktemp("nginx"), "on") as served:
        wait_for(lambda: by_nginx(served, "/page"))
        yield served


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Served]:
    """One for a test that does something to it."""
    with serving(tmp_path, "on") as served:
        wait_for(lambda: by_nginx(served, "/page"))
        yield served


def by_nginx(served: Served, path: str, **headers: str) -> bool:
    """Whether no process of ours was asked: the front gives each answer an id."""
    return "X-Request-Id" not in served.get(path, **(headers or GZIP))[2]


def processes(served: Served) -> list[int]:
    """nginx's first process."""
    found = subprocess.run(["pgrep", "-P", str(served.process.pid), "-x", "nginx"], capture_output=True, check=False)
    return [int(line) for line in found.stdout.split()]


def reach(port: int, path: str) -> tuple[int, http.client.HTTPMessage | None, bytes]:
    """What is answered; 0 where nobody listens or the answer does not come."""
    connection = http.client.HTTPConnection(HOST, port, timeout=1)
    try:
        connection.request("GET", path, headers=GZIP)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    except TimeoutError:
        return 1, None, b""
    except OSError:
        return 0, None, b""
    finally:
        connection.close()


def page_store(served: Served) -> Store:
    settings = settings_of(str(served.folder), str(served.port), HOST, "on")
    return Store(served.folder / "pages", stamp=running.stamp(settings))


@needs_nginx
@pytest.mark.parametrize("path", [page.path for page in PAGES])
@pytest.mark.parametrize("accepted", ["gzip, deflate, br, zstd", "gzip", "br", "identity", "", "br;q=0, gzip", "*"])
def test_every_ready_page_is_answered_as_by_the_front(served, path, accepted):
    """The front is asked the same in another way: a weight of one changes nothing, but nginx leaves it to the front."""
    answers = []
    for asked in (accepted, ", ".join(f"{one};q=1.0" for one in accepted.split(", ") if ";" not in one) or accepted):
        if accepted == "br;q=0, gzip":
            asked = accepted
        status, body, headers = served.get(path, **{"Accept-Encoding": asked})
        kept = {name.lower(): value for name, value in headers.items() if name.lower() not in _OWN}
        answers.append((status, body, kept))
    assert answers[0] == answers[1]


@needs_nginx
def test_it_answers_pages_in_html_itself_and_leaves_the_rest_to_the_front(served):
    asked = [
        ("/page", GZIP),
        ("/page", BR),
        ("/", BR),
        ("/page", {"Accept-Encoding": "identity"}),
        ("/page", {"Accept-Encoding": "gzip;q=0.5"}),
        ("/page", GZIP | {"Range": "bytes=0-9"}),
        ("/page", GZIP | {"If-Unmodified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}),
        ("/page?part=2", GZIP),
        ("/", GZIP | {"Range": "bytes=0-9"}),
        ("/", GZIP | {"If-Match": '"another"'}),
        ("/?part=2", GZIP),
        ("/page", GZIP | {"Host": "elsewhere.example"}),
        ("/gone", GZIP),
        ("/taken", GZIP),
        ("/ready", GZIP),
        ("/page.gz", GZIP),
        ("/page/", GZIP),
    ]
    assert [by_nginx(served, path, **headers) for path, headers in asked] == [True] * 3 + [False] * 14


@needs_nginx
def test_a_reader_who_has_it_is_told_so_and_each_coding_has_its_own_name(served):
    names = {}
    for headers in (GZIP, BR):
        _status, body, answer = served.get("/page", **headers)
        coding = answer["Content-Encoding"]
        names[coding] = answer["ETag"]
        assert served.get("/page", **headers, **{"If-None-Match": answer["ETag"]})[:2] == (304, b"")
        if coding == "gzip":
            assert gzip.decompress(body) == HTML
    assert set(names) == {"gzip", "br"}
    assert names["gzip"] != names["br"]
    assert served.get("/page", **GZIP, **{"If-None-Match": names["br"]})[0] == 200
    assert served.get("/page", "HEAD", **GZIP)[:2] == (200, b"")


@needs_nginx
def test_an_outer_proxy_s_name_for_a_request_is_said_back(served):
    named = served.get("/page", **GZIP, **{"X-Request-Id": "named-by-the-proxy"})[2]
    assert named["X-Request-Id"] == "named-by-the-proxy"
    assert "X-Request-Id" not in served.get("/page", **GZIP, **{"X-Request-Id": "no\tid"})[2]


@needs_nginx
def test_the_application_hears_who_asks_and_what(served):
    """Nobody can say that they are someone else, and what an outer proxy says arrives as it was said."""
    said = {"X-Peernet-Peer": "203.0.113.9", "X_Peernet_Peer": "203.0.113.9", "X-Forwarded-For": "198.51.100.7"}
    _status, body, _headers = served.get("/asked/a%20b//c?x=1&y=%2F", "DELETE", Host=f"localhost:{served.port}", **said)
    asked = json.loads(body)
    names = ("REMOTE_ADDR", "REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "HTTP_HOST", "HTTP_X_FORWARDED_FOR")
    assert [asked.get(name) for name in (*names, "HTTP_X_PEERNET_PEER")] == [
        *(HOST, "DELETE", "/asked/a b//c", "x=1&y=%2F", f"localhost:{served.port}", "198.51.100.7"),
        None,
    ]


@needs_nginx
def test_what_is_sent_arrives_whole(served):
    many = 3_000_000
    _status, body, _headers = served.post("/asked", b"x" * many)
    assert json.loads(body)["length"] == many
    # To an address that has a ready page as well.
    assert served.post("/page", b"x")[1].isdigit()


@needs_nginx
def test_a_stream_comes_as_it_is_said(served):
    connection = http.client.HTTPConnection(HOST, served.port, timeout=10)
    try:
        connection.request("GET", "/stream")
        answer = connection.getresponse()
        assert answer.readline() == b"first\n"
        served.get("/go")
        assert answer.readline() == b"then\n"
    finally:
        connection.close()


@needs_nginx
def test_all_addresses_are_those_of_both_versions(tmp_path):
    with serving(tmp_path, "on", host="::") as served:
        assert served.get("/who")[0] == 200


@needs_nginx
def test_what_a_commit_removed_is_not_answered_any_more(own):
    page_store(own).sweep([KEY])
    assert own.get("/page", **GZIP)[1].isdigit()
    assert own.get("/", **GZIP)[0] == 200
    assert by_nginx(own, "/")


@needs_nginx
def test_ready_pages_are_read_while_no_process_of_ours_answers(own):
    web = int(own.get("/who")[1])
    os.kill(web, signal.SIGSTOP)
    try:
        assert gzip.decompress(own.get("/page", **GZIP)[1]) == HTML
    finally:
        os.kill(web, signal.SIGCONT)
    os.kill(web, signal.SIGKILL)
    assert gzip.decompress(own.get("/page", **GZIP)[1]) == HTML
    # Whoever asks for more waits for the next process.
    assert int(own.get("/who")[1]) != web


@needs_nginx
def test_where_nobody_listens_it_says_so_in_words_and_shows_what_is_ready(tmp_path):
    port = free_port()
    settings = Settings(data=tmp_path, server={"port": port})
    store = Store(tmp_path / "pages")
    store.open()
    store.keep(PAGES[0], is_current=lambda: True)
    began = nginx.Nginx(settings)
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(began.socket))
            listening.listen()
            began.start()
            wait_for(lambda: reach(port, "/")[0])
        assert reach(port, "/page")[0] == 503
        store.show_at(began.pages)
        status, headers, body = reach(port, "/asked")
        assert (status, headers["Retry-After"], headers["Content-Type"]) == (503, "5", "text/plain; charset=utf-8")
        assert body.decode() == "The site is very busy. Please try again in a few seconds."
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert gzip.decompress(reach(port, "/page")[2]) == HTML
        nginx._sweep()
        assert began.folder.exists()
    finally:
        began.stop()
    assert not began.folder.exists()


def test_what_a_server_left_that_was_killed_is_removed_by_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in ("peernet-left", "peernet-used", "elsewhere"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "held").touch()
    (tmp_path / "peernet-other").mkdir()
    (tmp_path / "peernet-way").symlink_to("elsewhere")
    with (tmp_path / "peernet-used/held").open("rb") as used:
        flock(used, LOCK_EX)
        nginx._sweep()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("elsewhere", "peernet-other", "peernet-used", "peernet-way")
    ]
    assert (tmp_path / "elsewhere/held").exists()


def test_nothing_of_another_person_s_folder_is_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "peernet-theirs").mkdir()
    os.mkfifo(tmp_path / "peernet-theirs/held")  # to open it would wait without end
    own = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: own + 1)
    nginx._sweep()
    assert (tmp_path / "peernet-theirs/held").exists()


@needs_nginx
def test_it_is_started_again_when_it_dies_and_ends_with_a_server_that_is_killed(own):
    (first,) = processes(own)
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: processes(own) not in ([], [first]))
    wait_for(own.answers)
    (second,) = processes(own)
    own.process.kill()
    wait_for(lambda: not lives(second))
    assert not own.answers()


def test_without_it_or_with_one_that_refuses_the_front_answers_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(nginx, "program", lambda: None)
    assert running._nginx(Settings(data=tmp_path)) is None
    with pytest.raises(SettingsError, match=r"^server\.nginx: nginx is not installed$"):
        running._nginx(Settings(data=tmp_path, server={"nginx": "on"}))
    other = tmp_path / "nginx"
    other.write_text("#!/bin/sh\necho 'unknown directive' >&2\nexit 1\n")
    other.chmod(0o700)
    monkeypatch.setattr(nginx, "program", lambda: str(other))
    assert running._nginx(Settings(data=tmp_path)) is None
    with pytest.raises(SettingsError, match=r"^server\.nginx: unknown directive$"):
        running._nginx(Settings(data=tmp_path, server={"nginx": "on"}))


def test_it_is_not_looked_for_where_it_is_not_wanted(tmp_path, monkeypatch):
    monkeypatch.setattr(nginx, "program", lambda: pytest.fail("It was looked for"))
    assert running._nginx(Settings(data=tmp_path, server={"nginx": "off"})) is None
    assert running._nginx(Settings(data=tmp_path, development=True)) is None


def test_the_front_s_text_is_still_answered_by_it(tmp_path):
    """Without nginx the same server answers the same."""
    with serving(tmp_path, "off") as served:
        assert served.get("/ready")[1] == BODY
        assert not by_nginx(served, "/page")
