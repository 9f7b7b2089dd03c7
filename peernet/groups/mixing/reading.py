"""Reading JSON that somebody wrote: each value is checked where it stands, and an error names the place."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_LONGEST = 200


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
    NOT_A_PAIR = "not-a-pair"
    TWICE = "twice"
    NOBODY = "nobody"
    NO_PERSON = "no-person"
    SIZES_DO_NOT_ADD_UP = "sizes-do-not-add-up"


class Malformed(ValueError):
    """A value cannot be used: where it stands (``rounds[2].sizes``, "" for the whole), what is wrong, and the value."""

    def __init__(self, place: str, fault: Fault, value: object = "") -> None:
        super().__init__(f"{place}: {fault.value}")
        self.place, self.fault, self.value = place, fault, value


@dataclass(frozen=True, slots=True)
class Node:
    """A value and the place where it stands. Every method raises Malformed, never anything else."""

    value: Any
    place: str = ""

    def wrong(self, fault: Fault, value: object = None) -> Malformed:
        """The error to raise for this value."""
        return Malformed(self.place, fault, self.value if value is None else value)

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

    def items(self, most: int) -> "Iterator[Node]":
        """The items of a list of at most ``most``."""
        if not isinstance(self.value, list):
            raise self.wrong(Fault.NOT_A_LIST)
        if len(self.value) > most:
            raise self.wrong(Fault.TOO_MANY, most)
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
            raise self.wrong(Fault.OUT_OF_RANGE, (least, most))
        return self.value

    def truth(self) -> bool:
        """``true`` or ``false``."""
        if not isinstance(self.value, bool):
            raise self.wrong(Fault.NOT_YES_OR_NO)
        return self.value

    def _inner(self, key: str) -> "Node":
        return Node(self.value.get(key), f"{self.place}.{key}" if self.place else key)
