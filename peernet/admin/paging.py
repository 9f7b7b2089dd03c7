"""A long list in pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

SIZE = 30


@dataclass(frozen=True)
class Page:
    """One page of a list, as the macro ``pager`` takes it. ``total`` counts the list, ``kept`` goes along in links."""

    rows: Sequence[Any]
    number: int
    pages: int
    total: int
    kept: dict[str, Any]

    @property
    def previous_url(self) -> str | None:
        """The page before, if there is one."""
        return self._url(self.number - 1) if self.number > 1 else None

    @property
    def next_url(self) -> str | None:
        """The page after, if there is one."""
        return self._url(self.number + 1) if self.number < self.pages else None

    def _url(self, number: int) -> str:
        return url_for(request.endpoint or "", **self.kept, page=number)


def page_of(db: Session, statement: Select[Any], **kept: str) -> Page:
    """The page that the address asks for (``?page=2``), or the nearest that there is; two queries."""
    total = db.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    pages = max(1, -(-total // SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), pages)
    rows = db.scalars(statement.limit(SIZE).offset((number - 1) * SIZE)).all()
    return Page(rows, number, pages, total, {name: value for name, value in kept.items() if value})
