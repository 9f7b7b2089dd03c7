"""Reading JSON that somebody wrote: each value is checked where it stands, and an error names the place."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_HOUR = re.compile(r"(\d\d):([0-5]\d)", re.ASCII)
_LONGEST = 200
T = TypeVar("T")


class Fault(StrEnum):
    """What can be wrong with a value."""

    NOT_JSON = "not-json"
    MISSING = "missing"
    UNKNOWN_KEY = "unknown-key"
    NOT_AN_OBJECT = "not-an-object"
    NOT_A_LIST = "not-a-list"
    TOO_MANY = "too-many"
    NOT_TEXT = "not-text"
    NOT_A_NUMBER = "not-a-number"
    OUT_OF_RANGE = "out-of-range"
    NOT_YES_OR_NO = "not-yes-or-no"
    NOT_AN_ANSWER = "not-an-answer"
    NOT_A_ZONE = "not-a-zone"
    NOT_A_MOMENT = "not-a-moment"
    NOT_A_DATE = "not-a-date"
    NOT_AN_HOUR = "not-an-hour"
    ENDS_BEFORE_IT_BEGINS = "ends-before-it-begins"
    TWICE = "twice"
    NOBODY = "nobody"
    NO_MEMBER = "no-member"
    NOT_A_CANDIDATE = "not-a-candidate"
    NOTHING_LEFT = "nothing-left"


class Malformed(ValueError):
    """A value cannot be used: where it stands (``members[2].tz``, "" for the whole), what is wrong, and the value."""

    def __init__(self, place: str, fault: Fault, value: object = "") -> None:
        super().__init__(f"{place}: {fault.value}")
        self.place, self.fault, self.value = place, fault, value


@dataclass(frozen=True, slots=True)
class Node:
    """A value and the place where it stands. Every method raises Malformed, never anything else."""

    value: Any
    place: str = ""

    def wrong(self, fault: Fault) -> Malformed:
        """The error to raise for this value."""
        return Malformed(self.place, fault, self.value)

    def fields(self, needed: str, optional: str = "") -> "dict[str, Node]":
        """The named members of an object, those words of ``optional`` only where they are there; no others."""
        if not isinstance(self.value, dict):
            raise self.wrong(Fault.NOT_AN_OBJECT)
        known = needed.split() + optional.split()
        for key in self.value:
            if key not in known:
                raise self._inner(key).wrong(Fault.UNKNOWN_KEY)
        for key in needed.split():
            if key not in self.value:
                raise Malformed(self._inner(key).place, Fault.MISSING)
        return {key: self._inner(key) for key in known if key in self.value}

    def entries(self) -> "dict[str, Node]":
        """Every member of an object whose keys are free."""
        if not isinstance(self.value, dict):
            raise self.wrong(Fault.NOT_AN_OBJECT)
        return {key: self._inner(key) for key in self.value}

    def items(self, most: int) -> "Iterator[Node]":
        """The items of a list of at most ``most``."""
        if not isinstance(self.value, list):
            raise self.wrong(Fault.NOT_A_LIST)
        if len(self.value) > most:
            raise Malformed(self.place, Fault.TOO_MANY, most)
        return (Node(item, f"{self.place}[{number}]") for number, item in enumerate(self.value))

    def text(self) -> str:
        """A word or name that is not empty, not longer than a line, and without control characters."""
        if not isinstance(self.value, str) or not 0 < len(self.value) <= _LONGEST or not self.value.isprintable():
            raise self.wrong(Fault.NOT_TEXT)
        return self.value

    def whole(self, least: int, most: int) -> int:
        """A whole number between the two."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self.wrong(Fault.NOT_A_NUMBER)
        if not least <= self.value <= most:
            raise Malformed(self.place, Fault.OUT_OF_RANGE, (least, most))
        return self.value

    def truth(self) -> bool:
        """``true`` or ``false``."""
        if not isinstance(self.value, bool):
            raise self.wrong(Fault.NOT_YES_OR_NO)
        return self.value

    def zone(self) -> str:
        """A zone of the IANA data base that this machine knows."""
        name = self.text()
        try:
            ZoneInfo(name)
        except (ValueError, OSError, LookupError):
            raise self.wrong(Fault.NOT_A_ZONE) from None
        return name

    def moment(self) -> datetime:
        """A moment in UTC, ``2026-03-03T15:00Z``."""
        read = self._matching(_MOMENT, Fault.NOT_A_MOMENT, lambda text: datetime.fromisoformat(text[:-1]))
        if not 1970 <= read.year <= 2199:
            raise self.wrong(Fault.NOT_A_MOMENT)
        return read.replace(tzinfo=UTC)

    def day(self) -> date:
        """A date, ``2026-03-03``."""
        return self._matching(_DATE, Fault.NOT_A_DATE, date.fromisoformat)

    def hour(self) -> int:
        """An hour of the day, ``09:30`` to ``24:00``, in minutes."""
        hours, minutes = self._matching(_HOUR, Fault.NOT_AN_HOUR, lambda text: map(int, text.split(":")))
        if (total := hours * 60 + minutes) > 24 * 60:
            raise self.wrong(Fault.NOT_AN_HOUR)
        return total

    def _matching(self, pattern: re.Pattern[str], fault: Fault, read: Callable[[str], T]) -> T:
        if not isinstance(self.value, str) or pattern.fullmatch(self.value) is None:
            raise self.wrong(fault)
        try:
            return read(self.value)
        except ValueError:
            raise self.wrong(fault) from None

    def _inner(self, key: str) -> "Node":
        return Node(self.value.get(key), f"{self.place}.{key}" if self.place else key)
