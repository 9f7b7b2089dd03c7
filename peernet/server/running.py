"""Running the front: granian's web processes, and a companion (the worker) that lives and ends with them."""

import ctypes
import gc
import hashlib
import logging
import multiprocessing
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

from peernet import __version__
from peernet.brand import logo, texts
from peernet.db import Database
from peernet.live import Admit, Hub, Streams
from peernet.live.bus import Bus, make_bus
from peernet.pages import Store, Sweeper, codings
from peernet.server import sizing
from peernet.server.front import Application, Environ, Front, Start, static_copies
from peernet.server.nginx import PEER, Nginx, NotUsable, is_wanted
from peernet.settings import Settings, SettingsError
from peernet.web import security

_log = logging.getLogger(__name__)
_PACKAGE = Path(__file__).parent.parent
# A connection that is kept open counts here, whether it asks for anything or not.
_CONNECTIONS = 1024
# Connections that wait to be taken; the system may allow fewer.
_BACKLOG = 4096
# The name of a choice of mallopt(3).
_M_ARENA_MAX = -8
# Seconds that requests get to end when the server is told to stop.
_LAST_WORDS = 20
# Seconds before a companion that died is started again, and between two looks at the parent.
_PAUSE = 2.0
# In the environment of a request.
_PEER = f"HTTP_{PEER.upper().replace('-', '_')}"
# What granian has to say goes the way of all logs.
_LOGS = {"loggers": {name: {"handlers": [], "propagate": True} for name in ("_granian", "granian.access")}}


def open_pages(settings: Settings, database: Database, *, memory_bytes: int = 64_000_000) -> Sweeper:
    """The store of ready-made pages, swept by whatever is settled on ``database`` from now on.

    Every process that writes calls this once; one that answers readers also starts the sweeper. ``memory_bytes`` bounds
    what the process holds of the pages.
    """
    store = Store(settings.data / "pages", stamp=stamp(settings), memory_bytes=memory_bytes)
    sweeper = Sweeper(store, database)
    database.after_settle.append(sweeper.after_settle)
    return sweeper


def open_streams(settings: Settings, database: Database, admit: Admit) -> Streams:
    """Streams of what happens, woken by whatever is settled on ``database`` and by the bus. For a web process."""
    hub, bus = Hub(database, admit), open_bus(settings, database)
    database.on_raised.append(hub.wake)
    bus.answer(hub.wake)
    hub.start()
    return Streams(hub, sizing.streams(settings))


def open_bus(settings: Settings, database: Database) -> Bus:
    """The bus to other processes, told of whatever is settled on ``database`` from now on. For each that writes."""
    bus = make_bus(settings.live.bus, database, settings.redis.url)
    database.on_raised.append(bus.call)
    return bus


def make_front(settings: Settings, application: Application, sweeper: Sweeper, streams: Streams | None = None) -> Front:
    """The front before ``application``, with its pages swept every second."""
    sweeper.start()
    return Front(
        application,
        settings=settings,
        store=sweeper.store,
        headers=security.headers(settings),
        files=None if settings.development else static_copies(),
        streams=streams,
    )


