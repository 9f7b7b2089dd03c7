"""Pages of a list."""

from dataclasses import dataclass, replace
from typing import Any

from flask import url_for


@dataclass(frozen=True)
class Page:
    """Where one is in a list of ``total`` things; what the macro ``pager`` asks for."""

    number: int
    pages: int
    total: int
    size: int
    previous_url: str | None = None
    next_url: str | None = None

    @classmethod
    def of(cls, total: int, size: int, number: int) -> "Page":
        """The page of that number, or the last one where there are fewer."""
        pages = max(1, -(-total // size))
        return cls(min(number, pages), pages, total, size)

    @property
    def offset(self) -> int:
        """How many things come before it."""
        return (self.number - 1) * self.size

    def with_addresses(self, endpoint: str, **arguments: Any) -> "Page":
        """The same, knowing the addresses of its neighbours."""
        before = self.number - 1 if self.number > 2 else None
        previous = url_for(endpoint, page=before, **arguments) if self.number > 1 else None
        following = url_for(endpoint, page=self.number + 1, **arguments) if self.number < self.pages else None
        return replace(self, previous_url=previous, next_url=following)
