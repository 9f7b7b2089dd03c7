"""Headings in order, as their author wrote them: readers who do not see the page move by them.

The renderer closes gaps, so the page itself skips no level; but a gap in the source says that a heading was meant for
something else, or is lacking. Source: WCAG 2.2, success criterion 1.3.1, and the W3C's tutorial on headings.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from peernet.i18n import gettext as _
from peernet.materials.checks import Check
from peernet.text import plain

_HEADING = re.compile(r" {0,3}(#{1,6})(?!#)[ \t]*(.*?)[ \t#]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
# Lines that no underline makes a heading of.
_NO_TEXT = re.compile(r"\s*$| {4}|\t| {0,3}(?:[#>|]|[-*+] |\d+[.)] )")
_FIRST = 2


@dataclass(frozen=True)
class Heading:
    """A heading of a source: its line, its level and its words."""

    line: int
    level: int
    text: str


def check(source: str) -> Check:
    """Whether the headings of a text go down one level at a time, below the title. Blocks where they do not."""
    wrong = list(_wrong(source))
    good, bad = _("The headings are in order."), _("The headings are not in order.")
    return Check("headings", not wrong, bad if wrong else good, wrong)


def headings(source: str) -> Iterator[Heading]:
    """The headings of a Markdown source outside code, with # before them or a line under them."""
    before = ""
    for number, line in _outside_code(source):
        found, under = _HEADING.match(line), _UNDERLINE.match(line)
        if found and found[2]:
            yield Heading(number, len(found[1]), found[2])
        elif under and not _NO_TEXT.match(before):
            yield Heading(number - 1, 1 if under[1].startswith("=") else 2, before.strip())
        before = line


def _outside_code(source: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; those of a fenced block are empty."""
    fence = ""
    for number, line in enumerate(source.splitlines(), start=1):
        found = _FENCE.match(line)
        if fence:
            is_end = found and found[1].startswith(fence) and not line.strip(f" \t{fence[0]}")
            fence = "" if is_end else fence
            yield number, ""
        else:
            fence = found[1] if found else ""
            yield number, "" if found else line


def _wrong(source: str) -> Iterator[str]:
    above = _FIRST - 1
    for one in headings(source):
        words = plain.excerpt(one.text, 80)
        if one.level < _FIRST:
            yield _("Line %(line)s: “%(words)s” is as high as the title. Begin it with ##.", line=one.line, words=words)
        elif one.level > above + 1:
            yield _(
                "Line %(line)s: “%(words)s” is of level %(level)s, after one of level %(above)s.",
                line=one.line, words=words, level=one.level, above=above,
            )  # fmt: skip
        above = max(one.level, _FIRST - 1)
