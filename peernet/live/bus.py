"""The bus between processes: it only wakes. What happened is in the database; a wake-up that is lost is made up for
within a second by the hub's own look.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from threading import Thread
from typing import Any, Protocol

from sqlalchemy import text

from peernet.db import Database

_log = logging.getLogger(__name__)
_CHANNEL = "peernet_live"
# Seconds after which a lost connection is tried again.
_PAUSE = 2.0
Wake = Callable[[Iterable[str]], None]


class Bus(Protocol):
    """Carries names of topics to every process."""

    def call(self, topics: Sequence[str]) -> None:
        """Tell all processes that something happened in the topics. It never fails."""

    def answer(self, wake: Wake) -> None:
        """Hand what others call to ``wake``, from a thread, for ever."""


class NoBus:
    """For one process: nobody else is to be told."""

    def call(self, topics: Sequence[str]) -> None:
        """Nobody hears it."""

    def answer(self, wake: Wake) -> None:
        """Nobody calls."""


class _Calling:
    """What the two below share: that a call never fails, and that listening goes on."""

    def call(self, topics: Sequence[str]) -> None:
        """Tell all processes; one that is not reached looks within a second."""
        try:
            self._send(topics)
        except Exception as error:  # What happened is committed already; nothing may fail it now.
            _log.warning("Other processes could not be told what happened: %s", error)

    def answer(self, wake: Wake) -> None:
        """Listen, from a thread of its own."""
        Thread(target=self._listen_on, args=(wake,), name="live-bus", daemon=True).start()

    def _listen_on(self, wake: Wake) -> None:
        while True:
            try:
                self._listen(wake)
            except Exception as error:  # Whatever a driver raises: the next try may do.
                _log.warning("What other processes say cannot be heard for a moment: %s", error)
            time.sleep(_PAUSE)

    def _send(self, topics: Sequence[str]) -> None:
        raise NotImplementedError

    def _listen(self, wake: Wake) -> None:
        raise NotImplementedError


class PostgresBus(_Calling):
    """LISTEN and NOTIFY (https://www.postgresql.org/docs/current/sql-notify.html); a payload is one short name."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def _send(self, topics: Sequence[str]) -> None:
        with self.database.engine.begin() as connection:
            for topic in topics:
                connection.execute(text("SELECT pg_notify(:channel, :topic)"), {"channel": _CHANNEL, "topic": topic})

    def _listen(self, wake: Wake) -> None:
        pooled: Any = self.database.engine.raw_connection()
        connection = pooled.driver_connection
        # Never back to the pool: it goes on listening.
        pooled.detach()
        with connection:
            connection.autocommit = True
            connection.execute(f"LISTEN {_CHANNEL}")
            for said in connection.notifies():
                wake([said.payload])


class RedisBus(_Calling):
    """Publish and subscribe of Redis."""

    def __init__(self, url: str) -> None:
        # Only who chooses Redis has its client installed.
        self.client: Any = import_module("redis").Redis.from_url(url)

    def _send(self, topics: Sequence[str]) -> None:
        for topic in topics:
            self.client.publish(_CHANNEL, topic)

    def _listen(self, wake: Wake) -> None:
        with self.client.pubsub(ignore_subscribe_messages=True) as heard:
            heard.subscribe(_CHANNEL)
            for said in heard.listen():
                wake([said["data"].decode()])


def make_bus(kind: str, database: Database, redis_url: str) -> Bus:
    """The bus that the settings name: "process", "postgresql" or "redis"."""
    if kind == "postgresql":
        return PostgresBus(database)
    return RedisBus(redis_url) if kind == "redis" else NoBus()
