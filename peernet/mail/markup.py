"""The text of a mail that was written as HTML alone, with what it quotes marked as in plain text ("> ")."""

import re
from html.parser import HTMLParser

import nh3

# The sanitiser reads any rubbish in linear time; of what it lets through, the parser below needs to know little.
_TAGS = {"p", "div", "br", "hr", "blockquote", "ul", "ol", "li", "tr", "td", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}
_CLEANER = nh3.Cleaner(tags=_TAGS, attributes={}, clean_content_tags={"script", "style", "title"})

# Elements that stay open until they are closed; thousands of them inside of each other take any parser long.
_OPENS = re.compile(r"<(?!/|!|br\b|hr\b|img\b|meta\b|link\b|p\b|li\b|td\b|tr\b|col\b)")
_MOST_OPEN = 1_000


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[tuple[int, str]] = []
        self.depth = 0
        self.line = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "td":
            self.line += " "
            return
        is_empty = tag == "br" and not self.line.strip()
        self._end_line(is_paragraph=is_empty or tag in ("p", "blockquote", "pre", "ul", "ol"))
        self.depth += tag == "blockquote"
        self.line = "- " if tag == "li" else ""
        if tag == "hr":
            self.lines.append((self.depth, "________________________________"))

    def handle_endtag(self, tag: str) -> None:
        if tag != "td":
            self._end_line(is_paragraph=tag in ("p", "blockquote", "pre", "ul", "ol"))
            self.depth -= tag == "blockquote" and self.depth > 0

    def handle_data(self, data: str) -> None:
        self.line += re.sub(r"\s+", " ", data)

    def _end_line(self, *, is_paragraph: bool) -> None:
        if self.line.strip():
            self.lines.append((self.depth, self.line.strip()))
        if is_paragraph and self.lines and self.lines[-1][1]:
            self.lines.append((self.depth, ""))
        self.line = ""


def text_of(html: str) -> str:
    """The words of a page, a line for each of its lines; empty for one that nests as no mail does."""
    if len(_OPENS.findall(html)) - html.count("</") > _MOST_OPEN:
        return ""
    reader = _Reader()
    reader.feed(_CLEANER.clean(html))
    reader.close()
    reader.handle_endtag("p")
    return "\n".join("> " * min(depth, 3) + line for depth, line in reader.lines).strip()
