"""Tidy HTML of word processors: first only what the closed list allows, then what their styles mean as plain elements.

Word, LibreOffice and Google Docs say by style and class what others say by element: lists are paragraphs with
``mso-list``, bold is a ``font-weight``, what was deleted in a tracked change stands in a span.
"""

import re

import nh3
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from peernet.text.foreign import lists, notes
from peernet.text.foreign.styles import classes, style

_BLOCKS = "p div br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre table thead tbody tfoot tr th td"
_INLINE = "code em i strong b del s strike ins sup sub span a img figure figcaption u kbd samp"
_TAGS = set(f"{_BLOCKS} {_INLINE}".split())
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style", "title", "xml", "template", "head", "noscript", "svg", "math", "object"},
    attributes={
        "*": {"class", "style", "id"},
        "a": {"href"},
        "img": {"src", "alt"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
        "ol": {"start"},
    },
    link_rel=None,
    url_schemes={"http", "https", "mailto", "image"},
)
_GONE_STYLES = re.compile(r"display:\s*none|mso-hide:\s*all|mso-element:\s*comment-list", re.I)
_GONE_CLASSES = {"msocommentreference", "msocomanchor", "msocomtxt", "msodel", "msotoc1", "msotoc2", "msotoc3"}
_BOLD = re.compile(r"(?<![\w-])font-weight:\s*(bold|[6-9]00)", re.I)
_NOT_BOLD = re.compile(r"(?<![\w-])font-weight:\s*(normal|400)", re.I)
_ITALIC = re.compile(r"(?<![\w-])font-style:\s*italic", re.I)
_STRUCK = re.compile(r"text-decoration[^;]*line-through", re.I)
_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
_SAME = {"b": "strong", "i": "em", "s": "del", "strike": "del"}
_SPACES = re.compile(r"[ \t\r\n]*\xa0[\xa0 \t\r\n]+|[ \t\r\n]+\xa0|\xa0(?![:;?!»])(?<!«\xa0)")


def tidied(html: str) -> BeautifulSoup:
    """The tree of plain elements that ``html`` means. Raises RecursionError where it is nested beyond all measure."""
    soup = BeautifulSoup(_CLEANER.clean(html), "html.parser")
    _drop(soup)
    notes.settle(soup)
    lists.settle(soup)
    _plain(soup)
    _tables(soup)
    _text(soup)
    return soup


def _drop(soup: BeautifulSoup) -> None:
    """What is not seen: hidden text, remarks at the margin, deletions of tracked changes, page numbers."""
    for tag in soup.find_all(True):
        is_gone = tag.decomposed or tag.name == "del" or classes(tag) & _GONE_CLASSES
        if is_gone or _GONE_STYLES.search(style(tag)):
            tag.decompose()


def _plain(soup: BeautifulSoup) -> None:
    """Elements by what their style says; links that lead nowhere outside become text."""
    for tag in soup.find_all(True):
        _name(soup, tag)
    for tag in soup.find_all(["span", "u", "ins", "font"]):
        tag.unwrap()
    for strong in soup.select(", ".join(f"{one} strong" for one in [*_HEADINGS, "th", "strong"])):
        strong.unwrap()
    for em in soup.select("em em"):
        em.unwrap()
    for image in soup.find_all("img"):
        if not str(image.get("src") or "").startswith("image:"):
            image.decompose()
    _join(soup)


def _name(soup: BeautifulSoup, tag: Tag) -> None:
    named, styled = classes(tag), style(tag)
    if tag.name == "p" and "msotitle" in named:
        tag.name = "h1"
    elif tag.name == "p" and named & {"msoquote", "msointensequote"}:
        tag.wrap(soup.new_tag("blockquote"))
    elif (tag.name == "b" and _NOT_BOLD.search(styled)) or (tag.name == "a" and not _leads(tag)):
        tag.name = "span"
    elif tag.name == "span":
        for pattern, name in ((_BOLD, "strong"), (_ITALIC, "em"), (_STRUCK, "del")):
            if pattern.search(styled):
                tag.wrap(soup.new_tag(name))
    tag.name = _SAME.get(tag.name, tag.name)


