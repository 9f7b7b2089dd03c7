"""The front: what it answers itself, what it leaves to Flask, and how much of that at once."""

import gzip
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import brotli
import pytest
from flask import Flask, Response
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from peernet.pages import Copy, codings
from peernet.server.front import is_known, static_copies
from peernet.web import assets
from tests.server.conftest import BODY, keep


def test_a_ready_page_is_answered_whole(ask):
    answer = ask()
    etag = answer.headers["ETag"]
    own = answer.headers["X-Request-Id"]
    assert answer.data == BODY
    assert answer.status == "200 OK"
    assert list(answer.headers) == [
        ("ETag", etag),
        ("X-Request-Id", own),
        ("Cache-Control", "no-cache"),
        ("Vary", "Accept-Encoding"),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(BODY))),
    ]


def test_compressed_for_those_who_take_it_with_an_etag_of_its_own(ask):
    plain, zipped = ask(), ask(Accept_Encoding="br;q=0.5, gzip")
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == BODY
    assert int(zipped.headers["Content-Length"]) == len(zipped.data) < len(BODY) // 5
    assert zipped.headers["ETag"] == plain.headers["ETag"][:-1] + '-gzip"'


def test_with_brotli_where_it_is_installed(ask):
    plain, packed = ask(), ask(Accept_Encoding="gzip, br")
    assert packed.headers["Content-Encoding"] == "br"
    assert brotli.decompress(packed.data) == BODY
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert packed.headers["ETag"] == plain.headers["ETag"][:-1] + '-br"'
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert ask(Accept_Encoding="br", If_None_Match=packed.headers["ETag"]).status_code == 304


def test_without_it_readers_are_sent_gzip(ask, store, monkeypatch):
    monkeypatch.setattr(codings, "brotli", None)
    keep(store, "/other")
    assert ask("/other", Accept_Encoding="br, gzip").headers["Content-Encoding"] == "gzip"
    assert ask("/other", Accept_Encoding="br").data == BODY


def test_not_modified(ask):
    etag = ask().headers["ETag"]
    for listed in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        answer = ask(If_None_Match=listed)
        assert (answer.status_code, answer.data) == (304, b"")
        assert answer.headers["ETag"] == etag
        assert {"Cache-Control", "Vary", "X-Content-Type-Options"} <= set(answer.headers.keys())
        assert "Content-Length" not in answer.headers
    assert ask(If_None_Match=etag, Accept_Encoding="gzip").status_code == 200
    assert ask(If_None_Match='"other"').status_code == 200


def test_head_says_what_get_would(ask):
    get, head = ask(), ask(method="HEAD")
    assert head.data == b""
    assert [pair for pair in head.headers if pair[0] != "X-Request-Id"] == [
        pair for pair in get.headers if pair[0] != "X-Request-Id"
    ]


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("/library?page=2", {}),
        ("/library", {"method": "POST"}),
        ("/library/", {}),
        ("/Library", {}),
        ("/fr/library", {}),
        ("/library", {"host": "evil.example"}),
        ("/library", {"host": ""}),
        ("/library", {"host": "peers.example.org.evil.example"}),
        ("/library", {"host": "evil.example:peers.example.org"}),
    ],
)
def test_everything_else_goes_to_flask(ask, path, options):
    assert ask(path, **options).data.startswith(b"flask ")


@pytest.mark.parametrize("host", ["peers.example.org", "PEERS.example.org", "peers.example.org:443"])
def test_the_host_is_compared_as_a_name(ask, host):
    assert ask(host=host).data == BODY


def test_cookies_change_nothing(ask):
    assert ask(Cookie="peernet=signed-in").data == BODY


def test_a_swept_page_goes_to_flask_at_once(ask, store):
    keep(store, "/", depends=("home",))
    assert ask("/").data == BODY
    store.sweep(["home"])
    assert ask("/").data.startswith(b"flask")


def test_status_and_headers_of_the_copy(ask, store):
    keep(store, "/gone", status=410, headers=(("Link", '</library>; rel="up"'),))
    answer = ask("/gone")
    assert (answer.status, answer.headers["Link"]) == ("410 Gone", '</library>; rel="up"')


def test_paths_are_text(ask, store):
    keep(store, "/bibliothèque/日本")
    assert ask("/biblioth%C3%A8que/%E6%97%A5%E6%9C%AC").data == BODY
    assert ask("/biblioth%E8que").data.startswith(b"flask")


def test_request_ids_are_kept_if_well_formed(ask):
    assert ask(X_Request_Id="abc-123_DEF.4").headers["X-Request-Id"] == "abc-123_DEF.4"
    for bad in ("short", "x" * 65, "with space", "a;b=cdefgh", "é" * 10, ""):
        made = ask(X_Request_Id=bad.encode("utf-8").decode("latin-1")).headers["X-Request-Id"]
        assert len(made) == 16
        assert made != bad
    answer = ask("/other", X_Request_Id="abc-12345")
    assert (answer.data, answer.headers["X-Request-Id"]) == (b"flask GET abc-12345", "abc-12345")
    assert ask("/other").text.endswith(ask("/other").headers["X-Request-Id"]) is False


def test_static_files_are_answered_for_ever(make_client):
    files = static_copies()
    address = assets.asset("css/site.css")
    client = make_client(Flask(__name__).wsgi_app, files=files)
    answer = client.get(address, headers={"Host": "peers.example.org", "Accept-Encoding": "gzip"})
    assert gzip.decompress(answer.data) == (assets.FOLDER / "css/site.css").read_bytes()
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert client.get("/static/000000000000/css/site.css").status_code == 404
    assert len(files) == sum(file.is_file() for file in assets.FOLDER.rglob("*")) + 1  # brand.css


