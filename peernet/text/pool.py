"""A few bounded child processes that render, shared by all threads, renewed when they die, gone at exit."""

import atexit
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import LifoQueue
from typing import Any

from peernet import turns
from peernet.text import child as protocol

# CPU time of one text; 200 kB of ordinary prose take about 0.4 s on a slow machine.
CPU_SECONDS = 2.0
# A child is killed after this much real time, for the case that it gets no CPU to spend.
WALL_SECONDS = 30.0
_START_SECONDS = 60.0
_MOST = 4

_START = "from peernet.text.child import main; main()"


# All that Python itself may need; secrets in the environment stay out of reach of a hostile text.
_PASSED_ON = ("LD_LIBRARY_PATH", "PYTHONHOME", "PATH")


class Died(Exception):
    """The child ended, or was ended, while it worked on a request."""


class Child:
    """One process and the socket to it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter on our own module
                [sys.executable, "-s", "-c", _START],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=_environment(),
            )
        self.channel = ours
        self.retires = False
        if self._receive(_START_SECONDS) is None:
            self.end()
            raise RuntimeError("The process that renders Markdown does not start; its error stands above")

    @property
    def is_alive(self) -> bool:
        """Whether the process can be asked."""
        return not self.retires and self.process.poll() is None

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to ``request``. Raises Died, after which the child is of no use."""
        try:
            self.channel.settimeout(WALL_SECONDS)
            protocol.send(self.channel, request | {"seconds": CPU_SECONDS})
        except OSError:
            raise Died from None
        answer = self._receive(WALL_SECONDS)
        if answer is None:
            raise Died
        self.retires = answer.pop("last")
        return answer

    def end(self) -> None:
        """Kill the process if need be, and reap it."""
        self.channel.close()
        with suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()

    def abandon(self) -> None:
        """Let go of a child that belongs to the process we were forked from."""
        self.channel.close()
        self.process.returncode = 0

    def _receive(self, seconds: float) -> dict[str, Any] | None:
        self.channel.settimeout(seconds)
        try:
            return protocol.receive(self.channel)
        except OSError:
            return None


def _environment() -> dict[str, str]:
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return passed | {"PYTHONPATH": os.pathsep.join(path or os.curdir for path in sys.path), "PYTHONUTF8": "1"}


class Pool:
    """At most ``size`` children, started when first needed, the one used last lent first."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._idle: LifoQueue[Child | None] = LifoQueue()
        self._children: set[Child] = set()
        self._lock = threading.Lock()
        for _ in range(size):
            self._idle.put(None)

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Ask the next free child; wait for one where all are busy. Raises Died."""
        turns.let_go()
        with self._lent() as child:
            return child.ask(request)

    def close(self) -> None:
        """End all children."""
        with self._lock:
            children, self._children = self._children, set()
        for child in children:
            child.end()

    def abandon(self) -> None:
        """Forget the children of the process that we were forked from."""
        for child in self._children:
            child.abandon()

    @contextmanager
    def _lent(self) -> Iterator[Child]:
        child = self._idle.get()
        healthy = False
        try:
            if child is None or not child.is_alive:
                child = self._renewed(child)
            yield child
            healthy = child.is_alive
        finally:
            if child is not None and not healthy:
                self._drop(child)
            self._idle.put(child if healthy else None)

    def _renewed(self, old: Child | None) -> Child:
        if old is not None:
            self._drop(old)
        child = Child()
        with self._lock:
            self._children.add(child)
        return child

    def _drop(self, child: Child) -> None:
        child.end()
        with self._lock:
            self._children.discard(child)


_pools: list[Pool] = []
_making = threading.Lock()


def pool() -> Pool:
    """The pool of this process."""
    with _making:
        if not _pools:
            _pools.append(Pool(min(_MOST, os.cpu_count() or 1)))
            atexit.register(close)
        return _pools[0]


def close() -> None:
    """End the children of this process; the next request starts new ones."""
    with _making:
        while _pools:
            _pools.pop().close()


def _after_fork() -> None:
    global _making
    _making = threading.Lock()  # it may have been held at the moment of the fork
    while _pools:
        _pools.pop().abandon()


os.register_at_fork(after_in_child=_after_fork)
