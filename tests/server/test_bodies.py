"""A slow line keeps nobody else waiting, and half of what somebody sent is never taken for the whole."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask, request
from werkzeug.test import Client, EnvironBuilder, TestResponse

from peernet.server import bodies
from tests.server.serving import needs_nginx, serving

_LARGE = 1_500_000


class Slow(BytesIO):
    """A body that waits before its first byte."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body)
        self.is_waited_for, self.goes_on = threading.Event(), threading.Event()

    def read(self, size: int | None = -1) -> bytes:
        self.is_waited_for.set()
        assert self.goes_on.wait(10)
        return super().read(size)


class Broken(BytesIO):
    """A body whose line is cut."""

    def read(self, size: int | None = -1) -> bytes:
        raise OSError("The line was cut")


@pytest.fixture
def counting() -> Flask:
    """Says how much it was sent; ``/unread`` does not ask for it."""
    app = Flask(__name__)
    app.post("/", endpoint="count")(lambda: str(len(request.get_data())))
    app.post("/unread", endpoint="leave")(lambda: "unread")
    app.get("/", endpoint="show")(lambda: "read")
    return app


def send(client: Client, body: BytesIO, length: int | None, path: str = "/") -> TestResponse:
    """Send so many bytes, or in parts that nobody counted."""
    named = {} if length is None else {"Content-Length": str(length)}
    said = {"Transfer-Encoding": "chunked"} if length is None else {}
    builder = EnvironBuilder(path, method="POST", headers={"Host": "peers.example.org", **named, **said})
    environ = builder.get_environ() | {"wsgi.input": body, "wsgi.input_terminated": True}
    environ["CONTENT_LENGTH"] = "" if length is None else str(length)
    return TestResponse(*client.run_wsgi_app(environ), builder.get_request())


def test_a_body_arrives_as_it_was_sent(make_client: Callable[..., Client], counting: Flask):
    client = make_client(counting.wsgi_app)
    sizes = [0, 1, bodies.SMALL, bodies.SMALL + 1, _LARGE]
    assert [send(client, BytesIO(b"x" * size), size).text for size in sizes] == [str(size) for size in sizes]
    assert send(client, BytesIO(b"x" * 1000), None).text == "1000"


@pytest.mark.parametrize("coming", [BytesIO(b"answer=Half"), Broken()])
def test_half_a_form_is_kept_by_nobody(make_client: Callable[..., Client], coming: BytesIO):
    def application(environ, start):
        pytest.fail("It was told")

    answer = send(make_client(application), coming, 200)
    assert (answer.status_code, answer.data) == (400, b"")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("read", ["whole", "parts", "lines"])
def test_nor_half_of_what_is_large(make_client: Callable[..., Client], read: str):
    app, kept = Flask(__name__), []
    how = {
        "whole": lambda body: body.read(),
        "parts": lambda body: b"".join(iter(lambda: body.read(1000), b"")),
        "lines": lambda body: b"".join(body.readlines()),
    }

    @app.post("/")
    def keep() -> str:
        kept.append(how[read](request.environ["wsgi.input"]))
        return "kept"

    client, whole = make_client(app.wsgi_app), b"a line\n" * 100_000
    assert send(client, BytesIO(whole[:300_000]), len(whole)).status_code == 400
    assert kept == []
    assert send(client, BytesIO(whole), len(whole)).text == "kept"
    assert kept == [whole]


@pytest.mark.concurrency
@pytest.mark.parametrize("length", [10, _LARGE, None])
def test_who_waits_for_a_body_holds_no_turn(make_client: Callable[..., Client], counting: Flask, length: int | None):
    client = make_client(counting.wsgi_app, at_once=1)
    coming = Slow(b"x" * (length or 10))
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(send, client, coming, length)
        assert coming.is_waited_for.wait(10)
        assert client.get("/", headers={"Host": "peers.example.org"}).text == "read"
        coming.goes_on.set()
        assert first.result().text == str(length or 10)


@pytest.mark.concurrency
@pytest.mark.parametrize(("length", "most"), [(10, 4), (_LARGE, 2)])
def test_bodies_hold_a_part_of_the_threads(
    make_client: Callable[..., Client], counting: Flask, monkeypatch, length: int, most: int
):
    """Of sixteen threads eight are for requests; of these four wait for small bodies, or two for large ones."""
    monkeypatch.setattr(bodies, "_PATIENCE", 0.05)
    client = make_client(counting.wsgi_app)
    coming = [Slow(b"x" * length) for _ in range(most)]
    with ThreadPoolExecutor(most) as pool:
        first = [pool.submit(send, client, body, length) for body in coming]
        assert all(body.is_waited_for.wait(10) for body in coming)
        assert send(client, BytesIO(b"x" * length), length).status_code == 503
        assert client.get("/", headers={"Host": "peers.example.org"}).text == "read"
        assert send(client, BytesIO(), 0).text == "0"
        # What is large may be left unread, and takes no place then.
        assert send(client, BytesIO(b"x" * _LARGE), _LARGE, "/unread").text == "unread"
        for body in coming:
            body.goes_on.set()
        assert {one.result().text for one in first} == {str(length)}
    assert send(client, BytesIO(b"x" * length), length).text == str(length)


@pytest.mark.parametrize("nginx", ["off", pytest.param("on", marks=needs_nginx)])
@pytest.mark.parametrize(("length", "many"), [(1000, 20), (3_000_000, 12)])
def test_a_server_answers_while_many_send_slowly(tmp_path: Path, nginx: str, length: int, many: int):
    with serving(tmp_path, nginx) as served:
        begun = [served.begin("/asked", length) for _ in range(many)]
        assert served.get("/who")[0] == 200
        assert json.loads(served.post("/asked", b"y" * length)[1])["length"] == length
        cut = begun.pop()
        cut.close()
        for connection in begun:
            connection.send(b"x" * (length - 1))
        assert [json.loads(one.getresponse().read())["length"] for one in begun] == [length] * (many - 1)
        for connection in begun:
            connection.close()
