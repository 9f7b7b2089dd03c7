"""A long list in parts that are counted from its oldest end, so that what is added changes its first page alone.

The first page holds the newest: a part, more or less its half. Behind it lie whole parts, each the same for good, as
long as nothing in it or before it goes.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """Where one is in a list of ``total`` things, newest first: in the part of that number, None on the first page.
    There are ``parts`` of ``size`` behind the first page."""

    number: int | None
    parts: int
    total: int
    size: int

    @classmethod
    def of(cls, total: int, size: int, number: int | None = None) -> "Part":
        """The part of that number, or the first page. Raises ValueError where there is no such part."""
        parts = max(0, (total - size // 2) // size)
        if number is not None and not 0 < number <= parts:
            raise ValueError(f"There are {parts} parts and no {number}")
        return cls(number, parts, total, size)

    @property
    def offset(self) -> int:
        """How many things come before it."""
        return 0 if self.number is None else self.total - self.number * self.size

    @property
    def limit(self) -> int:
        """How many things it holds, at most."""
        return self.size if self.number is not None else self.total - self.parts * self.size

    @property
    def newer(self) -> int | None:
        """The number of the part with what is newer; None for the first page."""
        return self.number + 1 if self.number is not None and self.number < self.parts else None

    @property
    def older(self) -> int:
        """The number of the part with what is older; 0 where there is none."""
        return self.parts if self.number is None else self.number - 1

    def at_page(self, page: int) -> int | None:
        """The part that is so many pages from the first page, which is 1; the last there is for more."""
        return max(self.parts - page + 2, 1) if page > 1 and self.parts else None
