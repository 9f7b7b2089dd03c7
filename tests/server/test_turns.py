"""Who waits for something else gives their turn away."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder

from peernet import turns


def test_a_turn_ends_once():
    ended = []
    with turns.holding(lambda: ended.append(1)):
        turns.let_go()
        turns.let_go()
        assert ended == [1]
    turns.let_go()
    assert ended == [1]


def test_a_turn_ends_with_its_request_also_by_an_error():
    ended = []

    def fail():
        with turns.holding(lambda: ended.append(1)):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert ended == [1]


@pytest.mark.concurrency
def test_others_are_served_while_one_waits(make_client):
    """One at a time; the first waits for something slow, and the second is answered meanwhile."""
    waits, goes_on = threading.Event(), threading.Event()
    app = Flask(__name__)

    @app.get("/slow")
    def slow() -> str:
        turns.let_go()
        waits.set()
        assert goes_on.wait(10)
        return "slow"

    app.get("/quick")(lambda: "quick")
    client = make_client(app.wsgi_app, at_once=1)

    def get(path):
        environ = EnvironBuilder(path, headers={"Host": "peers.example.org"}).get_environ()
        return b"".join(client.run_wsgi_app(environ)[0])

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(get, "/slow")
        assert waits.wait(10)
        assert get("/quick") == b"quick"
        goes_on.set()
        assert first.result() == b"slow"
    assert get("/quick") == b"quick"