def test_ready_pages_need_nothing_behind_the_front(make_client):
    def broken(environ, start):
        raise RuntimeError("no database")

    client = make_client(broken)
    assert client.get("/library", headers={"Host": "peers.example.org"}).data == BODY
    with pytest.raises(RuntimeError):
        client.get("/other", headers={"Host": "peers.example.org"})
    for _turn in range(40):
        with pytest.raises(RuntimeError):
            client.get("/other", headers={"Host": "peers.example.org"})


@pytest.mark.concurrency
def test_only_a_few_reach_flask_and_the_rest_is_told_to_wait(make_client):
    """16 threads, 2 at once: 2 work, 6 wait, 4 are refused without waiting; ready pages are answered meanwhile."""
    let_go, inside = Event(), []
    app = Flask(__name__)

    @app.get("/slow")
    def slow() -> str:
        inside.append(1)
        let_go.wait(10)
        return "done"

    client = make_client(app.wsgi_app, at_once=2)

    def get(path: str):
        environ = EnvironBuilder(path, headers={"Host": "peers.example.org"}).get_environ()
        return client.run_wsgi_app(environ)

    with ThreadPoolExecutor(12) as pool:
        asked = [pool.submit(get, "/slow") for _ in range(12)]
        until = time.monotonic() + 5
        while sum(one.done() for one in asked) < 4 and time.monotonic() < until:
            time.sleep(0.01)
        refused = [one.result() for one in asked if one.done()]
        assert len(inside) == 2
        assert get("/library")[1] == "200 OK"
        let_go.set()
        statuses = [one.result()[1] for one in asked]
    assert len(refused) == 4
    assert {headers["Retry-After"] for _body, _status, headers in refused} == {"5"}
    assert {headers["Cache-Control"] for _body, _status, headers in refused} == {"no-store"}
    assert sorted(statuses) == ["200 OK"] * 8 + ["503 Service Unavailable"] * 4


@pytest.mark.concurrency
def test_patience_ends(make_client):
    let_go = Event()
    app = Flask(__name__)
    app.get("/slow")(lambda: str(let_go.wait(10)))
    client = make_client(app.wsgi_app, at_once=1, patience=0.1)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.get, "/slow")
        while client.application._at_work._value:
            time.sleep(0.01)
        assert client.get("/slow").status_code == 503
        let_go.set()
        assert first.result().status_code == 200
    assert client.get("/slow").status_code == 200


def test_a_long_answer_is_streamed_and_closed(make_client):
    closed = []
    app = Flask(__name__)

    @app.get("/long")
    def long() -> Response:
        response = Response((b"x" * 1000 for _ in range(2000)), content_type="text/plain")
        response.call_on_close(lambda: closed.append(1))
        return response

    client = make_client(app.wsgi_app, at_once=1)
    answers = [client.get("/long") for _ in range(3)]
    assert closed == []
    assert [len(answer.data) for answer in answers] == [2_000_000] * 3
    for answer in answers:
        answer.close()
    assert closed == [1, 1, 1]


def test_a_short_answer_is_closed_at_once(make_client):
    closed = []
    app = Flask(__name__)

    @app.get("/short")
    def short() -> Response:
        response = Response("x")
        response.call_on_close(lambda: closed.append(1))
        return response

    assert make_client(app.wsgi_app).get("/short").data == b"x"
    assert closed == [1]


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [
        ("", [""]),
        ("gzip", ["gzip", ""]),
        ("GZIP", ["gzip", ""]),
        ("br", ["br", ""]),
        ("gzip, deflate, br, zstd", ["br", "gzip", ""]),
        ("br;q=1.0, gzip;q=0.2", ["br", "gzip", ""]),
        ("br;q=0.2, gzip;q=1.0", ["gzip", "br", ""]),
        ("br;q=0, gzip", ["gzip", ""]),
        ("gzip; q=0.000", [""]),
        ("gzip;q=0.001", ["gzip", ""]),
        ("*", ["br", "gzip", ""]),
        ("*;q=0", [""]),
        ("identity", [""]),
        ("identity, gzip", ["gzip", ""]),
        ("identity;q=1, gzip;q=0.5, br;q=0.1", ["", "gzip", "br"]),
        ("identity;q=0, gzip;q=0.5", ["gzip", ""]),
        ("gzip;q=0, *", ["br", ""]),
        ("x-gzipped, brotli", [""]),
        ("gzip;q=nan", ["gzip", ""]),
    ],
)
def test_accept_encoding(accepted, sent):
    assert list(codings.preferred(accepted)) == sent


@given(st.text(max_size=60))
def test_any_header_is_understood_somehow(header):
    assert set(codings.preferred(header)) <= {"br", "gzip", ""}
    is_known(header, '"x"')


def test_a_page_is_answered_by_its_bytes_alone(ask, store, monkeypatch):
    """Nothing is compressed or read again for a reader who takes gzip."""
    ask(Accept_Encoding="gzip")
    monkeypatch.setattr(Copy, "of", None)
    monkeypatch.setattr(Copy, "from_bytes", None)
    monkeypatch.setattr(gzip, "decompress", None)
    assert ask(Accept_Encoding="gzip").status_code == 200
