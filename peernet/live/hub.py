"""The hub: one thread in each web process that looks what happened and hands it to the streams.

It is woken by whatever is settled in this process, and by the bus from others; and it looks once a second anyway, so
that a wake-up that was lost costs no more than that. However many listen to a topic, it is read once.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Event, Lock, Thread

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from peernet.db import Database
from peernet.live import events

_log = logging.getLogger(__name__)
# Of those who listen to a topic, the ones who may do so now: not who left, was removed or signed out.
Admit = Callable[[Session, str, Collection[Hashable]], Collection[Hashable]]
# Seconds between two looks that nobody asked for. As long may a stream outlive what allowed it.
_SECONDS = 1.0


@dataclass(eq=False, slots=True)
class Listener:
    """One open stream: whose it is, what it has been told up to, and what it is to be told. None ends it."""

    topic: str
    whom: Hashable
    seen: int
    told: SimpleQueue[Sequence[tuple[int, str]] | None] = field(default_factory=SimpleQueue)


class Hub:
    """Hands events to listeners, as long as ``admit`` says that they may hear them."""

    def __init__(self, database: Database, admit: Admit) -> None:
        self.database = database
        self.admit = admit
        self._listeners: dict[str, set[Listener]] = defaultdict(set)
        self._guard = Lock()
        self._woken, self._stopping = Event(), Event()
        self._thread = Thread(target=self._run, name="live-hub", daemon=True)

    def start(self) -> None:
        """Look from a thread of its own: when woken, and each second while anybody listens."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread after its present look."""
        self._stopping.set()
        self._woken.set()
        self._thread.join()

    def listen(self, topic: str, whom: Hashable, seen: int) -> Listener:
        """Begin to listen to what happens in a topic after the number ``seen``."""
        made = Listener(topic, whom, seen)
        with self._guard:
            self._listeners[topic].add(made)
        self._woken.set()
        return made

    def leave(self, listener: Listener) -> None:
        """Listen no more."""
        with self._guard:
            among = self._listeners.get(listener.topic, set())
            among.discard(listener)
            if not among:
                self._listeners.pop(listener.topic, None)

    def wake(self, topics: Iterable[str]) -> None:
        """Look now, if anybody listens to one of the topics. It asks nothing of the database itself."""
        if any(topic in self._listeners for topic in topics):
            self._woken.set()

    def look(self) -> None:
        """Tell every listener what happened since it was told last, and end those who may not listen any more. Raises
        SQLAlchemyError where the database cannot be asked."""
        with self._guard:
            listening = {topic: list(each) for topic, each in self._listeners.items()}
        if not listening:
            return
        with self.database.reading() as db:
            reached = events.all_reached(db, listening)
            for topic, listeners in listening.items():
                self._tell(db, topic, listeners, reached.get(topic, 0))

    def _tell(self, db: Session, topic: str, listeners: list[Listener], reached: int) -> None:
        admitted = set(self.admit(db, topic, {each.whom for each in listeners}))
        behind: dict[int, Sequence[tuple[int, str]]] = {}
        for each in listeners:
            if each.whom not in admitted:
                self.leave(each)
                each.told.put(None)
            elif each.seen != reached:
                if each.seen not in behind:
                    behind[each.seen] = events.since(db, topic, each.seen)
                missed = behind[each.seen]
                # Nothing, where the page was made a moment after ``reached`` was read.
                if missed:
                    each.seen = missed[-1][0]
                    each.told.put(missed)

    def _run(self) -> None:
        failing = False
        while not self._stopping.is_set():
            self._woken.wait(_SECONDS)
            self._woken.clear()
            try:
                self.look()
                failing = False
            except SQLAlchemyError:
                if not failing:
                    _log.warning("What happens could not be looked up; it is tried again every second", exc_info=True)
                failing = True
