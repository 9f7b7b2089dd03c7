"""Pages that are made to lie in a folder: whoever reads them has no server behind them that could answer.

Whoever makes such a page puts a :class:`Note` into the request; it comes back with all that the page was made from.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Response, request

from peernet import pages
from peernet.pages import Making
from peernet.web.request import database

ENVIRON = "peernet.note"
# Pages of one thing are made one after another; what was read for a few things is kept for the next of them.
_HELD = 16

T = TypeVar("T")


@dataclass(frozen=True)
class Offered:
    """A file that was made on the way to a page: its bytes, its type, and the keys of what was read until then."""

    body: bytes
    content_type: str
    depends: frozenset[str]


@dataclass
class Note:
    """``number`` is a touch before which nothing is read; ``depends`` are the keys of what was, ``files`` were made on
    the way, by the address under which the page offers them. ``held`` is what other pages of the same run read, which
    is no older than ``number``. ``size_of`` gives the bytes of a file that lies in the folder as it would be made."""

    number: int
    depends: set[str] = field(default_factory=set)
    files: dict[str, Offered] = field(default_factory=dict)
    held: dict[Hashable, Any] = field(default_factory=dict)
    size_of: Callable[[str], int | None] = lambda _address: None
    making: Making | None = None


def note() -> Note | None:
    """The note of this request; None where a reader asks."""
    found: Note | None = request.environ.get(ENVIRON)
    return found


def is_copy() -> bool:
    """Whether the page is to lie in a folder: it then offers nothing that needs an answer."""
    return ENVIRON in request.environ


def offer(address: str, body: bytes, content_type: str) -> None:
    """Note a file that the page offers, so that it need not be made again. What the page reads afterwards is not in
    it."""
    found = note()
    if found is not None and found.making is not None:
        found.files[address] = Offered(body, content_type, frozenset(found.making.depends))


def size_of(address: str) -> int | None:
    """Bytes of a file that the page offers and that need not be made, since it lies in the folder as it is."""
    found = note()
    return found.size_of(address) if found is not None else None


def once(key: Hashable, read: Callable[[], T]) -> T:
    """What ``read`` gives, for the pages of a folder that show the same read once, and each depend on what it says. It
    must need no session afterwards, and be the same in every language."""
    found = note()
    if found is None:
        return read()
    if key not in found.held:
        while len(found.held) >= _HELD:
            found.held.pop(next(iter(found.held)))
        with pages.making(database(), known=found.number) as made:
            found.held[key] = (read(), made.depends)
    held: tuple[T, set[str]] = found.held[key]
    pages.depend(*held[1])
    return held[0]


def noted(found: Note, view: Callable[[], Response]) -> Response:
    """Call a view, and note what it depends on."""
    with pages.making(database(), known=found.number) as made:
        found.making = made
        response = view()
    found.depends |= made.depends
    return response
