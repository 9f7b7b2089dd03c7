"""Pages that are made to lie in a folder: whoever reads them has no server behind them that could answer.

Whoever makes such a page puts a :class:`Note` into the request; it comes back with all that the page was made from.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Response, request

from peernet import pages
from peernet.web.request import database

ENVIRON = "peernet.note"


@dataclass
class Note:
    """``number`` is a touch before which nothing is read; ``depends`` are the keys of what was, ``files`` the bodies
    and types of files that were made on the way, by the address under which the page offers them."""

    number: int
    depends: set[str] = field(default_factory=set)
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)


def note() -> Note | None:
    """The note of this request; None where a reader asks."""
    found: Note | None = request.environ.get(ENVIRON)
    return found


def is_copy() -> bool:
    """Whether the page is to lie in a folder: it then offers nothing that needs an answer."""
    return ENVIRON in request.environ


def offer(address: str, body: bytes, content_type: str) -> None:
    """Note a file that the page offers, so that it need not be made again."""
    found = note()
    if found is not None:
        found.files[address] = body, content_type


def noted(found: Note, view: Callable[[], Response]) -> Response:
    """Call a view, and note what it depends on."""
    with pages.making(database(), known=found.number) as made:
        response = view()
    found.depends |= made.depends
    return response
