"""Turns: only a few requests are worked on at once, because one interpreter can do no more.

A request that comes to wait for something else (another process, a hash that other processors work out) gives its turn
to the next one. It does not wait for another turn afterwards: what is left of it is short, and how many of them there
are is bounded by what they waited for.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_end: ContextVar[Callable[[], None] | None] = ContextVar("peernet_turn", default=None)


@contextmanager
def holding(end: Callable[[], None]) -> Iterator[None]:
    """While this lasts the current request holds a turn; ``end`` gives it back, once, here or before."""
    token = _end.set(end)
    try:
        yield
    finally:
        let_go()
        _end.reset(token)


def let_go() -> None:
    """Give the turn to the next request, if there is one to give."""
    end = _end.get()
    if end is not None:
        _end.set(None)
        end()
