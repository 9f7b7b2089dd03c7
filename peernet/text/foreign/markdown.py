"""The tidy tree as Markdown, with the package markdownify; what Markdown would take for a mark is escaped."""

import re
from typing import Any

from bs4 import Tag
from markdownify import MarkdownConverter

from peernet.text.foreign.tidying import tidied

# A star, a backtick, a backslash anywhere; a bracket that begins a link, a note or a quotation; an underscore at the
# edge of a word; and at the beginning of a line what begins a heading, a list, a quote or a line of code.
_ANYWHERE = re.compile(r"[\\*`]|\[(?=[^\]]*\](?:[(\[:]|\Z))|\[(?=[\^ ]|quotation:|TOC\])|(?<!\w)_|_(?!\w)|~~")
_AT_START = re.compile(r"^(\s*)(#{1,6}(?=\s)|[-+>](?=\s)|:(?=\s)|={3,}|-{3,})")
_IN_ALT = re.compile(r"[\[\]\\]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad]")
_NUMBER = re.compile(r"^(\s*\d{1,9})([.)])(?=\s)")


def of_html(html: str) -> str:
    """The Markdown of HTML that somebody else's program wrote. Raises RecursionError for what is nested too deeply."""
    written = _Converter(heading_style="atx", bullets="-", wrap=True, wrap_width=None, table_infer_header=True)
    text = written.convert_soup(tidied(html))
    text = _CONTROL.sub("", text)
    text = re.sub(r"[ \t]+$", _kept_break, text, flags=re.MULTILINE)
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    return f"{text}\n" if text else ""


def _kept_break(found: re.Match[str]) -> str:
    """Two spaces break a line where another line follows it."""
    after = found.string[found.end() : found.end() + 2]
    return "  " if len(found[0]) == 2 and after.startswith("\n") and after.strip() else ""


class _Converter(MarkdownConverter):
    """Markdown as this house reads it."""

    def escape(self, text: str, parent_tags: set[str]) -> str:
        """What a text says, so that it is not taken for a mark."""
        text = _ANYWHERE.sub(lambda found: "\\" + found[0], text)
        text = _AT_START.sub(r"\1\\\2", text)
        text = _NUMBER.sub(r"\1\\\2", text)
        return text.replace("|", "\\|") if parent_tags & {"td", "th"} else text

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """An item, whose lines hang by four spaces: so nests every kind of list."""
        said = text.strip()
        if not said:
            return "\n"
        parent = el.parent
        is_counted = parent is not None and parent.name == "ol"
        mark = f"{self._number(el)}. " if is_counted else "- "
        return mark + re.sub(r"\n(?=[^\n])", "\n    ", said) + "\n"

    def _number(self, el: Tag) -> int:
        start = str((el.parent and el.parent.get("start")) or "1")
        first = int(start) if start.isdecimal() and len(start) < 6 else 1
        return first + len(el.find_previous_siblings("li"))

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """An image, whose alternative text may hold brackets."""
        alt = _IN_ALT.sub(lambda found: "\\" + found[0], " ".join(str(el.get("alt") or "").split()))
        return f"![{alt}]({el['src']})"

    def convert_note_mark(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        """The mark of a footnote."""
        return f"[^{text.strip()}]"

    def convert_note_text(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A footnote's own words, on one line."""
        return f"\n\n[^{el['name']}]: {' '.join(text.split())}\n\n"

    def convert_sub(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        """Markdown has no mark for it."""
        return text

    convert_sup = convert_sub

    def convert_hr(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        """A rule between two parts."""
        return "\n\n---\n\n"

    def convert_figcaption(self, el: Tag, text: str, parent_tags: Any) -> str:
        """A caption is a paragraph."""
        return f"\n\n{text.strip()}\n\n"
