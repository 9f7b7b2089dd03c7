"""Plain text out of HTML, for search rows and mails; and the beginning of a text, for lists."""

import re
from html import unescape
from html.parser import HTMLParser

_TEXT = {"p", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "br"}
_GROUPS = {"div", "ul", "ol", "dl", "dt", "dd", "li", "figure", "figcaption", "table", "tr"}
_BLOCKS = _TEXT | _GROUPS
# Stand for a bullet and for a space of code while the other spaces are put in order.
_ITEM, _SPACE = "\x01", "\x02"
_SILENT = {"script", "style", "template"}


_TAG = re.compile(r"""<[^>"]*(?:"[^"]*"[^>"]*)*>""")
_ALT = re.compile(r'\balt="([^"]*)"')
_INLINE = re.compile(r"</?(?:a|em|strong|code|del|sup|sub|span)\b")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0
        self.verbatim = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in _SILENT
        self.verbatim += tag == "pre"
        if tag == "img":
            self.parts.append(dict(attrs).get("alt") or "")
        elif tag == "li":
            self.parts.append("\n" + _ITEM)
        elif tag in ("td", "th"):
            self.parts.append(" ")
        elif tag in _BLOCKS:
            self.parts.append("\n" if tag in ("br", "tr") else "\n\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in _SILENT and self.silent > 0
        self.verbatim -= tag == "pre" and self.verbatim > 0
        if tag in _BLOCKS - {"li", "tr", "br", "hr"}:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data.replace(" ", _SPACE) if self.verbatim else re.sub(r"\s+", " ", data))


def of_html(html: str) -> str:
    """The words of ``html``: paragraphs parted by an empty line, items led by ``- ``, images by their alt text."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (line.strip(" ") for line in "".join(reader.parts).split("\n"))
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
    return re.sub(rf"{_ITEM}\s*", "- ", text).replace(_SPACE, " ").strip()


def words_of_html(html: str) -> str:
    """The words of what this room rendered, images by their alt text, without its layout: for the search, and far
    quicker than :func:`of_html`, since the sanitiser leaves nothing that would need a parser."""
    return " ".join(unescape(_TAG.sub(_spoken, html)).split())


def _spoken(tag: re.Match[str]) -> str:
    alt = _ALT.search(tag[0]) if tag[0].startswith("<img") else None
    return f" {alt[1]} " if alt else "" if _INLINE.match(tag[0]) else " "


def excerpt(text: str, length: int = 200) -> str:
    """The beginning of ``text`` on one line, at most ``length`` characters, cut between words with an ellipsis."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    head = line[:length]
    cut = head.rpartition(" ")[0] if " " in head[length // 2 :] else head[: length - 1]
    return cut.rstrip(" ,;:.–—-") + "…"