def serve(
    settings: Settings,
    make: Callable[[Settings], Application],
    *,
    beside: Callable[[Settings], None] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; requests under way may end. ``make`` is called in each web process.

    ``beside`` runs in a process of its own until SIGTERM, and is started again if it dies. Both are functions at the
    top of a module, since they are sent to other processes. Raises SystemExit when the web processes cannot run, and
    SettingsError where nginx must stand before them and cannot.
    """
    _open_files(sizing.threads(settings) + _CONNECTIONS)
    nginx = _nginx(settings)
    server = Server(
        "peernet",
        address=settings.server.host,
        port=settings.server.port,
        uds=nginx.socket if nginx is not None else None,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=settings.server.processes,
        blocking_threads=sizing.threads(settings),
        backlog=_BACKLOG,
        backpressure=_CONNECTIONS + sizing.threads(settings),
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=_LAST_WORDS,
        log_level=LogLevels.error,
        log_dictconfig=_LOGS,
    )
    _share()
    companion = Companion(partial(beside, settings)) if beside is not None else None
    if companion is not None:
        companion.start()
        server.on_startup(companion.watch)
        server.on_shutdown(companion.stop)
    if nginx is not None:
        server.on_startup(nginx.start)
        server.on_shutdown(nginx.stop)
    pages = nginx.pages if nginx is not None else None
    try:
        server.serve(target_loader=partial(_load, make, settings, os.getpid(), pages), wrap_loader=False)
    finally:
        if nginx is not None:
            nginx.stop()
        if companion is not None:  # also of a server that never began, which would wait for it without end
            companion.stop()
    if nginx is not None and nginx.has_failed:
        raise SystemExit(1)


def _nginx(settings: Settings) -> Nginx | None:
    if not is_wanted(settings):
        return None
    try:
        return Nginx(settings)
    except NotUsable as error:
        if settings.server.nginx == "on":
            raise SettingsError(f"server.nginx: {error}") from None
        _log.info("Ready-made pages are answered without nginx: %s", error)
        return None


def _open_files(wanted: int) -> None:
    """Let this process and those that it starts have so many files open, or as many as they may: each connection is
    one, and systems begin with 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _share() -> None:
    """Leave what is loaded by now alone when garbage is collected, here and in processes forked from this one: looking
    it through would write to it, and each would get a copy of all that they share."""
    gc.collect()
    gc.freeze()
    # glibc has a heap for each few threads and gives back little of any; two are enough for threads that take turns.
    with suppress(OSError, AttributeError):  # another C library has no such choice
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


class Companion:
    """A process beside the server: started again when it dies, ended with the server, however that ends."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.work = work
        self._stopping = Event()
        # Forked before there is a thread, a socket or a handler of signals here, it shares what is loaded.
        self._process = self._make("fork" if sys.platform == "linux" else "spawn")

    def start(self) -> None:
        """Start it.

        Ctrl-C reaches every process of a terminal. The companion hears it only once it handles it itself; until then
        it would die with a trace of whatever it is importing.
        """
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._process.start()
        signal.signal(signal.SIGINT, before)

    def watch(self) -> None:
        """Keep it running."""
        Thread(target=self._watch, name="watch-companion", daemon=True).start()

    def stop(self) -> None:
        """Ask it to end, and see to it."""
        self._stopping.set()
        for request in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                if self._process.pid is not None and self._process.is_alive():
                    os.kill(self._process.pid, request)
                    self._process.join(_LAST_WORDS)

    def _make(self, how: str) -> multiprocessing.process.BaseProcess:
        processes: Any = multiprocessing.get_context(how)
        made: multiprocessing.process.BaseProcess = processes.Process(
            target=_accompany, args=(self.work, os.getpid()), name="peernet-companion"
        )
        return made

    def _watch(self) -> None:
        while True:
            self._process.join()
            if self._process.exitcode == 0 or self._stopping.wait(_PAUSE):
                return
            _log.error("The worker ended with %s and is started again", self._process.exitcode)
            # Spawned: a fork would take along locks that other threads of this process hold by now.
            self._process = self._make("spawn")
            self._process.start()


def _accompany(work: Callable[[], None], parent: int) -> None:
    _end_with(parent)
    work()


def _load(make: Callable[[Settings], Application], settings: Settings, parent: int, pages: Path | None) -> Application:
    _end_with(parent)
    application = make(settings)
    if pages is None:
        return application
    if isinstance(application, Front):
        application.store.show_at(pages)
    return partial(_told_who_asks, application)


def _told_who_asks(application: Application, environ: Environ, start: Start) -> Iterable[bytes]:
    """Behind nginx: the address of who asks is the one that nginx says."""
    environ["REMOTE_ADDR"] = environ.pop(_PEER, "")
    return application(environ, start)


def _end_with(parent: int) -> None:
    """End this process when its parent is gone, even by kill -9: nobody would be left to stop it."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_PAUSE)
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=watch, name="watch-parent", daemon=True).start()


def stamp(settings: Settings) -> str:
    """A name for all that pages depend on beside the database: settings, codings, and the files of this release."""
    known = hashlib.sha256(f"{__version__}\n{codings.installed()}\n{settings.model_dump_json()}".encode())
    for file in [*sorted(_PACKAGE.rglob("*")), *logo.sources(settings), *texts.sources(settings)]:
        if file.is_file() and file.suffix != ".pyc":
            seen = file.stat()
            known.update(f"\n{file} {seen.st_size} {seen.st_mtime_ns}".encode())
    return known.hexdigest()
