"""A front before a small Flask application that says what reached it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, Response, request
from werkzeug.test import Client

from peernet.pages import Copy, Store
from peernet.server import Front
from peernet.settings import Settings

HEADERS = [("X-Content-Type-Options", "nosniff")]
BODY = b"<!doctype html><title>Ready</title>" + b"<p>Made before you came.</p>" * 50


@pytest.fixture
def inner() -> Flask:
    """What stands behind the front."""
    app = Flask(__name__)

    @app.route("/", defaults={"path": ""}, methods=["GET", "POST", "HEAD"])
    @app.route("/<path:path>", methods=["GET", "POST", "HEAD"])
    def answer(path: str) -> Response:
        return Response(f"flask {request.method} {request.headers.get('X-Request-Id')}", content_type="text/plain")

    return app


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An open store with one page at /library."""
    store = Store(tmp_path / "pages")
    store.open()
    keep(store, "/library")
    return store


def keep(store: Store, path: str, body: bytes = BODY, **values) -> Copy:
    """Store a page."""
    copy = Copy.of(body, path=path, content_type="text/html; charset=utf-8", **values)
    assert store.keep(copy, is_current=lambda: True)
    return copy


@pytest.fixture
def make_client(store: Store) -> Callable[..., Client]:
    """A client of a front before any WSGI application."""

    def make(application, *, patience: float = 10.0, files=None, **server) -> Client:
        settings = Settings(public_url="https://peers.example.org", server={"threads": 16, **server})
        front = Front(application, settings=settings, store=store, headers=HEADERS, files=files, patience=patience)
        return Client(front)

    return make


@pytest.fixture
def ask(make_client: Callable[..., Client], inner: Flask) -> Callable:
    """Ask the front as a reader of the site would."""
    client = make_client(inner.wsgi_app)

    def get(path: str = "/library", method: str = "GET", host: str = "peers.example.org", **headers: str):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.open(path, method=method, headers={"Host": host, **named})

    return get
