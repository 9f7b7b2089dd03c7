"""Making a page: what it reads is noted, and its copy is stored only if none of that was touched meanwhile."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy.exc import SQLAlchemyError

from peernet.db import Database
from peernet.pages.copies import Copy
from peernet.pages.store import Store
from peernet.pages.touches import any_since, counted

_log = logging.getLogger(__name__)
_present: ContextVar["Making | None"] = ContextVar("peernet_making", default=None)
# Anything else either may not be kept (an error, a refusal) or could fill the store with invented addresses (404).
_KEPT_STATUS = (200, 301, 410)


class Making:
    """A page being made: ``depends`` is what it has read so far, ``number`` the last touch before it read anything."""

    def __init__(self, database: Database, number: int) -> None:
        self.database = database
        self.number = number
        self.depends: set[str] = set()

    def keep(
        self,
        store: Store,
        *,
        path: str,
        body: bytes,
        content_type: str,
        status: int = 200,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> Copy:
        """Store the page that was made under ``path``, as the reader's address has it, without a query.

        The copy is given back whether it could be stored or not, so that the first reader gets the same ETag as the
        next. Raises ValueError for a status or header that is not for everybody.
        """
        if status not in _KEPT_STATUS:
            raise ValueError(f"A page with status {status} is not kept")
        depends = tuple(sorted(self.depends))
        copy = Copy.of(
            body,
            path=path,
            content_type=content_type,
            status=status,
            made_at=self.number,
            depends=depends,
            headers=headers,
        )
        try:
            store.keep(copy, is_current=self._is_current)
        except (OSError, SQLAlchemyError):
            _log.warning("The page %s could not be stored", path, exc_info=True)
        return copy

    def _is_current(self) -> bool:
        with self.database.reading() as db:
            return not any_since(db, self.depends, self.number)


@contextmanager
def making(database: Database, *, known: int | None = None) -> Iterator[Making]:
    """Note what is read within the block. Nothing that the page shows may have been read before it begins.

    ``known`` spares a query: a number up to which all touches are known to be committed (``Sweeper.number``).
    """
    number = _count(database) if known is None else known
    made = Making(database, number)
    before = _present.set(made)
    try:
        yield made
    finally:
        _present.reset(before)


def depend(*keys: str) -> None:
    """Note that the page being made, if one is, shows what ``keys`` name."""
    made = _present.get()
    if made is not None:
        made.depends.update(keys)


def _count(database: Database) -> int:
    with database.reading() as db:
        return counted(db)
