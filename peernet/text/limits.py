"""Limits on a text that are cheap to check before any work is done on it."""

import re

from peernet.text.messages import Message, worded

MAX_BYTES = 200_000
MAX_QUOTES = 16
MAX_LISTS = 16
MAX_BRACKETS = 200

_FENCE = re.compile(r" *(`{3,}|~{3,})")
_QUOTES = re.compile(r"(?:[ \t]*>)+")
_MARKERS = re.compile(r"((?:[ \t]*(?:[-*+]|\d{1,9}[.)])(?=[ \t]))+)")


def objection(source: str) -> Message | None:
    """Why ``source`` is not to be rendered at all, or None."""
    size = len(source.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        return worded(
            "This text is too long: %(size)s kB, and %(most)s kB is the most.",
            size=-(-size // 1000),
            most=MAX_BYTES // 1000,
        )
    try:
        source.encode("utf-8")
    except UnicodeEncodeError:
        return worded("This text holds characters that are no characters.")
    return _nesting(source)


def _nesting(source: str) -> Message | None:
    fence, open_brackets = "", 0
    for number, line in enumerate(source.split("\n"), 1):
        if match := _FENCE.match(line):
            fence = _after(fence, match[1])
        if fence:
            continue
        if _levels_of_quote(line) > MAX_QUOTES or _levels_of_list(line) > MAX_LISTS:
            return worded("Line %(line)s is nested too deeply.", line=number)
        open_brackets = max(0, open_brackets + line.count("[") - line.count("]")) if line.strip() else 0
        if open_brackets > MAX_BRACKETS:
            return worded("Line %(line)s: too many brackets are open at once.", line=number)
    return None


def _after(fence: str, found: str) -> str:
    if not fence:
        return found
    return "" if found.startswith(fence) else fence


def _levels_of_quote(line: str) -> int:
    match = _QUOTES.match(line)
    return match[0].count(">") if match else 0


def _levels_of_list(line: str) -> int:
    """Levels opened by markers on the line itself, and those that its indentation can stand for."""
    match = _MARKERS.match(line)
    if not match or not line[match.end() :].strip(" -*_\t"):
        return 0
    indent = len(line) - len(line.lstrip(" \t"))
    return indent // 4 + len(match[1].split())
