"""The sweep: what others touched, every second and at the start, and what this process touched, at once."""

import logging
from collections.abc import Sequence
from threading import Event, Lock, Thread

from sqlalchemy.exc import SQLAlchemyError

from peernet.db import Database
from peernet.pages.store import Store
from peernet.pages.touches import counted, since

_log = logging.getLogger(__name__)
_SECONDS = 1.0


class Sweeper:
    """Keeps one process's view of the store true. The store answers only after the first sweep has succeeded.

    ``number`` is the touch up to which this process has swept, None before that.
    """

    def __init__(self, store: Store, database: Database) -> None:
        self.store = store
        self.database = database
        self.number: int | None = None
        self._lock = Lock()
        self._stopping = Event()
        self._failing = False

    def sweep(self) -> None:
        """Apply every touch since the last time. Raises SQLAlchemyError when the database cannot be asked; OSError when
        the files cannot be changed, and then none of them is answered until they can be."""
        with self._lock:
            try:
                start = self.store.swept_to() if self.number is None else self.number
                self.number = self._sweep_from(start)
            except OSError:
                self.store.close()
                raise
            self.store.open()

    def after_settle(self, keys: Sequence[str]) -> None:
        """Hook of ``Database.after_settle``: what this process touched is gone before it answers."""
        if keys:
            self.drop(keys)
            self.try_to_sweep()

    def drop(self, keys: Sequence[str]) -> None:
        """Remove the copies that depend on one of ``keys``, or answer none where that is not possible."""
        try:
            self.store.sweep(keys)
        except OSError:
            _log.warning("Ready-made pages could not be removed, and none is answered until they can be", exc_info=True)
            self.store.close()

    def try_to_sweep(self) -> bool:
        """Sweep, or log that it was not possible; copies that were ready go on being answered."""
        try:
            self.sweep()
        except (SQLAlchemyError, OSError):
            if not self._failing:
                _log.warning("Ready-made pages could not be swept; it is tried again every second", exc_info=True)
            self._failing = True
            return False
        if self._failing:
            _log.info("Ready-made pages are swept again")
        self._failing = False
        return True

    def start(self) -> None:
        """Sweep now, and from a thread every second until :meth:`stop`."""
        self.try_to_sweep()
        Thread(target=self._run, name="sweep-pages", daemon=True).start()

    def stop(self) -> None:
        """End the thread after its present round."""
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.wait(_SECONDS):
            self.try_to_sweep()

    def _sweep_from(self, start: int | None) -> int:
        with self.database.reading() as db:
            found = None if start is None else since(db, start)
            last = counted(db) if found is None else found[0]
        if found is None:
            self.store.clear(swept_to=last)
        elif last != start or self.number is None:
            self.store.sweep_older(found[1], swept_to=last)
        return last
