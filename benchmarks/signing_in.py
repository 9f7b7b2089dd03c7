"""20 people sign in while 50 others write: how long does it take to save what somebody types?

    python benchmarks/signing_in.py [--seconds 10]

The writers save every two seconds, as the page's script does at most. Those who sign in do so with a password
(argon2id), all at once, again and again. Before that the writers save alone, and a bare Flask view is asked in the same
rhythm, so that the machine's own speed is told apart. Exits with 1 where the 95th percentile of a save is above 200 ms.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Thread
from typing import Any

from crowd import HOST, SLUG, Answer, Browser, databases, free_port, p95, percentiles, stage
from flask import Flask, Response
from werkzeug.serving import WSGIRequestHandler, make_server

WRITERS, COMING = 50, 20
BAR = 200.0
# Seconds between two saves of one writer, and between two rounds of signing in.
RHYTHM, ROUNDS = 2.0, 2.0


class Writer:
    """Somebody whose page saves what they type."""

    def __init__(self, browser: Browser, page: str) -> None:
        self.browser, self.page = browser, page
        self.token, self.version = browser.token_of(page), 0

    def save(self) -> Answer:
        """Save a text that has become a little longer."""
        text = "We keep it for the people downstream. " * (20 + self.version)
        fields = {"text": text[:20_000], "version": str(self.version), "csrf_token": self.token}
        answer = self.browser.post(f"{self.page}/draft", fields, X_Autosave="1")
        self.version += answer.status == 204
        return answer


def in_rhythm(actions: Sequence[Callable[[], Answer]], seconds: float) -> list[Answer]:
    """Each is done every RHYTHM seconds, evenly spread; what came back of all."""
    began = time.perf_counter()

    def go_on(place: int) -> list[Answer]:
        answers, turn = [], 0
        while (at := (place / len(actions) + turn) * RHYTHM) < seconds:
            time.sleep(max(0.0, began + at - time.perf_counter()))
            answers.append(actions[place]())
            turn += 1
        return answers

    with ThreadPoolExecutor(len(actions)) as pool:
        return [answer for some in pool.map(go_on, range(len(actions))) for answer in some]


def come_in(port: int, addresses: Sequence[str], over: Event) -> list[Answer]:
    """All sign in at the same moment, every ROUNDS seconds, until it is over."""
    answers: list[Answer] = []
    with ThreadPoolExecutor(len(addresses)) as pool:
        while not over.is_set():
            began = time.perf_counter()
            browsers = [Browser(port) for _ in addresses]
            answers += pool.map(lambda one, address: one.sign_in(address), browsers, addresses)
            over.wait(max(0.0, began + ROUNDS - time.perf_counter()))
    return answers


def bare_view(seconds: float) -> list[Answer]:
    """A Flask view that does nothing, posted to in the same rhythm."""
    app = Flask("bare")
    app.post("/")(lambda: Response(status=204))
    handler = type("Quiet", (WSGIRequestHandler,), {"log_request": lambda *_: None, "protocol_version": "HTTP/1.1"})
    server: Any = make_server(HOST, free_port(), app, threaded=True, request_handler=handler)
    Thread(target=server.serve_forever, daemon=True).start()
    browsers = [Browser(server.server_port) for _ in range(WRITERS)]
    text = {"text": "We keep it for the people downstream. " * 20}
    answers = in_rhythm([lambda one=one: one.post("/", text) for one in browsers], seconds)  # type: ignore[misc]
    server.shutdown()
    return answers


def measure(name: str, database_url: str, seconds: float) -> bool:
    """One run; True if the bar is held."""
    with stage(WRITERS + COMING, database_url) as here:
        print(f"{name}: {WRITERS} writers open their page", file=sys.stderr)
        page = f"/c/{SLUG}/prompts/{here.crowd.asking_id}"
        browsers = [Browser(here.port) for _ in range(WRITERS)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda one, address: one.sign_in(address), browsers, here.crowd.addresses))
            writers = list(pool.map(lambda one: Writer(one, page), browsers))
        alone = in_rhythm([writer.save for writer in writers], seconds)
        over = Event()
        with ThreadPoolExecutor(1) as pool:
            coming: Future[list[Answer]] = pool.submit(come_in, here.port, here.crowd.addresses[WRITERS:], over)
            beside = in_rhythm([writer.save for writer in writers], seconds)
            over.set()
            signed_in = coming.result()
    bare = bare_view(seconds)
    print(f"{name}: a bare Flask view: {percentiles(bare)}")
    print(f"{name}: {len(alone)} saves alone: {percentiles(alone)}")
    print(f"{name}: {len(beside)} saves while {len(signed_in)} sign in: {percentiles(beside)}")
    print(f"{name}: signing in: {percentiles(signed_in)}")
    print(
        f"{name}: p95 of a save is {p95(beside) / p95(alone):.1f} x alone, {p95(beside) / p95(bare):.1f} x a bare view"
    )
    failed = Counter(answer.status for answer in [*alone, *beside] if answer.status != 204)
    failed += Counter(answer.status for answer in signed_in if answer.status != 303)
    if failed:
        print(f"{name}: failed: {dict(failed)}")
    return not failed and p95(beside) < BAR


def main() -> None:
    """Run, and say whether the bar is held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    with databases() as urls:
        held = [measure(name, url, options.seconds) for name, url in urls.items()]
    sys.exit(not all(held))


if __name__ == "__main__":
    main()
