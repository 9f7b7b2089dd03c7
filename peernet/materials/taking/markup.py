"""A rendered text as XHTML that stands by itself: whole links, pictures beside it, no id twice.

What comes in was sanitised when it was written, so it nests well. What leaves is well-formed XML that HTML parsers
read alike (Polyglot Markup, https://www.w3.org/TR/html-polyglot/).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote, urlsplit

from peernet.i18n import gettext as _
from peernet.materials.quotations import blockquotes
from peernet.materials.quotations.showing import Place, Quoted
from peernet.text.xml import escaped

_VOID = {"br", "hr", "img", "input"}
# What only a page of the site can use: copies of other widths, the order of loading.
_LEFT_OUT = {"srcset", "sizes", "loading", "rel"}
_ID = re.compile(r'\bid="([^"]+)"')
# What RFC 3986 lets stand in an address, and percent signs that are there already.
_SAFE = "!#$%&'()*+,/:;=?@~"
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass
class Surroundings:
    """Where a text stands. ``base`` is the site's address, ``pictures`` gives the file of an image by its address (None
    for one that does not come along), ``inside`` the place of what stands in the same book. ``prefix`` leads every id;
    ``ids`` are those taken already."""

    base: str
    pictures: Callable[[str], str | None]
    inside: Callable[[str], str | None] = lambda _address: None
    prefix: str = ""
    ids: set[str] = field(default_factory=set)


def text(places: Iterable[Place], around: Surroundings) -> str:
    """A material's text with its quotations in their places, as XHTML."""
    found = list(places)
    known = {name for place in found for name in _ID.findall(place.quoted.html if place.quoted else place.html)}
    return "".join(_place(place, around, known) for place in found)


def link(url: str, words: str) -> str:
    """A link in XHTML; words alone where the address is none."""
    whole = address(url)
    return f'<a href="{escaped(whole)}">{escaped(words)}</a>' if whole else escaped(words)


def address(url: str) -> str | None:
    """An address with every character that it may not hold escaped; None for one that cannot be read."""
    try:
        return (
            quote(_LONE_PERCENT.sub("%25", url), safe=_SAFE)
            if urlsplit(url).scheme in ("http", "https", "mailto")
            else None
        )
    except ValueError:
        return None


def _place(place: Place, around: Surroundings, known: set[str]) -> str:
    if not place.is_quotation:
        return _xhtml(place.html, around, known)
    if place.quoted is None:
        return f'<p class="gone">{escaped(_("A contribution was withdrawn."))}</p>'
    return _quotation(place.quoted, around, known)


def _quotation(quoted: Quoted, around: Surroundings, known: set[str]) -> str:
    words = _xhtml(quoted.html, around, known)
    who = escaped(blockquotes.attribution(quoted))
    return f'<figure class="quotation"><blockquote>{words}</blockquote><figcaption>— {who}</figcaption></figure>'


def _xhtml(html: str, around: Surroundings, known: set[str]) -> str:
    writer = _Writer(around, known)
    writer.feed(html)
    writer.close()
    return "".join(writer.parts)


class _Writer(HTMLParser):
    def __init__(self, around: Surroundings, known: set[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.around, self.known = around, known
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs if name not in _LEFT_OUT}
        if tag == "input":
            self.parts.append("☑" if "checked" in values else "☐")
        elif tag == "img":
            self._image(values)
        else:
            self._settle(values)
            self._write(tag, values)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.parts.append(escaped(data))

    def _write(self, tag: str, values: dict[str, str]) -> None:
        written = "".join(f' {name}="{escaped(value)}"' for name, value in sorted(values.items()))
        self.parts.append(f"<{tag}{written}{'/' if tag in _VOID else ''}>")

    def _settle(self, values: dict[str, str]) -> None:
        """Give a link where it leads from outside, and an id its prefix."""
        if "href" in values:
            leads = self._resolved(values.pop("href"))
            values |= {"href": leads} if leads else {}
        if "id" in values:
            name = self.around.prefix + values.pop("id")
            if name not in self.around.ids:
                self.around.ids.add(name)
                values["id"] = name

    def _resolved(self, target: str) -> str | None:
        if target.startswith("#"):
            return f"#{quote(self.around.prefix + target[1:], safe=_SAFE)}" if target[1:] in self.known else None
        whole = f"{self.around.base}{target}" if target.startswith("/") else target
        return self.around.inside(target) or address(whole)

    def _image(self, values: dict[str, str]) -> None:
        file = self.around.pictures(values.pop("src", "").partition("?")[0])
        if file is None:
            self.parts.append(f'<span class="missing">{escaped(values.get("alt", ""))}</span>')
        else:
            self._write("img", values | {"src": file})
