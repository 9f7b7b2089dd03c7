"""A web process and a worker that are killed again and again while they work. Run as a process of its own, without
threads, so that it may fork: ``python -m tests.crashes.victims`` with what to do as JSON on its standard input.

What the web process began and what was acknowledged to it goes to the file ``diary``, a line each: ``["try", what,
which]`` before a request and ``["ack", what, which]`` once its answer is there.
"""

import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from pydantic import SecretStr

from peernet.app import make_app
from peernet.db import Database
from peernet.media import store
from peernet.media.images import Prepared
from peernet.settings import Settings, use
from peernet.worker import Worker

DEEDS = ("invite", "link", "answer", "file")
ANSWERING, ANSWERS = ("member", "peer", "third"), ("accepted", "declined", "tentative")
# Seconds from the first request of a round to its kill, at most.
_LONGEST = 0.25


def settings_of(told: dict[str, Any]) -> Settings:
    """The settings of every process of the test."""
    return Settings(
        public_url="http://localhost:8000",
        database=told["database"],
        data=Path(told["data"]),
        secret_key=SecretStr(told["secret"]),
        mail={"host": "127.0.0.1", "port": told["port"], "security": "none"},
        limits={"enabled": False},
        log={"level": "ERROR"},
    )


def main() -> None:
    """Begin both, kill both, and so on."""
    told = json.load(sys.stdin)
    settings = use(settings_of(told))
    app = make_app(settings, Database(told["database"]))
    app.config.update(WTF_CSRF_ENABLED=False)
    # Once each in peace, so that what is made at first use need not be made anew by each who is forked from here.
    for what in DEEDS:
        _write(app, told, f"{ANSWERING[0]} {ANSWERS[0]}" if what == "answer" else "first", what)
    app.database.dispose()
    chance = random.Random(told["seed"])
    for number in range(told["rounds"]):
        heard, said = os.pipe()
        victims = [_forked(partial(_web, app, told, number, said)), _forked(partial(_work, settings))]
        os.close(said)
        os.read(heard, 1)
        os.close(heard)
        time.sleep(chance.uniform(0, _LONGEST))
        for victim in chance.sample(victims, len(victims)):
            os.kill(victim, signal.SIGKILL)
        for victim in victims:
            os.waitpid(victim, 0)


def _forked(work: Callable[[], None]) -> int:
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    return child


def _work(settings: Settings) -> None:
    worker = Worker(settings, Database(settings.database_url))
    while True:
        worker.sweep()


def _web(app: Any, told: dict[str, Any], number: int, out: int) -> None:
    chance = random.Random(f"{told['seed']}-{number}")
    os.write(out, b".")
    for step in range(1_000):
        what = chance.choice(DEEDS)
        answer = f"{chance.choice(ANSWERING)} {chance.choice(ANSWERS)}"
        _write(app, told, answer if what == "answer" else f"{number}-{step}", what)


def _write(app: Any, told: dict[str, Any], which: str, what: str) -> None:
    diary = os.open(told["diary"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(diary, f"{json.dumps(['try', what, which])}\n".encode())
    which = _do(app, told, what, which)
    os.write(diary, f"{json.dumps(['ack', what, which])}\n".encode())
    os.close(diary)


def _browser(app: Any, ticket: str) -> FlaskClient:
    browser: FlaskClient = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = ticket, True
    return browser


def _do(app: Any, told: dict[str, Any], what: str, which: str) -> str:
    """One of the writes; what it is known by afterwards."""
    if what == "invite":
        _send(
            _browser(app, told["tickets"]["organiser"]),
            "/c/practice-cohort/invite",
            email=f"p{which}@example.org",
            role="observer",
        )
    elif what == "link":
        _send(app.test_client(), "/sign-in/link", email="stranger@example.org")
    elif what == "answer":
        who, answer = which.split()
        _send(_browser(app, told["tickets"][who]), f"{told['table']}/rsvp", answer=answer)
    else:
        image = Prepared("image/webp", 1, 1, digest=which, whole=which.encode() * 50, copies={})
        with app.database.writing() as db:
            return store.keep(db, data=image, filename="x.webp", audience="public", uploaded_by=None).name
    return which


def _send(browser: FlaskClient, path: str, **data: str) -> None:
    answer = browser.post(path, data=data)
    assert answer.status_code in (302, 303), (path, answer.status_code, answer.text[-500:])


if __name__ == "__main__":
    main()
