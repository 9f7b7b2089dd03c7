"""What became of each file of content."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from peernet.i18n import gettext as _


class Result(StrEnum):
    """What was done with one file."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Note:
    """Something of a file that was taken which its author should know. ``line`` counts from 1; 0 is the whole file."""

    line: int
    text: str


@dataclass(frozen=True)
class Entry:
    """One file: its path in the folder, what it is about, the result, and for a refused one the line and the reason."""

    path: str
    kind: str
    slug: str
    result: Result
    line: int = 0
    reason: str = ""
    notes: tuple[Note, ...] = ()

    def __str__(self) -> str:
        if self.result is Result.REFUSED:
            place = f"{self.path}:{self.line}" if self.line else self.path
            return f"{place}: {self.reason}"
        return f"{self.path}: {self.result.value}"


@dataclass
class Report:
    """All entries, in the order of the paths."""

    entries: list[Entry] = field(default_factory=list)

    def of(self, result: Result) -> list[Entry]:
        """The entries with one result."""
        return [entry for entry in self.entries if entry.result is result]

    def count(self, result: Result) -> int:
        """How many files had one result."""
        return len(self.of(result))

    @property
    def is_good(self) -> bool:
        """Whether nothing was refused."""
        return not self.of(Result.REFUSED)

    def lines(self) -> Iterator[str]:
        """The report for people: what was refused, then what to look at, then the numbers."""
        for entry in self.of(Result.REFUSED):
            yield str(entry)
        for entry in self.entries:
            for note in entry.notes:
                yield f"{entry.path}:{note.line}: {note.text}" if note.line else f"{entry.path}: {note.text}"
        yield _(
            "%(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(refused)s refused",
            **{result.value: self.count(result) for result in Result},
        )
