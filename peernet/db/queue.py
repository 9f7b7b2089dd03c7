"""A queue before SQLite's one writer: whoever came first writes first.

SQLite lets those who wait ask again after pauses that grow to a tenth of a second, and takes whoever happens to ask at
the right moment (https://www.sqlite.org/c3ref/busy_timeout.html). Within one process this queue wakes the next in turn
at once; SQLite's own waiting is left for other processes.
"""

from collections import deque
from threading import Lock


class Queue:
    """A lock that is handed on in the order of coming."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._taken = False
        self._waiting: deque[Lock] = deque()

    def enter(self, timeout: float) -> bool:
        """Wait for one's turn, at most ``timeout`` seconds; False if it did not come."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        return mine.acquire(timeout=timeout) or self._was_called(mine)

    def leave(self) -> None:
        """End one's turn, and let the next begin."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False

    def _was_called(self, mine: Lock) -> bool:
        """Whether the turn came at the very moment in which waiting for it was given up."""
        with self._guard:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
            return True
