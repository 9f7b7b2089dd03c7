"""Numbers of rows that links without an account name. Each is given once: the number of a last row that was deleted is
given anew by SQLite, and what still names it would then open the data of whoever comes next."""

import secrets
import time
from threading import Lock

# Milliseconds since the year 2020, and a lot within each: a script can hold it until 2089.
_SINCE = 1_577_836_800_000
_LOT = 2**12


class _Numbers:
    """They grow, so that an order by number is still that of coming, also where the clock stands or goes back."""

    def __init__(self) -> None:
        self._lock, self._last = Lock(), 0

    def draw(self) -> int:
        now = (time.time_ns() // 1_000_000 - _SINCE) * _LOT + secrets.randbelow(_LOT)
        with self._lock:
            self._last = max(self._last + 1, now)
            return self._last


new_number = _Numbers().draw