def _leads(link: Tag) -> bool:
    return str(link.get("href") or "").startswith(("http://", "https://", "mailto:"))


def _join(soup: BeautifulSoup) -> None:
    """Word parts one bold phrase into many; they are one again."""
    soup.smooth()
    for tag in soup.find_all(["strong", "em", "del"]):
        following = tag.next_sibling
        while isinstance(following, Tag) and following.name == tag.name and tag.parent is not None:
            for child in list(following.contents):
                tag.append(child)
            following.decompose()
            following = tag.next_sibling


def _tables(soup: BeautifulSoup) -> None:
    """A table in a cell becomes words; a table of one cell is a box, and its contents stand without it."""
    for table in soup.select("td table, th table"):
        if not table.decomposed and table.find("table") is None:
            _flatten(table)
    for table in soup.select("td table, th table"):
        if not table.decomposed:
            _flatten(table)
    for table in soup.find_all("table"):
        _rows(soup, table)
    for strong in soup.select("tr:first-child td strong"):
        strong.unwrap()
    # Markdown has one line for a cell.
    for tag in soup.select("td li, th li"):
        tag.insert(0, "• ")
        tag.insert(0, " ")
        tag.unwrap()
    for tag in soup.select("td ul, td ol, th ul, th ol"):
        tag.unwrap()


def _rows(soup: BeautifulSoup, table: Tag) -> None:
    cells = table.find_all(["td", "th"])
    if len(cells) == 1:
        cells[0].name = "div"
        table.replace_with(cells[0].extract())
    else:
        _fill(soup, table)


def _fill(soup: BeautifulSoup, table: Tag) -> None:
    """A cell that reaches down over other rows has empty cells there, so that what follows stays in its column."""
    covered: dict[int, int] = {}
    for row in table.find_all("tr"):
        column = 0
        for cell in row.find_all(["td", "th"], recursive=False):
            while covered.get(column, 0) > 0:
                cell.insert_before(soup.new_tag("td"))
                covered[column] -= 1
                column += 1
            width, height = _span(cell, "colspan"), _span(cell, "rowspan")
            covered |= dict.fromkeys(range(column, column + width), height - 1)
            column += width
        while covered.get(column, 0) > 0:
            row.append(soup.new_tag("td"))
            covered[column] -= 1
            column += 1


def _span(cell: Tag, name: str) -> int:
    said = str(cell.get(name) or "1")
    return max(1, min(int(said), 60)) if said.isdecimal() and len(said) < 6 else 1


def _flatten(table: Tag) -> None:
    rows = [
        [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["td", "th"])] for row in table.find_all("tr")
    ]
    table.replace_with(NavigableString("; ".join(", ".join(filter(None, row)) for row in rows if any(row))))


def _text(soup: BeautifulSoup) -> None:
    """Spaces that only held a place, and paragraphs and headings with nothing in them."""
    for item in soup.find_all("li"):
        _set_close(item)
    for text in soup.find_all(string=True):
        if "\xa0" in text and text.find_parent("pre") is None:
            text.replace_with(NavigableString(_SPACES.sub(" ", text)))
    for tag in soup.find_all(["p", "li", "strong", "em", "del", *_HEADINGS]):
        if not tag.get_text().strip() and tag.find(["img", "br", "note-mark"]) is None:
            tag.unwrap() if tag.name in ("strong", "em", "del") else tag.decompose()


def _set_close(item: Tag) -> None:
    """An item of one paragraph, with lists under it or without, has no empty lines."""
    parts = [part for part in item.contents if isinstance(part, Tag) or str(part).strip()]
    is_bare = all(isinstance(part, Tag) and part.name in ("ul", "ol") for part in parts[1:])
    if parts and isinstance(parts[0], Tag) and parts[0].name == "p" and is_bare:
        parts[0].unwrap()
