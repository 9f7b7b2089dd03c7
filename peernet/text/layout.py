"""Lay Markdown out as the ``markdown`` package reads it.

People, and other systems, write as CommonMark allows: a nested list is indented to the text of its parent (two spaces
under ``-``), a list follows its sentence without a blank line, code fences stand inside lists. The package wants four
spaces for every level and a blank line before a list, and knows fences at the margin only. This pass moves lines to
where the package finds them, and takes the fenced code out. It reads each line once.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from markdown.preprocessors import Preprocessor

_FENCE = re.compile(r"^( *)(`{3,}(?=[^`]*$)|~{3,}|:{3,}(?=\s*\{))(.*)$")
_RULE = re.compile(r"^ {0,3}([-*_])( *\1){2,} *$")
_ITEM = re.compile(r"^( *)([-*+]|\d{1,9}[.)]) +(?=\S)(.*)$")
_STARTS = re.compile(r"^ *(#{1,6}\s|>)")
_OPENS = re.compile(r"^ {0,3}(!!!\s|\[\^[^\]]+\]:|:\s)")


@dataclass(frozen=True)
class _Item:
    content: int  # column at which the item's text begins in the source
    at: int  # column at which its marker was written out
    kind: str  # "ol" or "ul"


# What a fence becomes: info string, its lines without the fences, the lines with them, number of the first line.
Keep = Callable[[str, list[str], list[str], int], str]


class Layout(Preprocessor):
    """One pass over the lines of a text. ``keep`` stores a fenced block and gives the line that stands for it."""

    keep: Keep

    def run(self, lines: list[str]) -> list[str]:
        """Give back the lines as the package wants them."""
        self.lines = lines
        self.out: list[str] = []
        self.items: list[_Item] = []
        self.holds_indented = False  # inside a footnote, a definition or an admonition
        self.after_blank = True
        self.in_first_paragraph = False  # of an item: only there the package finds a list without a blank line
        self.block_at = 0  # column at which the lines since the last blank one begin
        number = 0
        while number < len(lines):
            number = self._fence(number) or self._line(number)
        return [*self.out, ""]

    def _line(self, number: int) -> int:
        line = self.lines[number]
        if not line.strip():
            self.out.append("")
            self.in_first_paragraph = False
        elif not self._item(line):
            self._text(line)
        self.after_blank = not line.strip()
        return number + 1

    def _leave(self, indent: int) -> _Item | None:
        """End the items that a line at ``indent`` is not part of; give the last that ended."""
        left = None
        while self.items and indent < self.items[-1].content:
            left = self.items.pop()
        return left

    def _margin(self, indent: int) -> int | None:
        """Column at which a block at ``indent`` belongs, or None where it is indented code."""
        if self.items:
            inner = self.items[-1]
            return inner.at + 4 if indent - inner.content < 4 else None
        if indent < 4:
            return 0
        return indent - indent % 4 if self.holds_indented else None

    def _emit(self, line: str) -> None:
        if not self.out or not self.out[-1]:
            self.block_at = len(line) - len(line.lstrip(" "))
        self.out.append(line)

    def _blank(self) -> None:
        if self.out and self.out[-1]:
            self.out.append("")

    def _item(self, line: str) -> bool:
        match = _ITEM.match(line)
        if not match or _RULE.match(line):
            return False
        indent, marker = len(match[1]), match[2]
        kind = "ul" if len(marker) == 1 else "ol"
        if not self._may_begin(kind, marker):
            return False
        left = self._leave(indent)
        margin = self._margin(indent)
        if margin is None:
            return False
        is_new_list = left.kind != kind if left else not self.items
        if is_new_list or not self.in_first_paragraph or margin < self.block_at:
            self._part_from_text()
        self.in_first_paragraph = True
        self.items.append(_Item(match.start(3), margin, kind))
        self._emit(" " * margin + marker.replace(")", ".") + " " + match[3])
        return True

    def _may_begin(self, kind: str, marker: str) -> bool:
        """In the middle of a paragraph only a bullet or a 1 begins a list, else "in\\n1984. It was" would."""
        return bool(self.items) or self.after_blank or kind == "ul" or marker[:-1] == "1"

    def _part_from_text(self) -> None:
        if self.out and not _OPENS.match(self.out[-1]):
            self._blank()

    def _text(self, line: str) -> None:
        indent = len(line) - len(line.lstrip(" "))
        starts = bool(_STARTS.match(line) or _RULE.match(line))
        if self.after_blank or starts:
            left = self._leave(indent)
            if starts and (left or self.items):
                self._blank()
                self.after_blank, self.in_first_paragraph = True, False
        if self.items:
            line = self._inside(line, indent, exactly=starts)
        elif indent < 4:
            self.holds_indented = bool(_OPENS.match(line))
        self._emit(line)

    def _inside(self, line: str, indent: int, *, exactly: bool) -> str:
        inner = self.items[-1]
        beyond = indent - inner.content
        if not self.after_blank:
            return " " * inner.at + line.strip(" ") if indent < inner.at + 4 else line
        if beyond >= 4 and indent < inner.at + 8:
            return " " * (inner.at + 4 + beyond) + line.lstrip(" ")
        if indent >= inner.at + 4 and not (exactly and beyond < 4):
            return line
        return " " * (inner.at + 4) + line.lstrip(" ")

    def _fence(self, number: int) -> int:
        """Take the fenced block that begins at ``number`` out; the number of the line after it, or 0."""
        match = _FENCE.match(self.lines[number])
        if not match:
            return 0
        indent = len(match[1])
        self._leave(indent)
        margin = self._margin(indent)
        if margin is None:
            return 0
        end, after = self._end_of_fence(number + 1, match[2])
        code = [_dedent(line, indent) for line in self.lines[number + 1 : end]]
        whole = [_dedent(line, indent) for line in self.lines[number:after]]
        self._blank()
        self.in_first_paragraph = False
        self.out += [" " * margin + self.keep(match[3].strip(), code, whole, number + 1), ""]
        self.after_blank = True
        return after

    def _end_of_fence(self, start: int, fence: str) -> tuple[int, int]:
        """Index of the closing fence and of the line after it; without one the block ends with its list or the text."""
        closing = re.compile(rf"^ *{re.escape(fence)}{re.escape(fence[0])}* *$")
        content = self.items[-1].content if self.items else 0
        for index in range(start, len(self.lines)):
            line = self.lines[index]
            if closing.match(line):
                return index, index + 1
            if line.strip() and len(line) - len(line.lstrip(" ")) < content:
                return index, index
        end = len(self.lines)
        while end > start and not self.lines[end - 1].strip():
            end -= 1
        return end, len(self.lines)


def _dedent(line: str, columns: int) -> str:
    return line[columns:] if not line[:columns].strip(" ") else line.lstrip(" ")
