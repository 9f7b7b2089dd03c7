"""Sentences for people out of a room that stands below the translations.

``worded("Line %(line)s is too long", line=3)`` is the English sentence as a ``str``, and keeps ``msgid`` and
``values``: a room above shows ``gettext(sentence.msgid) % sentence.values``. Babel finds the msgids by the keywords
``worded`` and ``marked``.
"""

from collections.abc import Sequence
from typing import Self


class Message(str):
    """An English sentence that can still be said in another language."""

    __slots__ = ("msgid", "values")

    msgid: str
    values: dict[str, str | int]

    def __new__(cls, msgid: str, values: dict[str, str | int]) -> Self:
        """Fill ``values`` into ``msgid`` (percent format with names)."""
        sentence = super().__new__(cls, msgid % values)
        sentence.msgid, sentence.values = msgid, values
        return sentence

    def __getnewargs__(self) -> tuple[str, dict[str, str | int]]:  # type: ignore[override]  # for copy and pickle
        return self.msgid, self.values


def worded(msgid: str, /, **values: str | int) -> Message:
    """Make a sentence; ``msgid`` must be a literal, so that it is found for translation."""
    return Message(msgid, values)


def marked(msgid: str, /) -> str:
    """The msgid itself, marked as one for the extraction of strings."""
    return msgid


def as_plain(sentences: Sequence[Message]) -> list[tuple[str, dict[str, str | int]]]:
    """What JSON can carry of ``sentences``."""
    return [(sentence.msgid, sentence.values) for sentence in sentences]
