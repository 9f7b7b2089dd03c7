"""Keeping ready what readers came to: what changed is made again by itself, before anybody asks and without haste.

So it is there while the database does not answer, and nobody waits for it. What nobody has ever read is made for its
first reader, as every page was once.
"""

import logging
import os
import threading
import time
from collections import deque
from contextlib import suppress
from http import HTTPStatus
from threading import Event, Thread
from urllib.parse import quote

from flask import Flask
from werkzeug.test import Client

from peernet.pages import Sweeper
from peernet.settings import Settings
from peernet.site import files

_log = logging.getLogger(__name__)
# Seconds between two rounds, so that what changes several times in a row is made once.
_PAUSE = 5.0
# For each second of work so many of rest.
_REST = 3.0
_NICE = 10


class Keeper:
    """Makes pages again through the application that readers ask."""

    def __init__(self, app: Flask, sweeper: Sweeper, settings: Settings) -> None:
        self._client = Client(app, use_cookies=False)
        self._sweeper, self._base = sweeper, settings.public_url
        self._stopping = Event()

    def start(self) -> None:
        """Go on in a thread until :meth:`stop`."""
        Thread(target=self._run, name="keep-pages", daemon=True).start()

    def stop(self) -> None:
        """End the thread after the page that it is at."""
        self._stopping.set()

    def make_again(self) -> int:
        """One round; gives how many were made. What could not be made, as when the database is away, waits."""
        if not self._sweeper.try_to_sweep():
            return 0
        store, made = self._sweeper.store, 0
        waiting = deque(store.take_wanted())
        try:
            while waiting and not self._stopping.is_set():
                if not store.has(waiting[0]):
                    if not self._make(waiting[0]):
                        break
                    made += 1
                waiting.popleft()
        finally:
            store.want(waiting)
        return made

    def _make(self, path: str) -> bool:
        """Whether it is worth going on: not where nothing answers just now."""
        began = time.monotonic()
        answer = self._client.get(quote(files.address_of(path), safe="/"), base_url=self._base)
        answer.close()
        self._stopping.wait((time.monotonic() - began) * _REST)
        return answer.status_code != HTTPStatus.SERVICE_UNAVAILABLE

    def _run(self) -> None:
        with suppress(OSError):
            # Of this thread alone: readers come first.
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
        while not self._stopping.wait(_PAUSE):
            try:
                self.make_again()
            except Exception:  # Whatever it was, the next round may do better; without the thread there would be none.
                _log.warning("Pages could not be made again; it is tried again soon", exc_info=True)
