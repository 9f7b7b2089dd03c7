"""Lists of word processors: Word writes items as paragraphs of a level, Google Docs lists beside their items."""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from peernet.text.foreign.styles import style

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LIST = re.compile(r"mso-list:\s*\S+\s+level(\d)", re.I)
_COUNTED = re.compile(r"\(?([0-9]{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]$")


def settle(soup: BeautifulSoup) -> None:
    """Paragraphs that Word numbers become lists; those of a level below go into the item before them."""
    for first in soup.find_all(["p", "div"], style=_LIST):
        if first.parent is None or first.name in _HEADINGS:
            continue
        run = list(_run_from(first))
        holder = soup.new_tag("div")
        first.insert_before(holder)
        _nest(soup, holder, [(level, is_counted, tag) for level, is_counted, tag in map(_item, run)])
        holder.unwrap()
    for inner in soup.select("ul > ul, ul > ol, ol > ul, ol > ol"):
        before = inner.find_previous_sibling("li")
        if before is not None:
            before.append(inner.extract())
    for marker in soup.find_all("span", style=re.compile(r"mso-list:\s*ignore", re.I)):
        marker.decompose()


def _run_from(first: Tag) -> Iterator[Tag]:
    found: Tag | None = first
    while found is not None and _LIST.search(style(found)) and found.name in ("p", "div"):
        yield found
        following = found.next_sibling
        while isinstance(following, NavigableString) and not following.strip():
            following = following.next_sibling
        found = following if isinstance(following, Tag) else None


def _item(tag: Tag) -> tuple[int, bool, Tag]:
    marker = tag.find("span", style=re.compile(r"mso-list:\s*ignore", re.I))
    said = marker.get_text().strip().strip("\xa0 ") if isinstance(marker, Tag) else ""
    if isinstance(marker, Tag):
        marker.decompose()
    level = _LIST.search(style(tag))
    return int(level[1]) if level else 1, bool(_COUNTED.match(said)), tag


def _nest(soup: BeautifulSoup, holder: Tag, items: list[tuple[int, bool, Tag]]) -> None:
    open_lists: list[tuple[int, Tag]] = []
    for level, is_counted, tag in items:
        while open_lists and open_lists[-1][0] > level:
            open_lists.pop()
        name = "ol" if is_counted else "ul"
        if open_lists and open_lists[-1][0] == level and open_lists[-1][1].name != name:
            open_lists.pop()
        if not open_lists or open_lists[-1][0] < level:
            made = soup.new_tag(name)
            within = open_lists[-1][1].find_all("li", recursive=False)[-1] if open_lists else holder
            within.append(made)
            open_lists.append((level, made))
        tag.extract()
        tag.name = "li"
        tag.attrs.clear()
        open_lists[-1][1].append(tag)
