"""A book as the page that is printed: notes at the foot of the page they belong to, contents with page numbers."""

from collections.abc import Iterator
from copy import deepcopy
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from peernet.i18n import gettext as _
from peernet.i18n import use_language, written_language
from peernet.materials.taking import style
from peernet.materials.taking.books import Book, Chapter, contents, in_language
from peernet.materials.taking.single import inside_one_page
from peernet.text.xml import escaped

_PAGE = """<!DOCTYPE html>
<html {attributes}>
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="description" content="{description}">
<meta name="author" content="{authors}">
<meta name="generator" content="peernet">
<meta name="dcterms.created" content="{at}">
<meta name="dcterms.modified" content="{at}">
<style>{style}</style>
</head>
<body>
<p class="running">{title}</p>
{logo}{articles}
</body>
</html>
"""

LOGO = "images/logo.png"
_LOGO = f'<p class="logo"><img src="{LOGO}" alt="{{name}}"></p>\n'


def page(book: Book, *, has_logo: bool = False) -> str:
    """The whole document, in HTML; the logo of the network is handed to the layout as ``LOGO``."""
    first, *others = book.chapters
    return _PAGE.format(
        attributes=in_language(book.language),
        title=escaped(book.title),
        description=escaped(book.description),
        authors=escaped(", ".join(book.creators)),
        at=f"{book.at:%Y-%m-%dT%H:%M:%SZ}",
        style=style.paper(),
        logo=_LOGO.format(name=escaped(book.publisher)) if has_logo else "",
        articles="\n".join([_article(first, book, _contents(book)), *(_article(each, book) for each in others)]),
    )


def _contents(book: Book) -> str:
    """The table of contents, with two levels: chapters and their headings, or the headings of the only one."""
    if len(book.chapters) == 1:
        listed = contents(book.chapters[0].headings) if len(book.chapters[0].headings) > 2 else ""
    else:
        listed = f"<ol>{''.join(map(_entry, book.chapters[1:]))}</ol>"
    with use_language(written_language(book.language)):
        return f"<nav><h2>{escaped(_('Contents'))}</h2>{listed}</nav>" if listed else ""


def _entry(chapter: Chapter) -> str:
    link = f'<a href="#{chapter.name}">{escaped(chapter.title)}</a>'
    return f"<li {in_language(chapter.language)}>{link}{contents(chapter.headings)}</li>"


def _article(chapter: Chapter, book: Book, nav: str = "") -> str:
    foreign = f" {in_language(chapter.language)}" if chapter.language != book.language else ""
    html = _with_notes_below(inside_one_page(chapter.html)).replace("</header>", f"</header>{nav}", 1)
    return f'<article id="{chapter.name}"{foreign}>\n{html}\n</article>'


def _with_notes_below(xhtml: str) -> str:
    """The text with each note where it is first referred to, for the layout to move it to the foot of the page. A note
    that is more than paragraphs stays at the end of the text."""
    root = ElementTree.fromstring(f"<div>{xhtml}</div>")  # noqa: S314 - we wrote it, from sanitised HTML
    parents = {child: parent for parent in root.iter() for child in parent}
    notes = {note.get("id", ""): note for note in _notes(root)}
    for link in [each for each in root.iter("a") if each.get("class") == "footnote-ref"]:
        note = notes.pop(link.get("href", "")[1:].replace("%3A", ":"), None)
        if note is not None:
            _move(note, parents[link], parents)
            parents[note].remove(note)
    for block in [each for each in root.iter("div") if each.get("class") == "footnote" and each.find("ol/li") is None]:
        _take_out(block, parents[block])
    return "".join(ElementTree.tostring(child, encoding="unicode", method="html") for child in root)


def _notes(root: Element) -> Iterator[Element]:
    for block in root.iter("div"):
        if block.get("class") == "footnote":
            for note in block.findall("ol/li"):
                if all(child.tag == "p" for child in note):
                    yield note


def _move(note: Element, holder: Element, parents: dict[Element, Element]) -> None:
    """Put the words of a note in the place of the sign that refers to it."""
    below = Element("span", {"class": "at-foot", "id": note.get("id", "")})
    for number, paragraph in enumerate(note.findall("p")):
        if number:
            ElementTree.SubElement(below, "br")
        part = ElementTree.SubElement(below, "span")
        copied = deepcopy(paragraph)
        part.text = copied.text
        part.extend(child for child in copied if child.get("class") != "footnote-backref")
    place = holder if holder.tag == "sup" else None
    parent = parents[place] if place is not None else holder
    if place is not None:
        below.tail = place.tail
        parent[list(parent).index(place)] = below


def _take_out(block: Element, parent: Element) -> None:
    at = list(parent).index(block)
    if at:
        parent[at - 1].tail = (parent[at - 1].tail or "") + (block.tail or "")
    parent.remove(block)
